"""Where a snapshot of a database is exported to."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.derive.storage.own_buckets import BUCKET, is_public, own_buckets
from scanner.model import Partial, Resource, Unknown


class ExportBucket(TypedDict):
    """Whether the bucket is the account's own, and whether anybody outside can read it; null where it is not own."""

    own: bool
    public: bool | None


@derives(
    "AWS::RDS::ExportTask",
    "export_bucket",
    gives=ExportBucket,
    reads=("S3Bucket", f"{BUCKET}.Name"),
    after=(f"{BUCKET}.public_access",),
)
def export_bucket(task: Resource, context: Context) -> Partial:
    """By the bucket's name, which is unique over all accounts.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ExportTask.html
    """
    name = Node.of(task, "S3Bucket")
    if name.unknown:
        return Partial(None, {"": as_kind(name.unknown, "any")})
    buckets = own_buckets(context, task.account)
    bucket = buckets.by_name.get(str(name.value))
    if bucket is None and buckets.missing:
        return Partial(None, {"": as_kind(buckets.missing, "any")})
    if bucket is None:
        return Partial(ExportBucket(own=False, public=None))
    public = is_public(context.fact(bucket, "public_access"))
    if isinstance(public, Unknown):
        return Partial({"own": True}, {"/public": as_kind(public, "any")})
    return Partial(ExportBucket(own=True, public=public))
