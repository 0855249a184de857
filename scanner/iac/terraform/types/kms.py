"""KMS: keys with their policies and rotation, and aliases.

https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.iac import defaults
from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, convert, unresolved
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import graft
from scanner.model import Unknown

_KEY = (
    Field("Description", "description", values.text, ""),
    Field("KeySpec", "customer_master_key_spec", values.text),
    Field("KeyUsage", "key_usage", values.text),
    Field("MultiRegion", "multi_region", values.boolean),
    Field("CustomKeyStoreId", "custom_key_store_id", values.identifier),
)
_ALIAS = (Field("TargetKeyId", "target_key_id", values.identifier),)
_ROTATION_DAYS = 365
"""The period when the key does not say one: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"""


def _key(planned: Planned) -> Draft:
    draft = Draft("AWS::KMS::Key", planned, convert(Cell.of(planned), _KEY), new=planned.is_new)
    config = draft.config
    config["KeyManager"] = "CUSTOMER"
    config["Arn"] = values.identity(planned, "arn")
    config["KeyId"] = values.identity(planned, "key_id" if planned.type == "aws_kms_key" else "id")
    account = providers.account(planned)
    if account:
        config["AWSAccountId"] = account
    _state(draft, "is_enabled" if planned.type == "aws_kms_key" else "enabled")
    _ORIGINS[planned.type](draft)
    _policy(draft, planned)
    draft.physical_id = _known(config["Arn"]) or _known(config["KeyId"])
    return draft


def _known(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _state(draft: Draft, attribute: str) -> None:
    enabled = values.boolean(Cell.of(draft.planned, attribute))
    enabled = True if enabled is None else enabled
    draft.config["Enabled"] = enabled
    draft.config["KeyState"] = enabled if isinstance(enabled, Unknown) else "Enabled" if enabled else "Disabled"


def _policy(draft: Draft, planned: Planned) -> None:
    cell = Cell.of(planned, "policy")
    if planned.is_new and cell.state in (State.COMPUTED, State.NULL):
        partial = defaults.default_key_policy(providers.account(planned), providers.partition(planned))
        draft.config["Policy"] = graft(partial)
        return
    policy = document(cell)
    draft.config["Policy"] = unresolved("the key's policy") if policy is None else policy


def _aws_kms(draft: Draft) -> None:
    config, planned = draft.config, draft.planned
    store = config.get("CustomKeyStoreId")
    external = values.text(Cell.of(planned, "xks_key_id"))
    config["Origin"] = "EXTERNAL_KEY_STORE" if external else "AWS_CLOUDHSM" if store else "AWS_KMS"
    if isinstance(external, str):
        config["XksKeyConfiguration"] = {"Id": external}
    if config.get("MultiRegion") is True:
        config["MultiRegionConfiguration"] = {"MultiRegionKeyType": "PRIMARY"}
        if not planned.is_new:
            _replicas_outside(config["MultiRegionConfiguration"])
    elif config.get("MultiRegion", False) is not False:
        config["MultiRegionConfiguration"] = config["MultiRegion"]
    on = values.boolean(Cell.of(planned, "enable_key_rotation"))
    config["Rotation"] = {"KeyRotationEnabled": False if on is None else on}
    if on is True:
        days = values.number(Cell.of(planned, "rotation_period_in_days"))
        config["Rotation"]["RotationPeriodInDays"] = _ROTATION_DAYS if days is None else days


def _replicas_outside(configuration: dict[str, Any]) -> None:
    configuration["ReplicaKeys"] = unresolved("replicas in other regions")


def _external(draft: Draft) -> None:
    """Imported key material: https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html"""
    draft.config["Origin"] = "EXTERNAL"
    draft.config["Rotation"] = {"KeyRotationEnabled": False}
    until = values.text(Cell.of(draft.planned, "valid_to"))
    if until is not None:
        draft.config.update({"ValidTo": until, "ExpirationModel": "KEY_MATERIAL_EXPIRES"})
    material = Cell.of(draft.planned, "key_material_base64").state
    if material is State.NULL and draft.planned.is_new:
        draft.config.update({"KeyState": "PendingImport", "Enabled": False})


def _replica(draft: Draft) -> None:
    """A replica shares specification, usage and rotation with its primary, which may be anywhere.

    https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
    """
    primary = values.identifier(Cell.of(draft.planned, "primary_key_arn"))
    configuration: dict[str, Any] = {"MultiRegionKeyType": "REPLICA", "PrimaryKey": {"Arn": primary}}
    _replicas_outside(configuration)
    draft.config.update({"MultiRegion": True, "MultiRegionConfiguration": configuration})
    for member in ("KeySpec", "KeyUsage", "Origin", "Rotation"):
        draft.config.setdefault(member, unresolved("the primary key decides"))


def _external_replica(draft: Draft) -> None:
    """A replica of a key with imported material, which each region is given apart."""
    _external(draft)
    _replica(draft)


def _set_policy(draft: Draft, planned: Planned) -> None:
    draft.config["Policy"] = document(Cell.of(planned, "policy"))


def _outside(draft: Draft, value: str) -> None:
    member = "Arn" if value.startswith("arn:") else "KeyId"
    draft.config[member] = value
    draft.physical_id = value


def _alias(planned: Planned) -> Draft:
    draft = Draft("AWS::KMS::Alias", planned, convert(Cell.of(planned), _ALIAS), new=planned.is_new)
    name = values.text(Cell.of(planned, "name"))
    if name is not None:
        draft.config["AliasName"] = name
    target = draft.config.get("TargetKeyId")
    if isinstance(target, str) and target.startswith("arn:"):
        draft.config["TargetKeyId"] = target.rsplit("/", 1)[-1]
    draft.config["AliasArn"] = values.identity(planned, "arn")
    draft.name = _known(name)
    draft.physical_id = _known(draft.config["AliasArn"])
    return draft


def _finish_alias(draft: Draft, drafts: Drafts) -> None:
    """An alias made of a key's ARN points to the same key as one made of its id."""
    target = draft.config.get("TargetKeyId")
    if isinstance(target, Unknown) and target.kind == "opaque" and target.token.endswith(".arn"):
        key = drafts.get(target.token.removesuffix(".arn"))
        if key is not None and key.type == "AWS::KMS::Key":
            draft.config["TargetKeyId"] = key.config["KeyId"]


_ORIGINS = {
    "aws_kms_key": _aws_kms,
    "aws_kms_external_key": _external,
    "aws_kms_replica_key": _replica,
    "aws_kms_replica_external_key": _external_replica,
}

KINDS = (
    Kind(
        "AWS::KMS::Key",
        tuple(_ORIGINS),
        _key,
        satellites=(Satellite("aws_kms_key_policy", "key_id", ("Policy",), _set_policy),),
        owners=Owners(tuple(_ORIGINS), ("id", "key_id", "arn"), re.compile(r"(^|_)key_(id|arn)$")),
        outside=_outside,
    ),
    Kind("AWS::KMS::Alias", ("aws_kms_alias",), _alias, finish=_finish_alias),
)
