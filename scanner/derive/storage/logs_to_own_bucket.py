"""Whether the bucket that a bucket's access logs are to go to is there."""

from __future__ import annotations

from scanner.derive.logic import as_kind, malformed
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.derive.storage.own_buckets import BUCKET, own_buckets
from scanner.model import Partial, Resource


@derives(BUCKET, "logs_to_own_bucket", gives=bool | None, reads=("LoggingConfiguration", f"{BUCKET}.Name"))
def logs_to_own_bucket(bucket: Resource, context: Context) -> Partial:
    """Null where no target is named. S3 takes only one of the same account; the setting outlives its target.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    target = Node.of(bucket, "LoggingConfiguration", "TargetBucket")
    if not target.present:
        return Partial(None)
    known = own_buckets(context, bucket.account)
    name = identity(target)
    if name and name in known.by_name:
        return Partial(value=True)
    why = target.unknown or known.missing
    if not name and not why:
        why = malformed(target.path, "this is no bucket's name")
    return Partial(None, {"": as_kind(why, "any")}) if why else Partial(value=False)
