"""The mechanism: finding, ordering and running passes, and what a document holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, REGION, World, resource

from scanner.derive.facts import Catalogue, Facts, reads_of
from scanner.derive.node import Node
from scanner.derive.passes import Pass, derives, passes_of
from scanner.derive.shapes import fact_names, shape_of
from scanner.errors import RuleError
from scanner.model import Inventory, Partial, Resource, Unknown, Why

EVERY = Catalogue().all()
# These read as far as a packet, a request or an account sees; test_reach_facts.py, test_judged.py and
# test_identity_facts.py and test_everywhere.py hold them to what they declare.
LAZY = ("analyzers", "replica_regions", "region_encrypts", "admitted", "readable_data", "beyond_sts", "decrypt_principals", "tunnel_principals", "usable_by", "crossings", "exposed_clients", "exposed_references", "internet_egress", "internet_paths",
        "internet_reach", "internet_routes", "one_step_from_internet", "subnet_kinds", "connection_locations", "gateway_connections", "running_instances")  # fmt: skip
OF_MEMBERS = {"AWS::Organizations::Policy"}
"""Read for member accounts alone: the estate's account manages its organization, and no such policy reaches it."""
OURS = tuple(one for one in EVERY if one.name not in LAZY)
POLICY = {
    "Statement": [
        {"Sid": "a", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "NotAction": "s3:*",
            "Resource": "arn:aws:s3:::it/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::222222222222:role/r", "Service": "logging.s3.amazonaws.com"},
            "Action": ["kms:*", "s3:PutObject"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-others"}},
        },
    ]
}
BLOCK = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
PERMISSION = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "198.51.100.7/32"}],
    "PrefixListIds": [{"PrefixListId": "pl-1"}],
    "UserIdGroupPairs": [{"GroupId": "sg-gone"}],
}
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail"
LOGGED = {"ParameterName": "log_statement", "ParameterValue": "ddl"}
TLS = {"ParameterName": "rds.force_ssl", "ParameterValue": "1"}
GRANT = {"KeyId": "k", "GranteePrincipal": "arn:aws:iam::222222222222:role/r", "Operations": ["Decrypt"]}
THEM = "222222222222"
TRUSTED = {
    "AWS": ["*", THEM],
    "Service": ["sagemaker.amazonaws.com", "rolesanywhere.amazonaws.com"],
    "Federated": "accounts.google.com",
}
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Principal": TRUSTED,
        "Action": ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
        "Condition": {"StringLike": {"sts:ExternalId": "123"}},
    }
}
ALL = [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {
        "Effect": "Allow",
        "NotAction": "s3:*",
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    },
]
INLINE = [{"PolicyName": "all", "PolicyDocument": {"Statement": ALL}}]
DENIALS = [
    {"Effect": "Deny", "Action": "iam:DeleteLoginProfile", "Resource": "arn:aws:iam::111111111111:group/it"},
    {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    },
]
WITHOUT_MFA = [{"PolicyName": "mfa", "PolicyDocument": {"Statement": DENIALS}}]
SHUT = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::shut"}}
SUPPORT = [{"PolicyArn": f"arn:aws:iam::aws:policy/{name}"} for name in ("AWSSupportAccess", "SecurityAudit")]
PERSON = "arn:aws:iam::111111111111:it"
ROW = {
    "arn": PERSON,
    "password_enabled": "true",
    "password_last_used": "2026-01-01T00:00:00Z",
    **dict.fromkeys(
        ("mfa_active", "access_key_1_active", "access_key_2_active", "cert_1_active", "cert_2_active"), "false"
    ),
}
COPIED = {
    "ReplicationConfiguration": {
        "Rules": [
            {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::shut"}},
            {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::theirs", "Account": THEM}},
        ]
    },
    "NotificationConfiguration": {"TopicConfigurations": [{"TopicArn": f"arn:aws:sns:eu-west-1:{THEM}:t"}]},
}
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ESTATE = {
    "AWS::IAM::User": {"UserPolicyList": INLINE, "GroupList": ["it"], "AttachedManagedPolicies": SUPPORT},
    "AWS::IAM::Group": {"GroupPolicyList": [*INLINE, *WITHOUT_MFA], "AttachedManagedPolicies": SUPPORT},
    "AWS::IAM::Role": [
        {
            "RolePolicyList": INLINE,
            "AttachedManagedPolicies": SUPPORT,
            "AssumeRolePolicyDocument": TRUST,
            "Arn": "arn:role",
            "InstanceProfileList": [{"InstanceProfileName": "it"}],
        },
        {
            "RoleName": "stacksets-exec-0a",
            "Arn": "arn:other",
            "RolePolicyList": [],
            "AttachedManagedPolicies": [],
            "AssumeRolePolicyDocument": {"Statement": []},
            "InstanceProfileList": [],
        },
    ],
    "AWS::IAM::ManagedPolicy": [
        {
            "Arn": one["PolicyArn"],
            "PolicyDocument": INLINE[0]["PolicyDocument"],
            "OtherVersions": [{"VersionId": "v1", "Document": EVERYTHING}],
        }
        for one in SUPPORT
    ],
    "AWS::IAM::RootUser": {"AccountSummary": {"AccountMFAEnabled": 1}},
    "AWS::IAM::CredentialReport": ROW,
    "AWS::IAM::VirtualMFADevice": {"User": {"Arn": PERSON}},
    "AWS::Account::Settings": {},
    "AWS::Organizations::Membership": {
        "Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT},
        "Accounts": [{"Id": THEM, "Status": "SUSPENDED"}],
    },
    "AWS::CloudTrail::Trail": {
        "S3BucketName": "it",
        "IsMultiRegionTrail": True,
        "Status": {"IsLogging": True},
        "EventSelectors": {"EventSelectors": [{"ReadWriteType": "All"}]},
    },
    "AWS::CloudTrail::OrganizationTrail": {"Status": None, "EventSelectors": None},
    "AWS::CloudTrail::AccountSettings": {},
    "AWS::CloudTrail::MultiRegionTrail": {
        "TrailARN": "id-AWS::CloudTrail::Trail",
        "HomeRegion": REGION,
        "CloudWatchLogsLogGroupArn": f"{LOG_GROUP}:*",
    },
    "AWS::Logs::MetricFilter": {
        "logGroupName": "trail",
        "filterPattern": "{ $.eventName = * }",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "n"}],
    },
    "AWS::CloudWatch::Alarm": {
        "MetricName": "m",
        "Namespace": "n",
        "Metrics": [],
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:people"],
    },
    "AWS::SNS::Topic": {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:people", "SubscriptionsConfirmed": "1"},
    "AWS::SNS::Subscription": {"TopicArn": "another"},
    "AWS::Config::AccountSettings": {},
    "AWS::Config::ConfigurationRecorder": {
        "servicePrincipal": None,
        "recordingGroup": {"allSupported": True},
        "Status": {"recording": True},
    },
    "AWS::GuardDuty::AccountSettings": {},
    "AWS::GuardDuty::Detector": {"Status": "ENABLED"},
    "AWS::SecurityHub::AccountSettings": {},
    "AWS::SecurityHub::Hub": {"HubArn": "h"},
    "AWS::S3Tables::TableBucket": {"ResourcePolicy": POLICY},
    "AWS::CloudFront::Distribution": {
        "Id": "E1",
        "Enabled": True,
        "Origins": {"Items": [{"DomainName": "it.s3.amazonaws.com"}, {"DomainName": "gone.s3.amazonaws.com"}]},
    },
    "AWS::S3::Bucket": [
        {"Name": "it", "Policy": POLICY, **BLOCK, **COPIED},
        {"Name": "shut", "Policy": SHUT, "LoggingConfiguration": {"TargetBucket": "it"}},
    ],
    "AWS::S3::AccessPoint": {"Name": "it", "Policy": POLICY, "Bucket": "it", "NetworkOrigin": "Internet"},
    "AWS::S3::MultiRegionAccessPoint": {
        "Name": "it",
        "Policy": POLICY,
        "Regions": [{"Bucket": "it", "Region": REGION}],
    },
    "AWS::S3ObjectLambda::AccessPoint": {"Name": "it", "Policy": POLICY},
    "AWS::S3Express::DirectoryBucket": {"Name": "it--x-s3", "Policy": POLICY},
    "AWS::S3::AccountSettings": BLOCK,
    "AWS::EC2::SecurityGroup": {
        "GroupId": "sg-1",
        "OwnerId": ACCOUNT,
        "IpPermissions": [PERMISSION, {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]}],
        "IpPermissionsEgress": [PERMISSION],
    },
    "AWS::EC2::NetworkInterface": {"VpcId": "vpc-1", "Groups": [{"GroupId": "sg-1"}]},
    "AWS::EC2::Instance": {
        "SecurityGroups": [],
        "PublicIpAddress": "198.51.100.1",
        "NetworkInterfaces": [],
        "State": {"Name": "stopped"},
        "InstanceId": "i-1",
        "KeyName": "k",
        "ImageId": "ami-1",
        "ImageMetadata": {"OwnerId": THEM},
        "VpcId": "vpc-1",
        "BlockDeviceMappings": [],
        "IamInstanceProfile": {"Name": "it"},
        "StateTransitionReason": "User initiated (2026-01-01 00:00:00 GMT)",
    },
    "AWS::EC2::VPC": {"VpcId": "vpc-1", "OwnerId": ACCOUNT},
    "AWS::EC2::Subnet": {
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "OwnerId": ACCOUNT,
        "AvailabilityZone": "eu-central-1a",
        "AvailabilityZoneId": "euc1-az2",
    },
    "AWS::EC2::NatGateway": {
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "State": "available",
        "AvailabilityMode": "zonal",
    },
    "AWS::EC2::TransitGateway": {"TransitGatewayId": "tgw-1", "OwnerId": ACCOUNT},
    "AWS::EC2::VPCEndpointService": {"AllowedPrincipals": [{"Principal": f"arn:aws:iam::{THEM}:root"}]},
    "AWS::NetworkFirewall::Firewall": {"VpcId": "vpc-1"},
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": {
        "ResourceId": "vpc-1",
        "ResolverQueryLogConfigId": "rqlc-1",
        "Status": "ACTIVE",
    },
    "AWS::Route53Resolver::FirewallRuleGroupAssociation": {
        "VpcId": "vpc-1",
        "FirewallRuleGroupId": "rslvr-frg-1",
        "Status": "COMPLETE",
    },
    "AWS::EC2::FlowLog": [
        {
            "ResourceId": "subnet-1",
            "FlowLogStatus": "ACTIVE",
            "DeliverLogsStatus": "SUCCESS",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::it/flow",
        },
        {"ResourceId": "subnet-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL", "LogGroupName": "trail"},
    ],
    "AWS::EC2::NetworkAcl": {
        "Entries": [
            {"RuleNumber": 1, "Egress": False, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"},
        ],
        "NetworkAclId": "acl-1",
        "IsDefault": True,
        "Associations": [{"SubnetId": "subnet-1"}],
    },
    "AWS::EC2::VPCPeeringConnection": {
        "VpcPeeringConnectionId": "pcx-1",
        "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"},
        "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"},
    },
    "AWS::EC2::RouteTable": {
        "RouteTableId": "rtb-1",
        "VpcId": "vpc-1",
        "Routes": [{"VpcPeeringConnectionId": "pcx-1", "DestinationCidrBlock": "10.0.0.0/8"}],
    },
    "AWS::EC2::VPCEndpoint": {
        "VpcId": "vpc-1",
        "VpcEndpointId": "vpce-1",
        "State": "available",
        "ServiceName": "com.amazonaws.eu-west-1.s3",
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    },
    "AWS::EC2::KeyPair": {"KeyName": "k"},
    "AWS::EC2::SpotFleet": {},
    "AWS::AutoScaling::AutoScalingGroup": {
        "LaunchConfigurationName": "l",
        "LoadBalancerNames": ["gone"],
        "TargetGroupARNs": ["t"],
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"},
    },
    "AWS::AutoScaling::LaunchConfiguration": {
        "LaunchConfigurationName": "l",
        "SecurityGroups": ["sg-gone"],
        "ImageId": "ami-1",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/sdb", "Ebs": {"SnapshotId": "snap-1"}},
            {"DeviceName": "/dev/sda", "Ebs": {}},
        ],
    },
    "AWS::ElasticLoadBalancing::LoadBalancer": {"LoadBalancerName": "l"},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"TargetGroupArn": "t"},
    "AWS::SSM::ManagedInstanceInventory": {"InstanceId": "i-1", "PingStatus": "Online"},
    "AWS::DLM::LifecyclePolicy": {"State": "ENABLED"},
    "AWS::Backup::ProtectedResource": {"ResourceArn": "it", "LastBackupTime": "2026-01-01T00:00:00Z"},
    "AWS::EC2::Image": {"ImageId": "ami-1", "BlockDeviceMappings": [], "ImdsSupport": "v2.0"},
    "AWS::EC2::Snapshot": {
        "SnapshotId": "snap-1",
        "Encrypted": False,
        "KmsKeyId": "k",
        "VolumeId": "vol-1",
        "StartTime": "2026-01-01T00:00:00Z",
    },
    "AWS::RDS::DBSnapshot": {"KmsKeyId": "k"},
    "AWS::RDS::DBClusterSnapshot": {"KmsKeyId": "k"},
    "AWS::KMS::Key": {"KeyId": "k", "KeyManager": "CUSTOMER", "KeyState": "Disabled", "Policy": POLICY},
    "AWS::KMS::Alias": {"AliasName": "alias/k", "TargetKeyId": "k"},
    "AWS::KMS::Grant": [{**GRANT, "GrantId": "2"}, {**GRANT, "GrantId": "1"}],
    "AWS::EC2::Volume": {
        "VolumeId": "vol-1",
        "KmsKeyId": "k",
        "Attachments": [{"InstanceId": "i-1", "Device": "/dev/sdb"}],
    },
    "AWS::RDS::DBInstance": [
        {
            "DBInstanceIdentifier": "alone",
            "ReadReplicaSourceDBClusterIdentifier": "c",
            "KmsKeyId": "k",
            "PerformanceInsightsKMSKeyId": "k",
            "AssociatedRoles": [{"RoleArn": "arn:role"}],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
            "PubliclyAccessible": True,
            "Engine": "postgres",
            "EngineVersion": "16.3",
            "DBParameterGroups": [{"DBParameterGroupName": "g", "ParameterApplyStatus": "in-sync"}],
        },
        {
            "DBInstanceIdentifier": "member",
            "PubliclyAccessible": False,
            "ReadReplicaSourceDBInstanceIdentifier": "alone",
            "Engine": "postgres",
            "EngineVersion": "16.3",
            "DBClusterIdentifier": "c",
        },
    ],
    "AWS::RDS::DBCluster": {
        "DBClusterIdentifier": "c",
        "DBClusterArn": "arn:c",
        "Engine": "postgres",
        "EngineVersion": "16.3",
        "KmsKeyId": "k",
        "ActivityStreamKmsKeyId": "k",
        "VpcSecurityGroups": [],
        "DBClusterParameterGroup": "g",
        "AssociatedRoles": [{"RoleArn": "arn:role"}],
        "DBClusterMembers": [{"DBInstanceIdentifier": "member", "DBClusterParameterGroupStatus": "in-sync"}],
    },
    "AWS::RDS::DBParameterGroup": {"DBParameterGroupName": "g", "Parameters": [TLS]},
    "AWS::RDS::DBClusterParameterGroup": {"DBClusterParameterGroupName": "g", "Parameters": [TLS, LOGGED]},
    "AWS::RDS::DBMajorEngineVersion": {
        "Engine": "postgres",
        "MajorEngineVersion": "16",
        "SupportedEngineLifecycles": [
            {"LifecycleSupportName": "open-source-rds-standard-support", "LifecycleSupportEndDate": "2029-02-28"}
        ],
    },
    "AWS::RDS::AccountSettings": {},
    "AWS::RDS::EventSubscription": {"Enabled": True, "Status": "active", "SourceType": "db-instance"},
    "AWS::RDS::ExportTask": {"S3Bucket": "it"},
    "AWS::RAM::ResourceShare": {
        "PrincipalAssociations": [{"associatedEntity": "222222222222", "status": "ASSOCIATED", "external": True}],
        "ResourceAssociations": [
            {"associatedEntity": entity, "status": "ASSOCIATED"}
            for entity in ("arn:c", *(f"id-AWS::EC2::{one}" for one in ("SecurityGroup", "Subnet", "TransitGateway")))
        ],
    },
    "AWS::EC2::PrefixList": {"PrefixListId": "pl-1", "OwnerId": ACCOUNT, "Entries": [{"Cidr": "128.0.0.0/1"}]},
    "AWS::InspectorV2::AccountSettings": {
        "AccountStatus": {"ResourceState": {"ec2": {"status": "ENABLED"}}},
        "Ec2InstanceFindings": [{"InstanceId": "i-1", "SeverityCounts": {"high": 1}}],
    },
    "AWS::EC2::LaunchTemplate": {
        "LaunchTemplateId": "lt-1",
        "DefaultVersionNumber": 2,
        "LatestVersionNumber": 2,
        "Versions": [
            {"VersionNumber": 1, "LaunchTemplateData": {"NetworkInterfaces": [{"AssociatePublicIpAddress": True}]}}
        ],
        "LaunchTemplateData": {
            "MetadataOptions": {},
            "ImageId": "ami-1",
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/sda1", "Ebs": {}},
                {"DeviceName": "/dev/sdb", "Ebs": {"SnapshotId": "snap-1"}},
            ],
        },
    },
    "AWS::EC2::AccountSettings": {
        "InstanceMetadataDefaults": {},
        "EbsEncryptionByDefault": False,
        "SnapshotBlockPublicAccessState": "unblocked",
    },
}


