"""Whether copies of a bucket are in another region than it."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.derive.storage.replicas import READS, replicas
from scanner.model import Partial, Resource, Unknown, Unknowns, Why, pointer


class Copy(TypedDict):
    """A bucket that gets copies; `elsewhere`: in another region."""

    bucket: str
    elsewhere: bool


@derives("AWS::S3::Bucket", "replica_regions", gives=list[Copy], reads=READS)
def replica_regions(bucket: Resource, context: Context) -> Partial:
    """Where a bucket of another account is, is not known.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
    """
    found: list[Copy] = []
    unknown: Unknowns = {}
    for one in replicas(bucket, context):
        if isinstance(one, Unknown):
            unknown["/-"] = as_kind(one, "more")
            continue
        if one.held is None:
            why = Unknown(Why.OUT_OF_SCOPE, message=f"the bucket {one.bucket} is not in the snapshot")
            unknown[f"{pointer(len(found))}/elsewhere"] = one.account if isinstance(one.account, Unknown) else why
            found.append({"bucket": one.bucket})  # type: ignore[typeddict-item]  # the other member is unknown
        else:
            found.append(Copy(bucket=one.bucket, elsewhere=one.held.region != bucket.region))
    return Partial(found, unknown)
