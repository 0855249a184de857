"""Applying rules to an inventory: a stream of findings in the published order."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scanner.engine import evidence
from scanner.engine.clauses import Condition
from scanner.engine.counted import counted
from scanner.engine.expression import EvaluationError, Expression
from scanner.engine.message import fill, fill_fix
from scanner.engine.rules import Loaded, facts
from scanner.engine.scope import Scope
from scanner.engine.three_valued import Truth, truth
from scanner.model import (
    Evidence,
    Facts,
    Finding,
    Inventory,
    Partial,
    Resource,
    Rule,
    Unknown,
    Verdict,
    Why,
    fingerprint,
)

_UNASKED = (Why.OUT_OF_SCOPE, Why.NOT_COLLECTED)


@dataclass(frozen=True, slots=True)
class Binding:
    """A rule with one binding of its parameters; `bound` holds those that differ from the defaults."""

    rule: Rule
    when: Expression | None
    expect: Expression
    params: dict[str, Any]
    bound: dict[str, Any]
    condition: Condition

    def facts(self) -> set[str]:
        """Names of the derived facts that its expressions read and its texts show."""
        return facts([Loaded(self.rule, self.when, self.expect, self.condition)])[self.rule.resource]

    def can_apply(self, now: datetime) -> bool:
        """Whether the rule could apply to anything: its parameters alone may say that it never does."""
        if self.when is None or not self.when.params:
            return True
        nothing = Partial(None, {"": Unknown(Why.NOT_COLLECTED)})
        return truth(self.when, nothing, Scope(self.params, now)).value is not False


@dataclass(slots=True)
class Tally:
    """What an evaluation counts beside its findings."""

    rules: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    resources: Counter[str] = field(default_factory=Counter)
    rule_errors: list[dict[str, str]] = field(default_factory=list)
    blamed: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(account, service, operation) → rules that it left unknown."""

    def add(self, other: Tally) -> None:
        """Count what was counted elsewhere, of resources that come behind one's own."""
        for rule, counts in other.rules.items():
            self.rules[rule].update(counts)
        self.resources.update(other.resources)
        self.rule_errors += other.rule_errors
        for call, rules in other.blamed.items():
            self.blamed[call] |= rules


Keep = Callable[[Resource, Partial, bool], None]
Unit = tuple[str, str, str]
"""(account, region, type): what can be judged apart from the rest."""


