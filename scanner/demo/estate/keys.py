"""KMS: who holds the keys of the customs documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.demo.estate.words import PARTNER, allow, policy


def build(kms: Any, account: str, region: str) -> dict[str, str]:
    """The main region's keys, by name: their ARNs."""
    administer = _administer(account)
    anybody = allow(["kms:Decrypt", "kms:DescribeKey"], Principal={"AWS": "*"}, Sid="PartnerDecrypts")
    through_s3 = {
        **anybody,
        "Sid": "OwnAccountThroughS3",
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com", "kms:CallerAccount": account}},
    }
    brokers = allow("kms:Decrypt", Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"}, Sid="BrokersDecrypt")
    made = {
        "customs-documents": _key(kms, "customs-documents", (administer, through_s3)),
        "bookings": _key(kms, "bookings", (administer,), rotates=False),
        "partner-exchange": _key(kms, "partner-exchange", (administer, anybody)),
        "brokers": _key(kms, "brokers", (administer, brokers), rotates=False),
        "old-telemetry": _key(kms, "old-telemetry", (administer,)),
        "release-signing": _key(kms, "release-signing", (administer,), KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"),
        "carrier-import": _key(kms, "carrier-import", (administer,), Origin="EXTERNAL"),
        "fleet": _key(kms, "fleet", (administer,), MultiRegion=True),
        "orphaned": _key(
            kms, "orphaned", (allow("kms:*", Principal={"AWS": f"arn:aws:iam::{account}:user/ada.novak"}),)
        ),
    }
    role = f"arn:aws:iam::{account}:role/track-portal"
    for _ in range(2):
        kms.create_grant(KeyId=made["bookings"], GranteePrincipal=role, Operations=["Decrypt", "GenerateDataKey"])
    outside = f"arn:aws:iam::{PARTNER}:role/importer"
    kms.create_grant(KeyId=made["customs-documents"], GranteePrincipal=outside, Operations=["Decrypt", "CreateGrant"])
    return made


def retire(kms: Any, made: Mapping[str, str]) -> None:
    """Let the old key wait for its end while a volume still needs it."""
    kms.schedule_key_deletion(KeyId=made["old-telemetry"].rpartition("/")[2], PendingWindowInDays=7)


def build_second(kms: Any, account: str) -> str:
    """The second region's one key: its ARN."""
    return _key(kms, "depot", (_administer(account),))


def _administer(account: str) -> dict[str, Any]:
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    return allow("kms:*", Principal=root, Sid="AccountAdministersThroughIam")


def _key(kms: Any, name: str, statements: tuple[Mapping[str, Any], ...], *, rotates: bool = True, **more: Any) -> str:
    tags = [{"TagKey": "team", "TagValue": "trade"}]
    arn: str = kms.create_key(Policy=policy(*statements), Description=name, Tags=tags, **more)["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=arn)
    if rotates and not more:
        kms.enable_key_rotation(KeyId=arn)
    return arn
