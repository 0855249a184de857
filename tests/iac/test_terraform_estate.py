"""A plan that Terraform made of `fixtures/terraform/estate`: modules, for_each, count, dynamic blocks, secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.iac.terraform import read_plan
from scanner.model import Resource, Why

PLAN = Path(__file__).parent / "fixtures" / "terraform" / "estate" / "plan.json"


@pytest.fixture(scope="module")
def estate() -> dict[str, Resource]:
    (found,) = read_plan(str(PLAN), root=str(PLAN.parent))
    assert found.gaps == []
    assert found.listed == {}
    return {item.origin.address: item for item in found.resources}


def opaque(resource: Resource, where: str) -> str:
    why = resource.unknown[where]
    assert (why.kind, why.why) == ("opaque", Why.AFTER_APPLY)
    return why.token


def permission(**more: Any) -> dict[str, Any]:
    return {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [], **more}


def test_sensitive_values_appear_nowhere(estate: dict[str, Resource]) -> None:
    assert "planted-secret" in PLAN.read_text()
    assert "planted-secret" not in repr(estate)


def test_regions_follow_the_provider_and_its_variable(estate: dict[str, Resource]) -> None:
    assert estate["aws_vpc.v"].region == "eu-central-1"
    assert estate["aws_s3_bucket.logs"].region == "us-west-2"
    assert estate["aws_s3_account_public_access_block.a"].region == "global"


@pytest.mark.parametrize("key", ["a", "b"])
def test_chained_for_each_joins_by_key(estate: dict[str, Resource], key: str) -> None:
    bucket = estate[f'aws_s3_bucket.team["{key}"]']
    assert bucket.config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket.config["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }


def test_count_index_joins_by_number(estate: dict[str, Resource]) -> None:
    assert estate["aws_s3_bucket.counted[0]"].config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert estate["aws_s3_bucket.counted[1]"].config["VersioningConfiguration"] == {"Status": "Suspended"}
    assert estate["aws_s3_bucket.counted[0]"].config["Policy"] is None


def test_an_index_by_value_may_mean_any_instance(estate: dict[str, Resource]) -> None:
    for key in "ab":
        why = estate[f'aws_s3_bucket.team["{key}"]'].unknown["/LoggingConfiguration"]
        assert "aws_s3_bucket_logging.team" in why.message
    assert estate["aws_s3_bucket.counted[0]"].config["LoggingConfiguration"] is None


def test_a_local_may_mean_any_bucket_in_sight(estate: dict[str, Resource]) -> None:
    why = estate["aws_s3_bucket.logs"].unknown["/BucketEncryption"]
    assert (why.kind, why.why) == ("any", Why.AFTER_APPLY)
    assert "BucketEncryption" not in estate["aws_s3_bucket.logs"].config


@pytest.mark.parametrize("key", ["one", "two"])
def test_a_module_output_joins_by_the_call_s_key(estate: dict[str, Resource], key: str) -> None:
    bucket = estate[f'module.store["{key}"].aws_s3_bucket.b']
    assert bucket.config["Policy"] == {"Statement": [{"Sid": key}]}


def test_a_policy_document_read_at_the_apply_is_told_as_far_as_planned(estate: dict[str, Resource]) -> None:
    bucket = estate["aws_s3_bucket.counted[1]"]
    assert bucket.config["Policy"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Tls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["s3:*"],
                "Resource": [None, None],
                "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
            }
        ],
    }
    assert bucket.unknown["/Policy/Statement/0/Resource/1"].why is Why.AFTER_APPLY


def test_a_policy_on_a_bucket_outside_is_that_bucket(estate: dict[str, Resource]) -> None:
    bucket = estate["aws_s3_bucket_policy.elsewhere"]
    assert bucket.physical_id == "arn:aws:s3:::fx-elsewhere"
    assert bucket.config == {"Name": "fx-elsewhere", "Policy": {"Statement": [{"Sid": "elsewhere"}]}}
    assert bucket.unknown["/Acl"].why is Why.OUT_OF_SCOPE
    assert bucket.tags_unknown is not None


def test_a_module_with_one_group_joins_its_rules_through_locals(estate: dict[str, Resource]) -> None:
    group = estate["module.sg.aws_security_group.this[0]"]
    assert group.config["IpPermissions"] == [permission(IpProtocol="-1", Ipv6Ranges=[{"CidrIpv6": "::/0"}])]
    (egress,) = group.config["IpPermissionsEgress"]
    assert (egress["IpProtocol"], egress["FromPort"], egress["ToPort"]) == ("icmp", -1, -1)
    own = opaque(group, "/IpPermissionsEgress/0/UserIdGroupPairs/0/GroupId")
    assert own == opaque(group, "/GroupId") == "module.sg.aws_security_group.this[0].id"
    assert opaque(group, "/VpcId") == opaque(estate["aws_vpc.v"], "/VpcId")
    assert opaque(group, "/GroupName")


def test_dynamic_blocks_are_read_as_planned(estate: dict[str, Resource]) -> None:
    group = estate["aws_security_group.dyn_known"]
    ssh, https = group.config["IpPermissions"]
    assert (ssh["IpProtocol"], ssh["FromPort"], ssh["IpRanges"]) == ("tcp", 22, [])
    assert (https["FromPort"], https["IpRanges"]) == (443, [{"CidrIp": "0.0.0.0/0"}])
    assert group.config["IpPermissionsEgress"] == []


def test_a_rule_on_the_vpc_s_default_group_joins_the_resource_that_takes_it_over(estate: dict[str, Resource]) -> None:
    group = estate["aws_default_security_group.d"]
    assert group.config["GroupName"] == "default"
    assert group.config["IpPermissions"] == [
        permission(IpProtocol="tcp", FromPort=22, ToPort=22, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    ]


def test_a_sensitive_rule_is_one_that_may_be(estate: dict[str, Resource]) -> None:
    group = estate["aws_security_group.secret"]
    assert group.config["IpPermissions"] == []
    assert group.unknown["/IpPermissions/-"].kind == "more"


def test_templates_reach_their_instances(estate: dict[str, Resource]) -> None:
    template, instance = estate["aws_launch_template.t"], estate["aws_instance.i"]
    data = template.config["LaunchTemplateData"]
    assert data["MetadataOptions"] == {"HttpEndpoint": "enabled"}
    assert data["NetworkInterfaces"] == [{"AssociatePublicIpAddress": True}]
    assert data["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}]
    assert data["UserData"] == {"redacted": True, "contains": ["token at line 1"]}
    assert instance.config["MetadataOptions"]["HttpEndpoint"] == "enabled"
    assert instance.unknown["/MetadataOptions/HttpTokens"].why is Why.OUT_OF_SCOPE
    assert opaque(instance, "/PublicIpAddress")


def test_the_subnet_decides_on_the_public_address(estate: dict[str, Resource]) -> None:
    instance = estate["aws_instance.j"]
    assert opaque(instance, "/PublicIpAddress") == "aws_instance.j.public_ip"
    assert opaque(instance, "/VpcId") == "aws_vpc.v.id"
    assert instance.config["MetadataOptions"]["HttpTokens"] == "optional"


def test_keys_and_aliases_share_tokens(estate: dict[str, Resource]) -> None:
    key, alias = estate["aws_kms_key.main"], estate["aws_kms_alias.main"]
    assert opaque(alias, "/TargetKeyId") == opaque(key, "/KeyId") == "aws_kms_key.main.key_id"
    assert key.config["Rotation"] == {"KeyRotationEnabled": True, "RotationPeriodInDays": 365}
    assert key.unknown["/Policy"].why is Why.AFTER_APPLY


def test_settings_of_one_region_are_one_resource(estate: dict[str, Resource]) -> None:
    (found,) = [item for item in estate.values() if item.type == "AWS::EC2::AccountSettings"]
    assert found.config == {"InstanceMetadataDefaults": {"HttpTokens": "required"}, "EbsEncryptionByDefault": True}
    assert found.region == "eu-central-1"


def test_the_same_plan_gives_the_same_resources_in_any_order() -> None:
    document = json.loads(PLAN.read_text())
    first = read_plan("plan.json", json.dumps(document).encode())
    document["resource_changes"].reverse()
    assert read_plan("plan.json", json.dumps(document).encode()) == first
