"""The part of the console report that compares: what is new and fixed, what is accepted and no longer is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.findings import changed, waived
from scanner.model import Finding, Report, Verdict
from scanner.render.acceptances import notes
from scanner.render.console_style import Style
from scanner.render.console_words import place
from scanner.render.tally import plural, rank

NEW = ("new", "reopened")
_ORDER = ("new", "reopened", "fixed", "existing", "not_assessed", "gone")
_NAMED = 4
"""Findings or waivers of one kind that are named."""
_NOTES = 8


def changes(report: Report, style: Style) -> Iterator[str]:
    """Against the report that this one was compared with: how many, and which came and went."""
    counts = _counts(report)
    if not counts:
        return
    taken = str((report.baseline or {}).get("taken_at", ""))
    since = f"Since the scan of {taken}" if taken else "Since the earlier scan"
    words = ", ".join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in _ORDER if counts.get(name))
    yield from (style.paint(line, "heading") for line in style.wrap(f"{since}: {words or 'no difference'}.", ""))
    for kind, sign, names in (("new", "fail", NEW), ("fixed", "pass", ("fixed",))):
        found = [item for item in changed(report.findings) if item.change in names and _told(item)]
        yield from _named(found, kind, style.sign(sign), style)
    if lost := counts.get("not_assessed", 0):
        yield from style.wrap(f"{plural(lost, 'earlier failure')} cannot be told now: not fixed, not seen.", "  ")
    if gone := counts.get("gone", 0):
        verb = "has" if gone == 1 else "have"
        text = f"{plural(gone, 'earlier finding')} {verb} no counterpart: the resource is gone, or was not judged."
        yield from style.wrap(text, "  ")


def _told(finding: Finding) -> bool:
    return finding.verdict is not Verdict.PASS or finding.change == "fixed"


def _counts(report: Report) -> Mapping[str, int]:
    stated = (report.baseline or {}).get("counts")
    if isinstance(stated, Mapping):
        return {str(name): int(count) for name, count in stated.items()}
    return Counter(item.change for item in changed(report.findings) if item.change and _told(item))


def _named(found: Sequence[Finding], kind: str, sign: str, style: Style) -> Iterator[str]:
    ordered = sorted(found, key=lambda item: (rank(item.severity), item.sort_key()))
    for finding in ordered[:_NAMED]:
        first, *rest = style.wrap(f"{kind}: {finding.rule_id} ({finding.severity}), {place(finding)}", "  # ", "      ")
        yield first.replace("#", sign, 1)
        yield from rest
    if len(ordered) > _NAMED:
        yield f"    and {len(ordered) - _NAMED:,} more {kind}"


def accepted(report: Report, style: Style) -> Iterator[str]:
    """Failures that somebody answers for."""
    by_waiver = Counter(_who(item.waiver or {}) for item in waived(report.findings))
    if not by_waiver:
        return
    yield style.paint("Accepted", "heading")
    for who, count in sorted(by_waiver.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]:
        first, *rest = style.wrap(f"{plural(count, 'failure')} {who}", "  # ", "    ")
        yield first.replace("#", style.sign("accepted"), 1)
        yield from rest
    if len(by_waiver) > _NAMED:
        yield f"    and {plural(len(by_waiver) - _NAMED, 'waiver')} more"


def due(report: Report, style: Style) -> Iterator[str]:
    """Waivers and accepted gaps that do nothing, or soon will."""
    found = notes(report)
    if found:
        yield style.paint("Accepted, and due for a look", "heading")
    for note in found[:_NOTES]:
        yield from style.wrap(note.text, "    ", "      ")
    if len(found) > _NOTES:
        yield f"    and {len(found) - _NOTES:,} more"


def _who(waiver: Mapping[str, Any]) -> str:
    owner, expires, reason = (str(waiver.get(name, "")) for name in ("owner", "expires", "reason"))
    until = f" until {expires}" if expires else ""
    return f"by {owner or 'nobody named'}{until}: {reason.rstrip('.') or 'no reason given'}"
