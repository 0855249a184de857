"""The IAM action that each call needs, and those that a scan needs in all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scanner.aws import models, plan
from scanner.aws.table import Collect, Then
from scanner.model import Reads

# Where the action is not named like the operation
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
_NAMED = {
    ("accessanalyzer", "GetFindingV2"): "access-analyzer:GetFinding",
    ("accessanalyzer", "ListFindingsV2"): "access-analyzer:ListFindings",
    ("s3", "GetBucketAccelerateConfiguration"): "s3:GetAccelerateConfiguration",
    ("s3", "GetBucketAnalyticsConfiguration"): "s3:GetAnalyticsConfiguration",
    ("s3", "GetBucketCors"): "s3:GetBucketCORS",
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "GetBucketIntelligentTieringConfiguration"): "s3:GetIntelligentTieringConfiguration",
    ("s3", "GetBucketInventoryConfiguration"): "s3:GetInventoryConfiguration",
    ("s3", "GetBucketLifecycle"): "s3:GetLifecycleConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "GetBucketMetadataConfiguration"): "s3:GetBucketMetadataTableConfiguration",
    ("s3", "GetBucketMetricsConfiguration"): "s3:GetMetricsConfiguration",
    ("s3", "GetBucketNotificationConfiguration"): "s3:GetBucketNotification",
    ("s3", "GetBucketReplication"): "s3:GetReplicationConfiguration",
    ("s3", "GetObjectLockConfiguration"): "s3:GetBucketObjectLockConfiguration",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "ListBucketAnalyticsConfigurations"): "s3:GetAnalyticsConfiguration",
    ("s3", "ListBucketIntelligentTieringConfigurations"): "s3:GetIntelligentTieringConfiguration",
    ("s3", "ListBucketInventoryConfigurations"): "s3:GetInventoryConfiguration",
    ("s3", "ListBucketMetricsConfigurations"): "s3:GetMetricsConfiguration",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3", "ListDirectoryBuckets"): "s3express:ListAllMyDirectoryBuckets",
    ("s3control", "GetAccessPointScope"): "s3express:GetAccessPointScope",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
    ("s3control", "ListAccessPointsForDirectoryBuckets"): "s3express:ListAccessPointsForDirectoryBuckets",
}
# What a service's requests are signed for is what stands before the colon of its actions, with few exceptions
# (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
_PREFIXES = {"cloudcontrolapi": "cloudformation", "monitoring": "cloudwatch", "tagging": "tag"}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html: without a stack's name
# it takes both permissions.
BESIDES = {"cloudformation:DescribeStacks": ("cloudformation:ListStacks",)}
"""Actions that a call needs beside its own."""
ALWAYS = ("ec2:DescribeRegions",)
"""What every scan needs, whatever the rules read. It asks for `sts:GetCallerIdentity` too, which needs no permission
(https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)."""


def permission(service: str, operation: str) -> str:
    """The IAM action of an operation (`list_keys` or `ListKeys`) of a service by boto3's name."""
    name = models.api_name(service, operation)
    signed = str(models.service_model(service).signing_name)
    return _NAMED.get((service, name), f"{_PREFIXES.get(signed, signed)}:{name}")


@dataclass(frozen=True, slots=True, order=True)
class Needed:
    """A call that collecting makes: boto3's service, the API's operation, its IAM action."""

    service: str
    operation: str
    action: str


def calls(reads: Reads | None = None, extras: Collection[str] = ()) -> tuple[Needed, ...]:
    """The calls that collecting what `reads` names makes (`None`: everything) and the extras, in order; each once."""
    found = plan.wanted(reads, extras).values()
    return tuple(sorted({one for wanted in found for each in wanted for one in made(each)}))


def made(wanted: plan.Wanted) -> Iterator[Needed]:
    """The calls of one entry of a table, in the order in which they are made."""
    table = wanted.collect
    if table.prepare:
        yield needed(table, Then("", table.prepare.operation))
    if table.operation:
        yield needed(table)
    for then in (table.locate, *wanted.then) if table.locate else wanted.then:
        if then.begin:
            yield needed(table, Then("", then.begin.operation, service=then.service))
        yield needed(table, then)


def needed(table: Collect, then: Then | None = None) -> Needed:
    """The listing of an entry, or one of its questions."""
    asked: Collect | Then = then or table
    service = asked.service or table.service
    operation = models.api_name(service, asked.operation)
    return Needed(service, operation, asked.permission or permission(service, operation))


def lacking(action: str, message: str) -> str:
    """The action that a refusal of a call is about: one that it needs beside its own, if AWS's message names that."""
    return next((beside for beside in BESIDES.get(action, ()) if beside in message), action)


def actions(reads: Reads | None = None, extras: Collection[str] = ()) -> tuple[str, ...]:
    """The IAM actions that collecting what `reads` names needs (`None`: everything) and the extras, in order."""
    found = {call.action for call in calls(reads, extras)}
    return tuple(sorted({*ALWAYS, *found, *(beside for action in found for beside in BESIDES.get(action, ()))}))
