"""What a role can change everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.effective.holdings import LIMITED_ROLE, Holdings, holdings
from scanner.derive.access.granted.held import Held
from scanner.derive.access.granted.named_actions import EVERYWHERE, about_resources, named_actions
from scanner.derive.access.grants import ANY, Patterns, Probe, narrows
from scanner.derive.access.policy import PolicyStatement, allows
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_TOLD = 3


class WideChange(TypedDict):
    """One policy, with at most three of such actions as examples."""

    policy: str | None
    actions: list[str]


@derives("AWS::IAM::Role", "wide_changes", gives=list[WideChange], reads=LIMITED_ROLE)
def wide_changes(role: Resource, context: Context) -> Partial:
    """Policies, inline and attached, that allow writing actions, or such that manage permissions, on every resource
    without a narrowing condition; an administrator's are among them. Denies without a condition and the boundary are
    subtracted.

    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    fact = Partial([])
    held = holdings(role, context)
    elements = Elements(fact)
    for why in held.doubts():
        elements.open(why)
    for policy in held.policies:
        found = [*_changes(policy, held)]
        elements.add({"policy": policy.name, "actions": listed(found)}, either(value for _, value in found))
    return fact


def _changes(policy: Held, held: Holdings) -> Iterator[tuple[str, Maybe]]:
    told = 0
    for statement in policy.statements.all:
        for name, value in _of_statement(statement):
            left = both((value, held.leaves(Probe(name.lower(), ANY))))
            if left is not False:
                yield name, left
                told += left is True
            if told == _TOLD:
                return


def _of_statement(statement: PolicyStatement) -> Iterator[tuple[str, Maybe]]:
    places = Patterns.of(statement.node, "Resource")
    is_open = both((allows(statement), *(places.name(place) for place in EVERYWHERE)))
    unbound = both((is_open, negate(narrows(statement.node.member("Condition")))))
    if unbound is False:
        return
    for name, value in named_actions(statement):
        if name in about_resources(changes=True):
            yield name, both((value, unbound))
