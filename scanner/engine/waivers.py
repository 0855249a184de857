"""Waivers: fails that somebody answers for until a day. They are marked, never hidden.

A waiver acts on fails alone, until the end of the day it expires on, seen from the report's own time. One
that says too little to mean something in particular covers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.engine import globs
from scanner.findings import amend
from scanner.model import GLOBAL, Finding, Report, Verdict

TAGS = "/derived/tags"
"""The pointer at which a resource says that its tags were not read."""
LIVE = ("live", "recording")


@dataclass(frozen=True, slots=True)
class Subject:
    """A finding with what its resource is called (id, name, id in AWS) and how it is tagged."""

    finding: Finding
    names: tuple[str, ...]
    tags: Mapping[str, str]
    tags_known: bool = True

    @classmethod
    def of(cls, finding: Finding, report: Report) -> Subject:
        """Read from the report's resources, which hold each that has a fail or unknown."""
        resource = report.resources.get(finding.resource_id, {})
        names = (finding.resource_id, resource.get("name"), resource.get("physical_id"))
        known = TAGS not in resource.get("unknown", {})
        return cls(finding, tuple(dict.fromkeys(filter(None, names))), resource.get("tags", {}), known)


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which findings are meant: all members that are given must hold. All but the fingerprint are globs."""

    rule: str = ""
    account: str = ""
    region: str = ""
    resource: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def matches(self, subject: Subject, *, doubt: bool = False) -> bool:
        """Whether the finding is meant; `doubt` is the answer where that hangs on what is not known."""
        finding = subject.finding
        place = (finding.rule_id, finding.account, finding.region)
        return self._names(subject, doubt) and self.meets(*place, doubt=doubt)

    def meets(self, rule: str, account: str, region: str, *, doubt: bool = False) -> bool:
        """Whether findings of the rule in that place can be meant; code may not tell its account and region."""
        return (
            (not self.rule or globs.matches(self.rule, rule))
            and (not self.account or (globs.matches(self.account, account) if account else doubt))
            and (not self.region or (globs.matches(self.region, region) if region else doubt))
        )

    def _names(self, subject: Subject, doubt: bool) -> bool:  # noqa: FBT001 - as `matches` takes it
        """Whether the resource is meant, and this finding of it."""
        if self.fingerprint and self.fingerprint != subject.finding.fingerprint:
            return False
        if self.resource:
            for name in subject.names:  # in the innermost loop of large reports: no generator
                if globs.matches(self.resource, name):
                    break
            else:
                return False
        if self.tags and not subject.tags_known:
            return doubt
        tags = subject.tags
        return not self.tags or all(
            name in tags and globs.matches(glob, tags[name]) for name, glob in self.tags.items()
        )

    @property
    def key(self) -> str:
        """A text that a finding it means must have among its fingerprint and names, or nothing."""
        return self.fingerprint or (self.resource if globs.is_literal(self.resource) else "")

    @property
    def too_broad(self) -> bool:
        """Whether it says neither which rule nor which resource, account or tags, but in general terms."""
        chosen = self.fingerprint or self.tags or any(map(globs.chooses, (self.resource, self.account)))
        return not chosen and not (self.rule and globs.is_literal(self.rule))

    def to_json(self) -> dict[str, Any]:
        """All members."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: dict(value) if name == "tags" else value for name, value in pairs}


@dataclass(frozen=True, slots=True)
class Waiver:
    """An entry of a waivers file. `expires` is the last day on which it holds; `source` is file and line."""

    match: Matcher
    reason: str
    owner: str
    expires: str
    source: str
    exclude: tuple[Matcher, ...] = ()

    def covers(self, subject: Subject, *, doubt: bool = False) -> bool:
        """Whether the finding is meant, whatever the day; `doubt` is the answer where what is not known decides."""
        excluded = any(one.matches(subject, doubt=not doubt) for one in self.exclude)
        return self.match.matches(subject, doubt=doubt) and not excluded

    def reads_tags_of(self, rule: str) -> bool:
        """Whether tags decide on what it covers of a rule's findings."""
        tagged = bool(self.match.tags) or any(one.tags for one in self.exclude)
        return tagged and (not self.match.rule or globs.matches(self.match.rule, rule))

    def acceptance(self) -> dict[str, Any]:
        """What a finding under it carries."""
        return {name: getattr(self, name) for name in ("reason", "owner", "expires", "source")}

    def to_json(self, findings: int, problems: list[str]) -> dict[str, Any]:
        """The entry as the report publishes it."""
        exclude = [{name: value for name, value in one.to_json().items() if value} for one in self.exclude]
        rule = {"rule": self.match.rule or "*"}
        body = {**self.match.to_json(), **rule, "exclude": exclude, **self.acceptance()}
        return {**body, "findings": findings, "problems": problems}


