"""One estate as a plan, a template, recorded answers and on moto: the same verdict for every rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import estate
import estate_services as services
import pytest

from scanner import api
from scanner.collecting import Request, collect_into
from scanner.gating import read_inputs
from scanner.model import Inventory, Resource

HERE = Path(__file__).parent
PASS, FAIL, UNKNOWN, NA = "pass", "fail", "unknown", "not_applicable"

EXPECTED: dict[str, dict[str, str]] = {
    "s3-account-block-public-access": {"AWS::S3::AccountSettings": FAIL},
    "s3-bucket-acl-disabled": {"fw-ledger": PASS, "fw-site": PASS, "fw-legacy": FAIL},
    "s3-bucket-acl-public-read": {"fw-ledger": NA, "fw-site": NA, "fw-legacy": FAIL},
    "s3-bucket-block-public-access": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": FAIL},
    "s3-bucket-bpa-bucket-level": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": FAIL},
    "s3-bucket-kms-encryption": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": FAIL},
    "s3-bucket-policy-public": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": PASS},
    "s3-bucket-tls-only": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": FAIL},
    "s3-bucket-versioning": {"fw-ledger": PASS, "fw-site": FAIL, "fw-legacy": FAIL},
    "kms-key-policy-public": {"fw-good": PASS, "fw-bad": FAIL},
    "kms-key-rotation-enabled": {"fw-good": PASS, "fw-bad": FAIL},
    "sg-ingress-ssh": {"fw-web": PASS, "fw-admin": FAIL, "fw-open": FAIL},
    "sg-ingress-rdp": {"fw-web": PASS, "fw-admin": FAIL, "fw-open": FAIL},
    "sg-ingress-all-ports": {"fw-web": PASS, "fw-admin": PASS, "fw-open": FAIL},
    "sg-default-restricts-all": {"fw-web": NA, "fw-admin": NA, "fw-open": NA},
    "ec2-instance-imdsv2": {"fw-host": FAIL},
    "ec2-launch-template-imdsv2": {"fw-host": FAIL},
    "ec2-launch-template-public-ip": {"fw-host": FAIL},
    "ec2-instance-detailed-monitoring": {"fw-host": FAIL},
    "ec2-instance-profile-attached": {"fw-host": FAIL},
    "ebs-volume-encrypted": {"fw-data": PASS},
    "ebs-volume-unused": {"fw-data": FAIL},
    "iam-group-empty": {"fw-ops": PASS},
    "iam-policy-aws-managed-admin-attached-role": {"fw-role": FAIL},
    "iam-policy-aws-managed-admin-attached-user": {"fw-user": PASS},
    "iam-policy-inline-admin-role": {"fw-role": FAIL},
    "iam-policy-inline-admin-user": {"fw-user": FAIL},
    "iam-role-trust-any-principal": {"fw-role": PASS},
    "iam-user-direct-policies": {"fw-user": FAIL},
    "iam-user-in-group": {"fw-user": PASS},
    "iam-password-policy-symbol": {"AWS::IAM::AccountPasswordPolicy": PASS},
    "iam-password-policy-number": {"AWS::IAM::AccountPasswordPolicy": FAIL},
    "rds-instance-backup-enabled": {"fw-db": PASS},
    "rds-instance-enhanced-monitoring": {"fw-db": FAIL},
    "rds-instance-public": {"fw-db": PASS},
    "rds-instance-storage-encrypted": {"fw-db": PASS},
    "rds-postgres-tls-enforced": {"fw-db": PASS},
}

DIFFERENCES: dict[str, dict[tuple[str, str], str]] = {
    # CloudFormation has no resource for these settings of an account, so a template cannot tell them
    "template": {
        ("iam-password-policy-symbol", "AWS::IAM::AccountPasswordPolicy"): "absent",
        ("iam-password-policy-number", "AWS::IAM::AccountPasswordPolicy"): "absent",
        ("s3-account-block-public-access", "AWS::S3::AccountSettings"): "absent",
        ("s3-bucket-block-public-access", "fw-site"): UNKNOWN,
        ("s3-bucket-block-public-access", "fw-legacy"): UNKNOWN,
    },
}
"""Where an input must differ, by (rule, resource), each with its reason above it."""

INLINE = [{"PolicyName": "fw-inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": [services.EVERYTHING]}}]
PASSWORD = {
    "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": False, "ExpirePasswords": False,
    "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": True,
}  # fmt: skip
NO_BOUNDARY = {"Path": "/", "PermissionsBoundary": None}
DOCUMENTS: dict[tuple[str, str], dict[str, Any]] = {
    ("AWS::RDS::DBInstance", "fw-db"): {
        "Engine": "postgres", "EngineVersion": "16.3", "MasterUsername": "keeper", "StorageEncrypted": True,
        "StorageEncryptionType": "sse-kms", "MultiAZ": True, "PubliclyAccessible": False, "BackupRetentionPeriod": 7,
        "DeletionProtection": True, "CopyTagsToSnapshot": True, "IAMDatabaseAuthenticationEnabled": True,
        "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"], "AutoMinorVersionUpgrade": True,
        "MonitoringInterval": 0, "DBClusterIdentifier": None, "ReadReplicaSourceDBInstanceIdentifier": None,
        "DBParameterGroups": [{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
    },
    ("AWS::EC2::Volume", "fw-data"): {
        "Encrypted": True, "Size": 8, "VolumeType": "gp3", "State": "available", "Attachments": [], "SnapshotId": "",
    },
    ("AWS::IAM::Role", "fw-role"): {
        **NO_BOUNDARY, "RolePolicyList": INLINE, "InstanceProfileList": [],
        "AttachedManagedPolicies": [{"PolicyArn": services.ADMINISTRATOR, "PolicyName": "AdministratorAccess"}],
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [services.TRUST]},
    },
    ("AWS::IAM::User", "fw-user"): {
        **NO_BOUNDARY, "UserPolicyList": INLINE, "GroupList": ["fw-ops"], "AttachedManagedPolicies": [],
    },
    ("AWS::IAM::Group", "fw-ops"): {
        "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": services.READER, "PolicyName": "ReadOnlyAccess"}],
    },
    ("AWS::IAM::AccountPasswordPolicy", "AWS::IAM::AccountPasswordPolicy"): {
        "PasswordPolicy": PASSWORD,
    },
}  # fmt: skip
"""What the document of a resource says where rules look, however it came here."""

OTHERWISE: dict[tuple[str, str], dict[str, Any]] = {
    ("moto", "fw-db"): {"StorageEncryptionType": None},  # moto knows only StorageEncrypted
    ("moto", "fw-data"): {"SnapshotId": None},  # AWS answers an empty text
    # AWS leaves these two out where passwords do not expire
    ("moto", "AWS::IAM::AccountPasswordPolicy"): {
        "PasswordPolicy": {**PASSWORD, "MaxPasswordAge": 0, "HardExpiry": False}
    },
}
"""Where an input must differ in a document, by (way, member), each with its reason above it."""


def label(resource: Resource) -> str:
    if resource.type.endswith(("AccountSettings", "AccountPasswordPolicy")):
        return resource.type
    members = ("Name", "GroupName", "Description", "LaunchTemplateName", "DBInstanceIdentifier", "RoleName", "UserName")
    names = (resource.config.get(n) for n in members)
    return next((name for name in names if name), resource.tags.get("Name", ""))


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", estate.ACCOUNT)
    from scanner.demo import embedded

    metadata = {"AccountLevel": {"HttpTokens": "optional", "HttpEndpoint": "enabled"}}
    answers = {"ec2.GetInstanceMetadataDefaults": lambda _body, _region: metadata}
    monkeypatch.setattr("scanner.demo.recorded.ANSWERS", answers)
    monkeypatch.setattr("moto.core.models.DEFAULT_ACCOUNT_ID", estate.ACCOUNT, raising=False)
    with embedded.embedded(estate.REGION) as session:
        yield session


def from_plan(tmp_path: Path, session: Any) -> Inventory:
    return read_inputs([str(HERE / "terraform/plan.json")], taken_at="2026-11-24T00:00:00Z", root=HERE)


def from_template(tmp_path: Path, session: Any) -> Inventory:
    return read_inputs([str(HERE / "template.yaml")], taken_at="2026-11-24T00:00:00Z", root=HERE)


def from_recording(tmp_path: Path, session: Any) -> Inventory:
    folder = estate.record(tmp_path / "recording")
    services.record(folder)
    return collect_into(Request(replay=folder, taken_at="2026-11-24T00:00:00Z", reads=reads()))


def from_moto(tmp_path: Path, session: Any) -> Inventory:
    estate.build(session)
    services.build(session)
    return collect_into(
        Request(session=session, regions=[estate.REGION], taken_at="2026-11-24T00:00:00Z", reads=reads())
    )


def reads() -> Any:
    """What the rules read, and what the documents are compared by."""
    wanted = dict(api.needed(api.load_rules()))
    for (type_, _), document in DOCUMENTS.items():
        wanted[type_] = wanted.get(type_, frozenset()) | frozenset(document) | {"tags"}
    return wanted


WAYS = {"plan": from_plan, "template": from_template, "recording": from_recording, "moto": from_moto}


def verdicts(inventory: Inventory) -> dict[str, dict[str, str]]:
    report = api.judge(inventory, api.load_rules(), resources="all")
    labels = {r.id: label(r) for type_ in inventory.types() for r in inventory.of(type_)}
    wanted = {name for row in EXPECTED.values() for name in row}
    found: dict[str, dict[str, str]] = {rule: {} for rule in EXPECTED}
    for finding in report.findings:
        name = labels.get(finding.resource_id, "")
        if name in wanted:
            found.setdefault(finding.rule_id, {})[name] = str(finding.verdict)
    for rule, row in EXPECTED.items():
        present = {labels[r.id] for r in inventory.of(report.rules[rule]["resource"])} & row.keys()
        for name in present - found[rule].keys():
            found[rule][name] = NA
    return found


@pytest.mark.parametrize("way", WAYS)
def test_the_same_verdicts(way: str, tmp_path: Path, moto: Any) -> None:
    found = verdicts(WAYS[way](tmp_path, moto))
    differences = DIFFERENCES.get(way, {})
    expected = {
        (rule, name): differences.get((rule, name), verdict)
        for rule, row in EXPECTED.items()
        for name, verdict in row.items()
    }
    assert {key: found[key[0]].get(key[1], "absent") for key in expected} == expected


@pytest.mark.parametrize("way", WAYS)
def test_the_same_documents(way: str, tmp_path: Path, moto: Any) -> None:
    inventory = WAYS[way](tmp_path, moto)
    for (type_, name), expected in DOCUMENTS.items():
        found = [item for item in inventory.of(type_) if label(item) == name]
        if way == "template" and type_ == "AWS::IAM::AccountPasswordPolicy":
            assert found == []  # CloudFormation has no resource for it
            continue
        (resource,) = found
        told = {member: resource.config.get(member, _absent(resource, member)) for member in expected}
        assert told == {**expected, **OTHERWISE.get((way, name), {})}, (way, name)
        assert not [where for where in resource.unknown if where.split("/")[1] in expected], (way, name)


def _absent(resource: Resource, member: str) -> str | None:
    """A member that AWS leaves out is null; one that is not known is not."""
    return "unknown" if f"/{member}" in resource.unknown else None
