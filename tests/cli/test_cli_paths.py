"""Attack paths from the command line: the demo's, the switch, and none for code."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scanner.cli._root import run as cli

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan of the demo, its snapshot and its report."""
    made = tmp_path_factory.mktemp("paths")
    cli(["demo", "-q", "-s", str(made / "demo.posture"), "-o", f"json={made / 'demo.json'}"])
    return made


def checked(folder: Path, *options: str, rules: str = "ec2-internet-reachable-admin-role-imdsv1") -> dict[str, Any]:
    path = folder / "checked.json"
    cli(["check", str(folder / "demo.posture"), "-q", "--rule", rules, "-o", f"json={path}", *options])
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def test_the_demo_shows_paths_of_several_kinds(folder: Path) -> None:
    report = json.loads((folder / "demo.json").read_text())
    kinds = {path["kind"] for path in report["paths"] if path["certain"]}
    assert kinds >= {
        "internet-administrator", "internet-bucket", "internet-database", "outside-administrator", "escalation",
    }  # fmt: skip
    assert report["coverage"]["paths"]["certain"] == len(report["paths"])
    assert report["coverage"]["paths"]["unread"] == []
    for path in report["paths"]:
        ids = [node["id"] for node in path["nodes"]]
        assert [(edge["from"], edge["to"]) for edge in path["edges"]] == list(pairwise(ids))
        assert all(edge["evidence"] and edge["mend"] for edge in path["edges"])


def test_ids_hold_from_run_to_run_and_the_switch_decides(folder: Path) -> None:
    scanned = json.loads((folder / "demo.json").read_text())
    again = checked(folder)
    assert again["paths"] == scanned["paths"]
    without = checked(folder, "--no-paths")
    assert without["paths"] == []
    assert not without["coverage"].get("paths")
    assert checked(folder, rules="s3-bucket-versioning")["paths"] == []
    assert checked(folder, "--paths", rules="s3-bucket-versioning")["paths"] == scanned["paths"]


def test_a_trusted_account_may_come_in(folder: Path) -> None:
    def sources(report: dict[str, Any]) -> set[str]:
        return {path["nodes"][0]["name"] for path in report["paths"] if path["kind"] == "outside-administrator"}

    assert sources(checked(folder)) == {"anybody", "account 999988887777"}
    assert sources(checked(folder, "--trusted", "999988887777")) == {"anybody"}


def test_the_terminal_counts_them(folder: Path, posture: Run) -> None:
    result = posture("check", str(folder / "demo.posture"), "--rule", "ec2-internet-reachable-*")
    assert "10 attack paths" in result.out
    assert "critical: The internet reaches the database wharf-times" in result.out


def test_a_diff_tells_paths(folder: Path, posture: Run) -> None:
    result = posture("diff", str(folder / "demo.json"), str(folder / "demo.json"), "--format", "json")
    assert json.loads(result.out)["paths"] == {"compared": True, "new": [], "gone": [], "not_told": []}
    report = json.loads((folder / "demo.json").read_text())
    gone = report["paths"].pop(0)
    (folder / "less.json").write_text(json.dumps(report))
    result = posture("diff", str(folder / "demo.json"), str(folder / "less.json"))
    assert "Attack paths that are gone (1)" in result.out
    assert gone["title"] in result.out


def test_the_gate_has_no_such_option(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}")
    assert posture("gate", "t.yaml", "--paths").code == 2
    assert posture("gate", "t.yaml", "-q", "--fail-on", "none", "-o", "json=out.json").code == 0
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["paths"] == []
    assert not report["coverage"].get("paths")
