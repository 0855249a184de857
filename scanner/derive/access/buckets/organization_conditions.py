"""The organizations that a bucket's policy names in conditions, and whether each is the owner's."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.organization import READS, Organization, organization
from scanner.derive.access.policy import PolicyStatement, allows, denies, policy_statements, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_OWN = "${aws:resourceorgid}"


class OrganizationCondition(TypedDict):
    """One value; `own`: the condition holds for principals of the owner's organization alone, as far as it goes."""

    value: str
    own: bool
    sid: str | None
    source: str


@derives(
    "AWS::S3::Bucket",
    "organization_conditions",
    gives=list[OrganizationCondition],
    reads=("Policy", *READS),
)
def organization_conditions(bucket: Resource, context: Context) -> Partial:
    """The values of `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths`, each judged in its statement.

    In an Allow a negated operator, `IfExists` or `ForAllValues` lets in others whatever the value is; in a Deny it
    spares those of the value. `${aws:ResourceOrgID}` is the owner's organization.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    statements = policy_statements(Node.of(bucket, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact, ours = Partial([]), organization(context, bucket.account)
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        condition = statement.node.member("Condition")
        elements.open(refused(condition))
        for line in entries(condition):
            if line.key in _KEYS and line.operator != "null":
                _add(elements, statement, line, ours)
    return fact


def _add(elements: Elements, statement: PolicyStatement, line: Entry, ours: Organization) -> None:
    loose = "not" in line.operator or line.if_exists or line.quantifier == "forallvalues"
    holds: Maybe = either((denies(statement), both((allows(statement), not loose))))
    for value in with_more(line.values):
        if isinstance(value, Unknown):
            elements.open(value)
            continue
        named = value.unknown or _is_own(str(value.value), ours)
        members = {"value": value, "own": both((holds, named)), "sid": statement.node.member("Sid")}
        elements.add({**members, "source": statement.node.path}, sure=True)


def _is_own(text: str, ours: Organization) -> Maybe:
    """A path below the organization counts; a wildcard in its id never does."""
    if text.lower().partition("/")[0] == _OWN:
        return True
    id_ = text.partition("/")[0]
    return both((negate(either(sign in id_ for sign in "*?")), ours.is_id(id_)))
