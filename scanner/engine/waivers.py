"""Waivers: fails that somebody answers for until a day. They are marked, never hidden.

A waiver acts on fails alone, until the end of the day it expires on, seen from the report's own time. One
that says too little to mean something in particular covers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.engine import globs
from scanner.model import GLOBAL, Finding, Report, Verdict

LIVE = ("live", "recording")


@dataclass(frozen=True, slots=True)
class Subject:
    """A finding with what its resource is called (id, name, id in AWS) and how it is tagged."""

    finding: Finding
    names: tuple[str, ...]
    tags: Mapping[str, str]

    @classmethod
    def of(cls, finding: Finding, report: Report) -> Subject:
        """Read from the report's resources, which hold each that has a fail or unknown."""
        resource = report.resources.get(finding.resource_id, {})
        names = (finding.resource_id, resource.get("name"), resource.get("physical_id"))
        return cls(finding, tuple(dict.fromkeys(filter(None, names))), resource.get("tags", {}))


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which findings are meant: all members that are given must hold. All but the fingerprint are globs."""

    rule: str = ""
    account: str = ""
    region: str = ""
    resource: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def matches(self, subject: Subject) -> bool:
        """Whether the finding is meant."""
        finding = subject.finding
        return self.meets(finding.rule_id, finding.account, finding.region) and self.names(subject)

    def meets(self, rule: str, account: str, region: str) -> bool:
        """Whether findings of the rule in that place can be meant."""
        pairs = ((self.rule, rule), (self.account, account), (self.region, region))
        return all(not glob or globs.matches(glob, text) for glob, text in pairs)

    def names(self, subject: Subject) -> bool:
        """Whether the resource is meant, and this finding of it."""
        if self.fingerprint and self.fingerprint != subject.finding.fingerprint:
            return False
        if self.resource and not any(globs.matches(self.resource, name) for name in subject.names):
            return False
        tags = subject.tags
        return all(name in tags and globs.matches(glob, tags[name]) for name, glob in self.tags.items())

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

    def covers(self, subject: Subject) -> bool:
        """Whether the finding is meant, whatever the day."""
        return self.match.matches(subject) and not any(one.matches(subject) for one in self.exclude)

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
    index = _Index(waivers)
    counts = [0] * len(waivers)
    for finding in report.findings if waivers else ():
        if finding.verdict is not Verdict.FAIL:
            continue
        subject = Subject.of(finding, report)
        hits = [number for number in index.candidates(subject) if waivers[number].covers(subject)]
        for number in hits:
            counts[number] += 1
        holding = next((waivers[number] for number in hits if today <= waivers[number].expires), None)
        finding.waiver = holding.acceptance() if holding else finding.waiver
    scope = _Scope(report) if not all(counts) else None
    for waiver, count in zip(waivers, counts, strict=True):
        expired = today > waiver.expires
        problems = ["expired"] if expired else []
        if waiver.match.too_broad:
            problems.append("too_broad")
        elif not count and scope and scope.judged(waiver):
            problems.append("unused")
        report.waivers.append(waiver.to_json(0 if expired else count, problems))


def day_of(report: Report) -> str:
    """The day that the report is of, in UTC: `2026-11-24`."""
    return str(report.snapshot["taken_at"])[:10]


class _Index:
    """Which waivers may cover a finding, without asking each: there can be thousands of both."""

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self._waivers = [(number, one.match) for number, one in enumerate(waivers) if not one.match.too_broad]
        self._by_rule: dict[str, dict[str, list[int]]] = {}

    def candidates(self, subject: Subject) -> list[int]:
        """Numbers in order."""
        by_key = self._of_rule(subject.finding.rule_id)
        keys = {"", subject.finding.fingerprint, *subject.names}
        return sorted(number for key in keys for number in by_key.get(key, ()))

    def _of_rule(self, rule: str) -> dict[str, list[int]]:
        if rule not in self._by_rule:
            found: dict[str, list[int]] = defaultdict(list)
            for number, match in self._waivers:
                if not match.rule or globs.matches(match.rule, rule):
                    found[match.key].append(number)
            self._by_rule[rule] = found
        return self._by_rule[rule]


class _Scope:
    """What the report has judged: a waiver of what was not scanned, or not told, is not unused."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._live = report.snapshot["source"] in LIVE
        self._accounts = report.snapshot["accounts"]
        self._regions = [*report.snapshot["regions"], GLOBAL]
        self._unknown: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
        for finding in report.findings:
            if finding.verdict is Verdict.UNKNOWN:
                place = (finding.rule_id, finding.account, finding.region)
                self._unknown[place].append(Subject.of(finding, report))

    def judged(self, waiver: Waiver) -> bool:
        """Whether a fail that it means would have been found."""
        match = waiver.match
        if match.rule and not any(globs.matches(match.rule, rule) for rule in self._report.rules):
            return False
        return self._here(match) and not any(self._open(match))

    def _here(self, match: Matcher) -> bool:
        """Whether it may mean what was scanned: code has no ARNs or places, an account no paths."""
        if not self._live:
            return not (match.account or match.region or match.resource.startswith("arn:"))
        places = ((match.account, self._accounts), (match.region, self._regions))
        scanned = all(not glob or any(globs.matches(glob, name) for name in names) for glob, names in places)
        return scanned and "#" not in match.resource

    def _open(self, match: Matcher) -> Iterator[bool]:
        """Whether a verdict that could not be told may be the fail that it means."""
        for (rule, account, region), subjects in self._unknown.items():
            if match.meets(rule, account, region):
                yield any(_unlisted(one.finding) or match.names(one) for one in subjects)


def _unlisted(finding: Finding) -> bool:
    """Whether it stands for all resources of a type in one place, whose listing failed."""
    return finding.resource_id == f"{finding.account}/{finding.region}/{finding.resource_type}"
