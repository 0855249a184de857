"""The organizations that a bucket's policy names in conditions, and whether each is the owner's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.organization import READS, Organization, organization
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, denies, with_more
from scanner.derive.access.told import Told, told_by_statements
from scanner.derive.logic import Maybe, both, either, negate
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
    ours = organization(context, bucket.account)

    def tell(statement: PolicyStatement, _: PolicyStatements) -> Iterator[Told | Unknown]:
        condition = statement.node.member("Condition")
        doubt = refused(condition)
        if doubt:
            yield doubt
        for line in entries(condition):
            if line.key in _KEYS and line.operator != "null":
                yield from _told(statement, line, ours)

    return told_by_statements(Node.of(bucket, "Policy"), tell)


def _told(statement: PolicyStatement, line: Entry, ours: Organization) -> Iterator[Told | Unknown]:
    loose = "not" in line.operator or line.if_exists or line.quantifier == "forallvalues"
    holds: Maybe = either((denies(statement), both((allows(statement), not loose))))
    for value in with_more(line.values):
        if isinstance(value, Unknown):
            yield value
            continue
        whose = value.unknown or _is_own(str(value.value), ours)
        yield {"value": value, "own": both((holds, whose))}, True


def _is_own(text: str, ours: Organization) -> Maybe:
    """A path below the organization counts; a wildcard in its id never does."""
    if text.lower().partition("/")[0] == _OWN:
        return True
    id_ = text.partition("/")[0]
    return both((negate(either(sign in id_ for sign in "*?")), ours.is_id(id_)))
