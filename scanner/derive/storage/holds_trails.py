"""Whether a bucket is where a trail of the account writes its logs."""

from __future__ import annotations

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_TRAIL = "AWS::CloudTrail::Trail"


@derives("AWS::S3::Bucket", "holds_trails", gives=bool, reads=("Name", f"{_TRAIL}.S3BucketName"))
def holds_trails(bucket: Resource, context: Context) -> Partial:
    """By the name of the bucket in any trail of the account.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
    """
    held, missing = context.once(("holds_trails", bucket.account), lambda: _held(context, bucket.account))
    if (identity(Node.of(bucket, "Name")) or bucket.name) in held:
        return Partial(value=True)
    return Partial(None, {"": missing}) if missing else Partial(value=False)


def _held(context: Context, account: str) -> tuple[set[str], Unknown | None]:
    trails = context.inventory.of(_TRAIL, account)
    missing = next((why for owner, _, why in context.inventory.listings(_TRAIL) if owner == account and why), None)
    return {identity(Node.of(one, "S3BucketName")) for one in trails}, missing
