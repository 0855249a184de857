"""The estate of test_four_ways.py built with boto3, and as recorded answers in AWS's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

ACCOUNT = "111122223333"
REGION = "eu-west-1"
ROOT = {
    "Sid": "Root",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
EVERYONE = {"Sid": "Everyone", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}
READ_ALL = {
    "Sid": "Everyone",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::fw-site/*",
}
TLS = {
    "Sid": "Tls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::fw-ledger", "arn:aws:s3:::fw-ledger/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OFF = dict.fromkeys(FLAGS, False)
BLOCKS = {
    "fw-ledger": dict.fromkeys(FLAGS, True),
    "fw-site": {**OFF, "BlockPublicAcls": True, "IgnorePublicAcls": True},
    "fw-legacy": OFF,
}
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def build(session: Any) -> None:
    """On moto, saying what AWS sets by itself for new buckets."""
    kms = session.client("kms")
    good = kms.create_key(Description="fw-good", Policy=policy(ROOT))["KeyMetadata"]
    kms.enable_key_rotation(KeyId=good["KeyId"])
    kms.create_key(Description="fw-bad", Policy=policy(ROOT, EVERYONE))
    session.client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=OFF)
    s3 = session.client("s3")
    for name, block in BLOCKS.items():
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        owner = "ObjectWriter" if name == "fw-legacy" else "BucketOwnerEnforced"
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": owner}]})
        sse = (
            {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": good["Arn"]}
            if name == "fw-ledger"
            else {"SSEAlgorithm": "AES256"}
        )
        rules = [{"ApplyServerSideEncryptionByDefault": sse, "BucketKeyEnabled": name == "fw-ledger"}]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    s3.put_bucket_versioning(Bucket="fw-ledger", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket="fw-legacy", VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_policy(Bucket="fw-ledger", Policy=policy(TLS))
    s3.put_bucket_policy(Bucket="fw-site", Policy=policy(READ_ALL))
    s3.put_bucket_acl(Bucket="fw-legacy", ACL="public-read")
    _compute(session.client("ec2"))


def _compute(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = {}
    for name, rules in GROUPS.items():
        made[name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=made[name], IpPermissions=rules)
    image = ec2.register_image(Name="fw-host", RootDeviceName="/dev/xvda")["ImageId"]
    template = ec2.create_launch_template(
        LaunchTemplateName="fw-host",
        LaunchTemplateData={
            "ImageId": image,
            "InstanceType": "t3.micro",
            "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "optional"},
            "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [made["fw-web"]]}],
        },
    )["LaunchTemplate"]
    ec2.run_instances(
        MinCount=1, MaxCount=1, ImageId=image,
        LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "$Latest"},
        MetadataOptions={"HttpEndpoint": "enabled", "HttpTokens": "optional"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "fw-host"}]}],
    )  # fmt: skip


GROUPS: dict[str, list[dict[str, Any]]] = {
    "fw-web": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    "fw-admin": [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}],
        },
        {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
    ],
    "fw-open": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
}


class Recording:
    """Answers as the service documentation shows them, one file a call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ACCOUNT

    def answer(self, service: str, region: str, operation: str, body: Any, **params: str) -> None:
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(params.items()))
        path = self.folder / service / region / f"{operation}{'@' + query if query else ''}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))

    def error(self, service: str, region: str, operation: str, code: str, **params: str) -> None:
        self.answer(service, region, operation, {"Error": {"Code": code, "Message": code}}, **params)


