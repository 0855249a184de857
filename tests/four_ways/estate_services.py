"""The estate's database, volume and identities, built with boto3 and as recorded answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from estate import ACCOUNT, REGION, Recording, policy

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
ADMINISTRATOR, READER = (f"arn:aws:iam::aws:policy/{name}" for name in ("AdministratorAccess", "ReadOnlyAccess"))
DATABASE: dict[str, Any] = {
    "DBInstanceIdentifier": "fw-db", "Engine": "postgres", "EngineVersion": "16.3", "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20, "MasterUsername": "keeper", "StorageEncrypted": True, "MultiAZ": True,
    "PubliclyAccessible": False, "BackupRetentionPeriod": 7, "DeletionProtection": True, "CopyTagsToSnapshot": True,
    "EnableIAMDatabaseAuthentication": True, "EnableCloudwatchLogsExports": ["upgrade", "postgresql"],
}  # fmt: skip


def build(session: Any) -> None:
    """On moto."""
    kms = session.client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    key = next(item["Arn"] for item in keys if item["Description"] == "fw-good")
    session.client("rds").create_db_instance(**DATABASE, KmsKeyId=key, MasterUserPassword="planted-secret")
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "fw-data"}]}]
    session.client("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=8, VolumeType="gp3", Encrypted=True, TagSpecifications=tags
    )
    iam = session.client("iam")
    iam.create_role(RoleName="fw-role", AssumeRolePolicyDocument=policy(TRUST))
    iam.attach_role_policy(RoleName="fw-role", PolicyArn=ADMINISTRATOR)
    iam.put_role_policy(RoleName="fw-role", PolicyName="fw-inline", PolicyDocument=policy(EVERYTHING))
    iam.create_group(GroupName="fw-ops")
    iam.attach_group_policy(GroupName="fw-ops", PolicyArn=READER)
    iam.create_user(UserName="fw-user")
    iam.put_user_policy(UserName="fw-user", PolicyName="fw-inline", PolicyDocument=policy(EVERYTHING))
    iam.add_user_to_group(GroupName="fw-ops", UserName="fw-user")
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, AllowUsersToChangePassword=True)


def record(folder: Path) -> None:
    """As recorded answers."""
    to = Recording(folder)
    asked = {name: value for name, value in DATABASE.items() if not name.startswith("Enable")}
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000001-1111-2222-3333-444455556666"
    database = {
        **asked, "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:fw-db", "DBInstanceStatus": "available",
        "IAMDatabaseAuthenticationEnabled": True, "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "StorageEncryptionType": "sse-kms", "KmsKeyId": key, "AutoMinorVersionUpgrade": True, "MonitoringInterval": 0,
        "Endpoint": {"Address": "fw-db.x.eu-west-1.rds.amazonaws.com", "Port": 5432, "HostedZoneId": "Z1"},
        "DBParameterGroups": [{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
    }  # fmt: skip
    to.answer("rds", REGION, "DescribeDBInstances", {"DBInstances": [database]})
    volume = {
        "VolumeId": "vol-00000000000000001", "Size": 8, "VolumeType": "gp3", "Encrypted": True, "KmsKeyId": key,
        "State": "available", "Attachments": [], "SnapshotId": "", "MultiAttachEnabled": False,
        "AvailabilityZone": f"{REGION}a", "Tags": [{"Key": "Name", "Value": "fw-data"}],
    }  # fmt: skip
    to.answer("ec2", REGION, "DescribeVolumes", {"Volumes": [volume]})
    inline = [{"PolicyName": "fw-inline", "PolicyDocument": quote(policy(EVERYTHING))}]
    arn = f"arn:aws:iam::{ACCOUNT}:"
    dated = {"Path": "/", "CreateDate": "2026-01-01T00:00:00Z"}
    details = {
        "UserDetailList": [{**dated, "UserName": "fw-user", "UserId": "AIDA1", "Arn": arn + "user/fw-user", "UserPolicyList": inline, "GroupList": ["fw-ops"], "AttachedManagedPolicies": []}],
        "GroupDetailList": [{**dated, "GroupName": "fw-ops", "GroupId": "AGPA1", "Arn": arn + "group/fw-ops", "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": READER}]}],
        "RoleDetailList": [{**dated, "RoleName": "fw-role", "RoleId": "AROA1", "Arn": arn + "role/fw-role", "AssumeRolePolicyDocument": quote(policy(TRUST)), "InstanceProfileList": [], "RolePolicyList": inline, "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}], "RoleLastUsed": {}}],
        "Policies": [],
    }  # fmt: skip
    to.answer("iam", "global", "GetAccountAuthorizationDetails", details)
    password = {
        "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": False, "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": True, "ExpirePasswords": False,
    }  # fmt: skip
    to.answer("iam", "global", "GetAccountPasswordPolicy", {"PasswordPolicy": password})
