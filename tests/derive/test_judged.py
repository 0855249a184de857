"""Facts that the whole engine answers, over small accounts."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.facts import Catalogue, Facts
from scanner.derive.passes import Pass
from scanner.model import Partial, Resource
from tests.derive import world_snapshots as w
from tests.derive.test_reach_facts import GuardedInventory

KEY = f"arn:aws:kms:{w.REGION}:{w.OWN}:key/k1"
DELEGATES = w.allow("kms:*", Principal={"AWS": f"arn:aws:iam::{w.OWN}:root"})
ROOT = f"arn:aws:iam::{w.OWN}:root"


def key(*statements: dict[str, Any], **more: Any) -> Resource:
    return w.made(
        "AWS::KMS::Key", KEY, {"KeyId": "k1", "Arn": KEY, "Policy": w.doc(*statements)}, region=w.REGION, **more
    )


def fact(one: Resource, name: str, *others: Resource, **more: Any) -> Partial:
    return Facts(w.inventory(one, *others, **more)).fact(one, name)


def decryptors(*others: Resource, policy: Any = (DELEGATES,)) -> list[str]:
    found = fact(key(*policy), "decrypt_principals", *others)
    assert found.unknown == {}
    return [each["principal"] for each in found.value]


def test_who_can_decrypt_by_policy_of_the_key_or_of_his_own() -> None:
    app, lab = w.role("app", w.doc(w.allow("kms:Decrypt", KEY))), w.role("lab", w.doc(w.allow("s3:*")))
    assert decryptors(app, lab) == [app.id, ROOT]
    # without the account in the key's policy no identity policy counts
    named = w.allow("kms:Decrypt", Principal={"AWS": lab.id})
    assert decryptors(app, lab, policy=(named,)) == [lab.id]


def test_a_boundary_and_a_denial_take_it_away() -> None:
    inside = w.made(
        "AWS::IAM::ManagedPolicy", "arn:aws:iam::111122223333:policy/b",
        {"Arn": "arn:aws:iam::111122223333:policy/b", "PolicyDocument": w.doc(w.allow("s3:*"))},
    )  # fmt: skip
    bounded = w.role(
        "app",
        w.doc(w.allow("kms:*")),
        PermissionsBoundary={"PermissionsBoundaryArn": inside.id, "PermissionsBoundaryType": "Policy"},
    )
    denied = w.role("lab", w.doc(w.allow("kms:*"), w.deny("kms:Decrypt")))
    assert decryptors(bounded, denied, inside) == [ROOT]


def snapshot(**more: Any) -> Resource:
    config = {"SnapshotId": "snap-1", "Encrypted": True, "KmsKeyId": KEY, "CreateVolumePermissions": None,
              "SharedWith": [{"UserId": w.OTHER}], **more}  # fmt: skip
    return w.made("AWS::EC2::Snapshot", f"arn:aws:ec2:{w.REGION}::snapshot/snap-1", config, region=w.REGION)


def test_a_snapshot_that_others_can_decrypt() -> None:
    theirs = key(DELEGATES, w.allow("kms:Decrypt", Principal={"AWS": w.OTHER}))
    assert fact(snapshot(), "usable_by", theirs).value == [{"account": w.OTHER, "action": "kms:Decrypt"}]
    assert fact(snapshot(), "usable_by", key(DELEGATES)) == Partial([])
    assert fact(snapshot(SharedWith=[]), "usable_by", theirs).value == []
    assert fact(snapshot(Encrypted=False), "usable_by", theirs).value == []
    copied = key(DELEGATES, w.allow(["kms:CreateGrant", "kms:DescribeKey"], Principal={"AWS": w.OTHER}))
    assert [one["action"] for one in fact(snapshot(), "usable_by", copied).value] == ["kms:CreateGrant"]


@pytest.mark.parametrize(
    ("named", "more"),
    [(KEY, {"unlisted": {"AWS::KMS::Key": w.DENIED}}), (f"arn:aws:kms:{w.REGION}:999999999999:key/k9", {})],
)
def test_a_key_that_is_not_known_leaves_it_open(named: str, more: Any) -> None:
    found = fact(snapshot(KmsKeyId=named), "usable_by", **more)
    assert [one["account"] for one in found.value] == [w.OTHER]
    assert found.unknown["/0"].kind == "maybe"


def uploads(*statements: dict[str, Any]) -> dict[str, bool]:
    one = w.bucket("data", w.doc(*statements)) if statements else w.bucket("data")
    found = fact(one, "unencrypted_uploads")
    assert found.unknown == {}
    value: dict[str, bool] = found.value
    return value


HEADER = "s3:x-amz-server-side-encryption"
OBJECTS = "arn:aws:s3:::data/*"


def refuse(condition: Any, **more: Any) -> dict[str, Any]:
    return w.deny("s3:PutObject", OBJECTS, **{"Principal": "*", "Condition": condition, **more})


ABSENT = refuse({"Null": {HEADER: "true"}})


def test_uploads_that_a_policy_turns_away() -> None:
    assert uploads() == {"none": True, "aes256": True, "kms": True, "dsse": True}
    assert uploads(ABSENT) == {"none": False, "aes256": True, "kms": True, "dsse": True}
    # a negated operator holds where the key is absent, too
    other = refuse({"StringNotEquals": {HEADER: "aws:kms"}})
    assert uploads(other) == {"none": False, "aes256": False, "kms": True, "dsse": False}
    assert uploads(refuse({"StringNotEqualsIfExists": {HEADER: "aws:kms"}}))["none"] is False


@pytest.mark.parametrize(
    "statement",
    [
        refuse({"Null": {HEADER: "true"}}, Principal={"AWS": f"arn:aws:iam::{w.OWN}:user/bob"}),
        {**ABSENT, "Resource": "arn:aws:s3:::data/in/*"},
        {**ABSENT, "Action": "s3:PutObjectAcl"},
        refuse({"Null": {HEADER: "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}),
        {**ABSENT, "Effect": "Allow"},
    ],
)
def test_a_denial_for_some_leaves_a_way(statement: dict[str, Any]) -> None:
    assert uploads(statement)["none"] is True


def test_users_who_may_do_more_than_assume() -> None:
    assume = w.doc(w.allow("sts:AssumeRole"))
    assert fact(w.user("ann", assume), "beyond_sts") == Partial("")
    assert fact(w.user("ann", w.doc(w.allow("s3:GetObject", OBJECTS))), "beyond_sts").value.startswith(
        "s3:GetObject on "
    )
    assert fact(w.user("ann", w.doc(w.allow("*"))), "beyond_sts").value
    # all taken back
    back = w.doc(w.allow("*"), {"Effect": "Deny", "NotAction": "sts:*", "Resource": "*"})
    assert fact(w.user("ann", back), "beyond_sts") == Partial("")
    unread = w.user("ann", "arn:aws:iam::111122223333:policy/x")
    found = fact(unread, "beyond_sts", unlisted={"AWS::IAM::ManagedPolicy": w.DENIED})
    assert set(found.unknown) == {""}


ENDPOINT = f"arn:aws:ec2:{w.REGION}:{w.OWN}:instance-connect-endpoint/eice-1"
TUNNEL = "ec2-instance-connect:OpenTunnel"


def endpoint() -> Resource:
    return w.made("AWS::EC2::InstanceConnectEndpoint", ENDPOINT, {}, region=w.REGION)


def test_who_can_open_a_tunnel() -> None:
    ops, web = w.role("ops", w.doc(w.allow(TUNNEL, ENDPOINT))), w.role("web", w.doc(w.allow("ec2:*")))
    ssh = w.allow(TUNNEL, Condition={"NumericEquals": {"ec2-instance-connect:remotePort": "22"}})
    other = w.doc(w.allow(TUNNEL, ENDPOINT.replace("eice-1", "eice-2")))
    held = [ops, web, w.role("ssh", w.doc(ssh)), w.role("other", other), w.role("no", w.doc(w.allow(), w.deny(TUNNEL)))]
    found = fact(endpoint(), "tunnel_principals", *held)
    assert found.unknown == {}
    assert [one["principal"] for one in found.value] == [ops.id, w.role("ssh").id]


def test_who_can_open_a_tunnel_is_as_known_as_the_policies() -> None:
    unread = w.role("app", "arn:aws:iam::111122223333:policy/x")
    found = fact(endpoint(), "tunnel_principals", unread, unlisted={"AWS::IAM::ManagedPolicy": w.DENIED})
    assert [one["principal"] for one in found.value] == [unread.id]
    assert found.unknown["/0"].kind == "maybe"
    assert "/-" in fact(endpoint(), "tunnel_principals", unlisted={"AWS::IAM::User": w.DENIED}).unknown


JUDGED = [one for one in Catalogue().all() if one.function.__module__.startswith("scanner.derive.access.judged")]


@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.name)
def test_a_pass_reads_what_it_declares(one: Pass) -> None:
    app = w.role("app", w.doc(w.allow("kms:Decrypt", KEY)))
    held = [key(DELEGATES), app, w.user("ann", w.doc(w.allow("s3:*"))), snapshot(), w.bucket("data", w.doc(ABSENT))]
    held.append(endpoint())
    guarded = GuardedInventory(w.inventory(*held), one)
    for resource in held:
        if resource.type == one.type:
            Facts(guarded).fact(guarded._guarded(resource), one.name)  # type: ignore[arg-type]
