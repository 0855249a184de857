"""Attack paths against an earlier report: which came, which are gone, and of which nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Report

_SHOWN = ("id", "kind", "title", "severity", "certain", "account")


def paths_between(earlier: Report, report: Report) -> dict[str, Any]:
    """`{"compared", "new", "gone", "not_told"}`; the lists hold paths in short, `new` and `gone` none but certain ones.

    A path that is now only possible, or gone where not all was read, is in `not_told`, and so is one that the other
    report may have left out. Paths are not compared where one of the reports did not look for them.
    """
    counts = [each.coverage.get("paths") for each in (earlier, report)]
    if counts[0] is None or counts[1] is None:
        return {"compared": False, "new": [], "gone": [], "not_told": []}
    before, after = ({path["id"]: path for path in each.paths} for each in (earlier, report))
    new, unsure = _only(after, before, told=_is_whole(counts[0]))
    gone, lost = _only(before, after, told=_is_whole(counts[1]))
    return {"compared": True, "new": new, "gone": gone, "not_told": [*unsure, *lost]}


def _is_whole(counts: Mapping[str, Any]) -> bool:
    return not counts["left_out"] and not counts["unread"]


def _only(
    held: Mapping[str, dict[str, Any]], others: Mapping[str, dict[str, Any]], *, told: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Certain paths that the others surely do not have, and those of which that is not sure."""
    missing = list(_missing(held, others))
    sure = [_short(path) for path in missing if told and path["id"] not in others]
    return sure, [_short(path) for path in missing if not told or path["id"] in others]


def _missing(held: Mapping[str, dict[str, Any]], others: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for id_, path in held.items():
        other = others.get(id_)
        if path["certain"] and (other is None or not other["certain"]):
            yield path


def _short(path: Mapping[str, Any]) -> dict[str, Any]:
    return {name: path[name] for name in _SHOWN}
