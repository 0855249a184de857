"""The statements that allow everything but what they name (`Allow` with `NotAction`), and leave too much in."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.granted.held import Held, held_policies
from scanner.derive.access.grants import ANY, Patterns, Probe, denied, every_action
from scanner.derive.access.policy import PolicyStatement, allows
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_KEPT_BACK = ("account", "iam", "organizations", "sts")
"""Services whose actions give more permissions, or are about the account itself."""


class AllowsBut(TypedDict):
    """One such statement; `leaves` are those of the services that are to be kept back and are not, or not whole."""

    policy: str | None
    sid: str | None
    leaves: list[str]
    source: str


@derives("AWS::IAM::ManagedPolicy", "allows_but", gives=list[AllowsBut], reads=("PolicyDocument",))
@derives("AWS::IAM::User", "allows_but", gives=list[AllowsBut], reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "allows_but", gives=list[AllowsBut], reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "allows_but", gives=list[AllowsBut], reads=("RolePolicyList",))
def allows_but(owner: Resource, context: Context) -> Partial:
    """Those on every resource that leave in actions of IAM, STS, Organizations or the account's own settings.

    What a Deny without a condition takes away in the same policy is not left in. Conditions do not matter: such a
    statement comes to allow whatever AWS adds.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
    """
    del context
    fact = Partial([])
    elements = Elements(fact)
    for policy in held_policies(owner):
        if isinstance(policy, Unknown):
            elements.open(policy)
            continue
        elements.open(policy.statements.more)
        for statement in policy.statements.all:
            services = [(service, _leaves(statement, policy, service)) for service in _KEPT_BACK]
            members = {"policy": policy.name, "sid": statement.node.member("Sid"), "leaves": listed(services)}
            found = both((_is_open(statement), either(value for _, value in services)))
            elements.add({**members, "source": statement.node.path}, found)
    return fact


def _is_open(statement: PolicyStatement) -> Maybe:
    others, named = statement.node.member("NotAction"), statement.node.member("Action")
    inverted = both((_is_there(statement.node, others), negate(_is_there(statement.node, named))))
    return both((inverted, allows(statement), _is_everything(statement.node)))


def _is_there(statement: Node, member: Node) -> Maybe:
    return statement.unknown or member.unknown or member.present


def _is_everything(statement: Node) -> Maybe:
    """Whether the resources are all, or all but some."""
    return Patterns.of(statement, "Resource").name(f"arn:{ANY}:{ANY}:{ANY}:{ANY}:{ANY}/{ANY}")


def _leaves(statement: PolicyStatement, policy: Held, service: str) -> Maybe:
    patterns, more = Patterns.of(statement.node, "Action"), policy.statements.more or False
    left = (
        both((patterns.name(action), negate(either((denied(policy.readings, Probe(action, ANY)), more)))))
        for action in every_action(service)
    )
    return either(left)
