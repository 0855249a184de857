"""Packs that are installed as packages, used by their name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.engine import installed_packs
from scanner.errors import UsageError

Run = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "pack"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example as pip leaves it: the package, and what it registers."""
    shutil.copytree(EXAMPLE / "northwind_rules", tmp_path / "northwind_rules")
    about = tmp_path / "northwind_posture_rules-1.0.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: northwind-posture-rules\nVersion: 1.0.0\n")
    (about / "entry_points.txt").write_text(f"[{installed_packs.GROUP}]\nnorthwind = northwind_rules.rules\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def ids(result: Any) -> list[str]:
    assert result.code == 0, result.err
    return [rule["id"] for rule in json.loads(result.out)]


def test_a_pack_is_used_by_its_name_and_only_then(installed: Path, posture: Run) -> None:
    assert installed_packs.names() == ["northwind"]
    assert installed_packs.folder("northwind") == installed / "northwind_rules" / "rules"
    asked = ("rules", "list", "--format", "json")
    assert "own-key-described" in ids(posture(*asked, "--rules", "northwind", PYTHONPATH=str(installed)))
    assert "own-key-described" not in ids(posture(*asked, PYTHONPATH=str(installed)))


def test_settings_name_a_pack_too(installed: Path, posture: Run) -> None:
    (installed / "posture.toml").write_text('packs = ["northwind"]\n')
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}}}}
    (installed / "stack.json").write_text(json.dumps(template))
    asked = ("gate", "stack.json", "-q", "--fail-on", "none", "-o", "json=out.json")
    result = posture(*asked, cwd=installed, PYTHONPATH=str(installed))
    assert result.code == 0, result.err
    report = json.loads((installed / "out.json").read_text())
    assert "own-key-described" in {finding["rule_id"] for finding in report["findings"]}


def test_a_folder_of_that_name_comes_first(installed: Path, posture: Run) -> None:
    (installed / "northwind").mkdir()
    result = posture("rules", "list", "--rules", "northwind", cwd=installed, PYTHONPATH=str(installed))
    assert (result.code, result.err.splitlines()[0]) == (
        3,
        "posture: northwind: holds no rule. A rule is a file NAME.yaml",
    )


def test_a_name_that_nobody_registered_is_told_with_those_there_are(installed: Path, posture: Run) -> None:
    result = posture("rules", "list", "--rules", "nordwind", PYTHONPATH=str(installed))
    assert result.code == 2
    assert "'nordwind'" in result.err
    assert "Installed packs: northwind." in result.err


def test_a_pack_whose_folder_is_gone_is_told(installed: Path) -> None:
    shutil.rmtree(installed / "northwind_rules" / "rules")
    with pytest.raises(UsageError, match=r"has no folder 'northwind_rules\.rules'"):
        installed_packs.folder("northwind")
    assert installed_packs.folder("nobody") is None
