"""Launch templates and their versions, instances, and the region's defaults."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Resource, Unknown, Why

TEMPLATE, INSTANCE = "aws_launch_template.t", "aws_instance.i"
REQUIRED = {"metadata_options": [{"http_tokens": "required"}]}
OPTIONAL = {"metadata_options": [{"http_tokens": "optional"}]}
NEW = {"id": True, "arn": True, "latest_version": True}
BORN = dict.fromkeys(
    ("id", "arn", "public_ip", "associate_public_ip_address", "subnet_id", "security_groups", "vpc_security_group_ids"),
    True,
)


def template(after: dict[str, Any], before: dict[str, Any] | None = None, unknown: Any = None) -> dict[str, Any]:
    holes = {} if before else NEW
    return change(TEMPLATE, after, before=before, unknown=unknown or holes, actions=["update"] if before else None)


def instance(*changes: dict[str, Any], version: str | None = None, **after: Any) -> Resource:
    """A new instance of the template among `changes`, if there is one."""
    link = {"launch_template": [{"version": version}]} if changes else {}
    holes = {
        **{name: True for name in BORN if name not in after},
        **({"launch_template": [{"id": True}]} if changes else {}),
    }
    settings = configured(INSTANCE, {"launch_template": [{"id": ref(f"{TEMPLATE}.id")}]} if changes else {})
    return read([*changes, change(INSTANCE, {**link, **after}, unknown=holes)], [settings])[INSTANCE]


def test_a_template_says_only_what_it_says() -> None:
    after = {
        **REQUIRED,
        "name": "t",
        "image_id": "",
        "ebs_optimized": "true",
        "disable_api_termination": False,
        "network_interfaces": [
            {"associate_public_ip_address": "false", "device_index": 0, "security_groups": ["sg-2", "sg-1"]}
        ],
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"encrypted": "true", "volume_size": 8}]}],
        "monitoring": [{"enabled": True}],
        "tag_specifications": [{"resource_type": "volume"}],
        "user_data": "c2VjcmV0",
    }
    found = read([template(after)])[TEMPLATE]
    assert found.config["LaunchTemplateData"] == {
        "MetadataOptions": {"HttpTokens": "required"},
        "EbsOptimized": True,
        "DisableApiTermination": False,
        "NetworkInterfaces": [{"AssociatePublicIpAddress": False, "DeviceIndex": 0, "Groups": ["sg-1", "sg-2"]}],
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 8}}],
        "Monitoring": {"Enabled": True},
        "UserData": {"redacted": True, "length": 6, "contains": []},
    }
    assert "/LaunchTemplateData/TagSpecifications" in found.unknown
    assert (found.config["DefaultVersionNumber"], found.config["LatestVersionNumber"]) == (1, 1)
    assert found.name == "t"


OLD = {
    "id": "lt-1",
    "arn": "arn:aws:ec2:eu-west-1:111122223333:launch-template/lt-1",
    "latest_version": 3,
    "default_version": 3,
}


@pytest.mark.parametrize(
    ("after", "unknown", "tokens"),
    [
        # a new version that becomes the default one
        ({"update_default_version": True}, {"latest_version": True, "default_version": True}, "required"),
        # a new version beside the default one
        ({}, {"latest_version": True}, "optional"),
        # nothing new
        ({"latest_version": 3}, {}, "required"),
    ],
)
def test_the_default_version_is_the_one_that_counts(
    after: dict[str, Any], unknown: dict[str, Any], tokens: str
) -> None:
    kept = {name: value for name, value in OLD.items() if name not in unknown}
    found = read([template({**kept, **REQUIRED, **after}, {**OLD, **OPTIONAL}, unknown)])[TEMPLATE]
    assert found.config["LaunchTemplateData"]["MetadataOptions"]["HttpTokens"] == tokens
    assert found.physical_id == OLD["arn"]


def test_a_default_version_that_is_neither_is_out_of_sight() -> None:
    state = {**OLD, "default_version": 1, **REQUIRED}
    found = read([change(TEMPLATE, state, before=state)])[TEMPLATE]
    assert found.unknown["/LaunchTemplateData"].why is Why.OUT_OF_SCOPE
    assert found.config["DefaultVersionNumber"] == 1


def test_the_instance_wins_over_its_template() -> None:
    found = instance(template(REQUIRED), metadata_options=[{"http_tokens": "optional", "http_endpoint": None}])
    assert found.config["MetadataOptions"]["HttpTokens"] == "optional"
    assert found.unknown["/MetadataOptions/HttpEndpoint"].why is Why.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("version", "tokens"),
    [("$Latest", "required"), ("$Default", "optional"), (None, "optional"), ("3", "optional"), ("2", None)],
)
def test_the_version_of_the_template_counts(version: str | None, tokens: str | None) -> None:
    kept = {name: value for name, value in OLD.items() if name != "latest_version"}
    changed = template({**kept, **REQUIRED}, {**OLD, **OPTIONAL}, {"latest_version": True})
    after = {"launch_template": [{"id": "lt-1", "version": version}]}
    found = read([changed, change(INSTANCE, after, unknown=BORN)])[INSTANCE]
    if tokens:
        assert found.config["MetadataOptions"]["HttpTokens"] == tokens
    else:
        assert found.unknown["/MetadataOptions/HttpTokens"].why is Why.OUT_OF_SCOPE


def test_without_any_word_the_account_and_the_ami_decide() -> None:
    found = instance()
    assert found.unknown["/MetadataOptions/HttpTokens"].why is Why.OUT_OF_SCOPE
    assert found.config["State"] == {"Name": "running"}
    assert found.config["KeyName"] is None
    elsewhere = instance(launch_template=[{"id": "lt-0", "version": "1"}])
    assert elsewhere.unknown["/MetadataOptions/HttpTokens"].why is Why.OUT_OF_SCOPE
    assert "/KeyName" in elsewhere.unknown


def test_an_existing_instance_is_what_the_refresh_found() -> None:
    state = {
        "id": "i-1",
        "arn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
        "public_ip": "",
        "instance_state": "stopped",
        "vpc_security_group_ids": ["sg-1"],
        **OPTIONAL,
    }
    found = read([change(INSTANCE, state, before=state)])[INSTANCE]
    assert (found.account, found.region, found.physical_id) == ("111122223333", "eu-west-1", state["arn"])
    assert found.config["State"] == {"Name": "stopped"}
    assert found.config["PublicIpAddress"] is None
    assert found.config["SecurityGroups"] == [{"GroupId": "sg-1"}]
    assert found.config["MetadataOptions"]["HttpTokens"] == "optional"


def public(found: Resource) -> bool | None:
    """Whether there will be a public address; `None` if that is not known."""
    if "PublicIpAddress" in found.config:
        return bool(found.config["PublicIpAddress"])
    why: Unknown = found.unknown["/PublicIpAddress"]
    return True if why.kind == "opaque" else None


def interface(value: str | None) -> dict[str, Any]:
    return template({"network_interfaces": [{"associate_public_ip_address": value}]})


def test_instance_then_template_then_subnet_decide_on_the_public_address() -> None:
    assert public(instance(associate_public_ip_address=True)) is True
    assert public(instance(interface("true"), associate_public_ip_address=False)) is False
    assert public(instance(interface("true"))) is True
    assert public(instance(interface("false"))) is False
    assert public(instance()) is None


@pytest.mark.parametrize(("launch", "expected"), [(True, True), (False, False), (None, False)])
def test_a_planned_subnet_decides_where_nobody_else_does(launch: bool | None, expected: bool) -> None:
    subnet = change(
        "aws_subnet.s", {"cidr_block": "10.0.0.0/24", "map_public_ip_on_launch": launch}, unknown={"id": True}
    )
    settings = configured(INSTANCE, {"subnet_id": ref("aws_subnet.s.id")})
    found = read([subnet, change(INSTANCE, {}, unknown=BORN)], [settings])[INSTANCE]
    assert public(found) is expected
    assert found.unknown["/SubnetId"].token == "aws_subnet.s.id"


def test_groups_of_an_instance_are_followed() -> None:
    group = change("aws_security_group.g", {"name": "g"}, unknown={"id": True})
    settings = configured(INSTANCE, {"vpc_security_group_ids": ref("aws_security_group.g.id")})
    holes = {**BORN, "vpc_security_group_ids": [True]}
    found = read([group, change(INSTANCE, {"vpc_security_group_ids": [None]}, unknown=holes)], [settings])[INSTANCE]
    assert found.config["SecurityGroups"] == [{}]
    assert found.unknown["/SecurityGroups/0/GroupId"].token == "aws_security_group.g.id"


def test_user_data_of_an_instance_does_not_come_out() -> None:
    assert "s3cret" not in repr(instance(user_data="password=s3cret"))


def test_settings_that_the_plan_does_not_make_are_out_of_scope() -> None:
    address = "aws_ec2_instance_metadata_defaults.d"
    after = {"http_tokens": "required", "http_endpoint": "no-preference", "http_put_response_hop_limit": -1}
    found = read([change(address, after)])[address]
    assert found.config == {"InstanceMetadataDefaults": {"HttpTokens": "required"}}
    assert found.unknown["/EbsEncryptionByDefault"].why is Why.OUT_OF_SCOPE
    gone = read([change(address, None, before=after, actions=["delete"])])[address]
    assert gone.config == {"InstanceMetadataDefaults": {}}


def test_plans_without_settings_have_none() -> None:
    assert {item.type for item in read([change("aws_vpc.v", {"cidr_block": "10.0.0.0/16"})]).values()} == {
        "AWS::EC2::VPC"
    }
