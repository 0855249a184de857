"""Scans of an account that nobody touched say the same; after five changes, a difference names just these."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from emulation import served

REGION = "eu-west-1"
NOW = "2026-11-24T00:00:00Z"
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with served() as url:
        yield url


def client(service: str, url: str) -> Any:
    return boto3.client(service, REGION, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")


def environment(url: str) -> dict[str, str]:
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}
    return {"AWS_ENDPOINT_URL": url, "AWS_MAX_ATTEMPTS": "1", **credentials}


@pytest.fixture(scope="module")
def estate(endpoint: str) -> dict[str, str]:
    s3, ec2, iam = client("s3", endpoint), client("ec2", endpoint), client("iam", endpoint)
    for name in ("freight-documents", "freight-exports"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="yard", Description="yard", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(443), tcp(22)])
    iam.create_user(UserName="dispatch", Tags=[{"Key": "team", "Value": "trade"}])
    key = client("kms", endpoint).create_key(Description="bookings")["KeyMetadata"]["KeyId"]
    client("rds", endpoint).create_db_instance(
        DBInstanceIdentifier="bookings",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="never-used-1",
        BackupRetentionPeriod=7,
    )
    return {"group": group, "key": key}


def tcp(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def scan(posture: Run, url: str, name: str) -> None:
    done = posture(
        "scan", "-q", "-s", f"{name}.posture", "-o", f"json={name}.json",
        "--region", REGION, "--now", NOW, "--everything", **environment(url),
    )  # fmt: skip
    assert done.code == 0, done.err
    assert posture("export", f"{name}.posture", f"{name}.gz").code == 0


def test_what_did_not_change_and_the_five_things_that_did(
    posture: Run, tmp_path: Path, endpoint: str, estate: dict[str, str]
) -> None:
    scan(posture, endpoint, "one")
    scan(posture, endpoint, "two")
    for kind in ("gz", "json"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    same = posture("diff", "one.posture", "two.posture", "--format", "json", "--exit-code")
    assert same.code == 0, same.out
    assert json.loads(same.out)["configuration"]["changes"] == []

    group = estate["group"]
    client("ec2", endpoint).revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22)])
    client("s3", endpoint).put_bucket_versioning(
        Bucket="freight-documents", VersioningConfiguration={"Status": "Enabled"}
    )
    client("iam", endpoint).tag_user(UserName="dispatch", Tags=[{"Key": "team", "Value": "fleet"}])
    client("kms", endpoint).enable_key_rotation(KeyId=estate["key"])
    client("rds", endpoint).modify_db_instance(
        DBInstanceIdentifier="bookings", DeletionProtection=True, ApplyImmediately=True
    )
    scan(posture, endpoint, "three")
    told = posture("diff", "two.posture", "three.posture", "--format", "json", "--exit-code")
    assert told.code == 1
    found = {
        change["resource_id"].rpartition(":")[2]: [(each["before"], each["after"]) for each in change["members"]]
        for change in json.loads(told.out)["configuration"]["changes"]
    }
    assert found.pop("freight-documents") == [(None, "Enabled")]
    assert found.pop("user/dispatch") == [("trade", "fleet")]
    assert found.pop("bookings") == [(False, True)]
    assert (False, True) in found.pop(f"key/{estate['key']}")
    [(before, after)] = found.pop(f"security-group/{group}")
    assert (before["FromPort"], after) == (22, None)
    assert found == {}
    text = posture("diff", "two.posture", "three.posture")
    assert text.out.count("freight-documents") >= 1
    assert "freight-exports" not in text.out
