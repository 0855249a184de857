"""What judging gives, when there is more of it than memory should hold: findings and resources out of a file.

A report of some thousand findings holds plain lists and dictionaries; both forms are read alike.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

from scanner.model import Evidence, Finding, Verdict
from scanner.spool import Segment, Spool

MOST_HELD = 20_000
"""Findings that are held in memory as they are: some 40 MB."""

_RESOURCES = 16
"""Resources that are compressed together: they are large, and looked at in another order than they come in."""
_VERDICTS = tuple(Verdict)
_CHANGES: tuple[str | None, ...] = (None, "new", "reopened", "existing", "fixed", "not_assessed")


@dataclass(slots=True)
class Columns:
    """What is asked of all findings at once: the number of the rule in `rules`, and the verdict's in `Verdict`."""

    rules: dict[str, str] = field(default_factory=dict)
    rule: array[int] = field(default_factory=lambda: array("H"))
    verdict: bytearray = field(default_factory=bytearray)


class Findings(Sequence[Finding]):
    """Findings in the published order, read from a file whenever they are looked at.

    Each look gives a new `Finding`; what is set on it stays with that one. `amend` is how a finding's
    waiver and change are set for good.
    """

    def __init__(self, findings: Iterable[Finding] = (), path: Path | None = None) -> None:
        """`path` is that of a part that another process adopts."""
        self._spool = Spool(path)
        self._columns = Columns()
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._waivers: dict[int, dict[str, Any]] = {}
        self._changes: bytearray | None = None
        for finding in findings:
            self.append(finding)

    def append(self, finding: Finding) -> None:
        """Add the next in order."""
        self._columns.rule.append(self._number(finding.rule_id, finding.severity))
        self._columns.verdict.append(_VERDICTS.index(finding.verdict))
        self._spool.append(_record(finding))
        if finding.waiver or finding.change:
            self._set(len(self._spool) - 1, finding)

    def _number(self, rule: str, severity: str) -> int:
        if rule not in self._numbers:
            self._numbers[rule] = len(self._names)
            self._names.append(rule)
            self._columns.rules[rule] = severity
        return self._numbers[rule]

    def sealed(self) -> tuple[Segment, Columns]:
        """For `adopt` in another process."""
        return self._spool.sealed(), self._columns

    def adopt(self, segment: Segment, columns: Columns) -> None:
        """Put those of a part behind one's own."""
        numbers = [self._number(rule, severity) for rule, severity in columns.rules.items()]
        self._columns.rule.extend(numbers[number] for number in columns.rule)
        self._columns.verdict += columns.verdict
        self._spool.adopt(segment)

    def __len__(self) -> int:
        return len(self._spool)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = index + len(self) if index < 0 else index
        return self._made(number, self._spool[number])

    def __iter__(self) -> Iterator[Finding]:
        for number, record in enumerate(self._spool):
            yield self._made(number, record)

    def numbered(self, numbers: Iterable[int]) -> Iterator[tuple[int, Finding]]:
        """The findings of these numbers, which ascend."""
        wanted = iter(numbers)
        number = next(wanted, None)
        for first, end in self._spool.blocks():
            if number is None:
                return
            if number >= end:
                continue
            records = self._spool.block(first)
            while number is not None and number < end:
                yield number, self._made(number, records[number - first])
                number = next(wanted, None)

    def having(self, *verdicts: Verdict) -> Iterator[Finding]:
        """Those with one of the verdicts, in order; the others are not even made."""
        yield from (finding for _, finding in self.numbered(self._numbers_of(*verdicts)))

    def _numbers_of(self, *verdicts: Verdict) -> Iterator[int]:
        wanted = {_VERDICTS.index(verdict) for verdict in verdicts}
        return (number for number, verdict in enumerate(self._columns.verdict) if verdict in wanted)

    def waived(self) -> Iterator[Finding]:
        """Those that carry a waiver, in order."""
        yield from (finding for _, finding in self.numbered(sorted(self._waivers)))

    def changed(self) -> Iterator[Finding]:
        """Those that an earlier report makes new, fixed or otherwise different, in order."""
        numbers = (number for number, change in enumerate(self._changes or ()) if change)
        yield from (finding for _, finding in self.numbered(numbers))

    def open_fails(self, rank: Callable[[str], int]) -> OpenFails:
        """The fails without a waiver, those of the severity with the lowest rank first."""
        ranks = [rank(self._columns.rules[name]) for name in self._names]
        by_rank: dict[int, array[int]] = {each: array("L") for each in sorted(set(ranks))}
        for number in self._numbers_of(Verdict.FAIL):
            if number not in self._waivers:
                by_rank[ranks[self._columns.rule[number]]].append(number)
        numbers = array("L")
        for part in by_rank.values():
            numbers.extend(part)
        return OpenFails(self, numbers)

    def rule_of(self, number: int) -> tuple[str, str]:
        """(severity, id) of the rule of a finding, which is not read for it."""
        rule = self._names[self._columns.rule[number]]
        return self._columns.rules[rule], rule

    def amend(self, change: Callable[[Finding], None]) -> None:
        """Run a function that sets waiver or change over all findings, and keep what it sets."""
        for number, finding in enumerate(self):
            change(finding)
            self._set(number, finding)

    def _set(self, number: int, finding: Finding) -> None:
        if finding.waiver:
            self._waivers[number] = finding.waiver
        if finding.change or self._changes:
            self._changes = self._changes or bytearray()
            self._changes.extend(bytes(max(0, len(self) - len(self._changes))))
            self._changes[number] = _CHANGES.index(finding.change)

    def _made(self, number: int, record: Any) -> Finding:
        verdict = _VERDICTS[self._columns.verdict[number]]
        severity, rule = self.rule_of(number)
        id_, type_, account, region, message, evidence, origin, params, fingerprint, fix = record
        items = [Evidence(*item) for item in evidence]
        change = _CHANGES[self._changes[number]] if self._changes and number < len(self._changes) else None
        return Finding(
            *(rule, id_, type_, account, region, verdict, severity, message, items, origin, params, fingerprint, fix),
            waiver=self._waivers.get(number),
            change=change,
        )


