"""The attack paths of a report for a terminal, and how many there are in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.model import Report
from scanner.render.console_style import Style
from scanner.render.tally import plural
from scanner.render.text import printable

_NAMED = 3


def counted(report: Report) -> str:
    """`3 attack paths, and 2 that are possible`; empty where none were looked for, or in code."""
    stated: dict[str, Any] | None = report.coverage.get("paths")
    if stated is None or report.snapshot.get("source") in ("terraform", "cloudformation"):
        certain = sum(bool(path.get("certain", True)) for path in report.paths)
        possible = len(report.paths) - certain
        if not report.paths:
            return ""
    else:
        certain, possible = stated["certain"], stated["possible"]
    words = plural(certain, "attack path") if certain else "No attack path that is certain"
    if possible:
        words += f", and {possible:,} that {'is' if possible == 1 else 'are'} possible"
    return words + (", as far as was read" if stated and stated["unread"] and not certain else "")


def attack_paths(report: Report, style: Style) -> Iterator[str]:
    """The worst ways through several resources."""
    words = counted(report)
    if not words:
        return
    yield style.paint(words, "heading" if report.paths else "quiet")
    for path in report.paths[:_NAMED]:
        doubt = "" if path.get("certain", True) else "possible, "
        yield from style.wrap(printable(f"{doubt}{path['severity']}: {path['title']}"), "  ", "    ")
    if len(report.paths) > _NAMED:
        left = len(report.paths) - _NAMED
        yield style.paint(f"  and {left:,} more, each step with its evidence in the HTML report", "quiet")
