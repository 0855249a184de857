"""What could not be read, by cause and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Gap, Why
from scanner.render.tally import listed, plural
from scanner.render.text import printable

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

ASSUME = "sts:AssumeRole"
"""The permission to enter another account; no policy of the scanner's own role has it."""


@dataclass(slots=True)
class GapGroup:
    """Gaps with one cause: the same call, refused for the same reason."""

    service: str
    operation: str
    permission: str
    reason: Why
    accepted: Mapping[str, Any] | None = None
    gaps: list[Gap] = field(default_factory=list)

    @property
    def blocks(self) -> bool:
        """Whether one of them makes the run incomplete."""
        return any(gap.blocks for gap in self.gaps)

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
    """The gaps by cause: those that make the run incomplete first, accepted ones last, then by the number of rules."""
    groups: dict[tuple[str, ...], GapGroup] = {}
    for gap in gaps:
        # An input that could not be read has no call: its message is its cause.
        message = "" if gap.operation else gap.message
        by = [str(gap.accepted.get(name, "")) for name in ("owner", "expires", "reason")] if gap.accepted else []
        key = (gap.service, gap.operation, gap.permission, gap.reason, message, *by)
        group = groups.setdefault(key, _group(gap))
        group.gaps.append(gap)
    return [
        groups[key]
        for key in sorted(
            groups,
            key=lambda key: (not groups[key].blocks, bool(groups[key].accepted), -len(groups[key].rules), key),
        )
    ]


def _group(gap: Gap) -> GapGroup:
    return GapGroup(gap.service, gap.operation, gap.permission, gap.reason, gap.accepted)


def gap_text(group: GapGroup) -> str:
    """The call, the reason, where, what it leaves open and what would answer it."""
    said = printable(group.said)
    places = [listed(list(map(printable, names))) for names in (group.accounts, group.regions) if names]
    where = f" in {', '.join(places)}" if places and (group.operation or group.regions) else ""
    times = f", {plural(len(group.gaps), 'time')}" if len(group.gaps) > 1 else ""
    rules = f". Cannot tell for {plural(len(group.rules), 'rule')}: {listed(list(map(printable, group.rules)))}"
    return f"{said}{where}{times}{rules if group.rules else ''}{_grant(group)}{_accepted(group)}."


def _grant(group: GapGroup) -> str:
    """What would have it answered. A role that is not assumed is named: it may not be there, or not know the caller."""
    if not group.permission or group.reason is not Why.DENIED or group.accepted:
        return ""
    permission = printable(group.permission)
    if group.permission != ASSUME:
        return f". Grant {permission}"
    roles = sorted({gap.resource_id for gap in group.gaps if gap.resource_id})
    return f". See that these roles are there and trust the caller, and grant {permission} on them: {_roles(roles)}"


def _roles(arns: Sequence[str]) -> str:
    return listed(list(map(printable, arns)))


def _accepted(group: GapGroup) -> str:
    """Who lives with it, until when and why."""
    if not group.accepted:
        return ""
    owner, expires, reason = (printable(str(group.accepted.get(name, ""))) for name in ("owner", "expires", "reason"))
    return f". Accepted by {owner}{f' until {expires}' if expires else ''}: {reason.rstrip('.')}"