def record(folder: Path) -> Path:
    """Write the recording; returns the folder for --replay."""
    to = Recording(folder)
    to.answer(
        "sts",
        "global",
        "GetCallerIdentity",
        {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/audit", "UserId": "AIDA"},
    )
    to.answer(
        "ec2", REGION, "DescribeRegions", {"Regions": [{"RegionName": REGION, "OptInStatus": "opt-in-not-required"}]}
    )
    _record_keys(to)
    _record_buckets(to)
    _record_network(to)
    _record_compute(to)
    return folder


def _record_keys(to: Recording) -> None:
    keys = []
    for number, name, statements in ((1, "fw-good", (ROOT,)), (2, "fw-bad", (ROOT, EVERYONE))):
        id_ = f"{number:08d}-1111-2222-3333-444455556666"
        arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{id_}"
        keys.append({"KeyId": id_, "KeyArn": arn})
        metadata = {
            "AWSAccountId": ACCOUNT, "KeyId": id_, "Arn": arn, "CreationDate": "2026-01-01T00:00:00Z", "Enabled": True,
            "Description": name, "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": False,
        }  # fmt: skip
        to.answer("kms", REGION, "DescribeKey", {"KeyMetadata": metadata}, KeyId=id_)
        to.answer("kms", REGION, "GetKeyPolicy", {"Policy": policy(*statements)}, KeyId=id_, PolicyName="default")
        rotation: dict[str, Any] = {"KeyId": arn, "KeyRotationEnabled": number == 1}
        if number == 1:
            rotation |= {"RotationPeriodInDays": 365, "NextRotationDate": "2027-01-01T00:00:00Z"}
        to.answer("kms", REGION, "GetKeyRotationStatus", rotation, KeyId=id_)
        to.answer("kms", REGION, "ListResourceTags", {"Tags": [], "Truncated": False}, KeyId=id_)
        to.answer("kms", REGION, "ListGrants", {"Grants": [], "Truncated": False}, KeyId=id_)
    to.answer("kms", REGION, "ListKeys", {"Keys": keys, "Truncated": False})
    to.answer("kms", REGION, "ListAliases", {"Aliases": [], "Truncated": False})


def _record_buckets(to: Recording) -> None:
    to.answer("s3control", "global", "GetPublicAccessBlock", {"PublicAccessBlockConfiguration": OFF}, AccountId=ACCOUNT)
    owner = {"ID": "a" * 64}
    buckets = [{"Name": name, "CreationDate": "2026-01-01T00:00:00Z", "BucketRegion": REGION} for name in BLOCKS]
    to.answer("s3", "global", "ListBuckets", {"Buckets": buckets, "Owner": owner})
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000001-1111-2222-3333-444455556666"
    for name, block in BLOCKS.items():
        kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        sse = kms if name == "fw-ledger" else {"SSEAlgorithm": "AES256"}
        rules = [{"ApplyServerSideEncryptionByDefault": sse, "BucketKeyEnabled": name == "fw-ledger"}]
        full = {"Grantee": {**owner, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}
        everyone = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"}
        answers = {
            "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": block},
            "GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": rules}},
            "GetBucketVersioning": {"fw-ledger": {"Status": "Enabled"}, "fw-legacy": {"Status": "Suspended"}}.get(name, {}),
            "GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter" if name == "fw-legacy" else "BucketOwnerEnforced"}]}},
            "GetBucketAcl": {"Owner": owner, "Grants": [full, everyone] if name == "fw-legacy" else [full]},
        }  # fmt: skip
        for operation, body in answers.items():
            to.answer("s3", REGION, operation, body, Bucket=name)
        to.error("s3", REGION, "GetBucketTagging", "NoSuchTagSet", Bucket=name)
        if name == "fw-legacy":
            to.error("s3", REGION, "GetBucketPolicy", "NoSuchBucketPolicy", Bucket=name)
        else:
            document = policy(TLS if name == "fw-ledger" else READ_ALL)
            to.answer("s3", REGION, "GetBucketPolicy", {"Policy": document}, Bucket=name)


def _record_network(to: Recording) -> None:
    groups = []
    for number, (name, rules) in enumerate(GROUPS.items()):
        empty: dict[str, Any] = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
        egress = {**empty, "IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        groups.append({
            "GroupId": f"sg-0000000000000000{number}", "GroupName": name, "Description": name, "OwnerId": ACCOUNT,
            "VpcId": "vpc-00000000000000001", "IpPermissions": [{**empty, **rule} for rule in rules],
            "IpPermissionsEgress": [egress],
        })  # fmt: skip
    vpc = {
        "VpcId": "vpc-00000000000000001",
        "CidrBlock": "10.0.0.0/16",
        "OwnerId": ACCOUNT,
        "State": "available",
        "IsDefault": False,
    }
    to.answer("ec2", REGION, "DescribeSecurityGroups", {"SecurityGroups": groups})
    to.answer("ec2", REGION, "DescribeVpcs", {"Vpcs": [vpc]})
    to.answer("ec2", REGION, "DescribeManagedPrefixLists", {"PrefixLists": []})


def _record_compute(to: Recording) -> None:
    metadata = {"State": "applied", "HttpTokens": "optional", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"}
    instance = {
        "InstanceId": "i-00000000000000001", "ImageId": "ami-0123456789abcdef0", "State": {"Code": 16, "Name": "running"},
        "VpcId": "vpc-00000000000000001", "MetadataOptions": metadata, "Tags": [{"Key": "Name", "Value": "fw-host"}],
        "SecurityGroups": [{"GroupId": "sg-00000000000000000", "GroupName": "fw-web"}], "NetworkInterfaces": [],
    }  # fmt: skip
    reservation = {"ReservationId": "r-0", "OwnerId": ACCOUNT, "Groups": [], "Instances": [instance]}
    to.answer("ec2", REGION, "DescribeInstances", {"Reservations": [reservation]})
    template = {
        "LaunchTemplateId": "lt-00000000000000001", "LaunchTemplateName": "fw-host", "DefaultVersionNumber": 1,
        "LatestVersionNumber": 1, "CreateTime": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    to.answer("ec2", REGION, "DescribeLaunchTemplates", {"LaunchTemplates": [template]})
    data = {
        "ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro",
        "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "optional"},
        "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": ["sg-00000000000000000"]}],
    }  # fmt: skip
    version = {**template, "VersionNumber": 1, "DefaultVersion": True, "LaunchTemplateData": data}
    to.answer(
        "ec2", REGION, "DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": [version]}, Versions="$Default"
    )
    to.answer(
        "ec2",
        REGION,
        "DescribeLaunchTemplateVersions",
        {"LaunchTemplateVersions": [version]},
        LaunchTemplateId=template["LaunchTemplateId"],
        Versions="$Default",
    )
    to.answer(
        "ec2",
        REGION,
        "GetInstanceMetadataDefaults",
        {"AccountLevel": {"HttpTokens": "optional", "HttpEndpoint": "enabled"}},
    )
    to.answer("ec2", REGION, "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": False})
