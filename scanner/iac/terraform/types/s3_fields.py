"""S3: which attribute is which member, for the separate resources and the older blocks in a bucket."""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.fields import Field, block, blocks, strings, unordered
from scanner.iac.terraform.tables import wrapped
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
            Field("BlockedEncryptionTypes", "blocked_encryption_types", wrapped("EncryptionType", strings)),
        ),
    ),
)

ACCELERATE = (Field("Status", "status", values.text),)

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
        unordered(Field("Grantee", "grantee", _TARGET_GRANTEE), Field("Permission", "permission", values.text)),
    ),
    Field(
        "TargetObjectKeyFormat",
        "target_object_key_format",
        block(
            Field("SimplePrefix", "simple_prefix", block()),
            Field(
                "PartitionedPrefix",
                "partitioned_prefix",
                block(Field("PartitionDateSource", "partition_date_source", values.text)),
            ),
        ),
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

CORS_RULE = (
    Field("ID", "id", values.text),
    Field("AllowedHeaders", "allowed_headers", strings),
    Field("AllowedMethods", "allowed_methods", strings),
    Field("AllowedOrigins", "allowed_origins", strings),
    Field("ExposeHeaders", "expose_headers", strings),
    Field("MaxAgeSeconds", "max_age_seconds", values.number),
)
CORS = (Field("CORSRules", "cors_rule", blocks(*CORS_RULE)),)


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
