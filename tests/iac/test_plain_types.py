"""The types that are nothing but rows: what a plan and a template make of them, and what stays open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.iac.cloudformation import read_template
from scanner.iac.defaults import defaults
from scanner.iac.rows import plain_types
from scanner.iac.rows.language import Plain
from scanner.model import Resource, Why

PLAIN = plain_types()


def template(**resources: Any) -> dict[str, Resource]:
    (found,) = read_template("stack.json", json.dumps({"Resources": resources}).encode())
    assert found.gaps == []
    return {item.origin.address: item for item in found.resources}


def one(type_: str, **properties: Any) -> Resource:
    return template(This={"Type": type_, "Properties": properties})["This"]


@pytest.mark.parametrize("plain", PLAIN, ids=lambda plain: plain.type)
def test_what_neither_side_says_is_a_default_or_has_a_reason(plain: Plain) -> None:
    members = set(defaults()[plain.type])
    assert {row.member for row in plain.rows} <= members
    found = [one(plain.cloudformation)] if plain.cloudformation else []
    if plain.terraform:
        unknown = {"id": True, "arn": True}
        found += read([change(f"{plain.terraform}.this", {}, unknown=unknown)]).values()
    for item in found:
        assert item.type == plain.type
        assert members <= {*item.config, *(where.split("/")[1] for where in item.unknown)}


def test_a_group_keeps_its_template_balancers_and_tags() -> None:
    after = {
        "max_size": 4,
        "min_size": 1,
        "health_check_type": "ELB",
        "launch_template": [{"id": "lt-1", "version": "$Latest"}],
        "target_group_arns": ["arn:tg"],
        "tag": [{"key": "owner", "value": "trade", "propagate_at_launch": False}],
    }
    (planned,) = read([change("aws_autoscaling_group.web", after)]).values()
    properties = {
        "MaxSize": "4",
        "MinSize": "1",
        "HealthCheckType": "ELB",
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"},
        "TargetGroupARNs": ["arn:tg"],
        "Tags": [{"Key": "owner", "Value": "trade", "PropagateAtLaunch": False}],
    }
    for found in (planned, one("AWS::AutoScaling::AutoScalingGroup", **properties)):
        assert found.tags == {"owner": "trade"}
        assert found.config["TagPropagation"] == [{"Key": "owner", "PropagateAtLaunch": False}]
        assert found.config["LaunchTemplate"] == {"LaunchTemplateId": "lt-1", "Version": "$Latest"}
        assert (found.config["DesiredCapacity"], found.config["LaunchConfigurationName"]) == (1, None)
        assert found.config["TargetGroupARNs"] == ["arn:tg"]
        assert found.unknown["/AvailabilityZones"].why == Why.OUT_OF_SCOPE


def test_disks_of_a_launch_configuration_are_of_two_kinds_in_terraform() -> None:
    after = {
        "root_block_device": [{"encrypted": False}],
        "ebs_block_device": [
            {"device_name": "/dev/sdf", "encrypted": True},
            {"device_name": "/dev/sdg", "no_device": True},
        ],
        "user_data": "password=hunter2",
    }
    (found,) = read([change("aws_launch_configuration.web", after)]).values()
    assert found.config["BlockDeviceMappings"] == [
        {"DeviceName": "/dev/sdf", "Ebs": {"Encrypted": True}},
        {"DeviceName": "/dev/sdg", "NoDevice": True},
        {"Ebs": {"Encrypted": False}},
    ]
    assert "hunter2" not in repr(found)
    assert "hunter2" not in repr(one("AWS::AutoScaling::LaunchConfiguration", UserData="password=hunter2"))


def test_a_firewall_logs_by_a_resource_beside_it() -> None:
    logs = {
        "LogDestinationConfigs": [
            {"LogType": "ALERT", "LogDestinationType": "S3", "LogDestination": {"bucketName": "b"}}
        ]
    }
    beside = {
        "Type": "AWS::NetworkFirewall::LoggingConfiguration",
        "Properties": {"FirewallArn": {"Ref": "This"}, "LoggingConfiguration": logs},
    }
    firewall = {"Type": "AWS::NetworkFirewall::Firewall", "Properties": {"FirewallName": "edge"}}
    assert template(This=firewall, Logs=beside)["This"].config["LoggingConfiguration"] == logs
    assert template(This=firewall)["This"].config["LoggingConfiguration"] is None
    row = {"log_type": "ALERT", "log_destination_type": "S3", "log_destination": {"bucketName": "b"}}
    rows = {"logging_configuration": [{"log_destination_config": [row]}]}
    changes = [
        change("aws_networkfirewall_firewall.edge", {"name": "edge"}, unknown={"arn": True}),
        change("aws_networkfirewall_logging_configuration.edge", rows, unknown={"firewall_arn": True}),
    ]
    told = configured(
        "aws_networkfirewall_logging_configuration.edge", {"firewall_arn": ref("aws_networkfirewall_firewall.edge.arn")}
    )
    found = read(changes, [told])["aws_networkfirewall_firewall.edge"]
    expected = {"LogType": "ALERT", "LogDestinationType": "S3"}
    assert found.config["LoggingConfiguration"] == {"LogDestinationConfigs": [expected]}


def test_a_reference_stays_a_reference() -> None:
    found = template(
        Net={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        Wavelength={"Type": "AWS::EC2::CarrierGateway", "Properties": {"VpcId": {"Ref": "Net"}}},
    )["Wavelength"]
    assert found.unknown["/VpcId"].token == "Net.VpcId"
    assert found.unknown["/VpcId"].kind == "opaque"


def test_tags_in_specifications_are_tags() -> None:
    written = [{"ResourceType": "capacity-reservation", "Tags": [{"Key": "owner", "Value": "trade"}]}]
    assert one("AWS::EC2::CapacityReservation", TagSpecifications=written).tags == {"owner": "trade"}


def test_tags_of_instances_are_not_the_fleets() -> None:
    def specified(label: Any, key: str) -> dict[str, Any]:
        return {"ResourceType": label, "Tags": [{"Key": key, "Value": "trade"}]}

    both = [specified("instance", "owner"), specified("fleet", "team")]
    assert one("AWS::EC2::EC2Fleet", TagSpecifications=both).tags == {"team": "trade"}
    found = one("AWS::EC2::EC2Fleet", TagSpecifications=[specified({"Fn::ImportValue": "label"}, "owner")])
    assert found.tags == {}
    assert found.tags_unknown is not None


GATEWAYS = [
    ("AWS::EC2::InternetGateway", "aws_internet_gateway", "InternetGatewayId", "Attachments", "available"),
    ("AWS::EC2::VPNGateway", "aws_vpn_gateway", "VpnGatewayId", "VpcAttachments", "attached"),
]


@pytest.mark.parametrize(("type_", "terraform", "id_", "member", "state"), GATEWAYS)
def test_a_gateway_is_attached_where_the_code_says_so(
    type_: str, terraform: str, id_: str, member: str, state: str
) -> None:
    beside = {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": "vpc-1", id_: {"Ref": "This"}}}
    written = template(This={"Type": type_}, Beside=beside)["This"]
    (planned,) = read([change(f"{terraform}.this", {"vpc_id": "vpc-1"}, unknown={"id": True})]).values()
    assert written.config[member] == planned.config[member] == [{"VpcId": "vpc-1", "State": state}]


@pytest.mark.parametrize(("type_", "terraform", "id_", "member", "state"), GATEWAYS)
def test_a_vpc_that_may_be_null_attaches_nothing_for_certain(
    type_: str, terraform: str, id_: str, member: str, state: str
) -> None:
    del type_, id_
    told = configured(f"{terraform}.this", {"vpc_id": ref("var.vpc")})
    (found,) = read([change(f"{terraform}.this", {}, unknown={"id": True, "vpc_id": True})], [told]).values()
    assert found.config[member] == []
    assert found.unknown[f"/{member}/-"].kind == "more"
    net = change("aws_vpc.net", {"cidr_block": "10.0.0.0/16"}, unknown={"id": True})
    gateway = change(f"{terraform}.this", {}, unknown={"id": True, "vpc_id": True})
    told = configured(f"{terraform}.this", {"vpc_id": ref("aws_vpc.net.id")})
    attached = read([net, gateway], [told])[f"{terraform}.this"]
    assert attached.config[member] == [{"State": state}]
    assert attached.unknown[f"/{member}/0/VpcId"].token == "aws_vpc.net.id"
