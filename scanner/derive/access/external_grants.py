"""What a resource's policy grants to principals of other accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypedDict

from scanner.derive.access.actions import KMS_ADMINISTERS, S3_ADMINISTERS, allowed_of
from scanner.derive.access.aws_accounts import LOAD_BALANCERS
from scanner.derive.access.conditions import refused, restricts
from scanner.derive.access.denials import taken_away
from scanner.derive.access.identities import MEMBERSHIP, Owner, account_of, fixed_identities, only_own
from scanner.derive.access.policy import (
    PolicyStatement,
    PolicyStatements,
    allows,
    grants_nothing,
    opens_to_anybody,
    policy_statements,
    strings,
)
from scanner.derive.logic import Maybe, as_kind, both, either, negate, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why, pointer

ANYBODY = "*"
_DIRECTORY = "AWS::S3Express::DirectoryBucket"
_LAMBDA = "AWS::S3ObjectLambda::AccessPoint"
_TABLES = "AWS::S3Tables::TableBucket"
_ADMINISTERS = {
    "AWS::S3::Bucket": S3_ADMINISTERS,
    "AWS::KMS::Key": KMS_ADMINISTERS,
    _LAMBDA: (
        "s3-object-lambda:DeleteAccessPointPolicyForObjectLambda",
        "s3-object-lambda:PutAccessPointPolicyForObjectLambda",
    ),
    _TABLES: ("s3tables:DeleteTableBucketPolicy", "s3tables:PutTableBucketPolicy"),
    _DIRECTORY: ("s3express:DeleteBucket", "s3express:DeleteBucketPolicy", "s3express:PutBucketPolicy"),
}
_KINDS_OF_ACCOUNTS = ("AWS", "Federated")


class ExternalGrant(TypedDict):
    """One statement's grant to one principal that is not the owner's.

    `account` is an account's id, an organisation's (`o-…`) where a condition names one, or `*`
    for any. `administers` are those of the actions which change who may do what, written out.
    """

    index: int
    sid: str | None
    account: str
    principal: str
    actions: list[str]
    administers: list[str]
    source: str


class _Candidate(NamedTuple):
    """Somebody who is not the owner, and whether the statement surely means him."""

    account: str
    principal: str
    sure: Maybe


@derives(
    "AWS::S3::Bucket", "external_grants", gives=list[ExternalGrant], reads=("Policy", f"{MEMBERSHIP}.Organization")
)
@derives(_TABLES, "external_grants", gives=list[ExternalGrant], reads=("ResourcePolicy", f"{MEMBERSHIP}.Organization"))
@derives(_LAMBDA, "external_grants", gives=list[ExternalGrant], reads=("Policy", f"{MEMBERSHIP}.Organization"))
@derives(_DIRECTORY, "external_grants", gives=list[ExternalGrant], reads=("Policy", f"{MEMBERSHIP}.Organization"))
@derives("AWS::KMS::Key", "external_grants", gives=list[ExternalGrant], reads=("Policy", f"{MEMBERSHIP}.Organization"))
def external_grants(resource: Resource, context: Context) -> Partial:
    """Allows for principals outside the resource's account, unless a condition leaves only its own.

    The own organisation counts as own where a condition names it; which other accounts belong to
    it is not known here. A condition that fixes the network or the caller's id, but no account,
    is taken as the owner's way of naming whom he knows. Services are no accounts, nor are the
    identities of CloudFront, nor the accounts from which load balancers write their logs. A Deny
    elsewhere in the policy is weighed only against grants to anybody.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
    """
    member = "ResourcePolicy" if resource.type == _TABLES else "Policy"
    statements = policy_statements(Node.of(resource, member))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    owner, fact = Owner(resource, context), Partial([])
    doubts = [statements.more] if statements.more else []
    for statement in statements.all:
        granted = both((allows(statement), negate(grants_nothing(statement))))
        for found in _candidates(statement, statements, owner) if granted is not False else ():
            if isinstance(found, Unknown):
                doubts.append(found)
            elif not (resource.type == "AWS::S3::Bucket" and found.account in LOAD_BALANCERS):
                _add(fact, statement, found._replace(sure=both((found.sure, granted))), _ADMINISTERS[resource.type])
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


def _candidates(
    statement: PolicyStatement, statements: PolicyStatements, owner: Owner
) -> Iterator[_Candidate | Unknown]:
    condition = statement.node.member("Condition")
    lines = list(fixed_identities(condition))
    confined = either([*(only_own(line, owner) for line in lines), refused(condition) or False])
    if confined is True:
        return
    anybody = opens_to_anybody(statement)
    if isinstance(anybody, Unknown):
        yield anybody
        return
    if anybody:
        found = _of_anybody(statement, statements, [line for line in lines if isinstance(line, list)], owner)
    else:
        found = _named(statement.node.member("Principal"), owner)
    for one in found:
        yield one if isinstance(one, Unknown) else one._replace(sure=both((one.sure, negate(confined))))


def _of_anybody(
    statement: PolicyStatement, statements: PolicyStatements, lines: list[list[str]], owner: Owner
) -> Iterator[_Candidate | Unknown]:
    """Of anybody: those that the narrowest line leaves, else everybody unless something else restricts."""
    if lines:
        for identity in min(lines, key=len):
            foreign = negate(owner.owns(identity))
            if foreign is not False:
                yield _Candidate(identity, ANYBODY, foreign)
        return
    restricted = restricts(statement.node.member("Condition"))
    left = negate(taken_away(statement, statements))
    if isinstance(restricted, Unknown) and left is not False:
        yield restricted
    elif restricted is False and left is not False:
        yield _Candidate(ANYBODY, ANYBODY, left)


def _named(principal: Node, owner: Owner) -> Iterator[_Candidate | Unknown]:
    """Those among the named principals who are, or may be, of another account."""
    if principal.unknown:
        yield principal.unknown
        return
    if principal.value is not None and not isinstance(principal.value, dict):
        # Only `*` may stand without its kind; AWS refuses any other, emulators do not.
        yield from _of_kind(principal, owner, web=False)
    for kind, names in principal.members():
        if kind == "CanonicalUser":
            yield Unknown(Why.NOT_COLLECTED, message="whose canonical user id the policy names is not known")
        elif kind in _KINDS_OF_ACCOUNTS:
            yield from _of_kind(names, owner, web=kind == "Federated")


def _of_kind(names: Node, owner: Owner, *, web: bool) -> Iterator[_Candidate | Unknown]:
    for name in names.elements():
        if web and not str(name.value).startswith("arn:"):
            continue
        account = account_of(name)
        if isinstance(account, Unknown):
            yield account
        elif account is not None:
            foreign = negate(owner.owns(account))
            if foreign is not False:
                yield _Candidate(account, str(name.value or account), foreign)
    if names.more:
        yield names.more


def _add(fact: Partial, statement: PolicyStatement, found: _Candidate, administers: tuple[str, ...]) -> None:
    base = pointer(len(fact.value))
    element: dict[str, Any] = {
        "index": statement.number,
        "account": found.account,
        "principal": found.principal,
        "source": statement.node.path,
    }
    sid = statement.node.member("Sid")
    element["administers"], doubt = allowed_of(statement, administers)
    actions = strings(statement.node.member("Action"))
    unknown = {f"{base}/actions{place}": why for place, why in actions.unknown.items()}
    if "" not in actions.unknown:
        element["actions"] = actions.value
    if isinstance(doubt, Unknown):
        unknown[f"{base}/administers/-"] = as_kind(doubt, "more")
    if sid.unknown:
        unknown[f"{base}/sid"] = as_kind(sid.unknown, "any")
    else:
        element["sid"] = sid.value
    if isinstance(found.sure, Unknown):
        unknown[base] = as_kind(found.sure, "maybe")
    fact.unknown.update(unknown)
    fact.value.append(element)
