"""Keys of every origin, their policies and aliases."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Resource, Why

KEY = "aws_kms_key.k"
NEW = {"arn": True, "key_id": True, "id": True, "policy": True, "key_usage": True, "customer_master_key_spec": True}
ARN = "arn:aws:kms:eu-west-1:111122223333:key/k"


def key(after: dict[str, Any] | None = None, *more: dict[str, Any]) -> Resource:
    unknown = {name: True for name in NEW if name not in (after or {})}
    return read([change(KEY, after or {}, unknown=unknown), *more])[KEY]


def test_a_new_key_has_what_aws_gives_it() -> None:
    found = key()
    expected = {
        "KeyManager": "CUSTOMER", "KeyState": "Enabled", "Enabled": True, "Origin": "AWS_KMS", "KeyUsage": "ENCRYPT_DECRYPT",
        "KeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": False, "Rotation": {"KeyRotationEnabled": False},
    }  # fmt: skip
    assert {name: found.config[name] for name in expected} == expected
    assert found.config["Policy"]["Statement"][0]["Action"] == "kms:*"
    assert found.unknown["/Policy/Statement/0/Principal/AWS"].kind == "opaque"
    assert found.unknown["/KeyId"].token == f"{KEY}.key_id"


def test_a_key_says_what_it_says() -> None:
    found = key(
        {
            "is_enabled": False,
            "enable_key_rotation": True,
            "rotation_period_in_days": 90,
            "customer_master_key_spec": "RSA_2048",
            "key_usage": "SIGN_VERIFY",
            "multi_region": True,
            "policy": '{"Id": "own"}',
            "tags_all": {"a": "b"},
        }
    )
    assert (found.config["KeyState"], found.config["Enabled"]) == ("Disabled", False)
    assert found.config["Rotation"] == {"KeyRotationEnabled": True, "RotationPeriodInDays": 90}
    assert (found.config["KeySpec"], found.config["KeyUsage"]) == ("RSA_2048", "SIGN_VERIFY")
    assert found.config["MultiRegionConfiguration"] == {"MultiRegionKeyType": "PRIMARY"}
    assert found.config["Policy"] == {"Id": "own"}
    assert found.tags == {"a": "b"}


def test_an_unknown_switch_leaves_state_and_rotation_unknown() -> None:
    settings = configured(KEY, {"is_enabled": ref("aws_x.y.z"), "enable_key_rotation": ref("aws_x.y.z")})
    holes = {**NEW, "is_enabled": True, "enable_key_rotation": True}
    found = read([change(KEY, {}, unknown=holes)], [settings])[KEY]
    for where in ("/Enabled", "/KeyState", "/Rotation/KeyRotationEnabled"):
        assert found.unknown[where].why is Why.AFTER_APPLY


def test_a_separate_policy_wins_and_its_deletion_leaves_nothing_certain() -> None:
    state = {"arn": ARN, "key_id": "k", "id": "k", "policy": '{"Id": "inline"}'}
    existing = change(KEY, state, before=state)
    separate = {"key_id": ARN, "policy": '{"Id": "separate"}'}
    found = read([existing, change("aws_kms_key_policy.p", separate)])[KEY]
    assert found.config["Policy"] == {"Id": "separate"}
    gone = change("aws_kms_key_policy.p", None, before=separate, actions=["delete"])
    assert "/Policy" in read([existing, gone])[KEY].unknown


def test_a_policy_on_a_key_outside_is_that_key() -> None:
    found = read([change("aws_kms_key_policy.p", {"key_id": ARN, "policy": '{"Id": "p"}'})])["aws_kms_key_policy.p"]
    assert found.config == {"Policy": {"Id": "p"}, "Arn": ARN}
    assert found.physical_id == ARN
    assert found.unknown["/KeyManager"].why is Why.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("after", "origin"),
    [
        ({"custom_key_store_id": "cks-1"}, "AWS_CLOUDHSM"),
        ({"custom_key_store_id": "cks-1", "xks_key_id": "x"}, "EXTERNAL_KEY_STORE"),
    ],
)
def test_keys_in_custom_stores_have_their_origin(after: dict[str, Any], origin: str) -> None:
    assert key(after).config["Origin"] == origin


def test_an_external_key_without_material_waits_for_it() -> None:
    address = "aws_kms_external_key.k"
    waiting = read([change(address, {"enabled": None}, unknown={"arn": True, "id": True})])[address]
    assert (waiting.config["Origin"], waiting.config["KeyState"]) == ("EXTERNAL", "PendingImport")
    secret = {"key_material_base64": "c2VjcmV0", "enabled": True}
    imported = read([change(address, secret, unknown={"arn": True}, sensitive={"key_material_base64": True})])[address]
    assert imported.config["KeyState"] == "Enabled"
    assert "c2VjcmV0" not in repr(imported)


def test_a_replica_leaves_to_its_primary_what_the_primary_decides() -> None:
    address = "aws_kms_replica_key.r"
    found = read([change(address, {"primary_key_arn": ARN}, unknown={"arn": True, "key_id": True, "id": True})])[
        address
    ]
    assert found.config["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert found.config["MultiRegionConfiguration"]["PrimaryKey"] == {"Arn": ARN}
    assert found.unknown["/Rotation"].why is Why.OUT_OF_SCOPE


def test_a_replica_of_an_imported_key_has_both_natures() -> None:
    address = "aws_kms_replica_external_key.r"
    after = {"primary_key_arn": ARN, "policy": '{"Id": "p"}', "key_material_base64": None}
    found = read([change(address, after, unknown={"arn": True, "key_id": True, "id": True})])[address]
    assert (found.config["Origin"], found.config["KeyState"]) == ("EXTERNAL", "PendingImport")
    assert found.config["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert found.config["Policy"] == {"Id": "p"}


def test_aliases_point_to_key_ids() -> None:
    by_arn = configured("aws_kms_alias.a", {"target_key_id": ref(f"{KEY}.arn")})
    alias = change("aws_kms_alias.a", {"name": "alias/a"}, unknown={"arn": True, "target_key_id": True})
    found = read([change(KEY, {}, unknown=NEW), alias], [by_arn])["aws_kms_alias.a"]
    assert (found.name, found.config["AliasName"]) == ("alias/a", "alias/a")
    assert found.unknown["/TargetKeyId"].token == f"{KEY}.key_id"
    known = read([change("aws_kms_alias.a", {"name": "alias/a", "target_key_id": ARN})])["aws_kms_alias.a"]
    assert known.config["TargetKeyId"] == "k"