class Evaluation:
    """One run of rules over an inventory. Iterate `findings()` once; then `tally` is complete."""

    def __init__(
        self,
        inventory: Inventory,
        bindings: Sequence[Binding],
        facts: Facts,
        scope: Scope,
        keep: Keep,
    ) -> None:
        """`keep` receives each resource with its document, and whether it has a fail or unknown."""
        self.tally = Tally()
        self._inventory = inventory
        self._facts = facts
        self._scope = scope
        self._keep = keep
        self._unlisted: dict[str, dict[tuple[str, str], Unknown]] = {}
        self._by_type: dict[str, list[Binding]] = defaultdict(list)
        self._off: set[int] = {id(binding) for binding in bindings if not binding.can_apply(scope.now)}
        for binding in sorted(bindings, key=lambda b: (b.rule.id, fingerprint("", "", b.bound))):
            self._by_type[binding.rule.resource].append(binding)

    def findings(self, units: Iterable[Unit] | None = None) -> Iterator[Finding]:
        """Pass, fail and unknown findings, ordered as published; resources are streamed.

        `units` are those of `units()` that are wanted, in its order.
        """
        for account, region, name in self.units() if units is None else units:
            found = self._of_resources(name, account, region)
            missing = sorted(self._of_listing(name, account, region), key=Finding.sort_key)
            yield from heapq.merge(found, missing, key=Finding.sort_key) if missing else found

    def units(self) -> list[Unit]:
        """Every (account, region, type) that has rules and a resource or a listing that failed, in order."""
        found: set[Unit] = set()
        for name in self._by_type:
            found.update((account, region, name) for account, region in self._inventory.places(name))
            found.update((account, region, name) for account, region in self._unlisted_of(name))
        return sorted(found)

    def _unlisted_of(self, name: str) -> dict[tuple[str, str], Unknown]:
        """Where the listing of a type was asked for and failed, and why."""
        if name not in self._unlisted:
            self._unlisted[name] = {
                (account, region): why
                for account, region, why in self._inventory.listings(name)
                if why and not (why.why in _UNASKED and not why.operation)
            }
        return self._unlisted[name]

    def _of_resources(self, name: str, account: str, region: str) -> Iterator[Finding]:
        bindings = self._by_type[name]
        active = [binding for binding in bindings if id(binding) not in self._off]
        names = sorted({fact for binding in active for fact in binding.facts()})
        for resource in self._inventory.of(name, account, region):
            self.tally.resources[name] += 1
            origin = resource.origin.to_json()
            document = self._facts.document(resource, names)
            judged = (self._judge(binding, resource, document, origin) for binding in active)
            found = [finding for finding in judged if finding]
            for binding in bindings if len(active) < len(bindings) else ():
                if id(binding) in self._off:
                    self.tally.rules[binding.rule.id][str(Verdict.NOT_APPLICABLE)] += 1
            # the bindings are in the rules' order; of one rule, the fingerprints decide
            yield from sorted(found, key=_of_one_resource)
            self._keep(resource, document, any(finding.verdict is not Verdict.PASS for finding in found))

    def _judge(self, binding: Binding, resource: Resource, document: Partial, origin: dict[str, Any]) -> Finding | None:
        """The finding, or none where the rule does not apply."""
        verdict, items, because = self._verdict(binding, document)
        self.tally.rules[binding.rule.id][str(verdict)] += 1
        if verdict is Verdict.NOT_APPLICABLE:
            return None
        if verdict is Verdict.UNKNOWN:
            self._blame(binding, resource.account, because)
            if any(why.why is Why.RULE_ERROR for _, why in because):
                error = {"rule": binding.rule.id, "resource": resource.id, "message": because[0][1].message}
                self.tally.rule_errors.append(error)
        failed = verdict is Verdict.FAIL
        told = counted(document, items) if failed else document
        return Finding(
            rule_id=binding.rule.id,
            resource_id=resource.id,
            resource_type=resource.type,
            account=resource.account,
            region=resource.region,
            verdict=verdict,
            severity=binding.rule.severity,
            message=_message(binding, resource.name or resource.id, told, verdict, because),
            evidence=items,
            origin=origin,
            params=binding.params,
            fingerprint=fingerprint(binding.rule.id, resource.id, binding.bound),
            fix=fill_fix(binding.rule.fix, told, binding.params) if failed else {},
        )

    def _verdict(
        self, binding: Binding, document: Partial
    ) -> tuple[Verdict, list[Evidence], Sequence[tuple[str, Unknown]]]:
        scope = Scope(binding.params, self._scope.now)
        try:
            applies = _decide(binding.when, document, scope)
            if applies.value is False:
                return Verdict.NOT_APPLICABLE, [], ()
            holds = _decide(binding.expect, document, scope) if applies.value else applies
        except EvaluationError as error:
            because = (("", Unknown(Why.RULE_ERROR, message=str(error))),)
            return Verdict.UNKNOWN, evidence.undecided(because), because
        if holds.value is None:
            return Verdict.UNKNOWN, evidence.undecided(holds.because), holds.because
        verdict = Verdict.PASS if holds.value else Verdict.FAIL
        return verdict, evidence.decided(binding.condition, document, verdict, scope), ()

    def _of_listing(self, name: str, account: str, region: str) -> Iterator[Finding]:
        """One unknown finding a rule where the type's listing failed: never a clean report of the unread."""
        why = self._unlisted_of(name).get((account, region))
        if why is None:
            return
        place = f"{account}/{region}/{name}"
        for binding in self._by_type[name]:
            because = (("", why),)
            self._blame(binding, account, because)
            self.tally.rules[binding.rule.id][str(Verdict.UNKNOWN)] += 1
            yield Finding(
                rule_id=binding.rule.id,
                resource_id=place,
                resource_type=name,
                account=account,
                region=region,
                verdict=Verdict.UNKNOWN,
                severity=binding.rule.severity,
                message=f"Cannot tell for any {name} in {account} {region}: {evidence.reason_words(why)}",
                evidence=evidence.undecided(because),
                origin={"kind": self._inventory.source},
                params=binding.params,
                fingerprint=fingerprint(binding.rule.id, place, binding.bound),
            )

    def _blame(self, binding: Binding, account: str, because: Iterable[tuple[str, Unknown]]) -> None:
        for _, why in because:
            if why.operation:
                self.tally.blamed[account, why.service, why.operation].add(binding.rule.id)


def _of_one_resource(finding: Finding) -> tuple[str, str]:
    return (finding.rule_id, finding.fingerprint)


_ALWAYS = Truth(value=True)


def _decide(expression: Expression | None, document: Partial, scope: Scope) -> Truth:
    return _ALWAYS if expression is None else truth(expression, document, scope)


def _message(
    binding: Binding, name: str, document: Partial, verdict: Verdict, because: Sequence[tuple[str, Unknown]]
) -> str:
    if verdict is Verdict.FAIL:
        return fill(binding.rule.message, document, binding.params)
    if verdict is Verdict.PASS:
        return f"{name}: {binding.rule.title}"
    reasons = sorted({evidence.reason_words(why) for _, why in because})
    return f"Cannot tell for {name}: {'; '.join(reasons[:3])}"
