"""Which actions a statement allows, wildcards and `NotAction` expanded over the actions that matter to a question.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.derive.access.glob import matches
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node

S3_READS = (
    "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectAttributes", "s3:GetObjectLegalHold", "s3:GetObjectRetention",
    "s3:GetObjectTagging", "s3:GetObjectTorrent", "s3:GetObjectVersion", "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionAttributes", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging",
    "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions", "s3:ListMultipartUploadParts",
    "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging", "s3:GetBucketNotification",
    "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging",
    "s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration", "s3:GetInventoryConfiguration",
    "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration",
    "s3:GetAccelerateConfiguration", "s3:GetAnalyticsConfiguration", "s3:GetBucketAbac",
    "s3:GetBucketMetadataTableConfiguration", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls",
    "s3:GetBucketRequestPayment", "s3:GetIntelligentTieringConfiguration", "s3:GetMetricsConfiguration",
    "s3:GetObjectAnnotation", "s3:GetObjectVersionAnnotation", "s3:GetObjectVersionAnnotationForReplication",
    "s3:GetObjectVersionTorrent", "s3:ListObjectAnnotations", "s3:ListObjectVersionAnnotations",
    "s3:ListTagsForResource",
)  # fmt: skip
"""What tells of a bucket's content or settings."""

S3_ADMINISTERS = (
    "s3:BypassGovernanceRetention", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteBucketWebsite",
    "s3:PutBucketAcl", "s3:PutBucketCORS", "s3:PutBucketLogging", "s3:PutBucketNotification",
    "s3:PutBucketObjectLockConfiguration", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutBucketWebsite",
    "s3:PutEncryptionConfiguration", "s3:PutInventoryConfiguration", "s3:PutLifecycleConfiguration",
    "s3:PutObjectAcl", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectVersionAcl",
    "s3:PutReplicationConfiguration",
)  # fmt: skip
"""What changes who may do what, or what is kept."""

S3_WRITES = (
    "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectTagging", "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging", "s3:ObjectOwnerOverrideToBucketOwner", "s3:PutBucketTagging", "s3:PutObject",
    "s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:ReplicateDelete", "s3:ReplicateObject",
    "s3:ReplicateTags", "s3:RestoreObject",
    "s3:CreateBucketMetadataTableConfiguration", "s3:DeleteBucketMetadataTableConfiguration",
    "s3:DeleteObjectAnnotation", "s3:DeleteObjectVersionAnnotation", "s3:InitiateReplication", "s3:PauseReplication",
    "s3:PutAccelerateConfiguration", "s3:PutAnalyticsConfiguration", "s3:PutBucketAbac",
    "s3:PutBucketRequestPayment", "s3:PutIntelligentTieringConfiguration", "s3:PutMetricsConfiguration",
    "s3:PutObjectAnnotation", "s3:PutObjectVersionAnnotation", "s3:ReplicateObjectAnnotation", "s3:TagResource",
    "s3:UntagResource", "s3:UpdateBucketMetadataAnnotationTableConfiguration",
    "s3:UpdateBucketMetadataInventoryTableConfiguration", "s3:UpdateBucketMetadataJournalTableConfiguration",
    "s3:UpdateObjectEncryption", *S3_ADMINISTERS,
)  # fmt: skip
"""What changes a bucket's content or settings."""

KMS_ADMINISTERS = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
"""What decides who may use a key, or whether anybody can."""

KMS_DECRYPTS = ("kms:Decrypt", "kms:ReEncryptFrom")
"""What turns ciphertext into plain text, or into ciphertext of another key."""


def allows_action(statement: PolicyStatement, action: str) -> Maybe:
    """Whether the statement's `Action` or `NotAction` means an action. Actions know no case."""
    named, others = statement.node.member("Action"), statement.node.member("NotAction")
    if others.present and not named.present:
        return negate(_named(others, action))
    return _named(named, action)


def allows_any(statement: PolicyStatement, actions: Iterable[str]) -> Maybe:
    """Whether it means at least one of the actions."""
    return either(allows_action(statement, action) for action in actions)


def allowed_of(statement: PolicyStatement, actions: Iterable[str]) -> tuple[list[str], Maybe]:
    """Those of the actions that it surely means, and whether it may mean others of them."""
    verdicts = [(action, allows_action(statement, action)) for action in actions]
    doubts = (verdict for _, verdict in verdicts if verdict is not True)
    return [action for action, verdict in verdicts if verdict is True], either(doubts)


def covers_actions(deny: PolicyStatement, allow: PolicyStatement) -> Maybe:
    """Whether a Deny means every action that an Allow names: each of its patterns lies within one of the Deny's.

    Sound, not complete: what only several patterns together cover is not recognised, nor is
    `NotAction` on either side.
    """
    inverted = either(_is_there(statement.node.member("NotAction")) for statement in (deny, allow))
    return both((negate(inverted), within(allow.node.member("Action"), deny.node.member("Action"), fold_case=True)))


def covers_resources(deny: PolicyStatement, allow: PolicyStatement) -> Maybe:
    """Whether a Deny means every resource that an Allow names, as far as `covers_actions` would tell it."""
    inverted = either(_is_there(statement.node.member("NotResource")) for statement in (deny, allow))
    return both((negate(inverted), within(allow.node.member("Resource"), deny.node.member("Resource"))))


def _is_there(node: Node) -> Maybe:
    return node.unknown or node.present


def within(inner: Node, outer: Node, *, fold_case: bool = False) -> Maybe:
    """Whether each pattern of one list lies within a pattern of the other, wildcards taken as they are written."""
    wide = outer.elements()
    verdicts: list[Maybe] = [
        either([*(_one_within(one, other, fold_case=fold_case) for other in wide), outer.more or False])
        for one in inner.elements()
    ]
    return both([*verdicts, inner.more or True])


def _one_within(one: Node, other: Node, *, fold_case: bool) -> Maybe:
    doubt = one.unknown or other.unknown
    if doubt is not None:
        return True if other.value == "*" else doubt
    text, pattern = str(one.value), str(other.value)
    if fold_case:
        text, pattern = text.lower(), pattern.lower()
    return matches(pattern, text) and ("?" not in pattern or "*" not in text)


def _named(patterns: Node, action: str) -> Maybe:
    name = action.lower()
    return either([*(_matches(one, name) for one in patterns.elements()), patterns.more or False])


def _matches(pattern: Node, name: str) -> Maybe:
    return pattern.unknown or matches(str(pattern.value).lower(), name)
