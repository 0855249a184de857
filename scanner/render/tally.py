"""Counts and groups that more than one format shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scanner.model import INCOMPLETE, SEVERITIES, Finding, Gap, Verdict, Why

RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}

REASONS = {
    Why.DENIED: "denied",
    Why.THROTTLED: "throttled until the scan gave up",
    Why.ERROR: "not answered",
    Why.UNSUPPORTED: "not offered there",
    Why.NOT_COLLECTED: "not asked",
    Why.AFTER_APPLY: "known only after apply",
    Why.OUT_OF_SCOPE: "outside what was scanned",
    Why.RULE_ERROR: "the rule could not be evaluated",
}
"""Why something is not known, as the predicate of a sentence about the call or the value."""


def rank(severity: str) -> int:
    """0 for the worst; a severity that is not known comes last."""
    return RANK.get(severity, len(RANK))


def open_fails(findings: Iterable[Finding]) -> list[Finding]:
    """The fails that nobody accepted, worst first, then in the report's order."""
    found = [item for item in findings if item.verdict is Verdict.FAIL and not item.waiver]
    return sorted(found, key=lambda item: (rank(item.severity), item.sort_key()))


def blocks(gap: Gap) -> bool:
    """Whether the gap makes the run incomplete: a rule needed the call, or a whole input is missing."""
    return gap.reason in INCOMPLETE and bool(gap.rules or not gap.resource_types)


@dataclass(slots=True)
class GapGroup:
    """Gaps with one cause: the same call, refused for the same reason."""

    service: str
    operation: str
    permission: str
    reason: Why
    gaps: list[Gap] = field(default_factory=list)

    @property
    def blocks(self) -> bool:
        """Whether one of them makes the run incomplete."""
        return any(map(blocks, self.gaps))

    @property
    def said(self) -> str:
        """What was not read and why, as a clause: `s3:GetBucketPolicy was denied`, or the gap's own words."""
        if self.operation:
            call = f"{self.service}:{self.operation}" if self.service else self.operation
            return f"{call} was {REASONS[self.reason]}"
        return self.gaps[0].message.rstrip(".") or f"{self.service or 'an input'} was {REASONS[self.reason]}"

    @property
    def accounts(self) -> list[str]:
        """The accounts that are told, in order."""
        return sorted({gap.account for gap in self.gaps if gap.account})

    @property
    def regions(self) -> list[str]:
        """The regions that are told, in order."""
        return sorted({gap.region for gap in self.gaps if gap.region})

    @property
    def rules(self) -> list[str]:
        """The rules that it leaves without a verdict somewhere, in order."""
        return sorted({rule for gap in self.gaps for rule in gap.rules})


def gap_groups(gaps: Sequence[Gap]) -> list[GapGroup]:
    """The gaps by cause: those that make the run incomplete first, then by the number of rules."""
    groups: dict[tuple[str, ...], GapGroup] = {}
    for gap in gaps:
        # An input that could not be read has no call: its message is its cause.
        message = "" if gap.operation else gap.message
        key = (gap.service, gap.operation, gap.permission, gap.reason, message)
        group = groups.setdefault(key, GapGroup(gap.service, gap.operation, gap.permission, gap.reason))
        group.gaps.append(gap)
    return [
        groups[key] for key in sorted(groups, key=lambda key: (not groups[key].blocks, -len(groups[key].rules), key))
    ]


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
