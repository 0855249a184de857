"""How everybody reaches buckets through an access point.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from scanner.derive.access.conditions import entries, fixes, refused
from scanner.derive.access.denials import taken_away
from scanner.derive.access.policy import (
    PolicyStatement,
    PolicyStatements,
    allows,
    grants_nothing,
    opens_to_anybody,
    policy_statements,
)
from scanner.derive.access.world.resources import through_point
from scanner.derive.block_public_access import ACCOUNT, MEMBER
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import GLOBAL, Partial, Resource, Unknown, Why

_BUCKET, _FLAG = "AWS::S3::Bucket", "RestrictPublicBuckets"
_SEVERAL = "AWS::S3::MultiRegionAccessPoint"
_POINT_KEYS = ("s3:dataaccesspoint", "s3:accesspointnetworkorigin")
_READS = ("Policy", MEMBER, f"{_BUCKET}.Name", f"{_BUCKET}.Policy", f"{_BUCKET}.{MEMBER}", f"{ACCOUNT}.{MEMBER}")


class PointPublic(TypedDict):
    """One public statement of the access point's policy, and the bucket that it opens."""

    bucket: str
    sid: str | None
    source: str


class _Bucket(NamedTuple):
    """A bucket behind an access point; `open`: whether a statement of its policy passes guests on."""

    name: Node
    arn: str
    policy: Node
    open: Maybe


@derives(
    "AWS::S3::AccessPoint",
    "point_public",
    gives=list[PointPublic],
    reads=("NetworkOrigin", "Bucket", *_READS),
)
@derives(_SEVERAL, "point_public", gives=list[PointPublic], reads=("Regions", *_READS))
def point_public(point: Resource, context: Context) -> Partial:
    """Statements for anybody that the bucket's own policy passes on: it lets in anybody itself, or whoever comes
    through access points. Neither the point's, the bucket's nor the account's block of public access holds.

    A bucket that was not read, of another account say, may pass them on. A Deny that leaves part of what is allowed is
    taken off exactly, where both policies are wholly known.
    """
    statements = policy_statements(Node.of(point, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    elements = Elements(fact)
    blocked = either((_is_inward(point), _flag(Node.of(point, MEMBER)), _of_account(point, context)))
    if blocked is True:
        return fact
    elements.open(statements.more)
    for statement in statements.all:
        public = both((_lets_through(statement, statements), negate(blocked)))
        for bucket in _buckets(point, context) if public is not False else ():
            members = {"bucket": bucket.name, "sid": statement.node.member("Sid"), "source": statement.node.path}
            is_open = both((public, bucket.open))
            elements.add(members, both((is_open, is_open is not True or _exactly(point, statement, bucket))))
    return fact


def _exactly(point: Resource, statement: PolicyStatement, bucket: _Bucket) -> bool:
    """Whether there is a request by which the statement opens the bucket, every Deny of both policies taken off.

    Where that cannot be computed, what the statements say by themselves stands.
    """
    policies = Node.of(point, "Policy"), bucket.policy
    if not all(one.whole for one in policies) or not (point.id.startswith("arn:") and bucket.arn):
        return True
    from scanner.derive.access.outside.statement import lets_anybody_through

    texts = policies[0].value, policies[1].value
    found = lets_anybody_through(texts, statement.number, (point.id, bucket.arn), point.account, through_point(point))
    return found is not False


def _is_inward(point: Resource) -> Maybe:
    """Whether it takes requests from a VPC only; one of several regions is on the internet."""
    if point.type == _SEVERAL:
        return False
    origin = Node.of(point, "NetworkOrigin")
    return origin.unknown or origin.value == "VPC"


def _flag(configuration: Node) -> Maybe:
    flag = configuration.member(_FLAG)
    return flag.unknown or flag.value is True


def _of_account(point: Resource, context: Context) -> Maybe:
    settings = the_neighbour(context, ACCOUNT, point.account, GLOBAL)
    return settings if isinstance(settings, Unknown) else _flag(Node.of(settings, MEMBER))


def _buckets(point: Resource, context: Context) -> Iterator[_Bucket]:
    """The buckets behind a point with whether they pass its guests on."""
    if point.type != _SEVERAL:
        places = [(Node.of(point, "Bucket"), point.region)]
    else:
        regions = Node.of(point, "Regions").elements()
        places = [(one.member("Bucket"), str(one.member("Region").value)) for one in regions]
    for name, region in places:
        if name.unknown:
            yield _Bucket(name, "", Node(None), name.unknown)
            continue
        found = context.neighbours(_BUCKET, point.account, region)
        bucket = next((one for one in found.resources if one.name == name.value), None)
        if bucket is None:
            missing = found.incomplete or Unknown(Why.OUT_OF_SCOPE, message=f"the bucket {name.value} was not read")
            yield _Bucket(name, "", Node(None), missing)
            continue
        arn = f"arn:{bucket.partition}:s3:::{bucket.name}"
        yield _Bucket(name, arn, Node.of(bucket, "Policy"), _passes(bucket))


def _passes(bucket: Resource) -> Maybe:
    statements = policy_statements(Node.of(bucket, "Policy"))
    if isinstance(statements, Unknown):
        return statements
    passing = either([*(_lets_through(one, statements) for one in statements.all), statements.more or False])
    return both((passing, negate(_flag(Node.of(bucket, MEMBER)))))


def _lets_through(statement: PolicyStatement, statements: PolicyStatements) -> Maybe:
    """Whether it lets in anybody who comes through an access point: nothing but the point is asked for.

    A Deny of whoever does not come through one takes nothing away here.
    """
    condition = statement.node.member("Condition")
    others = PolicyStatements([one for one in statements.all if not _is_about_points(one)], statements.more)
    lines = (fixes(line) for line in entries(condition) if not line.key.startswith(_POINT_KEYS))
    asked = either([*lines, refused(condition) or False])
    return both(
        (
            allows(statement),
            opens_to_anybody(statement),
            negate(grants_nothing(statement)),
            negate(asked),
            negate(taken_away(statement, others)),
        )
    )


def _is_about_points(statement: PolicyStatement) -> bool:
    return any(line.key.startswith(_POINT_KEYS) for line in entries(statement.node.member("Condition")))
