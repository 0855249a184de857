"""What would open a bucket to everybody, and which of the two blocks of public access stand before it."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.access.public_access import ways_by_acl, ways_by_policy
from scanner.derive.block_public_access import ACCOUNT, MEMBER
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import GLOBAL, Partial, Resource, Unknown

_FLAGS = {"policy": "RestrictPublicBuckets", "acl": "IgnorePublicAcls"}


class LatentPublic(TypedDict):
    """One statement or grant for everybody, and whether the account's and the bucket's own block hold it back."""

    via: Literal["policy", "acl"]
    what: str
    account: bool
    bucket: bool
    source: str


@derives(
    "AWS::S3::Bucket",
    "latent_public",
    gives=list[LatentPublic],
    reads=("Policy", "Acl", "OwnershipControls", MEMBER, f"{ACCOUNT}.{MEMBER}"),
)
def latent_public(bucket: Resource, context: Context) -> Partial:
    """Each with the one flag that neutralises what exists: `RestrictPublicBuckets`, or `IgnorePublicAcls`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    settings = the_neighbour(context, ACCOUNT, bucket.account, GLOBAL)
    account = settings if isinstance(settings, Unknown) else Node.of(settings, MEMBER)
    own = Node.of(bucket, MEMBER)
    fact = Partial([])
    elements = Elements(fact)
    for way in (*ways_by_policy(bucket), *ways_by_acl(bucket)):
        if isinstance(way, Unknown):
            elements.open(way)
            continue
        flag = _FLAGS[way.via]
        blocks = {"account": _holds(account, flag), "bucket": _holds(own, flag)}
        elements.add({"via": way.via, "what": way.what, **blocks, "source": way.source}, way.open)
    return fact


def _holds(configuration: Node | Unknown, flag: str) -> Maybe:
    if isinstance(configuration, Unknown):
        return configuration
    member = configuration.member(flag)
    return member.unknown or member.value is True
