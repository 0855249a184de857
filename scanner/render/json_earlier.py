"""A saved report read for comparison: only the members that this needs, checked by hand.

`json_report.load` checks everything, with pydantic; that takes longer than a whole gate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.memory import uncollected
from scanner.model import SEVERITIES, Finding, Report, Unknown, Verdict, pointer_parts
from scanner.render import json_report

_DEPTH = 200
"""Levels of a configuration; the writer cuts what is deeper."""


def read(path: Path) -> Report:
    """The report in a file, its findings without evidence and fixes. Raises `InputError`."""
    where = str(path)
    text = json_report.read_text(path)
    with uncollected():
        try:
            data = json.loads(text, parse_constant=_refuse)
        except RecursionError:
            raise InputError("not a report: nested too deeply", where=where) from None
        except ValueError as error:
            raise InputError(f"not JSON: {error}", where=where, hint=json_report.HINT) from None
        return _Reader(where).report(data)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _objects(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _strings(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _document(value: Any) -> bool:
    return isinstance(value, dict) and _shallow(value, _DEPTH)


def _shallow(value: Any, room: int) -> bool:
    if isinstance(value, dict):
        return room > 0 and all(_shallow(item, room - 1) for item in value.values())
    return not isinstance(value, list) or (room > 0 and all(_shallow(item, room - 1) for item in value))


def _unknowns(value: Any) -> bool:
    try:
        for at, why in value.items():
            pointer_parts(at)
            Unknown.from_json(why)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return all(_strings(why) for why in value.values())


_REPORT: Mapping[str, Check] = {
    "tool": _object, "snapshot": _object, "rules": _objects, "coverage": _object, "resources": _objects,
    "findings": _list,
}  # fmt: skip
_SNAPSHOT: Mapping[str, Check] = {"taken_at": _text, "accounts": _texts, "regions": _texts, "source": _text}
_COVERAGE: Mapping[str, Check] = {"rules": _objects, "listings": _list}
_LISTING: Mapping[str, Check] = {
    "type": _text, "account": _text, "region": _text, "complete": lambda value: isinstance(value, bool),
}  # fmt: skip
_RULE: Mapping[str, Check] = {
    "title": _text, "service": _text, "resource": _text, "severity": SEVERITIES.__contains__,
}  # fmt: skip
_RESOURCE: Mapping[str, Check] = {
    "type": _text, "name": _text, "account": _text, "region": _text, "config": _document, "tags": _strings,
    "unknown": _unknowns,
}  # fmt: skip
_COUNTS: Mapping[str, Check] = {"left_out": lambda value: isinstance(value, int), "unread": _texts}
_PATH: Mapping[str, Check] = {
    "id": _text, "kind": _text, "title": _text, "account": _text, "severity": SEVERITIES.__contains__,
    "certain": lambda value: isinstance(value, bool),
}  # fmt: skip
_FINDING: Mapping[str, Check] = {
    "rule_id": _text, "resource_id": _text, "resource_type": _text, "account": _text, "region": _text,
    "verdict": lambda value: value in ("pass", "fail", "unknown"), "severity": SEVERITIES.__contains__,
    "message": _text, "origin": _object, "params": _object,
    "fingerprint": lambda value: isinstance(value, str) and len(value) == 32,
    "change": lambda value: value is None or isinstance(value, str),
}  # fmt: skip


class _Reader:
    """Checks one file; each complaint names the file and the place in it."""

    def __init__(self, where: str) -> None:
        self._where = where

    def report(self, data: Any) -> Report:
        self._check(data, _REPORT, "")
        self._check(data["snapshot"], _SNAPSHOT, ".snapshot")
        self._check(data["tool"], {"version": _text}, ".tool")
        self._check(data["coverage"], _COVERAGE, ".coverage")
        for index, listing in enumerate(data["coverage"]["listings"]):
            self._check(listing, _LISTING, f".coverage.listings[{index}]")
        for name, checks in (("rules", _RULE), ("resources", _RESOURCE)):
            for index, held in enumerate(data[name].values()):
                self._check(held, checks, f".{name}[{index}]")
        return Report(
            **{name: data[name] for name in ("tool", "snapshot", "rules", "coverage", "resources")},
            frameworks={},
            gaps=[],
            findings=[self._finding(index, each) for index, each in enumerate(data["findings"])],
            paths=self._paths(data),
            baseline=self._baseline(data.get("baseline")),
        )

    def _paths(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Attack paths, of which reports of the first versions do not say how certain they are."""
        counts = data["coverage"].get("paths")
        if counts is None:
            return []
        self._check(counts, _COUNTS, ".coverage.paths")
        paths: list[dict[str, Any]] = data.get("paths", [])
        for index, path in enumerate(paths):
            self._check(path, _PATH, f".paths[{index}]")
        return paths

    def _baseline(self, data: Any) -> dict[str, Any] | None:
        """Of the report that this one was compared with in its turn: what was fixed since."""
        if data is None:
            return None
        self._check(data, {"gone": _list}, ".baseline")
        mended = data.get("mended", [])
        if not _texts(mended):
            raise self._wrong(".baseline.mended")
        return {"mended": mended}

    def _finding(self, index: int, data: Any) -> Finding:
        self._check(data, _FINDING, f".findings[{index}]")
        kept = {name: data[name] for name in _FINDING}
        return Finding(**(kept | {"verdict": Verdict(data["verdict"])}), evidence=[])

    def _check(self, data: Any, checks: Mapping[str, Check], at: str) -> None:
        if not isinstance(data, dict):
            raise self._wrong(at)
        for name, check in checks.items():
            if name not in data or not check(data[name]):
                raise self._wrong(f"{at}.{name}")

    def _wrong(self, at: str) -> InputError:
        place = at.lstrip(".") or "the document"
        return InputError(
            f"not a report: {place} is missing or not what it should be", where=self._where, hint=json_report.HINT
        )
