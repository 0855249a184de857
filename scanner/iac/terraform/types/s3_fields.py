"""S3: which attribute is which member, for the separate resources and the older blocks in a bucket."""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.fields import Field, Read, block, blocks, convert, strings
from scanner.model import Unknown

PUBLIC_ACCESS_BLOCK = (
    Field("BlockPublicAcls", "block_public_acls", values.boolean, default=False),
    Field("IgnorePublicAcls", "ignore_public_acls", values.boolean, default=False),
    Field("BlockPublicPolicy", "block_public_policy", values.boolean, default=False),
    Field("RestrictPublicBuckets", "restrict_public_buckets", values.boolean, default=False),
)

_BY_DEFAULT = block(
    Field("SSEAlgorithm", "sse_algorithm", values.text),
    Field("KMSMasterKeyID", "kms_master_key_id", values.identifier),
)
ENCRYPTION = (
    Field(
        "Rules",
        "rule",
        blocks(
            Field("ApplyServerSideEncryptionByDefault", "apply_server_side_encryption_by_default", _BY_DEFAULT),
            Field("BucketKeyEnabled", "bucket_key_enabled", values.boolean, default=False),
        ),
    ),
)

OWNERSHIP = (Field("Rules", "rule", blocks(Field("ObjectOwnership", "object_ownership", values.text))),)

_TARGET_GRANTEE = block(
    Field("Type", "type", values.text),
    Field("ID", "id", values.text),
    Field("URI", "uri", values.text),
    Field("EmailAddress", "email_address", values.text),
)
LOGGING = (
    Field("TargetBucket", "target_bucket", values.identifier),
    Field("TargetPrefix", "target_prefix", values.text, default=""),
    Field(
        "TargetGrants",
        "target_grant",
        blocks(Field("Grantee", "grantee", _TARGET_GRANTEE), Field("Permission", "permission", values.text)),
    ),
)

_RETENTION = block(
    Field("Mode", "mode", values.text),
    Field("Days", "days", values.number),
    Field("Years", "years", values.number),
)
OBJECT_LOCK = (
    Field("ObjectLockEnabled", "object_lock_enabled", values.text, default="Enabled"),
    Field("Rule", "rule", block(Field("DefaultRetention", "default_retention", _RETENTION))),
)

_CORS_RULE = (
    Field("ID", "id", values.text),
    Field("AllowedHeaders", "allowed_headers", strings),
    Field("AllowedMethods", "allowed_methods", strings),
    Field("AllowedOrigins", "allowed_origins", strings),
    Field("ExposeHeaders", "expose_headers", strings),
    Field("MaxAgeSeconds", "max_age_seconds", values.number),
)
CORS = (Field("CORSRules", "cors_rule", blocks(*_CORS_RULE)),)

WEBSITE = (
    Field("IndexDocument", "index_document", block(Field("Suffix", "suffix", values.text))),
    Field("ErrorDocument", "error_document", block(Field("Key", "key", values.text))),
    Field(
        "RedirectAllRequestsTo",
        "redirect_all_requests_to",
        block(Field("HostName", "host_name", values.text), Field("Protocol", "protocol", values.text)),
    ),
)

_AND = block(
    Field("Prefix", "prefix", values.text),
    Field("ObjectSizeGreaterThan", "object_size_greater_than", values.number),
    Field("ObjectSizeLessThan", "object_size_less_than", values.number),
)
_FILTER = block(
    Field("Prefix", "prefix", values.text),
    Field("ObjectSizeGreaterThan", "object_size_greater_than", values.number),
    Field("ObjectSizeLessThan", "object_size_less_than", values.number),
    Field("Tag", "tag", block(Field("Key", "key", values.text), Field("Value", "value", values.text))),
    Field("And", "and", _AND),
)
_TRANSITION = (
    Field("Date", "date", values.text),
    Field("Days", "days", values.number),
    Field("StorageClass", "storage_class", values.text),
)
_EXPIRATION = block(
    Field("Date", "date", values.text),
    Field("Days", "days", values.number),
    Field("ExpiredObjectDeleteMarker", "expired_object_delete_marker", values.boolean),
)
_OLD_VERSIONS = (
    Field("NoncurrentDays", "noncurrent_days", values.number),
    Field("NewerNoncurrentVersions", "newer_noncurrent_versions", values.number),
)
LIFECYCLE = (
    Field(
        "Rules",
        "rule",
        blocks(
            Field("ID", "id", values.text),
            Field("Status", "status", values.text),
            Field("Prefix", "prefix", values.text),
            Field("Filter", "filter", _FILTER),
            Field("Expiration", "expiration", _EXPIRATION),
            Field("Transitions", "transition", blocks(*_TRANSITION)),
            Field("NoncurrentVersionExpiration", "noncurrent_version_expiration", block(*_OLD_VERSIONS)),
            Field(
                "NoncurrentVersionTransitions",
                "noncurrent_version_transition",
                blocks(*_OLD_VERSIONS, Field("StorageClass", "storage_class", values.text)),
            ),
            Field(
                "AbortIncompleteMultipartUpload",
                "abort_incomplete_multipart_upload",
                block(Field("DaysAfterInitiation", "days_after_initiation", values.number)),
            ),
        ),
    ),
)

