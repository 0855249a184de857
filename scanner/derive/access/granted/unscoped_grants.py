"""Actions that could be held to single resources and are allowed on all."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.granted.held import Held, held_policies
from scanner.derive.access.granted.named_actions import EVERYWHERE, about_resources, named_actions
from scanner.derive.access.grants import ANY, Patterns, Probe, denied, narrows
from scanner.derive.access.policy import PolicyStatement, allows
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_TOLD = 5


class UnscopedGrant(TypedDict):
    """One statement, with at most five of such actions as examples."""

    policy: str | None
    sid: str | None
    actions: list[str]
    source: str


class UnscopedGrants(TypedDict):
    """Statements with some action that changes something, and with any."""

    changes: list[UnscopedGrant]
    any: list[UnscopedGrant]


@derives("AWS::IAM::ManagedPolicy", "unscoped_grants", gives=UnscopedGrants, reads=("PolicyDocument",))
@derives("AWS::IAM::User", "unscoped_grants", gives=UnscopedGrants, reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "unscoped_grants", gives=UnscopedGrants, reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "unscoped_grants", gives=UnscopedGrants, reads=("RolePolicyList",))
def unscoped_grants(owner: Resource, context: Context) -> Partial:
    """Statements on every resource (`*`, or ARNs that come to it) whose condition does not narrow them.

    Access levels, and whether an action knows resources, are those of the service authorization reference; what
    is not in it does not count. A Deny without a condition in the same policy is subtracted.

    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    del context
    fact = Partial({"changes": [], "any": []})
    for policy in held_policies(owner):
        for kind in fact.value:
            elements = Elements(fact, kind)
            if isinstance(policy, Unknown):
                elements.open(policy)
                continue
            elements.open(policy.statements.more)
            for statement in policy.statements.all:
                actions, sure = _unscoped(statement, policy, about_resources(changes=kind == "changes"))
                members = {"policy": policy.name, "sid": statement.node.member("Sid"), "actions": actions}
                elements.add({**members, "source": statement.node.path}, sure)
    return fact


def _unscoped(statement: PolicyStatement, policy: Held, asked: frozenset[str]) -> tuple[Partial, Maybe]:
    """Examples, and whether there are any."""
    places = Patterns.of(statement.node, "Resource")
    is_open = both((allows(statement), *(places.name(place) for place in EVERYWHERE)))
    if is_open is False or (named := narrows(statement.node.member("Condition"))) is True:
        return Partial([]), False
    examples: list[tuple[str, Maybe]] = []
    for name, value in named_actions(statement):
        if name not in asked:
            continue
        away = either((denied(policy.readings, Probe(name.lower(), ANY)), policy.statements.more or False))
        left = both((value, negate(away)))
        if left is not False:
            examples.append((name, left))
        if sum(one is True for _, one in examples) == _TOLD:
            break
    return listed(examples[-_TOLD:]), both((is_open, negate(named), either(one for _, one in examples)))
