"""The statements of a resource's policy that let in anybody."""

from __future__ import annotations

from typing import Any, TypedDict

from scanner.derive.access.conditions import condition_keys, restricts
from scanner.derive.access.policy import (
    PolicyStatement,
    allows,
    grants_nothing,
    opens_to_anybody,
    policy_statements,
    strings,
)
from scanner.derive.logic import Maybe, as_kind, both, negate, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer


class PublicStatement(TypedDict):
    """One Allow for anybody. `actions` is empty where the statement has `NotAction`, and so on."""

    index: int
    sid: str | None
    effect: str
    principal: str
    actions: list[str]
    not_actions: list[str]
    resources: list[str]
    not_resources: list[str]
    conditions: list[str]
    source: str


@derives("AWS::S3::Bucket", "public_statements", gives=list[PublicStatement], reads=("Policy",))
@derives("AWS::KMS::Key", "public_statements", gives=list[PublicStatement], reads=("Policy",))
def public_statements(resource: Resource, context: Context) -> Partial:
    """Statements that allow, name everybody, and have no condition that restricts who.

    "Public" is S3's own meaning, applied to keys as well (there "everybody" is every principal
    of every account: KMS has no anonymous requests). A Deny is not a grant and is not
    subtracted here: a statement listed may be overridden by a Deny elsewhere in the policy.
    The list is a set; only what is in it counts, not where. One that may be public, or that
    AWS would refuse, leaves the list open.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    del context
    policy = Node.of(resource, "Policy")
    statements = policy_statements(policy)
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    doubts = [statements.more] if statements.more else []
    for statement in statements.all:
        public = is_public(statement)
        if public is True:
            _add(fact, statement)
        elif public is not False:
            doubts.append(public)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


def is_public(statement: PolicyStatement) -> Maybe:
    """Whether it allows something, to anybody, without a condition that restricts who."""
    return both(
        (
            allows(statement),
            opens_to_anybody(statement),
            negate(grants_nothing(statement)),
            negate(restricts(statement.node.member("Condition"))),
        )
    )


def _add(fact: Partial, statement: PolicyStatement) -> None:
    node, base = statement.node, pointer(len(fact.value))
    element: dict[str, Any] = {"index": statement.number, "effect": "Allow", "source": node.path}
    element["principal"] = "NotPrincipal" if node.member("NotPrincipal").present else "*"
    parts = {
        "actions": strings(node.member("Action")),
        "not_actions": strings(node.member("NotAction")),
        "resources": strings(node.member("Resource")),
        "not_resources": strings(node.member("NotResource")),
        "conditions": condition_keys(node.member("Condition")),
        "sid": _sid(node.member("Sid")),
    }
    for name, part in parts.items():
        if "" not in part.unknown:
            element[name] = part.value
        for place, why in part.unknown.items():
            fact.unknown[f"{base}/{name}{place}"] = why
    fact.value.append(element)


def _sid(node: Node) -> Partial:
    return Partial(None, {"": node.unknown}) if node.unknown else Partial(node.value)