def _record(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.resource_id,
        finding.resource_type,
        finding.account,
        finding.region,
        finding.message,
        [tuple(getattr(item, name) for name in Evidence.__slots__) for item in finding.evidence],
        finding.origin,
        finding.params,
        finding.fingerprint,
        finding.fix,
    )


class OpenFails(Sequence[Finding]):
    """Some findings by their numbers, read whenever they are looked at."""

    def __init__(self, findings: Findings, numbers: array[int]) -> None:
        self._findings = findings
        self._all = numbers

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        if isinstance(index, slice):
            return [self._findings[number] for number in self._all[index]]
        return self._findings[self._all[index]]

    def by_rule(self) -> dict[tuple[str, str], OpenFails]:
        """(severity, id of the rule) → its findings."""
        found: dict[tuple[str, str], array[int]] = {}
        for number in self._all:
            found.setdefault(self._findings.rule_of(number), array("L")).append(number)
        return {key: OpenFails(self._findings, numbers) for key, numbers in found.items()}


class Kept(Mapping[str, dict[str, Any]]):
    """Resources of a report by id, in order of their ids, read from a file whenever they are looked at."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` is that of a part that another process adopts."""
        self._spool = Spool(path, _RESOURCES)
        self._numbers: dict[str, int] = {}

    def add(self, id_: str, body: dict[str, Any]) -> None:
        """Keep one; of two with the same id the later."""
        self._numbers[id_] = len(self._spool)
        self._spool.append(body)

    def sealed(self) -> tuple[Segment, dict[str, int]]:
        """For `adopt` in another process."""
        return self._spool.sealed(), self._numbers

    def adopt(self, segment: Segment, numbers: Mapping[str, int]) -> None:
        """Put those of a part, by their place in it, to one's own."""
        base = len(self._spool)
        self._spool.adopt(segment)
        self._numbers.update((id_, base + number) for id_, number in numbers.items())

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._numbers

    def __getitem__(self, id_: str) -> dict[str, Any]:
        body: dict[str, Any] = self._spool[self._numbers[id_]]
        return body

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._numbers))


def having(findings: Iterable[Finding], *verdicts: Verdict) -> Iterator[Finding]:
    """The findings with one of the verdicts, in order."""
    if isinstance(findings, Findings):
        return findings.having(*verdicts)
    return (finding for finding in findings if finding.verdict in verdicts)


def waived(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The fails that somebody answers for, in order."""
    if isinstance(findings, Findings):
        return findings.waived()
    return (finding for finding in findings if finding.verdict is Verdict.FAIL and finding.waiver)


def changed(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of which an earlier report tells something, in order."""
    if isinstance(findings, Findings):
        return findings.changed()
    return (finding for finding in findings if finding.change)


def amend(findings: Iterable[Finding], change: Callable[[Finding], None]) -> None:
    """Run a function that sets waiver or change over all findings, and keep what it sets."""
    if isinstance(findings, Findings):
        findings.amend(change)
        return
    for finding in findings:
        change(finding)
