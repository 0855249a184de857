"""What the findings of a report say of each rule, in each place, with each binding of its parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from scanner.complying.binding import differing, is_threshold, of_framework
from scanner.model import Finding, Gap, Report, Verdict, canonical

Place: TypeAlias = tuple[str, str]
"""Account and region."""


@dataclass(slots=True)
class Count:
    """How many resources passed, failed, failed and were accepted, or could not be told; `gaps` left some unseen."""

    passed: int = 0
    failed: int = 0
    accepted: int = 0
    unknown: int = 0
    gaps: int = 0

    def add(self, other: Count) -> None:
        """Take in another count."""
        self.passed += other.passed
        self.failed += other.failed
        self.accepted += other.accepted
        self.unknown += other.unknown
        self.gaps += other.gaps

    @property
    def judged(self) -> int:
        """How many resources there were."""
        return self.passed + self.failed + self.accepted + self.unknown

    def to_json(self) -> dict[str, int]:
        """As it is published."""
        return {name: getattr(self, name) for name in ("passed", "failed", "accepted", "unknown")}


_NONE = Count()


@dataclass(frozen=True, slots=True)
class Places:
    """A rule's counts with one binding: in each place, and added up, for there may be thousands of places."""

    counts: Mapping[Place, Count]
    total: Count
    accounts: Mapping[str, Count]
    regions: Mapping[str, Count]

    @classmethod
    def of(cls, counts: Mapping[Place, Count]) -> Places:
        """Add them up by account and by region."""
        total = Count()
        accounts: dict[str, Count] = defaultdict(Count)
        regions: dict[str, Count] = defaultdict(Count)
        for (account, region), count in counts.items():
            total.add(count)
            accounts[account].add(count)
            regions[region].add(count)
        return cls(counts, total, dict(accounts), dict(regions))

    def at(self, account: str | None, region: str | None) -> Count:
        """Of all places, or of those in an account or region, or in both."""
        if region is None:
            return self.total if account is None else self.accounts.get(account, _NONE)
        # what is asked of an account as a whole (a listing that no region has) speaks of each region
        everywhere = self.regions.get("", _NONE) if account is None else self.counts.get((account, ""), _NONE)
        here = self.regions.get(region, _NONE) if account is None else self.counts.get((account, region), _NONE)
        return replace(here, gaps=here.gaps + everywhere.gaps) if region and everywhere.gaps else here


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's evidence for one requirement.

    `bound` are the parameters that are not the rule's defaults; `loosened` those of them that a project, not the
    framework, has set to another number or switch. `run` is false if the rule was not judged with what the
    framework asks for.
    """

    id: str
    title: str
    severity: str
    bound: Mapping[str, Any]
    loosened: Mapping[str, Any]
    run: bool
    places: Places

    def count(self, account: str | None = None, region: str | None = None) -> Count:
        """Of all places, or of those in an account or region."""
        return self.places.at(account, region)


@dataclass(slots=True)
class Evidence:
    """All that a report's findings and gaps say, by rule and binding."""

    report: Report
    counts: dict[tuple[str, str], dict[Place, Count]] = field(default_factory=dict)
    gaps: dict[str, list[Gap]] = field(default_factory=dict)
    added: dict[tuple[str, str], Places] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report) -> Evidence:
        """Read the findings once."""
        made = cls(report)
        defaults = {id_: dict(rule.get("params") or {}) for id_, rule in report.rules.items()}
        for finding in report.findings:
            key = (finding.rule_id, canonical(differing(defaults.get(finding.rule_id, {}), finding.params)))
            places = made.counts.setdefault(key, {})
            _count(places.setdefault((finding.account, finding.region), Count()), finding)
        for gap in report.gaps:
            for id_ in gap.rules:
                made.gaps.setdefault(id_, []).append(gap)
        return made

    def places(self) -> tuple[list[str], list[str]]:
        """The accounts and regions that were looked at, or that a finding names."""
        found = {place for places in self.counts.values() for place in places}
        accounts = {*map(str, self.report.snapshot.get("accounts") or ()), *(account for account, _ in found)}
        return sorted(accounts - {""}), sorted({region for _, region in found} - {""})

    def by_requirement(self, framework: str) -> dict[str, list[Rule]]:
        """The rules that give evidence for each requirement, in the order of their ids."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for id_, body in sorted(self.report.rules.items()):
            for requirement in dict.fromkeys(dict(body.get("frameworks") or {}).get(framework, ())):
                found[str(requirement)].append(self._rule(id_, body, framework, str(requirement)))
        return found

    def _rule(self, id_: str, body: Mapping[str, Any], framework: str, requirement: str) -> Rule:
        defaults, own = dict(body.get("params") or {}), dict(body.get("own") or {})
        asked = dict(body.get("framework_params") or {}).get(framework, {}).get(requirement, {})
        ran = list(body.get("bindings") or [{}])
        bound = of_framework(defaults, own, asked)
        loosened: dict[str, Any] = {}
        if bound not in ran and not asked and own in ran:
            loosened = {name: value for name, value in own.items() if is_threshold(value)}
            bound = own
        run = bound in ran
        places = self._added(id_, canonical(bound)) if run else Places.of({})
        texts = (str(body.get("title") or id_), str(body.get("severity") or "info"))
        return Rule(id_, *texts, bound, loosened, run, places)

    def _added(self, id_: str, bound: str) -> Places:
        """A rule's counts with a binding, added up once."""
        key = (id_, bound)
        if key not in self.added:
            counts = dict(self.counts.get(key, {}))
            for gap in self.gaps.get(id_, ()):
                place = (gap.account, gap.region)
                there = counts.get(place, _NONE)
                if not there.unknown:  # nothing was asked there, so no finding tells it
                    counts[place] = replace(there, gaps=1)
            self.added[key] = Places.of(counts)
        return self.added[key]


def reasons(gaps: Iterable[Gap]) -> Iterator[str]:
    """Gaps in words, each call once: `ec2:DescribeVolumes (denied)`."""
    told: dict[str, None] = {}
    for gap in gaps:
        call = f"{gap.service}:{gap.operation}" if gap.operation else (gap.message or gap.service)
        told[f"{call} ({gap.reason})"] = None
    yield from told


def _count(count: Count, finding: Finding) -> None:
    if finding.verdict is Verdict.PASS:
        count.passed += 1
    elif finding.verdict is Verdict.UNKNOWN:
        count.unknown += 1
    elif finding.verdict is Verdict.FAIL:
        if finding.waiver:
            count.accepted += 1
        else:
            count.failed += 1
