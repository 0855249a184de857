"""S3: the older blocks inside a bucket, which a refresh still reads."""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.fields import Field, Read, block, blocks, unordered
from scanner.iac.terraform.tables import wrapped
from scanner.iac.terraform.tree import ordered
from scanner.iac.terraform.types import s3_fields as fields
from scanner.iac.terraform.types import s3_rules as rules

_DESTINATION = block(
    Field("Bucket", "bucket", values.identifier),
    Field("Account", "account_id", values.text),
    Field("StorageClass", "storage_class", values.text),
    Field("EncryptionConfiguration", "replica_kms_key_id", wrapped("ReplicaKmsKeyID", values.identifier)),
)
_OLD_DAYS = block(Field("NoncurrentDays", "days", values.number))


def _positive(cell: Cell) -> Any:
    """A number of days; 0 is how the provider says that there is none."""
    return values.number(cell) or None


def _tagged(found: Any) -> Any:
    return None if found is None else {"And": {"Tags": found}}


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
    found = blocks(
        Field("ID", "id", values.text),
        Field("Status", "enabled", values.boolean),
        Field("Prefix", "prefix", values.text),
        Field("Filter", "tags", lambda tagged: _tagged(rules.tags(tagged))),
        Field("Expiration", "expiration", rules.EXPIRATION),
        Field("Transitions", "transition", unordered(*rules.TRANSITION)),
        Field("NoncurrentVersionExpiration", "noncurrent_version_expiration", _OLD_DAYS),
        Field(
            "AbortIncompleteMultipartUpload",
            "abort_incomplete_multipart_upload_days",
            wrapped("DaysAfterInitiation", _positive),
        ),
    )(cell)
    for rule in found if isinstance(found, list) else ():
        if isinstance(rule, dict) and isinstance(rule.get("Status"), bool):
            rule["Status"] = "Enabled" if rule["Status"] else "Disabled"
    return {"Rules": ordered(found)} if isinstance(found, list) else found


INLINE: tuple[tuple[str, str, Read], ...] = (
    ("VersioningConfiguration", "versioning", fields.inline_versioning),
    ("BucketEncryption", "server_side_encryption_configuration", block(*fields.ENCRYPTION)),
    ("LoggingConfiguration", "logging", block(*fields.LOGGING)),
    ("WebsiteConfiguration", "website", _inline_website),
    ("CorsConfiguration", "cors_rule", _grouped(blocks(*fields.CORS_RULE), "CORSRules")),
    ("LifecycleConfiguration", "lifecycle_rule", _inline_lifecycle),
    ("ObjectLockConfiguration", "object_lock_configuration", block(*fields.OBJECT_LOCK)),
    (
        "ReplicationConfiguration",
        "replication_configuration",
        block(
            Field("Role", "role", values.identifier),
            Field(
                "Rules",
                "rules",
                unordered(
                    Field("ID", "id", values.text),
                    Field("Status", "status", values.text),
                    Field("Prefix", "prefix", values.text),
                    Field("Priority", "priority", values.number),
                    Field("Filter", "filter", rules.filter_of),
                    Field(
                        "DeleteMarkerReplication",
                        "delete_marker_replication_status",
                        wrapped("Status", values.text),
                    ),
                    Field("Destination", "destination", _DESTINATION),
                ),
            ),
        ),
    ),
)
"""Member, the block in `aws_s3_bucket`, and how to read it."""
