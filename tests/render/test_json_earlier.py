"""The lean reader of saved reports: it reads what the writer writes, and refuses the rest in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import finding, report
from report_strategies import reports

from scanner.errors import InputError
from scanner.model import Finding
from scanner.render import json_report
from scanner.render.json_earlier import read

KEPT = (
    "rule_id", "resource_id", "resource_type", "account", "region", "verdict", "severity", "message", "params",
    "origin", "fingerprint", "change",
)  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a report that each example writes anew."""
    return tmp_path_factory.mktemp("saved") / "r.json"


def fields(found: Finding) -> dict[str, Any]:
    return {name: getattr(found, name) for name in KEPT}


@settings(max_examples=60)
@given(reports())
def test_it_reads_what_is_written(saved: Path, made: Any) -> None:
    for resource in made.resources.values():
        resource["unknown"] = {f"/{at}": why for at, why in resource["unknown"].items()}
    saved.write_text(json_report.render(made), encoding="utf-8")
    whole, lean = json_report.load(saved.read_text(encoding="utf-8"), "r.json"), read(saved)
    assert list(map(fields, lean.findings)) == list(map(fields, whole.findings))
    for name in ("tool", "snapshot", "rules", "coverage", "resources"):
        assert getattr(lean, name) == getattr(whole, name)


JUNK = (None, 0, -1, True, [], {}, "", "x", [None], {"a": None}, {"/a": {"why": "nonsense"}}, [[]])


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in inside for place in places(item, (*at, key)))]


@settings(max_examples=60)
@given(reports(), st.randoms(use_true_random=False))
def test_a_foreign_file_is_an_error_or_a_report(saved: Path, made: Any, rng: Random) -> None:
    data = json.loads(json_report.render(made))
    at = rng.choice(places(data)[1:])
    node = data
    for step in at[:-1]:
        node = node[step]
    node[at[-1]] = rng.choice(JUNK)
    saved.write_text(json.dumps(data))
    problem = ""
    try:
        read(saved)
    except InputError as error:
        problem = str(error)
    assert not problem or (problem.startswith(str(saved)) and "\n" not in problem)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", "{", "[" * 100_000, '{"findings": NaN}', '"x"', "\xff", "Resources: {}"]
)
def test_what_is_no_report_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"r\.json: not "):
        read(path)


def test_what_would_overflow_the_comparison_is_refused(tmp_path: Path) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"a": deep}
    resource = {
        "type": "T", "id": "x", "name": "", "account": "", "region": "", "config": deep, "tags": {}, "unknown": {},
    }  # fmt: skip
    data = json.loads(json_report.render(report([finding()])))
    data["resources"] = {"x": resource}
    (tmp_path / "r.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"resources\[0\]\.config"):
        read(tmp_path / "r.json")


def test_it_loads_nothing_heavy() -> None:
    code = "import sys, scanner.comparing, scanner.render.json_earlier; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'pydantic'" not in loaded
    assert "'sqlite3'" not in loaded
