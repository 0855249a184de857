"""S3, as Terraform plans it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rendering.terraform.parts import Part, plain
from rendering.words import Config, NotInCode, attributes, text

_SATELLITES = {
    "PublicAccessBlockConfiguration": "aws_s3_bucket_public_access_block",
    "OwnershipControls": "aws_s3_bucket_ownership_controls",
    "LifecycleConfiguration": "aws_s3_bucket_lifecycle_configuration",
    "CorsConfiguration": "aws_s3_bucket_cors_configuration",
    "ObjectLockConfiguration": "aws_s3_bucket_object_lock_configuration",
    "LoggingConfiguration": "aws_s3_bucket_logging",
    "BucketEncryption": "aws_s3_bucket_server_side_encryption_configuration",
    "ReplicationConfiguration": "aws_s3_bucket_replication_configuration",
    "WebsiteConfiguration": "aws_s3_bucket_website_configuration",
    "AccelerateConfiguration": "aws_s3_bucket_accelerate_configuration",
}


_S3_WORDS = {
    "Rules": "rule", "CORSRules": "cors_rule", "Transitions": "transition", "ID": "id",
    "NoncurrentVersionTransitions": "noncurrent_version_transition", "SSEAlgorithm": "sse_algorithm",
    "KMSMasterKeyID": "kms_master_key_id", "RoutingRules": "routing_rule", "ReplicaKmsKeyID": "replica_kms_key_id",
    "SseKmsEncryptedObjects": "sse_kms_encrypted_objects",
}  # fmt: skip


def _bucket(config: Config) -> list[Part]:
    name = config.pop("Name", None)
    own = {"bucket": name} if name else {}
    parts = [Part("aws_s3_bucket", dict(own))]
    if config.get("ObjectLockConfiguration"):
        if config["ObjectLockConfiguration"].get("ObjectLockEnabled") != "Enabled":
            raise NotInCode("Terraform always writes that the lock is enabled")
        parts[0].after["object_lock_enabled"] = True
    refers = {} if name else {"bucket": "aws_s3_bucket.this.id"}
    return [*parts, *(Part(type_, {**after, **own}, refers) for type_, after in _satellites(config))]


def _satellites(config: Config) -> Iterator[tuple[str, Config]]:
    """What lies on a bucket: type and attributes."""
    if config.get("Acl") is not None and config.get("OwnershipControls") is None:
        config["OwnershipControls"] = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    for member, value in config.items():
        if value is None and member in ("PublicAccessBlockConfiguration", "OwnershipControls"):
            raise NotInCode(f"AWS gives every new bucket {member}")
        if value is None or (value == {} and member in _OWN):
            continue
        if member in _OWN:
            type_, write = _OWN[member]
            yield type_, write(value)
        elif member in _SATELLITES:
            yield _SATELLITES[member], attributes(_filtered(value), _S3_WORDS)
        else:
            raise NotInCode(f"Terraform does not write {member}")


def _filtered(value: Config) -> Config:
    """Tags of a filter are a map there, and kinds of encryption a list."""
    rules = [dict(rule) for rule in value.get("Rules", [])]
    for rule in rules:
        if "BlockedEncryptionTypes" in rule:
            rule["BlockedEncryptionTypes"] = rule["BlockedEncryptionTypes"]["EncryptionType"]
        inner = (rule.get("Filter") or {}).get("And")
        if inner and "Tags" in inner:
            rule["Filter"] = {"And": {**inner, "Tags": {tag["Key"]: tag["Value"] for tag in inner["Tags"]}}}
    return {**value, "Rules": rules} if rules else value


def _acl(acl: Any) -> Config:
    grants = [
        {
            "permission": grant["Permission"],
            "grantee": [
                {
                    "type": grant["Grantee"].get("Type") or ("Group" if "URI" in grant["Grantee"] else "CanonicalUser"),
                    "id": grant["Grantee"].get("ID"),
                    "uri": grant["Grantee"].get("URI"),
                }
            ],
        }
        for grant in acl.get("Grants") or []
    ]
    owner = [{"id": (acl.get("Owner") or {}).get("ID", "0a"), "display_name": None}]
    return {"acl": None, "access_control_policy": [{"grant": grants, "owner": owner}]}


def _notification(value: Config) -> Config:
    out: Config = {"eventbridge": True} if "EventBridgeConfiguration" in value else {}
    for kind, block, target in (
        ("LambdaFunctionConfigurations", "lambda_function", "LambdaFunctionArn"),
        ("QueueConfigurations", "queue", "QueueArn"),
        ("TopicConfigurations", "topic", "TopicArn"),
    ):
        found = [{block_target(target): item[target], "events": item.get("Events")} for item in value.get(kind, [])]
        if found:
            out[block] = found
    return out


def block_target(target: str) -> str:
    """`LambdaFunctionArn` as `lambda_function_arn`."""
    return next(iter(attributes({target: ""})))


def _access_point(config: Config) -> list[Part]:
    if config.get("PublicAccessBlockConfiguration", "") is None:
        raise NotInCode("every access point has a block of its own, all on by default")
    if config.pop("NetworkOrigin", None) == "VPC":
        config.setdefault("VpcConfiguration", {"VpcId": "vpc-0a"})
    config.setdefault("Bucket", "data")
    policy = config.pop("Policy", None)
    (made,) = plain("aws_s3_access_point", ("AccessPointArn", "Alias"))(config)
    if policy is not None:
        made.after["policy"] = text(policy)
    return [made]


_OWN: dict[str, tuple[str, Callable[[Any], Config]]] = {
    "VersioningConfiguration": (
        "aws_s3_bucket_versioning",
        lambda value: {"versioning_configuration": [attributes(value, {"MFADelete": "mfa_delete"})]},
    ),
    "Policy": ("aws_s3_bucket_policy", lambda value: {"policy": text(value)}),
    "Acl": ("aws_s3_bucket_acl", _acl),
    "NotificationConfiguration": ("aws_s3_bucket_notification", _notification),
}
"""Members that are written in a way of their own."""

TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::AccessPoint": _access_point,
    "AWS::S3::AccountSettings": lambda config: [
        Part("aws_s3_account_public_access_block", attributes(config.get("PublicAccessBlockConfiguration") or {}))
    ],
}
