"""S3, as a template writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.cloudformation.parts import MAIN, Resources, main, move, plain
from rendering.words import Config, NotInCode


def _bucket(config: Config) -> Resources:
    out: Config = {}
    move(config, out, "Name", "BucketName")
    policy = config.pop("Policy", None)
    move(config, out, "BucketEncryption", "BucketEncryption", _encryption)
    move(config, out, "LoggingConfiguration", "LoggingConfiguration", _logging)
    move(config, out, "CorsConfiguration", "CorsConfiguration", _cors)
    move(config, out, "LifecycleConfiguration", "LifecycleConfiguration", _lifecycle)
    move(
        config, out, "AccelerateConfiguration", "AccelerateConfiguration", lambda v: {"AccelerationStatus": v["Status"]}
    )
    move(config, out, "WebsiteConfiguration", "WebsiteConfiguration", _website)
    move(config, out, "NotificationConfiguration", "NotificationConfiguration", _notification)
    lock = config.get("ObjectLockConfiguration")
    if lock:
        out["ObjectLockEnabled"] = True
    acl = config.pop("Acl", None)
    if acl is not None:
        acl = _canned(acl)
        if acl:
            out["AccessControl"] = acl
            config.setdefault("OwnershipControls", {"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    if config.get("VersioningConfiguration") == {}:
        config.pop("VersioningConfiguration")
    if (config.get("VersioningConfiguration") or {}).get("MFADelete") == "Enabled":
        raise NotInCode("MFA delete is switched on by the root user only, in no template")
    for member in ("PublicAccessBlockConfiguration", "OwnershipControls"):
        if config.get(member, "") is None:
            raise NotInCode(f"AWS gives every new bucket {member}")
    out.update({name: value for name, value in config.items() if value is not None})
    beside = {
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": MAIN}, "PolicyDocument": policy}}
    }
    return main("AWS::S3::Bucket", out, **(beside if policy is not None else {}))


def _encryption(value: Any) -> Any:
    names = {"ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault"}
    rules = [{names.get(name, name): item for name, item in rule.items()} for rule in value["Rules"]]
    return {"ServerSideEncryptionConfiguration": rules}


def _logging(value: Any) -> Any:
    names = {"TargetBucket": "DestinationBucketName", "TargetPrefix": "LogFilePrefix"}
    return {names.get(name, name): item for name, item in value.items()}


def _cors(value: Any) -> Any:
    names = {"ID": "Id", "MaxAgeSeconds": "MaxAge", "ExposeHeaders": "ExposedHeaders"}
    return {"CorsRules": [{names.get(name, name): item for name, item in rule.items()} for rule in value["CORSRules"]]}


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(dict(rule)) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Config) -> Config:
    out: Config = {}
    move(rule, out, "ID", "Id")
    expiration = rule.pop("Expiration", None) or {}
    for name, to in (("Days", "ExpirationInDays"), ("Date", "ExpirationDate"), ("ExpiredObjectDeleteMarker",) * 2):
        if name in expiration:
            out[to] = expiration[name]
    chosen = rule.pop("Filter", None) or {}
    chosen = {**chosen.pop("And", {}), **chosen} if "And" in chosen else chosen
    for name, item in chosen.items():
        if name == "Tag":
            out["TagFilters"] = [item]
        else:
            out["TagFilters" if name == "Tags" else name] = item
    move(rule, out, "Transitions", "Transitions", lambda v: [_transition(item, "Days") for item in v])
    nonce = "NoncurrentVersionTransitions"
    move(rule, out, nonce, nonce, lambda v: [_transition(item, "NoncurrentDays") for item in v])
    return {**out, **rule}


def _transition(item: Config, days: str) -> Config:
    names = {days: "TransitionInDays", "Date": "TransitionDate"}
    return {names.get(name, name): value for name, value in item.items()}


def _website(value: Any) -> Any:
    out = dict(value)
    for name, inner in (("IndexDocument", "Suffix"), ("ErrorDocument", "Key")):
        if name in out:
            out[name] = out[name][inner]
    return out


def _notification(value: Any) -> Any:
    out: Config = {}
    for kind, arn, name, target in (
        ("LambdaFunctionConfigurations", "LambdaFunctionArn", "LambdaConfigurations", "Function"),
        ("QueueConfigurations", "QueueArn", "QueueConfigurations", "Queue"),
        ("TopicConfigurations", "TopicArn", "TopicConfigurations", "Topic"),
    ):
        for item in value.get(kind, []):
            events = item.get("Events") or ["s3:ObjectCreated:*"]
            out.setdefault(name, []).extend({"Event": event, target: item[arn]} for event in events)
    if "EventBridgeConfiguration" in value:
        out["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return out


_GROUPS = "http://acs.amazonaws.com/groups/"


_CANNED = {
    (): "",
    (("global/AllUsers", "READ"),): "PublicRead",
    (("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")): "PublicReadWrite",
    (("global/AuthenticatedUsers", "READ"),): "AuthenticatedRead",
    (("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")): "LogDeliveryWrite",
}


def _canned(acl: Any) -> str:
    owner = (acl.get("Owner") or {}).get("ID")
    grants = []
    for grant in acl.get("Grants") or []:
        grantee = grant.get("Grantee") or {}
        if owner and grantee.get("ID") == owner and grant.get("Permission") == "FULL_CONTROL":
            continue
        grants.append((str(grantee.get("URI", grantee.get("ID"))).removeprefix(_GROUPS), grant.get("Permission")))
    found = _CANNED.get(tuple(sorted(grants, key=str)))
    if found is None:
        raise NotInCode("a template knows canned ACLs only")
    return found


def _access_point(config: Config) -> Resources:
    if config.get("PublicAccessBlockConfiguration", "") is None:
        raise NotInCode("every access point has a block of its own, all on by default")
    config.setdefault("Bucket", "data")
    origin = config.pop("NetworkOrigin", None)
    if origin == "VPC":
        config.setdefault("VpcConfiguration", {"VpcId": "vpc-0a"})
    return plain("AWS::S3::AccessPoint", ("AccessPointArn", "Alias"))(config)


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::AccessPoint": _access_point,
}
