"""Which actions of the sets that rules ask about a policy allows on every resource, without a narrowing condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.granted.action_sets import CREDENTIALS, DATA, MARKETPLACE, probes, whole_service
from scanner.derive.access.granted.held import Held, allowed, held_policies
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, both, either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SETS = {"credentials": CREDENTIALS, "data": DATA, "marketplace": MARKETPLACE}
_SERVICES = ("cloudtrail", "kms")


class OpenGrant(TypedDict):
    """What one statement allows on every resource: those of the set's actions, or `service:*`."""

    policy: str | None
    sid: str | None
    actions: list[str]
    source: str


class OpenGrants(TypedDict):
    """By what is asked: some action that answers with credentials, reads data, or buys in the Marketplace; every
    action of a service.
    """

    credentials: list[OpenGrant]
    data: list[OpenGrant]
    marketplace: list[OpenGrant]
    cloudtrail: list[OpenGrant]
    kms: list[OpenGrant]


@derives("AWS::IAM::ManagedPolicy", "open_grants", gives=OpenGrants, reads=("PolicyDocument",))
@derives("AWS::IAM::User", "open_grants", gives=OpenGrants, reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "open_grants", gives=OpenGrants, reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "open_grants", gives=OpenGrants, reads=("RolePolicyList",))
def open_grants(owner: Resource, context: Context) -> Partial:
    """Each policy by itself: wildcards and `NotAction` count as what they allow, and what a Deny without a condition
    takes away is not allowed.

    Of a user, group or role only the inline policies are read. A condition narrows if it also fails where its
    key is absent and is about what is asked for, not about who asks.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    del context
    fact = Partial({kind: [] for kind in (*_SETS, *_SERVICES)})
    for policy in held_policies(owner):
        for kind in fact.value:
            elements = Elements(fact, kind)
            if isinstance(policy, Unknown):
                elements.open(policy)
                continue
            elements.open(policy.statements.more)
            found = _of_set(policy, owner, _SETS[kind]) if kind in _SETS else _of_service(policy, owner, kind)
            for statement, actions, sure in found:
                members = {"policy": policy.name, "sid": statement.node.member("Sid"), "actions": actions}
                elements.add({**members, "source": statement.node.path}, sure)
    return fact


def _of_set(
    policy: Held, owner: Resource, actions: tuple[str, ...]
) -> Iterator[tuple[PolicyStatement, Partial, Maybe]]:
    """The statements that allow one of the actions, or may, with those that they allow."""
    by: dict[int, list[tuple[str, Maybe]]] = {}
    for action, wanted in probes(actions, owner.partition, owner.account):
        found: dict[int, list[Maybe]] = {}
        for statement, value in (one for probe in wanted for one in allowed(policy, probe)):
            found.setdefault(statement.number, []).append(value)
        for number, values in found.items():
            by.setdefault(number, []).append((action, either(values)))
    for statement in policy.statements.all:
        if statement.number in by:
            actions_of = by[statement.number]
            yield statement, listed(actions_of), either(value for _, value in actions_of)


def _of_service(policy: Held, owner: Resource, service: str) -> Iterator[tuple[PolicyStatement, list[str], Maybe]]:
    """The first statement of those that together allow all of a service, or may."""
    values: list[Maybe] = []
    first: PolicyStatement | None = None
    for probe in whole_service(service, owner.partition, owner.account):
        found = allowed(policy, probe)
        values.append(either([*(value for _, value in found), policy.statements.more or False]))
        if values[-1] is False:
            return
        if found:
            first = first or next((one for one, value in found if value is True), found[0][0])
    if first is not None:
        yield first, [f"{service}:*"], both(values)
