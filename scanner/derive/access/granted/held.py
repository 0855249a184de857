"""The policies that a resource holds itself: a managed policy's document, a principal's inline ones, a role's trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.access.grants import Probe, Reading, allowing, denied
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, policy_statements
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node
from scanner.model import Resource, Unknown

INLINE = {"AWS::IAM::User": "UserPolicyList", "AWS::IAM::Group": "GroupPolicyList", "AWS::IAM::Role": "RolePolicyList"}
MANAGED = "AWS::IAM::ManagedPolicy"


class Held(NamedTuple):
    """One policy, with its statements read for questions about requests."""

    name: Node
    statements: PolicyStatements
    readings: list[Reading]


def held_policies(owner: Resource) -> Iterator[Held | Unknown]:
    """The policies, and why there may be others, or other statements, than are known."""
    member = INLINE.get(owner.type)
    if member is None:
        yield held(Node(owner.name), Node.of(owner, "PolicyDocument"))
        return
    policies = Node.of(owner, member)
    if policies.unknown:
        yield policies.unknown
        return
    for policy in policies.elements():
        yield policy.unknown or held(policy.member("PolicyName"), policy.member("PolicyDocument"))
    if policies.more:
        yield policies.more


def held(name: Node, document: Node) -> Held | Unknown:
    """One policy of a name, or why it is not known."""
    statements = policy_statements(document)
    if isinstance(statements, Unknown):
        return statements
    return Held(name, statements, [Reading(statement) for statement in statements.all])


def allowed(policy: Held, probe: Probe) -> list[tuple[PolicyStatement, Maybe]]:
    """The statements that allow a request, or may, and that no Deny without a condition takes away."""
    found = allowing(policy.readings, probe)
    if not found:
        return []
    spared = negate(either((denied(policy.readings, probe), policy.statements.more or False)))
    judged = ((statement, both((value, spared))) for statement, value in found)
    return [(statement, value) for statement, value in judged if value is not False]
