"""Copies of a bucket that go to other accounts."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.derive.storage.replicas import READS, replicas
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer


class Foreign(TypedDict):
    """The bucket, and whose it is: an account's id, or `another account` where nothing tells which."""

    bucket: str
    account: str


@derives("AWS::S3::Bucket", "foreign_replicas", gives=list[Foreign], reads=READS)
def foreign_replicas(bucket: Resource, context: Context) -> Partial:
    """Of rules that are on. One whose owner is not known may be there.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    found: list[Foreign] = []
    unknown: Unknowns = {}
    for one in replicas(bucket, context):
        if isinstance(one, Unknown):
            unknown["/-"] = as_kind(one, "more")
        elif isinstance(one.account, Unknown):
            unknown[pointer(len(found))] = as_kind(one.account, "maybe")
            found.append(Foreign(bucket=one.bucket, account="another account"))
        elif one.account != bucket.account:
            found.append(Foreign(bucket=one.bucket, account=one.account))
    return Partial(found, unknown)
