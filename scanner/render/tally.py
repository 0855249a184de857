"""Counts, orders and lists in words that more than one format shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scanner.findings import Findings, OpenFails
from scanner.model import SEVERITIES, Finding, Report, Verdict
from scanner.render.json_text import encode

_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?")

RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def rank(severity: str) -> int:
    """0 for the worst; a severity that is not known comes last."""
    return RANK.get(severity, len(RANK))


def open_fails(findings: Iterable[Finding]) -> Sequence[Finding]:
    """The fails that nobody accepted, worst first, then in the report's order."""
    if isinstance(findings, Findings):
        return findings.open_fails(rank)
    found = [item for item in findings if item.verdict is Verdict.FAIL and not item.waiver]
    return sorted(found, key=lambda item: (rank(item.severity), item.sort_key()))


def by_rule(fails: Iterable[Finding]) -> Mapping[tuple[str, str], Sequence[Finding]]:
    """(severity, id of the rule) → its findings, in order."""
    if isinstance(fails, OpenFails):
        return fails.by_rule()
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in fails:
        found.setdefault((finding.severity, finding.rule_id), []).append(finding)
    return found


def newer_than_pin(report: Report, rule_id: str) -> bool:
    """Whether a rule came after the version that the settings pin: its findings are told, and fail no run."""
    pin = _version(report.snapshot.get("pin"))
    since = _version(report.rules.get(rule_id, {}).get("since"))
    return bool(pin and since and since > pin)


def _version(text: Any) -> tuple[int, ...]:
    """Three numbers of `0.1` or `0.1.2`; nothing for another text."""
    found = _VERSION.fullmatch(str(text))
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def setting(rule: Mapping[str, Any], finding: Finding) -> str:
    """`max_days = 30` for each parameter that was bound to another value than the rule's default, or nothing."""
    defaults = rule.get("params", {})
    bound = {name: value for name, value in finding.params.items() if name not in defaults or defaults[name] != value}
    return ", ".join(f"{name} = {encode(bound[name])}" for name in sorted(bound))


def reason(finding: Finding) -> str:
    """Why a finding is unknown, in a word or two; its evidence has the whole."""
    said = next((item.reason for item in finding.evidence if item.reason), "")
    return said.partition(": ")[0]


def plural(count: int, noun: str) -> str:
    """`1 bucket`, `1,204 buckets`, `2 policies`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"


def listed(items: Sequence[str], most: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    if len(items) > most + 1:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    return " and ".join(part for part in (", ".join(items[:-1]), "".join(items[-1:])) if part)