def apply(report: Report, waivers: Sequence[Waiver]) -> None:
    """Mark the fails that are covered (of several waivers the first counts), and list every waiver with its use."""
    today = day_of(report)
    use = _Use(waivers)

    def lay(finding: Finding) -> None:
        if finding.verdict is Verdict.FAIL:
            covering = use.count(Subject.of(finding, report))
            holding = next((one for one in covering if today <= one.expires), None)
            finding.waiver = holding.acceptance() if holding else finding.waiver
        elif finding.verdict is Verdict.UNKNOWN:
            use.leave_open(Subject.of(finding, report))

    if waivers:
        amend(report.findings, lay)
    for number, waiver in enumerate(waivers):
        expired = today > waiver.expires
        problems = ["expired"] if expired else []
        if waiver.match.too_broad:
            problems.append("too_broad")
        elif not use.counts[number] and number not in use.open and _scanned(waiver.match, report):
            problems.append("unused")
        report.waivers.append(waiver.to_json(0 if expired else use.counts[number], problems))


def day_of(report: Report) -> str:
    """The day that the report is of, in UTC: `2026-11-24`."""
    return str(report.snapshot["taken_at"])[:10]


class _Use:
    """How many fails each waiver covers, by its number, and which may cover one that could not be told."""

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self.counts = [0] * len(waivers)
        self.open: set[int] = set()
        self._waivers = waivers
        self._by_rule: dict[str, _Candidates] = {}

    def count(self, fail: Subject) -> list[Waiver]:
        """The waivers that cover a fail, in order."""
        found = self._covering(fail)
        if not fail.tags_known:
            self.open.update(self._covering(fail, doubt=True))
        for number in found:
            self.counts[number] += 1
        return [self._waivers[number] for number in found]

    def leave_open(self, unknown: Subject) -> None:
        """Note the waivers that would cover the finding if it were a fail, or resources that it stands for."""
        finding = unknown.finding
        if finding.resource_id == f"{finding.account}/{finding.region}/{finding.resource_type}":  # a listing failed
            place = (finding.rule_id, finding.account, finding.region)
            self.open.update(n for n, one in enumerate(self._waivers) if one.match.meets(*place))
        else:
            self.open.update(self._covering(unknown, doubt=True))

    def _covering(self, subject: Subject, *, doubt: bool = False) -> list[int]:
        rule = subject.finding.rule_id
        if rule not in self._by_rule:
            numbered = ((number, one.match) for number, one in enumerate(self._waivers))
            self._by_rule[rule] = _Candidates.of_rule(rule, numbered)
        candidates = self._by_rule[rule].of(subject)
        return [number for number in candidates if self._waivers[number].covers(subject, doubt=doubt)]


@dataclass(slots=True)
class _Candidates:
    """Which waivers may cover a rule's findings, without asking each: there can be thousands of both.

    `by_key` holds those that name one resource or finding, `wild` those with a glob for it (`any_wild`
    matches where one of them does), `rest` the others.
    """

    by_key: dict[str, list[int]]
    wild: list[int]
    any_wild: Callable[[str], object]
    rest: list[int]

    @classmethod
    def of_rule(cls, rule: str, matchers: Iterable[tuple[int, Matcher]]) -> _Candidates:
        """Sort the waivers that mean the rule, by number."""
        by_key: dict[str, list[int]] = defaultdict(list)
        wild: dict[int, str] = {}
        for number, match in matchers:
            if not match.too_broad and (not match.rule or globs.matches(match.rule, rule)):
                if match.resource and not match.key:
                    wild[number] = match.resource
                else:
                    by_key[match.key].append(number)
        return cls(by_key, list(wild), globs.any_of(tuple(wild.values())), by_key.pop("", []))

    def of(self, subject: Subject) -> list[int]:
        """Numbers in order."""
        keys = {subject.finding.fingerprint, *subject.names}
        found = [number for key in keys for number in self.by_key.get(key, ())]
        wild = self.wild if any(map(self.any_wild, subject.names)) else ()
        return sorted([*found, *wild, *self.rest])


def _scanned(match: Matcher, report: Report) -> bool:
    """Whether what it means was judged: code has no ARNs or places, an account no paths."""
    if match.rule and not any(globs.matches(match.rule, rule) for rule in report.rules):
        return False
    if report.snapshot["source"] not in LIVE:
        return not (match.account or match.region or match.resource.startswith("arn:"))
    places = ((match.account, report.snapshot["accounts"]), (match.region, [*report.snapshot["regions"], GLOBAL]))
    here = all(not glob or any(globs.matches(glob, name) for name in names) for glob, names in places)
    return here and "#" not in match.resource
