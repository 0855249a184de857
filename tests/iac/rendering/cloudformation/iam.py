"""IAM and KMS, as a template writes it."""

from __future__ import annotations

from collections.abc import Callable

from rendering.cloudformation.parts import MAIN, Resources, main, move, plain
from rendering.words import NOTHING, TRUST, Config, NotInCode


def _principal(kind: str) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        out: Config = {}
        move(config, out, f"{kind}Name", f"{kind}Name")
        move(config, out, "Path", "Path")
        move(
            config, out, f"{kind}PolicyList", "Policies", lambda v: [{"PolicyDocument": NOTHING, **item} for item in v]
        )
        arns = [item["PolicyArn"] for item in config.pop("AttachedManagedPolicies", None) or []]
        if arns:
            out["ManagedPolicyArns"] = arns
        move(config, out, "PermissionsBoundary", "PermissionsBoundary", lambda v: v["PermissionsBoundaryArn"])
        move(config, out, "GroupList", "Groups")
        move(config, out, "MaxSessionDuration", "MaxSessionDuration")
        if kind == "Role":
            out["AssumeRolePolicyDocument"] = config.pop("AssumeRolePolicyDocument", None) or TRUST
        return main(f"AWS::IAM::{kind}", out)

    return render


def _managed_policy(config: Config) -> Resources:
    if str(config.get("Arn", "")).startswith("arn:aws:iam::aws:"):
        raise NotInCode("AWS's own policies are in no template")
    document = config.get("PolicyDocument")
    if document is None:
        raise NotInCode("a policy in code has a document")
    out: Config = {"PolicyDocument": document}
    if config.get("AttachmentCount", 1):
        out["Roles"] = ["somebody"]
    beside: Resources = {}
    if config.get("PermissionsBoundaryUsageCount"):
        bound = {"AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": {"Ref": MAIN}}
        beside = {"Bound": {"Type": "AWS::IAM::Role", "Properties": bound}}
    return main("AWS::IAM::ManagedPolicy", out, **beside)


def _made(config: Config) -> None:
    if config.get("KeyManager") == "AWS":
        raise NotInCode("a key that AWS manages is in no template")
    if config.get("KeyState") not in (None, "Enabled", "Disabled"):
        raise NotInCode(f"no template makes a key that is {config['KeyState']}")
    imported = config.get("Origin") == "EXTERNAL" and config.get("KeyState") == "Enabled"
    if imported or config.get("ExpirationModel"):
        raise NotInCode("no template imports a key's material")


def _key(config: Config) -> Resources:
    _made(config)
    if (config.get("MultiRegionConfiguration") or {}).get("MultiRegionKeyType") == "REPLICA":
        primary = "arn:aws:kms:us-east-1:111122223333:key/mrk-0a"
        return main("AWS::KMS::ReplicaKey", {"PrimaryKeyArn": primary, "KeyPolicy": config.get("Policy") or TRUST})
    out: Config = {"KeyPolicy": config.get("Policy") or TRUST}
    rotation = config.get("Rotation") or {}
    if "KeyRotationEnabled" in rotation:
        out["EnableKeyRotation"] = rotation["KeyRotationEnabled"]
    if "RotationPeriodInDays" in rotation:
        out["RotationPeriodInDays"] = rotation["RotationPeriodInDays"]
    for name in ("KeySpec", "KeyUsage", "MultiRegion", "Origin"):
        if config.get(name) is not None:
            out[name] = config[name]
    if config.get("KeyState") == "Disabled":
        out["Enabled"] = False
    return main("AWS::KMS::Key", out)


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::IAM::Role": _principal("Role"),
    "AWS::IAM::User": _principal("User"),
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::OIDCProvider": plain("AWS::IAM::OIDCProvider", ("Arn",)),
    "AWS::IAM::SAMLProvider": plain("AWS::IAM::SAMLProvider", ("Arn",)),
    "AWS::KMS::Key": _key,
}