def everything() -> Iterator[tuple[str, dict[str, Any]]]:
    for type_, configs in ESTATE.items():
        for config in configs if isinstance(configs, list) else [configs]:
            yield type_, config


class Guarded(dict[str, Any]):
    """A configuration that refuses members which a pass does not declare to read."""

    def __init__(self, config: dict[str, Any], allowed: set[str]) -> None:
        super().__init__({k: self._inner(k, v, allowed) for k, v in config.items()})
        self.allowed = {name.split(".")[0] for name in allowed}

    @staticmethod
    def _inner(name: str, value: Any, allowed: set[str]) -> Any:
        below = {rest for one in allowed for head, _, rest in [one.partition(".")] if head == name and rest}
        return Guarded(value, below) if below and isinstance(value, dict) else value

    def _check(self, name: str) -> None:
        assert name in self.allowed, f"{name} is read and not declared"

    def get(self, name: str, default: Any = None) -> Any:
        self._check(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._check(name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a pass walks over all members")

    keys = items = values = __iter__  # type: ignore[assignment]


_REGIONAL = ("AWS::EC2::", "AWS::KMS::", "AWS::RDS::", "AWS::AutoScaling::", "AWS::ElasticLoad", "AWS::SSM::", "AWS::DLM::",
             "AWS::Backup::", "AWS::NetworkFirewall::", "AWS::Route53Resolver::", "AWS::InspectorV2::", "AWS::Config::",
             "AWS::GuardDuty::", "AWS::SecurityHub::", "AWS::Logs::", "AWS::CloudWatch::", "AWS::SNS::")  # fmt: skip
_OF_NO_REGION = ("AWS::RDS::DBMajorEngineVersion",)
_OF_REGION = (
    "AWS::RAM::ResourceShare",
    "AWS::S3::Bucket",
    "AWS::S3::AccessPoint",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3ObjectLambda::AccessPoint",
    "AWS::S3Tables::TableBucket",
)


def placed(type_: str, config: dict[str, Any]) -> Resource:
    """A resource where its type lies; the user and the root user are the person of the report."""
    regional = (type_.startswith(_REGIONAL) or type_ in _OF_REGION) and type_ not in _OF_NO_REGION
    person = {"id": PERSON} if type_ in ("AWS::IAM::User", "AWS::IAM::RootUser") else {}
    return resource(type_, config, region=REGION if regional else "global", tags={"team": "red"}, **person)


class GuardedWorld(World):
    """An inventory that refuses types which a pass does not declare to read."""

    def __init__(self, one: Pass) -> None:
        self.reads: dict[str, set[str]] = {}
        for needed in Catalogue().order([(one.type, one.name)]):
            for type_, member in needed.reads:
                self.reads.setdefault(type_, set()).add(member)
        self.asked: set[str] = set()
        super().__init__(*(placed(type_, self._guarded(type_, config)) for type_, config in everything()))

    def _guarded(self, type_: str, config: dict[str, Any]) -> Guarded:
        return Guarded(config, self.reads.get(type_, set()))

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        assert type_ in self.reads, f"{type_} is read and not declared"
        self.asked.add(type_)
        return super().of(type_, account, region)


@pytest.mark.parametrize("one", OURS, ids=lambda one: f"{one.type} {one.name}")
def test_a_pass_reads_what_it_declares_and_declares_what_it_reads(one: Pass) -> None:
    world = GuardedWorld(one)
    facts = [Facts(world).fact(own, one.name) for own in world.resources if own.type == one.type]
    assert [found.unknown for found in facts] == [{}] * len(facts)
    assert any(found.value for found in facts)
    declared = set(world.reads)
    assert world.asked | {one.type} | (declared & OF_MEMBERS) == declared | {one.type}


@pytest.mark.parametrize("one", OURS, ids=lambda one: f"{one.type} {one.name}")
def test_facts_have_the_shape_they_declare(one: Pass) -> None:
    world = World(*(placed(type_, config) for type_, config in everything()))
    found = [Facts(world).fact(own, one.name).value for own in world.of(one.type)]
    shape = shape_of(one.type).members[one.name]
    if shape.kind == "map":
        found = [list(fact.values()) for fact in found]
    values = [value for fact in found for value in (fact if shape.kind in ("list", "map") else [fact])]
    values = [value for value in values if value is not None or not shape.optional]
    one_value = shape.element or shape
    assert values
    if one_value.kind == "structure":
        assert all(set(value) == set(one_value.members) for value in values)
    else:
        assert {type(value) for value in values} - {type(None)} == {{"string": str, "boolean": bool}[one_value.kind]}


def test_facts_are_one_a_file_named_after_them() -> None:
    assert {one.function.__module__.rpartition(".")[2] for one in EVERY} == {one.name for one in EVERY}
    assert all(one.function.__doc__ for one in EVERY)


def test_a_document_holds_config_envelope_and_the_facts_asked_for() -> None:
    bucket = resource("AWS::S3::Bucket", {"Name": "it", "Policy": None}, tags={"team": "red"})
    document = Facts(World(bucket)).document(bucket, ["public_statements", "account", "tags"])
    assert document.value == {
        "Name": "it",
        "Policy": None,
        "derived": {
            "name": "it",
            "partition": "aws",
            "account": ACCOUNT,
            "region": REGION,
            "tags": {"team": "red"},
            "public_statements": [],
        },
    }
    assert document.unknown == {}
    assert "derived" not in bucket.config


def test_a_document_tells_what_is_not_known_of_all_its_parts() -> None:
    bucket = resource("AWS::S3::Bucket", {"Name": "it"}, {"/Policy": DENIED}, account="", region="", tags_unknown=LATER)
    document = Facts(World(bucket)).document(bucket, ["public_statements", "tls_only"])
    assert document.value["derived"] == {"name": "it", "partition": "aws"}
    assert document.unknown == {
        "/Policy": DENIED,
        "/derived/account": document.unknown["/derived/account"],
        "/derived/region": document.unknown["/derived/region"],
        "/derived/tags": LATER,
        "/derived/public_statements": DENIED,
        "/derived/tls_only": DENIED,
    }
    assert document.unknown["/derived/account"].why is Why.AFTER_APPLY
    assert bucket.unknown == {"/Policy": DENIED}


def test_a_fact_that_nobody_derives_is_a_fault_of_the_rule_not_of_the_run() -> None:
    bucket = resource("AWS::S3::Bucket", {"Policy": None})
    for name in ("no_such_fact", "world_ingress", "a/b"):
        document = Facts(World(bucket)).document(bucket, [name])
        assert document.value["derived"].keys().isdisjoint({name})
        assert [why.why for why in document.unknown.values()] == [Why.RULE_ERROR]
    assert "/derived/a~1b" in document.unknown


def test_reads_follow_facts_to_their_neighbours() -> None:
    assert reads_of({"AWS::EC2::SecurityGroup": ["world_ingress", "account"], "AWS::KMS::Key": ["tags"]}) == {
        "AWS::EC2::PrefixList": frozenset({"PrefixListId", "OwnerId", "Entries"}),
        "AWS::EC2::SecurityGroup": frozenset({"IpPermissions"}),
    }


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Catalogue:
    """A catalogue of facts that build on each other, counted when computed."""
    name = f"facts_of_{request.node.name.split('[')[0]}"
    folder = tmp_path / name / "inner"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("")
    head = "from scanner.derive.passes import derives\nfrom scanner.model import Partial\ncalls = []\n"
    (folder.parent / "low.py").write_text(
        head
        + "@derives('X::T', 'low', gives=int, reads=('A', 'N::N.B', 'O::O'))\ndef low(r, c):\n    calls.append(r.id)\n    return Partial(r.config['A'])\n"
    )
    (folder / "high.py").write_text(
        head
        + "@derives('X::T', 'high', gives=int, after=('low',))\ndef high(r, c):\n    return Partial(c.fact(r, 'low').value + 1)\n"
    )
    (folder / "other.py").write_text(
        head + "@derives('X::U', 'other', gives=int, after=('X::T.high',))\ndef other(r, c):\n"
        "    return Partial(sum(c.fact(n, 'high').value for n in c.neighbours('X::T', r.account, r.region).resources))\n"
    )
    (folder / "sly.py").write_text(
        head + "@derives('X::T', 'sly', gives=int)\ndef sly(r, c):\n    return c.fact(r, 'low')\n"
    )
    for one, two in (("egg", "hen"), ("hen", "egg")):
        (folder / f"{one}.py").write_text(
            head
            + f"@derives('X::T', '{one}', gives=int, after=('{two}',))\ndef {one}(r, c):\n    return c.fact(r, '{two}')\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    return Catalogue(name)


def test_facts_build_on_facts_in_order_and_once(package: Catalogue) -> None:
    one = resource("X::T", {"A": 1})
    facts = Facts(World(one), package)
    assert facts.document(one, ["high", "low"]).value["derived"]["high"] == 2
    assert facts.document(one, ["low", "high"]).value["derived"]["low"] == 1
    assert next(p for p in package.order([("X::T", "low")])).function.__globals__["calls"] == [one.id]


def test_facts_of_neighbours(package: Catalogue) -> None:
    ones = [resource("X::T", {"A": n}, id=f"t{n}") for n in (1, 2)]
    two = resource("X::U", {})
    facts = Facts(World(*ones, two), package)
    assert facts.fact(two, "other").value == 5
    assert facts.fact(ones[1], "high").value == 3


def test_reads_and_order_go_all_the_way_down(package: Catalogue) -> None:
    expected = {"X::T": frozenset({"A"}), "N::N": frozenset({"B"}), "O::O": frozenset({"*"})}
    assert reads_of({"X::U": ["other"]}, package) == expected
    assert [p.name for p in package.order([("X::U", "other")])] == ["low", "high", "other"]


def test_a_pass_gets_no_fact_that_it_did_not_declare(package: Catalogue) -> None:
    one = resource("X::T", {"A": 1})
    with pytest.raises(LookupError, match="sly does not declare"):
        Facts(World(one), package).fact(one, "sly")


def test_facts_that_wait_for_each_other_are_refused(package: Catalogue) -> None:
    with pytest.raises(RuleError, match="wait for each other"):
        reads_of({"X::T": ["egg"]}, package)


def test_what_is_shared_is_made_once() -> None:
    facts, made = Facts(World()), []
    for _ in range(2):
        assert facts.once(("x", 1), lambda: made.append(1) or None) is None  # type: ignore[func-returns-value]
    assert made == [1]


def test_no_fact_takes_a_name_of_the_envelope() -> None:
    with pytest.raises(ValueError, match="tags"):
        derives("T", "tags", gives=int)


def test_declarations_are_found_on_functions_only() -> None:
    @derives("T", "one", gives=int)
    @derives("U", "one", gives=int)
    def one(resource: Resource, context: Any) -> Partial:
        return Partial(1)

    assert [p.type for p in passes_of(one)] == ["U", "T"]
    assert passes_of(Facts) == passes_of(3) == ()


def test_the_shape_of_derived() -> None:
    shape = shape_of("AWS::S3::Bucket")
    assert set(shape.members) == {"account", "region", "name", "partition", "tags", *fact_names()["AWS::S3::Bucket"]}
    statements = shape.members["public_statements"]
    assert statements.kind == "list"
    assert statements.element is not None
    assert (statements.element.members["sid"].optional, statements.element.members["index"].kind) == (True, "number")
    tokens = shape_of("AWS::EC2::LaunchTemplate").members["metadata_options"].members["HttpTokens"]
    assert tokens.enum == ("optional", "required")
    assert set(shape_of("AWS::None::Such").members) == {"account", "region", "name", "partition", "tags"}


def test_the_inventory_of_these_tests_is_one() -> None:
    inventory: Inventory = World()
    assert inventory.listing("T", "", "") is None
    incomplete: Unknown | None = World(incomplete={"T": DENIED}).listing("T", "", "")
    assert incomplete is DENIED


def test_importing_is_light() -> None:
    code = (
        "import sys, scanner.model; before = set(sys.modules)\n"
        "from scanner.derive.facts import Catalogue\n"
        "Catalogue().order([('AWS::EC2::SecurityGroup', 'world_ingress')])\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout.split()
    assert "scanner.derive.network.world_ingress" in loaded
    # a package is looked into, but nothing of it is loaded
    access = {name for name in loaded if name.startswith("scanner.derive.access.")}
    folder = Path(__file__).parents[2] / "scanner/derive/access"
    assert access <= {f"scanner.derive.access.{one.name}" for one in folder.iterdir() if one.is_dir()}
    assert set(loaded).isdisjoint({"ipaddress", "socket", "jmespath", "boto3", "pydantic", "scanner.derive.tls_only"})


@pytest.mark.parametrize("kind", ["any", "opaque", "maybe"])
def test_of_what_is_not_known_there_is_no_value(kind: Any) -> None:
    why = Unknown(Why.DENIED, kind)
    node = Node.of(resource("AWS::S3::Bucket", {"A": [{"b": 1}, 2]}, {"/A/0": why}), "A")
    first, second = node.elements()
    assert (first.value, first.unknown, first.member("b").value) == (None, why, None)
    assert first.member("b").unknown == Unknown(Why.DENIED)
    assert (second.value, second.unknown) == (2, None)


def test_a_reason_handed_on_from_a_listing_says_nothing_of_other_members() -> None:
    from dataclasses import replace

    denied = replace(DENIED, kind="more")
    volume = resource("AWS::EC2::Volume", {"VolumeId": "vol-1"}, region=REGION)
    document = Facts(World(volume, incomplete={"AWS::Backup::ProtectedResource": denied})).document(volume, ["backup"])
    assert {place: why.kind for place, why in document.unknown.items()} == {"/derived/backup": "any"}
