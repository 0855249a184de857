"""What could not be seen, gathered for a reader: one entry for each call, not for each place it failed in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Finding, Gap, Report, Verdict, canonical

_Key = tuple[str, str, str, str, str, str]


@dataclass(slots=True)
class Group:
    """The gaps of one account that have the same call and reason, and that the same entry accepts, if any."""

    account: str
    call: str
    permission: str
    reason: str
    incomplete: bool = False
    accepted: dict[str, Any] | None = None
    regions: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    resources: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    messages: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def add(self, gap: Gap) -> None:
        """Count one more place."""
        self.count += 1
        self.incomplete |= gap.blocks
        self.incomplete = self.incomplete or gap.blocks
        self.regions.add(gap.region)
        self.types.update(gap.resource_types)
        self.rules.update(gap.rules)
        if gap.resource_id:
            self.resources.add(gap.resource_id)
        if gap.message:
            self.messages[gap.message] += 1

    def to_json(self) -> dict[str, Any]:
        """As the page reads it: sets in order, the commonest message first and how many others there are."""
        message = min(self.messages, key=lambda text: (-self.messages[text], text), default="")
        return {
            "account": self.account,
            "call": self.call,
            "permission": self.permission,
            "reason": self.reason,
            "incomplete": self.incomplete,
            "accepted": self.accepted,
            "regions": sorted(self.regions - {""}),
            "types": sorted(self.types),
            "resources": len(self.resources),
            "resource": min(self.resources, default=""),
            "rules": sorted(self.rules),
            "message": message,
            "otherMessages": max(0, len(self.messages) - 1),
            "count": self.count,
        }


def group_gaps(gaps: Sequence[Gap]) -> list[Group]:
    """Groups in order of account, call and reason; what made the run incomplete comes first."""
    groups: dict[_Key, Group] = {}
    for gap in gaps:
        call = f"{gap.service}:{gap.operation}" if gap.service and gap.operation else gap.operation
        # What has no call is an input or a type: each is its own entry.
        apart = call or gap.resource_id or ",".join(gap.resource_types)
        acceptance = canonical(gap.accepted) if gap.accepted else ""
        key = (gap.account, apart, gap.permission, str(gap.reason), "" if call else gap.message, acceptance)
        if key not in groups:
            groups[key] = Group(gap.account, call, gap.permission, str(gap.reason), accepted=gap.accepted)
        groups[key].add(gap)
    return [groups[key] for key in sorted(groups, key=lambda key: (not groups[key].incomplete, key))]


class Links:
    """Which groups left which finding unknown, and for what reason."""

    def __init__(self, report: Report, groups: Sequence[Group]) -> None:
        """Index the groups by account and call, the listings by place."""
        self._resources = report.resources
        self._groups = groups
        self._by_call: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, group in enumerate(groups):
            if group.call:
                self._by_call[group.account, group.call].append(index)
        self._listings = {
            (item.get("type"), item.get("account"), item.get("region")): str(item.get("reason") or "")
            for item in report.coverage.get("listings", ())
            if not item.get("complete")
        }

    def groups_of(self, finding: Finding) -> list[int]:
        """Indices of the groups whose call this finding's evidence waits for."""
        if finding.verdict is not Verdict.UNKNOWN:
            return []
        found: set[int] = set()
        for item in finding.evidence:
            candidates = self._by_call.get((finding.account, item.operation), [])
            here = [index for index in candidates if finding.region in self._groups[index].regions]
            found.update(here or candidates)
        return sorted(found)

    def why(self, finding: Finding) -> str:
        """The reason, a `Why`, that keeps a finding unknown; empty if the report does not tell."""
        if finding.verdict is not Verdict.UNKNOWN:
            return ""
        return next(self._reasons(finding), "")

    def _reasons(self, finding: Finding) -> Iterator[str]:
        unknown: Mapping[str, Mapping[str, str]] = self._resources.get(finding.resource_id, {}).get("unknown", {})
        for item in finding.evidence:
            if item.source in unknown:
                yield str(unknown[item.source].get("why", ""))
        for index in self.groups_of(finding):
            yield self._groups[index].reason
        place = (finding.resource_type, finding.account, finding.region)
        if self._listings.get(place):
            yield self._listings[place]
