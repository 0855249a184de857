"""Attack paths of two reports: new and gone only where that is sure."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.engine.compare_paths import paths_between
from scanner.model import Report

WHOLE: dict[str, Any] = {"certain": 0, "possible": 0, "left_out": 0, "unread": []}


def report(*ids: str, possible: str = "", counts: dict[str, Any] | None = None) -> Report:
    held = [(id_, True) for id_ in ids] + [(id_, False) for id_ in possible]
    paths = [
        {"id": id_, "kind": "escalation", "title": id_, "severity": "high", "certain": sure, "account": "1"}
        for id_, sure in held
    ]
    coverage = {"paths": WHOLE if counts is None else counts} if counts != {} else {}
    return Report({}, {}, {}, {}, coverage, [], {}, [], paths=paths)


def told(earlier: Report, later: Report) -> dict[str, Any]:
    found = paths_between(earlier, later)
    return {name: [one["id"] for one in found[name]] if name != "compared" else found[name] for name in found}


def test_new_gone_and_the_same() -> None:
    assert told(report("a", "b"), report("b", "c")) == {"compared": True, "new": ["c"], "gone": ["a"], "not_told": []}


@pytest.mark.parametrize("counts", [WHOLE | {"left_out": 3}, WHOLE | {"unread": ["AWS::IAM::Role was not read"]}])
def test_gone_where_not_all_was_read_is_not_gone(counts: dict[str, Any]) -> None:
    assert told(report("a"), report(counts=counts)) == {"compared": True, "new": [], "gone": [], "not_told": ["a"]}
    assert told(report(counts=counts), report("a")) == {"compared": True, "new": [], "gone": [], "not_told": ["a"]}


def test_what_is_possible_only_is_neither() -> None:
    assert told(report("a"), report(possible="a"))["not_told"] == ["a"]
    assert told(report(possible="a"), report("a"))["not_told"] == ["a"]
    assert told(report(), report(possible="a")) == {"compared": True, "new": [], "gone": [], "not_told": []}


def test_reports_that_did_not_look_are_not_compared() -> None:
    assert told(report("a", counts={}), report("b")) == {"compared": False, "new": [], "gone": [], "not_told": []}
