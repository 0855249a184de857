"""Northwind Freight, a fictional company: a small estate built with boto3, every default said.

moto answers for a new resource with what AWS did years ago; so whatever AWS sets by itself today is
set here by hand, and the estate reads like a real one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3

REGION = "eu-west-1"
OPEN = "0.0.0.0/0"
_ON = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
_OFF = dict.fromkeys(_ON, False)


def build(session: boto3.Session) -> None:
    """Make the estate in the session's account. Only ever called on embedded moto."""
    account = session.client("sts").get_caller_identity()["Account"]
    keys = _keys(session.client("kms"), account)
    _buckets(session.client("s3"), keys)
    s3control: Any = session.client("s3control")
    s3control.put_public_access_block(
        AccountId=account, PublicAccessBlockConfiguration={**_ON, "RestrictPublicBuckets": False}
    )
    _compute(session.client("ec2"))


def _policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _keys(kms: Any, account: str) -> dict[str, str]:
    administer = {
        "Sid": "AccountAdministersThroughIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    partner = {
        "Sid": "PartnerDecrypts",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
    }
    through_s3 = {
        **partner,
        "Sid": "OwnAccountThroughS3",
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com", "kms:CallerAccount": account}},
    }
    made = {}
    for name, statements, rotates in (
        ("customs-documents", (administer, through_s3), True),
        ("bookings", (administer,), False),
        ("partner-exchange", (administer, partner), True),
    ):
        key = kms.create_key(
            Policy=_policy(*statements), Description=name, Tags=[{"TagKey": "team", "TagValue": "trade"}]
        )
        made[name] = key["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=made[name])
        if rotates:
            kms.enable_key_rotation(KeyId=made[name])
    signing = kms.create_key(
        Policy=_policy(administer), Description="release signing", KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"
    )
    kms.create_alias(AliasName="alias/release-signing", TargetKeyId=signing["KeyMetadata"]["KeyId"])
    return made


def _tls_only(bucket: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _read_by_all(bucket: str) -> dict[str, Any]:
    return {
        "Sid": "TrackingPagesForEveryone",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }


def _buckets(s3: Any, keys: Mapping[str, str]) -> None:
    _bucket(s3, "nwf-customs-documents", block=_ON, key=keys["customs-documents"], versioned=True, tls=True)
    _bucket(s3, "nwf-bookings-archive", block=_ON, key=keys["bookings"], versioned=True, tls=False)
    _bucket(s3, "nwf-route-exports", block=_OFF, key=None, versioned=False, tls=False)
    s3.put_bucket_policy(Bucket="nwf-route-exports", Policy=_policy(_read_by_all("nwf-route-exports")))
    _bucket(s3, "nwf-legacy-uploads", block=_OFF, key=None, versioned=False, tls=True, ownership="ObjectWriter")
    s3.put_bucket_acl(Bucket="nwf-legacy-uploads", ACL="public-read")


def _bucket(  # noqa: PLR0913 - one argument a setting, all by name
    s3: Any,
    name: str,
    *,
    block: Mapping[str, bool],
    key: str | None,
    versioned: bool,
    tls: bool,
    ownership: str = "BucketOwnerEnforced",
) -> None:
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {"SSEAlgorithm": "AES256"}
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(key)}]
        },
    )
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if tls:
        s3.put_bucket_policy(Bucket=name, Policy=_policy(_tls_only(name)))
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": "trade"}]})


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _compute(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=_named("vpc", "northwind"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24", TagSpecifications=_named("subnet", "yard"))
    subnet_id = subnet["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=OPEN, GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)
    web = _group(ec2, vpc, "track-portal", [_tcp(443, 443, OPEN), _tcp(80, 80, OPEN)])
    bastion = _group(ec2, vpc, "yard-gate-bastion", [_tcp(22, 22, "0.0.0.0/1", "128.0.0.0/1")])
    _group(ec2, vpc, "bookings-db", [_tcp(5432, 5432, "10.20.0.0/16")])
    _group(ec2, vpc, "loading-dock-terminals", [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": OPEN}]}])
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    _template(ec2, "track-portal", {"HttpTokens": "required", "HttpEndpoint": "enabled"}, image)
    _template(ec2, "manifest-importer", {"HttpTokens": "optional", "HttpEndpoint": "enabled"}, image)
    _template(ec2, "night-batch", {}, image)
    for name, group, tokens in (("track-portal-1", web, "required"), ("yard-gate", bastion, "optional")):
        ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet_id,
            SecurityGroupIds=[group],
            MetadataOptions={"HttpTokens": tokens, "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
            TagSpecifications=_named("instance", name),
        )


def _tcp(first: int, last: int, *ranges: str) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": each, "Description": "northwind"} for each in ranges],
    }


def _group(ec2: Any, vpc: str, name: str, rules: list[dict[str, Any]]) -> str:
    group: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    return group


def _template(ec2: Any, name: str, metadata: Mapping[str, str], image: str) -> None:
    public = {"DeviceIndex": 0, "AssociatePublicIpAddress": name == "manifest-importer"}
    data: dict[str, Any] = {"ImageId": image, "InstanceType": "t3.micro", "NetworkInterfaces": [public]}
    if metadata:
        data["MetadataOptions"] = metadata
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
