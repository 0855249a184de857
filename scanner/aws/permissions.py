"""The IAM action that each call needs, and those that a scan needs in all."""

from __future__ import annotations

from scanner.aws import models, plan
from scanner.model import Reads

# Where the action is not named like the operation
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
_NAMED = {
    ("s3", "GetBucketCors"): "s3:GetBucketCORS",
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "GetBucketLifecycle"): "s3:GetLifecycleConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "GetBucketNotificationConfiguration"): "s3:GetBucketNotification",
    ("s3", "GetBucketReplication"): "s3:GetReplicationConfiguration",
    ("s3", "GetBucketAccelerateConfiguration"): "s3:GetAccelerateConfiguration",
    ("s3", "GetBucketInventoryConfiguration"): "s3:GetInventoryConfiguration",
    ("s3", "ListBucketInventoryConfigurations"): "s3:GetInventoryConfiguration",
    ("s3", "GetObjectLockConfiguration"): "s3:GetBucketObjectLockConfiguration",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
}
_PREFIXES = {"s3control": "s3", "elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
ALWAYS = ("ec2:DescribeRegions", "sts:GetCallerIdentity")
"""What every scan asks, whatever the rules read."""


def permission(service: str, operation: str) -> str:
    """The IAM action of an operation (`list_keys` or `ListKeys`) of a service by boto3's name."""
    name = models.api_name(service, operation)
    return _NAMED.get((service, name), f"{_PREFIXES.get(service, service)}:{name}")


def actions(reads: Reads | None = None) -> tuple[str, ...]:
    """The IAM actions that collecting what `reads` names needs (`None`: everything), in order."""
    found = set(ALWAYS)
    for wanted in plan.wanted(reads).values():
        for entry in wanted:
            table = entry.collect
            if table.operation:
                found.add(table.permission or permission(table.service, table.operation))
            if table.prepare:
                found.add(permission(table.service, table.prepare.operation))
            asked = (table.locate, *entry.then) if table.locate else entry.then
            found |= {then.permission or permission(then.service or table.service, then.operation) for then in asked}
    return tuple(sorted(found))