_REPLICA_KEY = block(Field("ReplicaKmsKeyID", "replica_kms_key_id", values.identifier))
_DESTINATION = block(
    Field("Bucket", "bucket", values.identifier),
    Field("Account", "account", values.text),
    Field("StorageClass", "storage_class", values.text),
    Field("EncryptionConfiguration", "encryption_configuration", _REPLICA_KEY),
)
REPLICATION = (
    Field("Role", "role", values.identifier),
    Field(
        "Rules",
        "rule",
        blocks(
            Field("ID", "id", values.text),
            Field("Priority", "priority", values.number),
            Field("Status", "status", values.text),
            Field("Prefix", "prefix", values.text),
            Field("Filter", "filter", _FILTER),
            Field(
                "DeleteMarkerReplication", "delete_marker_replication", block(Field("Status", "status", values.text))
            ),
            Field("Destination", "destination", _DESTINATION),
        ),
    ),
)


def _notified(api: str, tf: str, arn: str, attribute: str) -> Field:
    return Field(
        api,
        tf,
        blocks(
            Field("Id", "id", values.text), Field(arn, attribute, values.identifier), Field("Events", "events", strings)
        ),
    )


NOTIFICATION = (
    _notified("TopicConfigurations", "topic", "TopicArn", "topic_arn"),
    _notified("QueueConfigurations", "queue", "QueueArn", "queue_arn"),
    _notified("LambdaFunctionConfigurations", "lambda_function", "LambdaFunctionArn", "lambda_function_arn"),
)


def notification(cell: Cell) -> Any:
    """Event notifications; EventBridge is told by an empty object."""
    out = convert(cell, NOTIFICATION)
    bridge = values.boolean(cell["eventbridge"])
    if bridge:
        out["EventBridgeConfiguration"] = bridge if isinstance(bridge, Unknown) else {}
    return out


def versioning(cell: Cell) -> Any:
    """`Disabled` is how Terraform says that versioning was never enabled; AWS answers nothing then."""
    read = block(Field("Status", "status", values.text), Field("MFADelete", "mfa_delete", values.text))
    out = read(cell["versioning_configuration"])
    if isinstance(out, dict) and out.get("Status") == "Disabled":
        del out["Status"]
    return {} if out is None else out


def inline_versioning(cell: Cell) -> Any:
    """`enabled = false` is either never enabled or suspended, which no rule parts: neither keeps new versions."""
    out = block(Field("Status", "enabled", values.boolean), Field("MFADelete", "mfa_delete", values.boolean))(cell)
    if not isinstance(out, dict):
        return out
    for member, on in (("Status", "Enabled"), ("MFADelete", "Enabled")):
        if out.get(member) is True:
            out[member] = on
        elif not isinstance(out.get(member), Unknown):
            out.pop(member, None)
    return out


def _grouped(read: Read, member: str) -> Read:
    """The inline form of a configuration that is nothing but its list of rules."""

    def grouped(cell: Cell) -> Any:
        rules = read(cell)
        return {member: rules} if isinstance(rules, list) else rules

    return grouped


def _inline_website(cell: Cell) -> Any:
    read = block(
        Field("IndexDocument", "index_document", values.text),
        Field("ErrorDocument", "error_document", values.text),
        Field("RedirectAllRequestsTo", "redirect_all_requests_to", values.text),
    )
    out = read(cell)
    if isinstance(out, dict):
        inner = {"IndexDocument": "Suffix", "ErrorDocument": "Key", "RedirectAllRequestsTo": "HostName"}
        return {name: {inner[name]: value} for name, value in out.items()}
    return out


def _inline_lifecycle(cell: Cell) -> Any:
    rules = blocks(
        Field("ID", "id", values.text),
        Field("Status", "enabled", values.boolean),
        Field("Prefix", "prefix", values.text),
        Field("Expiration", "expiration", _EXPIRATION),
        Field("Transitions", "transition", blocks(*_TRANSITION)),
    )(cell)
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and isinstance(rule.get("Status"), bool):
            rule["Status"] = "Enabled" if rule["Status"] else "Disabled"
    return {"Rules": rules} if isinstance(rules, list) else rules


INLINE: tuple[tuple[str, str, Read], ...] = (
    ("VersioningConfiguration", "versioning", inline_versioning),
    ("BucketEncryption", "server_side_encryption_configuration", block(*ENCRYPTION)),
    ("LoggingConfiguration", "logging", block(*LOGGING)),
    ("WebsiteConfiguration", "website", _inline_website),
    ("CorsConfiguration", "cors_rule", _grouped(blocks(*_CORS_RULE), "CORSRules")),
    ("LifecycleConfiguration", "lifecycle_rule", _inline_lifecycle),
    ("ObjectLockConfiguration", "object_lock_configuration", block(*OBJECT_LOCK)),
    (
        "ReplicationConfiguration",
        "replication_configuration",
        block(
            Field("Role", "role", values.identifier),
            Field("Rules", "rules", blocks(Field("ID", "id", values.text), Field("Status", "status", values.text))),
        ),
    ),
)
"""Member, the block in `aws_s3_bucket`, and how to read it."""
