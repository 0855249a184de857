"""A plan that Terraform made of `fixtures/terraform/services` with AWS's provider: databases, identities, network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.aws.shapes import shape_of
from scanner.iac.terraform import read_plan
from scanner.model import Resource, Shape, Why, pointer_parts

PLAN = Path(__file__).parent / "fixtures" / "terraform" / "services" / "plan.json"
DENY = [
    {"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767}
    for egress in (False, True)
]


@pytest.fixture(scope="module")
def services() -> dict[str, Resource]:
    (found,) = read_plan(str(PLAN), root=str(PLAN.parent))
    assert found.gaps == []
    assert found.listed == {}
    return {item.origin.address: item for item in found.resources}


def opaque(resource: Resource, where: str) -> str:
    why = resource.unknown[where]
    assert (why.kind, why.why) == ("opaque", Why.AFTER_APPLY)
    return why.token


def members(resource: Resource, **expected: Any) -> None:
    assert {name: resource.config.get(name, "unknown") for name in expected} == expected


def test_the_planted_password_appears_nowhere(services: dict[str, Resource]) -> None:
    assert "planted-secret" in PLAN.read_text()
    assert "planted-secret" not in repr(services)


def test_every_member_is_one_that_the_api_has(services: dict[str, Resource]) -> None:
    for item in services.values():
        shape = shape_of(item.type)
        assert shape is not None
        fits(item.config, shape, item.id)
        told = set(item.config) | {pointer_parts(where)[0] for where in item.unknown}
        assert set(shape.members) - told == set(), item.id


def fits(value: Any, shape: Shape, where: str) -> None:
    """Members and kinds of values are those of the live resource."""
    if value is None or shape.kind == "any":
        return
    if shape.kind == "structure":
        assert isinstance(value, dict), where
        assert set(value) <= set(shape.members), where
        for name, inner in value.items():
            fits(inner, shape.members[name], f"{where}/{name}")
    elif shape.kind in ("list", "map"):
        assert isinstance(value, list if shape.kind == "list" else dict), where
        for inner in value if shape.kind == "list" else value.values():
            fits(inner, shape.element or Shape("any"), f"{where}/-")
    else:
        kinds: dict[str, Any] = {"string": str, "boolean": bool, "number": (int, float)}
        assert isinstance(value, kinds[shape.kind]), where
        assert isinstance(value, bool) == (shape.kind == "boolean"), where
        # EC2 answers an endpoint's state in lower case, whatever its model says.
        allowed = {item.lower() for item in shape.enum}
        assert not allowed or value.lower() in allowed, (where, value)


# --- RDS


def test_an_instance_that_says_little_has_what_aws_and_the_provider_give_it(services: dict[str, Resource]) -> None:
    found = services["aws_db_instance.bare"]
    assert (found.name, found.region) == ("bare", "eu-west-1")
    members(
        found, Engine="postgres", StorageEncrypted=False, StorageEncryptionType="none", PubliclyAccessible=False,
        BackupRetentionPeriod=0, MultiAZ=False, DeletionProtection=False, AutoMinorVersionUpgrade=True,
        CopyTagsToSnapshot=False, IAMDatabaseAuthenticationEnabled=False, MonitoringInterval=0, DBClusterIdentifier=None,
        MasterUsername="keeper", EnabledCloudwatchLogsExports=None, MasterUserSecret=None, KmsKeyId=None,
        DBParameterGroups=[{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
    )  # fmt: skip
    assert found.config["Endpoint"] == {"Port": 5432}
    assert opaque(found, "/Endpoint/Address") == "aws_db_instance.bare.address"
    assert found.unknown["/VpcSecurityGroups"].why is Why.OUT_OF_SCOPE


def test_an_instance_says_what_it_says(services: dict[str, Resource]) -> None:
    found = services["aws_db_instance.full"]
    members(
        found, StorageEncrypted=True, StorageEncryptionType="sse-kms", PubliclyAccessible=True, BackupRetentionPeriod=14,
        MultiAZ=True, DeletionProtection=True, AutoMinorVersionUpgrade=False, CopyTagsToSnapshot=True,
        IAMDatabaseAuthenticationEnabled=True, MonitoringInterval=60, EnabledCloudwatchLogsExports=["audit", "slowquery"],
    )  # fmt: skip
    assert opaque(found, "/KmsKeyId") == "aws_kms_key.data.arn"
    assert opaque(found, "/MonitoringRoleArn") == "aws_iam_role.service.arn"
    assert found.config["Endpoint"]["Port"] == 3307
    assert found.unknown["/VpcSecurityGroups/-"].kind == "more"
    group = services["aws_db_parameter_group.tls"]
    assert opaque(found, "/DBParameterGroups/0/DBParameterGroupName") == opaque(group, "/DBParameterGroupName")
    assert opaque(found, "/DBSubnetGroup/DBSubnetGroupName") == "aws_db_subnet_group.db.name"
    assert found.config["MasterUserSecret"] == {"SecretStatus": "active"}


def test_a_replica_is_as_encrypted_as_its_source_and_a_restore_as_its_snapshot(services: dict[str, Resource]) -> None:
    members(
        services["aws_db_instance.replica"], StorageEncrypted=False, ReadReplicaSourceDBInstanceIdentifier="bare",
        BackupRetentionPeriod=0, Engine="postgres", KmsKeyId=None,
    )  # fmt: skip
    restored = services["aws_db_instance.restored"]
    for where in ("/StorageEncrypted", "/StorageEncryptionType", "/MasterUsername", "/BackupRetentionPeriod"):
        assert restored.unknown[where].message == "what the instance is restored from"


def test_a_snapshot_is_as_encrypted_as_its_database(services: dict[str, Resource]) -> None:
    found = services["aws_db_snapshot.full"]
    members(found, Encrypted=True, SnapshotType="manual", Engine="mysql")
    assert found.config["Attributes"] == [{"AttributeName": "restore", "AttributeValues": ["all"]}]
    assert opaque(found, "/KmsKeyId") == "aws_kms_key.data.arn"


def test_a_new_aurora_cluster_is_encrypted_by_aws(services: dict[str, Resource]) -> None:
    found = services["aws_rds_cluster.a"]
    members(
        found, StorageEncrypted=False, StorageEncryptionType="sse-rds", BackupRetentionPeriod=1, MultiAZ=True, Port=5432,
        DBClusterParameterGroup="default.aurora-postgresql14", DBSubnetGroup="named", DeletionProtection=False,
    )  # fmt: skip
    assert [item["DBClusterParameterGroupStatus"] for item in found.config["DBClusterMembers"]] == [
        "in-sync",
        "in-sync",
    ]
    assert opaque(found, "/DBClusterMembers/1/DBInstanceIdentifier").startswith("aws_rds_cluster_instance.a[")
    sealed = services["aws_rds_cluster.b"]
    members(sealed, StorageEncrypted=True, StorageEncryptionType="sse-kms")
    assert sealed.unknown["/MultiAZ"].why is Why.AFTER_APPLY


def test_a_member_has_what_its_cluster_has(services: dict[str, Resource]) -> None:
    found = services['aws_rds_cluster_instance.a["reader"]']
    members(
        found, StorageEncrypted=False, StorageEncryptionType="sse-rds", BackupRetentionPeriod=1, MasterUsername="keeper",
        Engine="aurora-postgresql", EngineVersion="14.9", MultiAZ=False, DeletionProtection=False,
        PubliclyAccessible=False, AvailabilityZone="eu-west-1b",
    )  # fmt: skip
    assert opaque(found, "/DBClusterIdentifier") == opaque(services["aws_rds_cluster.a"], "/DBClusterIdentifier")
    assert found.config["DBSubnetGroup"]["DBSubnetGroupName"] == "named"
    members(services["aws_rds_cluster_instance.b[1]"], DBClusterIdentifier="b", PubliclyAccessible=False)


def test_parameter_groups_hold_what_they_set_and_what_tls_is_by_default(services: dict[str, Resource]) -> None:
    told = {item["ParameterName"]: item for item in services["aws_db_parameter_group.tls"].config["Parameters"]}
    assert len(told) > 1
    told = told["require_secure_transport"]
    assert (told["ParameterName"], told["ParameterValue"], told["Source"]) == ("require_secure_transport", "1", "user")
    for address, value in (("aws_db_parameter_group.plain", "1"), ("aws_rds_cluster_parameter_group.plain", "0")):
        (default,) = services[address].config["Parameters"]
        assert default == {"ParameterName": "rds.force_ssl", "ParameterValue": value, "Source": "engine-default"}


# --- IAM


def attached(resource: Resource) -> list[str]:
    return [item.get("PolicyName", "?") for item in resource.config["AttachedManagedPolicies"]]


def test_a_role_has_what_is_attached_beside_it(services: dict[str, Resource]) -> None:
    found = services["aws_iam_role.generated"]
    assert found.region == "global"
    assert attached(found) == ["AdministratorAccess", "IAMFullAccess", "?"]
    assert opaque(found, "/AttachedManagedPolicies/2/PolicyArn") == "aws_iam_policy.generated.arn"
    assert opaque(found, "/AttachedManagedPolicies/2/PolicyName") == "aws_iam_policy.generated.name"
    assert [item["PolicyName"] for item in found.config["RolePolicyList"]] == ["beside"]
    assert found.config["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
    assert not [where for where in found.unknown if where.endswith("/-")]
    trust = found.config["AssumeRolePolicyDocument"]["Statement"]
    assert trust == [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]


def test_a_role_has_what_it_says_itself(services: dict[str, Resource]) -> None:
    owned = services["aws_iam_role.owned"]
    assert attached(owned) == ["ReadOnlyAccess"]
    assert [item["PolicyName"] for item in owned.config["RolePolicyList"]] == ["inside"]
    service = services["aws_iam_role.service"]
    members(service, Path="/app/", RoleName="service", AttachedManagedPolicies=[], RolePolicyList=[])
    assert opaque(service, "/PermissionsBoundary/PermissionsBoundaryArn") == "aws_iam_policy.limit.arn"
    assert service.config["InstanceProfileList"] == [{"InstanceProfileName": "service", "Path": "/"}]
    assert services["aws_iam_instance_profile.service"].config["Roles"] == [{"RoleName": "service"}]


def test_an_attachment_to_a_role_outside_is_that_role_with_open_lists(services: dict[str, Resource]) -> None:
    found = services["aws_iam_role_policy_attachment.elsewhere"]
    assert (found.type, found.name, found.region) == ("AWS::IAM::Role", "somebody-elses", "global")
    assert attached(found) == ["Billing"]
    for where in ("/AttachedManagedPolicies/-", "/RolePolicyList/-", "/AssumeRolePolicyDocument"):
        assert found.unknown[where].why is Why.OUT_OF_SCOPE


def test_users_have_their_groups_and_policies(services: dict[str, Resource]) -> None:
    ann, bob = services["aws_iam_user.ann"], services["aws_iam_user.bob"]
    members(ann, UserName="ann", GroupList=["ops", "outside"], UserPolicyList=[], PermissionsBoundary=None)
    assert attached(ann) == ["IAMFullAccess"]
    members(bob, GroupList=["ops"], AttachedManagedPolicies=[])
    assert [item.get("PolicyName") for item in bob.config["UserPolicyList"]] == [None, "worker-blue", "worker-red"]
    assert attached(services["aws_iam_group.ops"]) == ["limit"]


def test_a_module_s_roles_are_apart(services: dict[str, Resource]) -> None:
    for key in ("red", "blue"):
        found = services[f'module.worker["{key}"].aws_iam_role.this']
        assert (found.name, attached(found)) == (f"worker-{key}", ["AWSLambdaBasicExecutionRole"])


def test_a_policy_counts_its_uses(services: dict[str, Resource]) -> None:
    members(services["aws_iam_policy.limit"], AttachmentCount=1, PermissionsBoundaryUsageCount=1, DefaultVersionId="v1")
    members(services["aws_iam_policy.generated"], AttachmentCount=1, PermissionsBoundaryUsageCount=0)


def test_the_password_policy_is_one_of_the_account(services: dict[str, Resource]) -> None:
    found = services["aws_iam_account_password_policy.strict"]
    assert (found.type, found.region) == ("AWS::IAM::AccountPasswordPolicy", "global")
    assert found.config["PasswordPolicy"] == {
        "MinimumPasswordLength": 14, "MaxPasswordAge": 90, "ExpirePasswords": True, "RequireSymbols": True,
        "RequireNumbers": False, "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": True,
    }  # fmt: skip


# --- EBS, the region's settings, addresses


def test_a_volume_that_says_nothing_depends_on_the_region(services: dict[str, Resource]) -> None:
    plain, sealed = services["aws_ebs_volume.plain"], services["aws_ebs_volume.sealed"]
    assert plain.unknown["/Encrypted"].why is Why.OUT_OF_SCOPE
    members(plain, State="available", Attachments=[], SnapshotId="")
    members(sealed, Encrypted=True, State="in-use", Attachments=[{"Device": "/dev/sdf", "State": "attached"}])
    assert opaque(sealed, "/Attachments/0/InstanceId") == "aws_instance.host.id"
    members(services["aws_ebs_snapshot.sealed"], Encrypted=True, VolumeSize=1, RestorableByAll=False)


def test_settings_of_the_region_are_one_resource(services: dict[str, Resource]) -> None:
    (found,) = [item for item in services.values() if item.type == "AWS::EC2::AccountSettings"]
    assert found.config == {
        "SnapshotBlockPublicAccessState": "block-all-sharing",
        "ImageBlockPublicAccessState": "block-new-sharing",
        "SerialConsoleAccessEnabled": False,
    }
    assert set(found.unknown) == {
        "/InstanceMetadataDefaults",
        "/EbsEncryptionByDefault",
        "/AllowedImagesSettings",
        "/EbsDefaultKmsKeyId",
    }


def test_addresses_know_what_takes_them(services: dict[str, Resource]) -> None:
    members(services["aws_eip.free"], AssociationId=None, InstanceId=None, NetworkInterfaceId=None)
    assert opaque(services["aws_eip.host"], "/InstanceId") == "aws_instance.host.id"
    assert opaque(services["aws_eip.host"], "/AssociationId") == "aws_eip.host.association_id"
    assert opaque(services["aws_eip.nat"], "/AssociationId") == "aws_nat_gateway.nat.association_id"
    assert opaque(services["aws_instance.host"], "/PublicIpAddress") == "aws_instance.host.public_ip"


def test_an_image_that_everybody_may_launch_is_public(services: dict[str, Resource]) -> None:
    found = services["aws_ami.own"]
    members(found, Public=True, Name="own")
    assert found.unknown["/BlockDeviceMappings/0/Ebs/Encrypted"].why is Why.OUT_OF_SCOPE


# --- network


def test_network_acls_end_in_aws_s_own_rule(services: dict[str, Resource]) -> None:
    entries = services["aws_network_acl.db"].config["Entries"]
    ssh = {"Egress": False, "Protocol": "6", "RuleAction": "allow", "RuleNumber": 100, "CidrBlock": "0.0.0.0/0"}
    ping = {"Egress": True, "Protocol": "1", "RuleAction": "allow", "RuleNumber": 200, "CidrBlock": "10.0.0.0/8"}
    assert {**ssh, "PortRange": {"From": 22, "To": 22}} in entries
    assert {**ping, "IcmpTypeCode": {"Type": -1, "Code": -1}} in entries
    assert [entry for entry in entries if entry["RuleNumber"] == 32767] == DENY
    assert len(entries) == 4


def test_a_rule_on_a_vpc_s_default_acl_joins_it(services: dict[str, Resource]) -> None:
    found = services["aws_default_network_acl.closed"]
    assert found.config["IsDefault"] is True
    assert [entry["RuleNumber"] for entry in found.config["Entries"]] == [1, 32767, 32767]
    assert found.unknown["/Associations/-"].why is Why.OUT_OF_SCOPE
    assert opaque(found, "/VpcId") == "aws_vpc.main.id"


def test_flow_logs_name_what_they_log(services: dict[str, Resource]) -> None:
    found = services["aws_flow_log.main"]
    members(found, TrafficType="REJECT", LogDestinationType="s3", LogDestination="arn:aws:s3:::fx-flow-logs")
    assert opaque(found, "/ResourceId") == opaque(services["aws_vpc.main"], "/VpcId")


def test_endpoints_without_a_policy_allow_everything(services: dict[str, Resource]) -> None:
    found = services["aws_vpc_endpoint.s3"]
    members(found, VpcEndpointType="Gateway", Groups=[], RouteTableIds=[])
    assert found.config["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    ]
    said = services["aws_vpc_endpoint.kms"].config["PolicyDocument"]
    assert said["Statement"][0]["Action"] == "kms:Decrypt"


def test_gateways_and_peerings_have_their_options(services: dict[str, Resource]) -> None:
    options = services["aws_ec2_transit_gateway.hub"].config["Options"]
    assert (options["AutoAcceptSharedAttachments"], options["AmazonSideAsn"]) == ("disable", 64512)
    peering = services["aws_vpc_peering_connection.other"]
    assert peering.config["AccepterVpcInfo"]["OwnerId"] == "444455556666"
    assert peering.config["AccepterVpcInfo"]["PeeringOptions"] == {"AllowDnsResolutionFromRemoteVpc": False}
    assert peering.unknown["/Status"].why is Why.OUT_OF_SCOPE


def test_an_access_point_blocks_what_it_does_not_say(services: dict[str, Resource]) -> None:
    found = services["aws_s3_access_point.data"]
    members(found, Name="data", Bucket="fx-data", NetworkOrigin="Internet", Policy=None, VpcConfiguration=None)
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
    assert found.config["PublicAccessBlockConfiguration"] == block


def test_a_bucket_s_rules_are_those_of_the_api(services: dict[str, Resource]) -> None:
    found = services["aws_s3_bucket.ruled"]
    tags = [{"Key": "stage", "Value": "old"}, {"Key": "team", "Value": "data"}]
    steps = [{"Days": 10, "StorageClass": "STANDARD_IA"}, {"Days": 20, "StorageClass": "GLACIER"}]
    assert found.config["LifecycleConfiguration"]["Rules"] == [
        {
            "ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
        {
            "ID": "tagged", "Status": "Enabled", "Filter": {"And": {"Prefix": "x/", "Tags": tags}},
            "Expiration": {"Days": 30}, "Transitions": steps,
        },
    ]  # fmt: skip
    (rule,) = found.config["ReplicationConfiguration"]["Rules"]
    assert rule["Destination"] == {
        "Bucket": "arn:aws:s3:::fx-far",
        "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
    }
    assert (rule["Filter"], rule["DeleteMarkerReplication"]) == ({"Prefix": ""}, {"Status": "Enabled"})
    assert found.config["WebsiteConfiguration"]["RoutingRules"] == [
        {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}}
    ]
    (topic,) = found.config["NotificationConfiguration"]["TopicConfigurations"]
    assert [item["Name"] for item in topic["Filter"]["Key"]["FilterRules"]] == ["Prefix", "Suffix"]
    assert found.config["LoggingConfiguration"]["TargetObjectKeyFormat"] == {
        "PartitionedPrefix": {"PartitionDateSource": "EventTime"}
    }


def test_the_same_plan_gives_the_same_resources_in_any_order() -> None:
    document = json.loads(PLAN.read_text())
    first = read_plan("plan.json", json.dumps(document).encode())
    document["resource_changes"].reverse()
    assert read_plan("plan.json", json.dumps(document).encode()) == first
