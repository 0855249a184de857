"""Who manages the key that something is encrypted with."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, REGION, World, resource

from scanner.derive.facts import Facts
from scanner.model import Partial

OURS, THEIRS = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:"
KEYS = (
    resource("AWS::KMS::Key", {"KeyId": OURS, "Arn": f"{ARN}key/{OURS}", "KeyManager": "CUSTOMER"}, region=REGION),
    resource("AWS::KMS::Key", {"KeyId": THEIRS, "Arn": f"{ARN}key/{THEIRS}", "KeyManager": "AWS"}, region=REGION),
    resource("AWS::KMS::Alias", {"AliasName": "alias/data", "TargetKeyId": OURS}, region=REGION),
)


def managed(key: Any, *others: Any, **more: Any) -> Partial:
    one = resource("AWS::RDS::DBInstance", {"KmsKeyId": key}, region=REGION)
    return Facts(World(one, *(others or KEYS), **more)).fact(one, "key_manager")


@pytest.mark.parametrize(
    ("key", "manager"),
    [
        (None, ""),
        (OURS, "CUSTOMER"),
        (f"{ARN}key/{OURS}", "CUSTOMER"),
        (f"{ARN}key/{THEIRS}", "AWS"),
        ("alias/data", "CUSTOMER"),
        (f"{ARN}alias/data", "CUSTOMER"),
        (f"{ARN}alias/aws/rds", "AWS"),
        ("alias/aws/rds", "AWS"),
        (f"arn:aws:kms:{REGION}:999999999999:key/{OURS}", "CUSTOMER"),
    ],
)
def test_by_id_arn_and_alias(key: Any, manager: str) -> None:
    assert managed(key) == Partial(manager)


def test_a_key_that_nobody_listed_is_not_known() -> None:
    assert set(managed(f"{ARN}key/33333333-3333-3333-3333-333333333333").unknown) == {""}
    found = managed(f"{ARN}key/{OURS}", KEYS[2], incomplete={"AWS::KMS::Key": DENIED})
    assert found.unknown[""].permission == DENIED.permission
