"""Arguments of every wrong kind: one line that says what, where and what to do; what is good is still judged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner import gating
from scanner.cli._judging import moment
from scanner.errors import UsageError
from scanner.snapshot.store import Store

Run = Callable[..., Any]


def snapshot(path: Path) -> Path:
    with Store(path, taken_at="2026-11-24T01:02:03Z", selection={}) as store:
        store.finish({})
    return path


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("gate",), ("Missing argument", "posture gate --help")),
        (("frobnicate",), ("no command 'frobnicate'", "posture --help")),
        (("collect", "--all"), ("collect needs a file", "-s account.posture")),
        (("scan", "--regoin", "x"), ("--region", "posture scan --help")),
        (("rules", "lnit"), ("lint", "posture rules --help")),
        (("gate", "t.yaml", "--fail-on", "hgih"), ("critical", "posture gate --help")),
        (("gate", "t.yaml", "-o", "json=a.json", "-o", "html=./a.json"), ("a.json", "two reports")),
        (("gate", "t.yaml", "-o", "json=folder"), ("folder", "-o json=folder/report.json")),
        (("gate", "t.yaml", "--config", "typo.toml"), ("typo.toml", "Did you mean kms-key-rotation-enabled?")),
        (("gate", "t.yaml", "--config", "kind.toml"), ("max_rotation_period_days", "must be a number")),
        (("gate", "t.yaml", "--config", "none.toml"), ("no rule is both",)),
        (("gate", "t.yaml", "--config", "deep.toml"), ("deep.toml", "nested too deeply")),
        (("gate", "t.yaml", "--parameter", "Ofice=1"), ("no input has a parameter 'Ofice'",)),
        (("gate", "t.yaml", "--parameter", "a=1", "--parameter", "a=2"), ("'a' is given twice",)),
        (("gate", "s.posture"), ("s.posture", "posture check s.posture")),
        (("check", "pipe"), ("pipe", "Not a regular file")),
        (("export", "s.posture", "s.posture"), ("s.posture", "its own file")),
        (("export", "s.posture", "same"), ("same", "its own file")),
        (("report", "latin.json"), ("latin.json", "not UTF-8", "-o json=FILE")),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_one_line_each(
    posture: Run, template: Path, tmp_path: Path, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    template.rename(tmp_path / "t.yaml")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    snapshot(tmp_path / "s.posture")
    (tmp_path / "same").symlink_to("s.posture")
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe9"}')
    (tmp_path / "typo.toml").write_text("[params.kms-key-rotation-enabeld]\na = 1\n")
    (tmp_path / "kind.toml").write_text('[params.kms-key-rotation-enabled]\nmax_rotation_period_days = "365"\n')
    (tmp_path / "none.toml").write_text('rules = ["s3-*"]\nservices = ["kms"]\n')
    (tmp_path / "deep.toml").write_text(f"a = {'[' * 5000}{']' * 5000}")
    before = (tmp_path / "s.posture").read_bytes()
    result = posture(*arguments)
    assert result.code == 2
    assert result.err.startswith("posture: ")
    assert result.err.count("\n") == 1, result.err
    for part in parts:
        assert part in result.err
    assert (tmp_path / "s.posture").read_bytes() == before


def test_a_report_that_cannot_be_written_does_not_cost_the_others(posture: Run, template: Path, tmp_path: Path) -> None:
    result = posture("gate", template.name, "-o", "html=a.html", "-o", f"json={os.devnull}/x", "-o", "sarif=b.sarif")
    assert result.code == 2
    assert not (tmp_path / "a.html").exists(), "a folder that is not there is told before any work"
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    result = posture("gate", template.name, "-o", "html=a.html", "-o", "json=loop", "-o", "sarif=b.sarif")
    assert result.code == 2
    assert (tmp_path / "a.html").exists()
    assert (tmp_path / "b.sarif").exists()
    assert "Report: a.html, b.sarif" in result.out
    assert "loop" in result.err


def test_a_folder_is_judged_around_what_cannot_be_read(posture: Run, template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "infra"
    folder.mkdir()
    template.rename(folder / "good.yaml")
    (folder / "broken.json").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.json")
    (folder / "package.json").write_text('{"name": "unrelated"}')
    result = posture("gate", "infra", "-o", "json=-", "--fail-on", "none")
    assert result.code == 3
    assert result.err.splitlines() == [
        "posture: infra/broken.json: cannot be read (No such file or directory). Check the path and its rights"
    ]
    assert any(f["verdict"] == "fail" for f in json.loads(result.out)["findings"])


def test_names_that_write_to_the_terminal(posture: Run, tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07\u202e\n.yaml"
    (tmp_path / name).write_text("Resources: [")
    result = posture("gate", ".")
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(result.err)


def test_a_pack_without_rules_is_told(posture: Run, template: Path, tmp_path: Path) -> None:
    """A mistyped folder must not look like a pack whose rules all pass."""
    (tmp_path / "rules").mkdir()
    result = posture("gate", template.name, "--rules", "rules", "--fail-on", "none")
    assert result.code == 3
    assert "rules: holds no rule" in result.err
    lint = posture("rules", "lint", "rules")
    assert (lint.code, lint.out) == (1, "rules: holds no rule. A rule is a file NAME.yaml\n")


def test_a_snapshot_with_any_name(posture: Run, tmp_path: Path) -> None:
    path = snapshot(tmp_path / os.fsdecode(b"a\xff \x1b[31m"))
    result = posture("check", path.name)
    assert result.code == 0, result.err
    assert "\x1b" not in result.out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z"),
        ("2026-11-24T06:00:00.9+02:00", "2026-11-24T04:00:00Z"),
        ("2026-11-24", "2026-11-24T00:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", " ", "now", "2026", "2026-13-01", "0001-01-01T00:00:00+14:00", "1700000000"])
def test_no_moments(text: str) -> None:
    with pytest.raises(UsageError, match="--now takes a time"):
        moment(text)


def test_an_endless_input_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gating, "_LARGEST", 1 << 20)
    with pytest.raises(UsageError, match="larger than 1 MiB"):
        gating.read_inputs(["/dev/zero"], taken_at="2026-11-24T06:00:00Z", root=tmp_path)
