"""Where a bucket's rules of replication lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context
from scanner.derive.storage.own_buckets import own_buckets
from scanner.model import Resource, Unknown

READS = ("ReplicationConfiguration", "AWS::S3::Bucket.Name", "AWS::S3::Bucket.BucketRegion")


class Replica(NamedTuple):
    """`account` is the owner where it is known; `held` the bucket itself, if it is in the snapshot."""

    bucket: str
    account: str | Unknown
    held: Resource | None


def replicas(bucket: Resource, context: Context) -> Iterator[Replica | Unknown]:
    """The destinations of rules that are on.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html: without `Account` S3 does not check whose
    bucket it is.
    """
    rules = Node.of(bucket, "ReplicationConfiguration", "Rules")
    if rules.unknown:
        yield rules.unknown
        return
    known = own_buckets(context, bucket.account)
    for rule in each(rules):
        if isinstance(rule, Unknown):
            yield rule
        elif why := rule.member("Status").unknown:
            yield why
        elif rule.member("Status").value == "Enabled":
            target = rule.member("Destination")
            named = target.member("Bucket")
            name = identity(named).rpartition(":")[2]
            held = known.by_name.get(name)
            said = identity(target.member("Account"))
            account = bucket.account if held else said or named.unknown or known.missing or "another account"
            yield Replica(name, account, held)
