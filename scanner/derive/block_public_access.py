"""Which of the four public-access blocks hold for a bucket: its own or its account's."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind, either, malformed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import GLOBAL, Partial, Resource, Unknown, pointer

FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ACCOUNT = "AWS::S3::AccountSettings"
MEMBER = "PublicAccessBlockConfiguration"


class BlockPublicAccess(TypedDict):
    """The flags as S3 applies them: the most restrictive of bucket and account."""

    BlockPublicAcls: bool
    IgnorePublicAcls: bool
    BlockPublicPolicy: bool
    RestrictPublicBuckets: bool


@derives("AWS::S3::Bucket", "block_public_access", gives=BlockPublicAccess, reads=(MEMBER, f"{ACCOUNT}.{MEMBER}"))
def block_public_access(bucket: Resource, context: Context) -> Partial:
    """A flag holds if bucket or account set it; so one that the bucket sets is known whatever the account.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    own = Node.of(bucket, MEMBER)
    settings = the_neighbour(context, ACCOUNT, bucket.account, GLOBAL)
    shared = settings if isinstance(settings, Unknown) else Node.of(settings, MEMBER)
    fact = Partial({})
    for flag in FLAGS:
        held = either((_flag(own, flag), shared if isinstance(shared, Unknown) else _flag(shared, flag)))
        if isinstance(held, bool):
            fact.value[flag] = held
        else:
            fact.unknown[pointer(flag)] = as_kind(held, "any")
    return fact


def _flag(configuration: Node, name: str) -> Maybe:
    flag = configuration.member(name)
    if flag.opaque or not (flag.value is None or isinstance(flag.value, bool)):
        return malformed(flag.path, "a flag is true or false")
    return flag.unknown or flag.value is True
