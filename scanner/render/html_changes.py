"""What the page says of waivers and of an earlier report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from scanner.model import Report
from scanner.render.html_verdicts import severity_index

CHANGES = ("", "new", "reopened", "existing", "fixed", "not_assessed")
"""What a finding is against the earlier report; empty where there is none, or nothing to say."""

_BASELINE = ("taken_at", "version", "accounts", "regions", "rules_added", "rules_removed")


def change_index(change: str | None) -> int:
    """The place of a change in `CHANGES`; one that is not known says nothing."""
    return CHANGES.index(change) if change in CHANGES else 0


def baseline_of(report: Report) -> dict[str, Any] | None:
    """The earlier report in short: where and when it looked, and what it failed that is gone."""
    if report.baseline is None:
        return None
    gone = report.baseline.get("gone", ())
    return {
        **{name: report.baseline.get(name) for name in _BASELINE},
        "gone": len(gone),
        "goneFails": sum(item.get("verdict") == "fail" for item in gone),
        "severities": _earlier_severities(report),
        "differences": dict(sorted(Counter(str(item.get("kind", "")) for item in report.changes).items())),
    }


def _earlier_severities(report: Report) -> dict[str, int]:
    """Finding's place → what its severity was, for those that fail as before but count otherwise now.

    A comparison says it in the baseline's `severities` (fingerprint → severity); without it nothing is said.
    """
    baseline: Mapping[str, Any] = report.baseline or {}
    earlier: Mapping[str, str] = baseline.get("severities") or {}
    if not earlier:
        return {}
    pairs = ((str(place), item, earlier.get(item.fingerprint)) for place, item in enumerate(report.findings))
    return {place: severity_index(was) for place, item, was in pairs if was and was != item.severity}


def differences_of(report: Report) -> dict[str, Any]:
    """What only the changes view asks for: what is gone, and configurations member by member."""
    baseline: Mapping[str, Any] = report.baseline or {}
    gone = sorted(baseline.get("gone", ()), key=lambda item: (severity_index(str(item.get("severity"))), _named(item)))
    return {"gone": list(gone), "changes": sorted(report.changes, key=_named)}


def _named(item: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("account", "region", "resource_type", "resource_id", "rule_id")
    return tuple(str(item.get(name, "")) for name in names)
