"""Gaps that somebody lives with: calls that stay denied, inputs that stay unread. They leave a run complete.

Only the exit code and what is told of the run change: every verdict that depends on the gap stays unknown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.engine import fields, globs
from scanner.engine.waivers import LIVE, day_of
from scanner.model import GLOBAL, INCOMPLETE, Gap, Report

_LINE = re.compile(r"(:\d+)+\Z")

READERS: dict[str, fields.Reader] = {
    "service": fields.words,
    "operation": fields.words,
    "account": fields.account,
    "region": fields.words,
    "resource": fields.words,
    "reason": fields.words,
    "owner": fields.words,
    "expires": fields.day,
}
NEEDED = ("reason", "owner", "expires")
_MATCHERS = ("service", "operation", "account", "region", "resource")


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """An entry of the settings. All members that are given must hold; `expires` is the last day on which it does."""

    reason: str
    owner: str
    expires: str
    source: str
    service: str = ""
    operation: str = ""
    account: str = ""
    region: str = ""
    resource: str = ""

    def covers(self, gap: Gap) -> bool:
        """Whether the gap is meant, whatever the day. A resource is an id, or the path of an input."""
        pairs = ((getattr(self, name), getattr(gap, name)) for name in _MATCHERS[:-1])
        if not all(not glob or globs.matches(glob, text) for glob, text in pairs):
            return False
        return not self.resource or any(globs.matches(self.resource, name) for name in _names(gap))

    @property
    def too_broad(self) -> bool:
        """Whether it means any gap whatever."""
        return not any(globs.chooses(getattr(self, name)) for name in _MATCHERS)

    def acceptance(self) -> dict[str, Any]:
        """What a gap under it carries."""
        return {name: getattr(self, name) for name in ("reason", "owner", "expires", "source")}

    def to_json(self, gaps: int, problems: list[str]) -> dict[str, Any]:
        """The entry as the report publishes it."""
        matchers = {name: getattr(self, name) for name in _MATCHERS}
        return {**matchers, **self.acceptance(), "gaps": gaps, "problems": problems}


def entries(tables: Sequence[Mapping[str, str]], source: str) -> tuple[AcceptedGap, ...]:
    """The entries of a settings file, read by `READERS`; `source` is what the file is called."""
    return tuple(AcceptedGap(**table, source=f"{source}: accepted_gaps[{n}]") for n, table in enumerate(tables, 1))


def apply(report: Report, accepted: Sequence[AcceptedGap]) -> None:
    """Mark the gaps that are covered (of several entries the first counts), and list every entry with its use."""
    today = day_of(report)
    for entry in accepted:
        covered = (
            [] if entry.too_broad else [gap for gap in report.gaps if gap.reason in INCOMPLETE and entry.covers(gap)]
        )
        expired = today > entry.expires
        problems = ["expired"] if expired else []
        if entry.too_broad:
            problems.append("too_broad")
        elif not covered and _scanned(entry, report):
            problems.append("unused")
        report.accepted_gaps.append(entry.to_json(0 if expired else len(covered), problems))
    mark(report.gaps, accepted, today)


def mark(gaps: Sequence[Gap], accepted: Sequence[AcceptedGap], today: str) -> None:
    """Set `accepted` where an entry that still holds covers the gap."""
    holding = [entry for entry in accepted if today <= entry.expires and not entry.too_broad]
    for gap in gaps if holding else ():
        if gap.reason in INCOMPLETE:
            found = next((entry.acceptance() for entry in holding if entry.covers(gap)), None)
            gap.accepted = found or gap.accepted


def _names(gap: Gap) -> set[str]:
    """What a gap's resource is called: as it is told, and the path of an input without its line."""
    path = _LINE.sub("", gap.resource_id)
    return {gap.resource_id, path, os.path.normpath(path)} if path else set()


def _scanned(entry: AcceptedGap, report: Report) -> bool:
    """Whether a gap that it means could have come up: those of an account do not in code, nor those of a
    service, account or region that was not asked.
    """
    if report.snapshot["source"] not in LIVE:
        return not (entry.account or entry.region or entry.operation or entry.resource.startswith("arn:"))
    asked = {str(item["type"]).split("::")[1].lower() for item in report.coverage["listings"]}
    places = (
        (entry.service, [*asked, *(gap.service for gap in report.gaps)]),
        (entry.account, report.snapshot["accounts"]),
        (entry.region, [*report.snapshot["regions"], GLOBAL]),
    )
    return all(not glob or any(globs.matches(glob, name) for name in names) for glob, names in places)
