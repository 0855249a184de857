"""The statements of an endpoint's policy that let anybody do anything to anything."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.conditions import BOUNDARY, restricts
from scanner.derive.access.policy import (
    PolicyStatement,
    allows,
    is_all_actions,
    opens_to_anybody,
    policy_statements,
)
from scanner.derive.logic import Maybe, as_kind, both, either, negate, weightiest
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_PREFIXES = {"monitoring": "cloudwatch", "email-smtp": "ses", "events": "events", "git-codecommit": "codecommit"}
"""Where an endpoint service is called otherwise than the actions that go through it."""


class BoundlessStatement(TypedDict):
    """One Allow without a boundary."""

    index: int
    sid: str | None
    source: str


@derives(
    "AWS::EC2::VPCEndpoint",
    "boundless_statements",
    gives=list[BoundlessStatement],
    reads=("PolicyDocument", "ServiceName"),
)
def boundless_statements(endpoint: Resource, context: Context) -> Partial:
    """Statements that allow every principal every action of the service on every resource.

    A boundary is a condition that fixes whose identities or whose resources are meant; one on the
    network a request comes from fixes nothing here, as all come through the endpoint. A Deny
    elsewhere in the policy is not subtracted.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    del context
    statements = policy_statements(Node.of(endpoint, "PolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    labels = str(Node.of(endpoint, "ServiceName").value).lower().split(".")
    services = {"", *labels, *(_PREFIXES.get(label, "") for label in labels)}
    fact = Partial([])
    doubts = [statements.more] if statements.more else []
    for statement in statements.all:
        boundless = both(
            (
                allows(statement),
                opens_to_anybody(statement),
                _all_actions(statement, services),
                _all_resources(statement),
                negate(restricts(statement.node.member("Condition"), BOUNDARY)),
            )
        )
        if boundless is True:
            _add(fact, statement)
        elif boundless is not False:
            doubts.append(boundless)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


def _add(fact: Partial, statement: PolicyStatement) -> None:
    sid = statement.node.member("Sid")
    element = {"index": statement.number, "source": statement.node.path}
    if sid.unknown:
        fact.unknown[pointer(len(fact.value), "sid")] = as_kind(sid.unknown, "any")
    else:
        element["sid"] = sid.value
    fact.value.append(element)


def _all_actions(statement: PolicyStatement, services: set[str]) -> Maybe:
    """`NotAction` leaves all but a few, unless it leaves out everything."""
    others = statement.node.member("NotAction")
    if others.present:
        return negate(either(is_all_actions(action) for action in each(others)))
    actions = list(each(statement.node.member("Action")))
    return either(is_all_actions(action, service) for action in actions for service in sorted(services))


def _all_resources(statement: PolicyStatement) -> Maybe:
    if statement.node.member("NotResource").present:
        return True
    return either(_is_all_resources(one) for one in each(statement.node.member("Resource")))


def _is_all_resources(pattern: Node | Unknown) -> Maybe:
    """`*`, or an ARN that fixes neither account nor name (`arn:aws:s3:::*`)."""
    if isinstance(pattern, Unknown):
        return pattern
    if pattern.unknown:
        return False
    text = str(pattern.value)
    parts = text.split(":", 5)
    return not text.strip("*") or (len(parts) == 6 and not parts[4].strip("*") and not parts[5].strip("*/"))
