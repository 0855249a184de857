"""From a report to the state of each requirement of a framework."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.complying import attestations
from scanner.complying.attestations import Attestation
from scanner.complying.evidence import Count, Evidence, Rule, reasons
from scanner.complying.states import Seen, State, decide
from scanner.model import Report

CODE = ("terraform", "cloudformation", "mixed")


@dataclass(frozen=True, slots=True)
class Scope:
    """What to assess, all where it says nothing: one account, one region, one level of the framework.

    `level` (`L1`, `Low`) leaves the requirements that this level asks for, and the headings over them.
    """

    account: str = ""
    region: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A requirement with its state and what that rests on.

    `body` is the framework's own record. `because` says in sentences what the state rests on; `accounts` and
    `regions` give the state in each alone. A group has no state of its own, and `total` counts those under it.
    """

    body: Mapping[str, Any]
    state: State | None
    because: Sequence[str]
    rules: Sequence[Rule]
    attested: Sequence[Attestation]
    accounts: Mapping[str, State]
    regions: Mapping[str, State]
    total: Mapping[State, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """As the framework numbers it."""
        return str(self.body["id"])

    @property
    def group(self) -> bool:
        """Whether it is a heading."""
        return bool(self.body.get("group"))


@dataclass(frozen=True, slots=True)
class Assessment:
    """A framework's requirements in order, assessed from one report, in all of it or in one account or region."""

    framework: Mapping[str, Any]
    requirements: Sequence[Assessed]
    attestations: Sequence[Attestation]
    day: str
    scope: Scope

    @property
    def assessed(self) -> list[Assessed]:
        """The requirements without the headings."""
        return [one for one in self.requirements if not one.group]

    def totals(self) -> dict[State, int]:
        """How many requirements are in each state, in the states' order."""
        states = [one.state for one in self.assessed]
        return {state: states.count(state) for state in State}


def assess(report: Report, framework: str, scope: Scope | None = None, evidence: Evidence | None = None) -> Assessment:
    """Assess a framework that the report holds; `evidence` is the report's, if it was read already.

    Attestations are valid on the report's own day, so the same report always says the same.
    """
    body = report.frameworks[framework]
    known = [Attestation.from_json(item) for item in report.attestations]
    day = str(report.snapshot.get("taken_at", ""))[:10]
    where = scope or Scope()
    run = _Run(evidence or Evidence.of(report), body, known, day, where)
    return Assessment(body, list(run.all(where.level)), known, day, where)


class _Run:
    def __init__(
        self,
        evidence: Evidence,
        body: Mapping[str, Any],
        known: Sequence[Attestation],
        day: str,
        scope: Scope,
    ) -> None:
        self._evidence = evidence
        self._rules = evidence.by_requirement(str(body["id"]))
        self._body = body
        self._known = known
        self._day = day
        self._place = (scope.account or None, scope.region or None)
        accounts, regions = evidence.places()
        self._accounts = [scope.account] if scope.account else accounts
        self._regions = [scope.region] if scope.region else regions
        self._code = evidence.report.snapshot.get("source") in CODE
        self._above: dict[str, list[str]] = {}

    def all(self, level: str) -> Iterator[Assessed]:
        """Every requirement in order; groups that nothing stands under are left out."""
        found = [self._one(one) for one in self._body["requirements"]]
        kept = [one for one in found if not one.group and (not level or level in one.body.get("levels", ()))]
        totals: dict[str, dict[State, int]] = {}
        for one in kept:
            for id_ in self._above[one.id]:
                counts = totals.setdefault(id_, {})
                if one.state and id_ != one.id:
                    counts[one.state] = counts.get(one.state, 0) + 1
        wanted = {one.id for one in kept}
        for one in found:
            if one.id in wanted:
                yield one
            elif one.group and one.id in totals:
                total = {state: totals[one.id][state] for state in State if state in totals[one.id]}
                yield Assessed(one.body, None, (), (), one.attested, {}, {}, total)

    def _one(self, one: Mapping[str, Any]) -> Assessed:
        id_, parent = str(one["id"]), one.get("parent")
        self._above[id_] = [id_, *self._above.get(str(parent), ())]
        attested = attestations.of_requirement(self._known, str(self._body["id"]), self._above[id_])
        if one.get("group"):
            return Assessed(one, None, (), (), attested, {}, {})
        rules = self._rules.get(id_, [])
        account, region = self._place
        state = self._state(one, rules, attested, account, region)
        return Assessed(
            one,
            state,
            tuple(self._because(one, state, rules, attested)),
            rules,
            attested,
            {name: self._state(one, rules, attested, name, region) for name in self._accounts},
            {name: self._state(one, rules, attested, account, name) for name in self._regions},
        )

    def _state(
        self,
        one: Mapping[str, Any],
        rules: Sequence[Rule],
        attested: Sequence[Attestation],
        account: str | None,
        region: str | None,
    ) -> State:
        seen = self._seen(one, rules, account, region)
        said = attestations.says(attested, self._day, [account] if account else self._accounts)
        return decide(str(one["assessment"]), seen, said)

    def _seen(self, one: Mapping[str, Any], rules: Sequence[Rule], account: str | None, region: str | None) -> Seen:
        total, short = Count(), False
        for rule in rules:
            count = rule.count(account, region)
            short = short or bool(rule.loosened and count.passed)
            total.add(count)
        return Seen(
            rules=len(rules),
            passed=total.passed,
            failed=total.failed + total.accepted,
            blind=bool(total.unknown or total.gaps or one.get("not_run") or any(not rule.run for rule in rules)),
            short=short,
            code=self._code,
        )

    def _because(
        self, one: Mapping[str, Any], state: State, rules: Sequence[Rule], attested: Sequence[Attestation]
    ) -> Iterator[str]:
        total = Count()
        for rule in rules:
            total.add(rule.count(*self._place))
        if total.failed or total.accepted:
            accepted = f", {total.accepted} of them accepted" if total.accepted else ""
            yield f"{total.failed + total.accepted} of {total.judged} verdicts are failures{accepted}."
        yield from self._unseen(one, rules, total)
        if state in (State.PARTLY_SEEN, State.ATTESTED, State.MET) and total.passed:
            yield f"{total.passed} of {total.judged} verdicts pass."
        if rules and not total.judged and not total.gaps and state is not State.NOT_SEEN:
            yield "There is nothing in what was read to which its rules apply."
        yield from self._short(one, rules, state)
        yield from self._words(attested, one, state)

    def _unseen(self, one: Mapping[str, Any], rules: Sequence[Rule], total: Count) -> Iterator[str]:
        if total.unknown:
            yield f"{total.unknown} of {total.judged} verdicts are unknown."
        gaps = [gap for rule in rules if rule.run for gap in self._evidence.gaps.get(rule.id, ())]
        here = [gap for gap in gaps if self._place[0] in (None, gap.account)]
        if here and (total.unknown or total.gaps):
            told = list(reasons(here))
            more = f" and {len(told) - 3} more" if len(told) > 3 else ""
            yield f"Not read: {', '.join(told[:3])}{more}."
        if left := int(one.get("not_run", 0)) + sum(not rule.run for rule in rules):
            yield f"{left} {'rule that gives' if left == 1 else 'rules that give'} evidence for it did not run."
        if one["assessment"] == "automated" and not rules and not left:
            yield "No rule looks at it yet."

    def _short(self, one: Mapping[str, Any], rules: Sequence[Rule], state: State) -> Iterator[str]:
        for rule in rules:
            if rule.loosened and state is not State.NOT_MET:
                values = ", ".join(f"{name} = {value}" for name, value in sorted(rule.loosened.items()))
                yield f"{rule.id} was judged at the project's own {values}, not at what the framework asks for."
        if self._code and one["assessment"] == "automated" and rules and state is not State.NOT_MET:
            yield "Code was judged: it shows what it makes, not what there is."

    def _words(self, attested: Sequence[Attestation], one: Mapping[str, Any], state: State) -> Iterator[str]:
        for item in attested:
            standing = item.standing(self._day)
            what = "does not apply" if item.says == "not_applicable" else "attested"
            part = _scope(item.accounts, self._accounts)
            if standing == "valid":
                yield f"{what.capitalize()}{part}, says {item.by}, until {item.until}."
            else:
                yield f"The attestation of {item.by}{part} is {standing} ({item.on} to {item.until})."
        if state in (State.PARTLY_SEEN, State.NEEDS_ATTESTATION) and not attested and one["assessment"] != "automated":
            yield "Nobody has attested it." if state is State.NEEDS_ATTESTATION else "Nobody has attested the rest."


def _scope(named: Collection[str], accounts: Collection[str]) -> str:
    if not named or set(accounts) <= set(named):
        return ""
    return f" for {', '.join(sorted(named))}"
