"""How everybody can read or write a bucket: policy, ACL and the blocks of public access taken together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.actions import S3_READS, S3_WRITES, allows_any
from scanner.derive.access.denials import taken_away
from scanner.derive.access.policy import PolicyStatement, policy_statements
from scanner.derive.access.public_statements import is_public
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "AuthenticatedUsers",
}
_READS, _WRITES = ("READ", "READ_ACP", "FULL_CONTROL"), ("WRITE", "WRITE_ACP", "FULL_CONTROL")
_ENFORCED = "BucketOwnerEnforced"


class PublicAccess(TypedDict):
    """One way in. `what` names it: `statement 0`, `READ for AllUsers`; `source` points at it."""

    via: Literal["policy", "acl"]
    what: str
    reads: bool
    writes: bool
    source: str


class Way(NamedTuple):
    """A statement or grant, whether it lets in anybody, and for what."""

    via: Literal["policy", "acl"]
    what: str | Unknown
    open: Maybe
    reads: Maybe
    writes: Maybe
    source: str


@derives(
    "AWS::S3::Bucket",
    "public_access",
    gives=list[PublicAccess],
    reads=("Policy", "Acl", "OwnershipControls"),
    after=("block_public_access",),
)
def public_access(bucket: Resource, context: Context) -> Partial:
    """Public statements count unless `RestrictPublicBuckets` holds, grants to groups unless `IgnorePublicAcls` does.

    The two settings of the four that stop what exists; the others only refuse new grants. A Deny
    in the policy that leaves nobody, or fixed callers only, takes a statement out. Authenticated
    users are those of any AWS account. Where `BucketOwnerEnforced` disables ACLs, S3 answers the
    owner's grant alone, so a grant to a group tells that they work. What may be open is in the
    list as an element that may not be there.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    block = context.fact(bucket, "block_public_access")
    fact = Partial([])
    doubts: list[Unknown] = []
    _gather(fact, doubts, ways_by_policy(bucket), _held(block, "RestrictPublicBuckets"))
    _gather(fact, doubts, ways_by_acl(bucket), _held(block, "IgnorePublicAcls"))
    if doubts:
        fact.unknown["/-"] = as_kind(doubts[0], "more")
    return fact


def _held(block: Partial, flag: str) -> Maybe:
    why = block.unknown.get("") or block.unknown.get(pointer(flag))
    return why or bool(block.value[flag])


def _gather(fact: Partial, doubts: list[Unknown], ways: Iterator[Way | Unknown], blocked: Maybe) -> None:
    """Add what is open, or may be. Nothing is where the block holds, so nothing is asked there."""
    if blocked is True:
        return
    for way in ways:
        if isinstance(way, Unknown):
            doubts.append(way)
        else:
            _add(fact, way, both((way.open, negate(blocked))))


def _add(fact: Partial, way: Way, is_open: Maybe) -> None:
    if is_open is False or (way.reads is False and way.writes is False):
        return
    at = pointer(len(fact.value))
    element: dict[str, str | bool] = {"via": way.via, "source": way.source}
    if isinstance(is_open, Unknown):
        fact.unknown[at] = as_kind(is_open, "maybe")
    for name, value in (("what", way.what), ("reads", way.reads), ("writes", way.writes)):
        if isinstance(value, Unknown):
            fact.unknown[at + pointer(name)] = as_kind(value, "any")
        else:
            element[name] = value
    fact.value.append(element)


def ways_by_policy(bucket: Resource) -> Iterator[Way | Unknown]:
    """The statements of its policy that let in anybody, or may, blocks of public access aside."""
    policy = Node.of(bucket, "Policy")
    statements = policy_statements(policy)
    if isinstance(statements, Unknown):
        yield statements
        return
    for statement in statements.all:
        public = is_public(statement)
        if public is not False:
            sid = statement.node.member("Sid")
            yield Way(
                "policy",
                sid.unknown or f"statement {statement.number}" + (f" ({sid.value})" if sid.value else ""),
                both((public, negate(taken_away(statement, statements)))),
                _may(bucket, policy, statement, S3_READS),
                _may(bucket, policy, statement, S3_WRITES),
                statement.node.path,
            )
    if statements.more:
        yield statements.more


def _may(bucket: Resource, policy: Node, statement: PolicyStatement, actions: tuple[str, ...]) -> Maybe:
    """Whether the statement lets anybody do one of the actions: computed, where all that decides it is known."""
    textual = allows_any(statement, actions)
    arn = f"arn:{bucket.partition}:s3:::{bucket.name}"
    if textual is not True or not policy.whole or not bucket.account or bucket.id != arn:
        return textual
    from scanner.derive.access.outside.statement import lets_anybody_in

    exact = lets_anybody_in(policy.value, statement.number, arn, bucket.account, actions)
    return textual if exact is None else exact


def ways_by_acl(bucket: Resource) -> Iterator[Way | Unknown]:
    """The grants of its ACL to everybody, blocks of public access aside."""
    acl = Node.of(bucket, "Acl")
    grants = acl.member("Grants")
    for grant in grants.elements() if not grants.unknown else ():
        group = grant.member("Grantee").member("URI")
        if group.value in _GROUPS or group.unknown:
            permission = grant.member("Permission")
            yield Way(
                "acl",
                permission.unknown or group.unknown or f"{permission.value} for {_GROUPS[group.value]}",
                group.unknown or True,
                permission.unknown or permission.value in _READS,
                permission.unknown or permission.value in _WRITES,
                grant.path,
            )
    doubt = grants.unknown or grants.more
    enforced = _is_enforced(bucket)
    if doubt is not None and enforced is not True:
        yield doubt


def _is_enforced(bucket: Resource) -> Maybe:
    rules = Node.of(bucket, "OwnershipControls").member("Rules")
    modes = [rule.member("ObjectOwnership") for rule in rules.elements()]
    return either([*(mode.unknown or mode.value == _ENFORCED for mode in modes), rules.more or False])
