"""KMS: keys, replica keys, aliases.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import MISSING, Hole, attribute, later, outside
from scanner.iac.cloudformation.policy import document, key_policy_without_any
from scanner.iac.cloudformation.shape import flag, tags, text, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.iac.cloudformation.texts import compose

_DEFAULT_PERIOD = 365


def _key(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::KMS::Key`."""
    spec = entry.get("KeySpec", text, "SYMMETRIC_DEFAULT")
    origin = entry.get("Origin", text, "AWS_KMS")
    multi = entry.get("MultiRegion", flag, default=False)
    config = {
        **_common(entry),
        "KeySpec": spec,
        "CustomerMasterKeySpec": spec,
        "KeyUsage": entry.get("KeyUsage", text, "ENCRYPT_DECRYPT"),
        "Origin": origin,
        "MultiRegion": multi,
        "MultiRegionConfiguration": _primary(entry, multi),
        "Rotation": _rotation(entry, spec, origin),
    }
    if origin == "EXTERNAL":
        config |= dict.fromkeys(("KeyState", "Enabled"), outside("key material is imported after the deploy"))
    yield Draft("AWS::KMS::Key", entry, config, name=_name(entry), tags=entry.get("Tags", tags, {}))


def _replica(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::KMS::ReplicaKey`: what a key of the template states, its replica shares."""
    arn = entry.get("PrimaryKeyArn", text, later("the primary key"))
    primary = _primary_of(arn, stack)
    elsewhere = outside("shared with the primary key, which is outside the template")
    shared = dict.fromkeys(("KeySpec", "KeyUsage", "Origin", "CustomerMasterKeySpec", "Rotation"), elsewhere)
    if primary is not None:
        draft = next(_key(primary, stack))
        shared = {name: draft.config[name] for name in shared}
    config = {
        **_common(entry),
        **shared,
        "MultiRegion": True,
        "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA", "PrimaryKey": {"Arn": arn}},
    }
    yield Draft("AWS::KMS::Key", entry, config, name=_name(entry), tags=entry.get("Tags", tags, {}))


def _primary_of(arn: Any, stack: Stack) -> Entry | None:
    """The key of the template that an ARN's token means."""
    token = arn.token if isinstance(arn, Hole) else ""
    return next((entry for entry in stack.of("AWS::KMS::Key") if token == f"{entry.logical}.Arn"), None)


def _common(entry: Entry) -> dict[str, Any]:
    """What keys and replicas have alike."""
    enabled = entry.get("Enabled", flag, default=True)
    account = entry.scope.reference("AWS::AccountId")
    partition = text_of(entry.scope.reference("AWS::Partition"))
    state: Any = enabled if isinstance(enabled, Hole) else "Enabled" if enabled else "Disabled"
    return {
        "Arn": attribute(f"{entry.logical}.Arn"),
        "KeyId": attribute(f"{entry.logical}.KeyId"),
        "AWSAccountId": account,
        "KeyManager": "CUSTOMER",
        "Description": entry.get("Description", text, ""),
        "Enabled": enabled,
        "KeyState": state,
        "Policy": entry.get("KeyPolicy", document, key_policy_without_any(account, partition)),
    }


def _name(entry: Entry) -> Any:
    """The tag `Name`, by which people know a key."""
    found = entry.get("Tags", tags, {})
    return found.get("Name", "") if isinstance(found, dict) else ""


def _primary(entry: Entry, multi: Any) -> Any:
    """`MultiRegionConfiguration` of a key that is not a replica."""
    if isinstance(multi, Hole):
        return multi
    if not multi:
        return None
    primary = {"Arn": attribute(f"{entry.logical}.Arn"), "Region": entry.scope.reference("AWS::Region")}
    return {"MultiRegionKeyType": "PRIMARY", "PrimaryKey": primary, "ReplicaKeys": outside("replicas elsewhere")}


def _rotation(entry: Entry, spec: Any, origin: Any) -> Any:
    """Only symmetric encryption keys with KMS's own material rotate; for others AWS has no answer."""
    if isinstance(spec, Hole) or isinstance(origin, Hole):
        return spec if isinstance(spec, Hole) else origin
    if spec != "SYMMETRIC_DEFAULT" or origin != "AWS_KMS":
        return None
    rotates = entry.get("EnableKeyRotation", flag, default=False)
    if rotates is False:
        return {"KeyRotationEnabled": False}
    period = entry.get("RotationPeriodInDays", whole, _DEFAULT_PERIOD)
    return {"KeyRotationEnabled": rotates, "RotationPeriodInDays": rotates if isinstance(rotates, Hole) else period}


def _alias(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::KMS::Alias`."""
    name = entry.get("AliasName", text, later("the alias's name"))
    region, account = (entry.scope.reference(part) for part in ("AWS::Region", "AWS::AccountId"))
    prefix = f"arn:{text_of(entry.scope.reference('AWS::Partition'))}:kms:"
    config = {
        "AliasName": name,
        "AliasArn": compose([prefix, region, ":", account, ":", name]),
        "TargetKeyId": entry.get("TargetKeyId", text, MISSING),
    }
    yield Draft("AWS::KMS::Alias", entry, config, name=name)


BUILDERS = {"AWS::KMS::Key": _key, "AWS::KMS::ReplicaKey": _replica, "AWS::KMS::Alias": _alias}
