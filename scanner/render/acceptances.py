"""What is wrong with waivers and accepted gaps, in words that more than one format shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scanner.model import Report

SOON = 14
"""Days before its end from which an entry is told."""

_PROBLEMS = {"too_broad": "says too little", "expired": "expired on {}", "unused": "matches nothing"}
_WAIVER_NEEDS = "a rule, a resource, an account or tags"
_GAP_NEEDS = "a service, a call, an account, a region or a resource"


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence on an entry; `wrong` says that it does nothing, else it only will."""

    text: str
    wrong: bool


def notes(report: Report) -> list[Note]:
    """The entries that do nothing, then those that soon will."""
    today = str(report.snapshot.get("taken_at", ""))[:10]
    found = [note for entry in (*report.waivers, *report.accepted_gaps) for note in _of(entry, today)]
    return [note for note in found if note.wrong] + [note for note in found if not note.wrong]


def _of(entry: Mapping[str, Any], today: str) -> Iterator[Note]:
    expires, problems = str(entry["expires"]), entry.get("problems", ())
    said = [text.format(expires) for name, text in _PROBLEMS.items() if name in problems]
    if said:
        yield Note(f"{_named(entry)} {' and '.join(said)}: {_advice(entry, problems)}.", wrong=True)
    elif (left := _days(today, expires)) is not None and left <= SOON:
        when = ("today", "tomorrow")[left] if left < 2 else f"in {left} days"
        yield Note(f"{_named(entry)} ends {when}, on {expires}.", wrong=False)


def _advice(entry: Mapping[str, Any], problems: Sequence[str]) -> str:
    if "unused" in problems:
        return "remove it"
    needs = f"; name {_GAP_NEEDS if 'gaps' in entry else _WAIVER_NEEDS}" if "too_broad" in problems else ""
    return f"it covers nothing{needs}"


def _named(entry: Mapping[str, Any]) -> str:
    """`posture.waivers.toml:3 (s3-bucket-versioning, arn:aws:s3:::data, of web@example.org)`."""
    service = ":".join(str(entry[name]) for name in ("service", "operation") if entry.get(name))
    tags = ", ".join(f"{name}={value}" for name, value in sorted(entry.get("tags", {}).items()))
    plain = ("account", "region", "resource")
    parts = [str(entry.get("rule", "")), service, *(str(entry.get(name, "")) for name in plain), tags]
    if not entry.get("resource"):
        parts.append(str(entry.get("fingerprint", "")))
    return f"{entry.get('source') or 'an entry'} ({', '.join(filter(None, [*parts, 'of ' + str(entry['owner'])]))})"


def _days(today: str, expires: str) -> int | None:
    """Days from the one to the other; none where one of them is no date, or the second is past."""
    try:
        left = (date.fromisoformat(expires) - date.fromisoformat(today)).days
    except ValueError:
        return None
    return left if left >= 0 else None
