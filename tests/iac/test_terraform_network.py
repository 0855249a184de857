"""EBS, addresses, network ACLs, endpoints and a region's settings: what a plan says in pieces."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Resource, Why

VOLUME, ACL, ENDPOINT, EIP, AMI = (
    "aws_ebs_volume.v",
    "aws_network_acl.a",
    "aws_vpc_endpoint.e",
    "aws_eip.e",
    "aws_ami.i",
)
SETTING = "aws_ebs_encryption_by_default.s"
BORN: dict[str, Any] = {"arn": True, "id": True}


def volume(*more: dict[str, Any], settings: dict[str, Any] | None = None, **after: Any) -> Resource:
    holes = {**BORN, "encrypted": "encrypted" not in after, **dict.fromkeys(settings or {}, True)}
    return read([change(VOLUME, {"size": 1, **after}, unknown=holes), *more], [configured(VOLUME, settings)])[VOLUME]


@pytest.mark.parametrize(
    ("enabled", "after", "encrypted"),
    [
        (None, {}, "unknown"),
        (None, {"encrypted": True}, True),
        (None, {"encrypted": False}, "unknown"),
        (True, {"encrypted": False}, True),
        (True, {"snapshot_id": "snap-1"}, True),
        (False, {}, False),
        (False, {"snapshot_id": "snap-1"}, "unknown"),
    ],
)
def test_the_region_decides_on_a_volume_that_does_not(
    enabled: bool | None, after: dict[str, Any], encrypted: Any
) -> None:
    setting = [] if enabled is None else [change(SETTING, {"enabled": enabled}, unknown={"id": True})]
    found = volume(*setting, **after)
    assert found.config.get("Encrypted", "unknown") == encrypted
    if encrypted is False:
        assert found.config["KmsKeyId"] is None


def test_the_setting_of_another_region_decides_nothing() -> None:
    found = volume(change(SETTING, {"enabled": True, "region": "us-east-1"}, unknown={"id": True}))
    assert found.unknown["/Encrypted"].why is Why.OUT_OF_SCOPE


def test_a_volume_encrypted_after_apply_is_unknown() -> None:
    found = volume(settings={"encrypted": ref("aws_x.y.z")})
    assert found.unknown["/Encrypted"].why is Why.AFTER_APPLY


def test_a_volume_that_exists_may_be_attached_elsewhere() -> None:
    state = {
        "id": "vol-1",
        "arn": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
        "encrypted": False,
        "snapshot_id": "",
    }
    found = read([change(VOLUME, state, before=state)])[VOLUME]
    assert (found.config["Encrypted"], found.config["SnapshotId"], found.config["KmsKeyId"]) == (False, "", None)
    assert found.unknown["/Attachments/-"].why is Why.OUT_OF_SCOPE
    assert found.unknown["/State"].why is Why.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("address", "member", "after", "value", "left"),
    [
        ("aws_ebs_snapshot_block_public_access.s", "SnapshotBlockPublicAccessState", {"state": "block-all-sharing"}, "block-all-sharing", "unblocked"),
        ("aws_ec2_image_block_public_access.s", "ImageBlockPublicAccessState", {"state": "unblocked"}, "unblocked", "unblocked"),
        ("aws_ec2_serial_console_access.s", "SerialConsoleAccessEnabled", {"enabled": True}, True, False),
        ("aws_ebs_default_kms_key.s", "EbsDefaultKmsKeyId", {"key_arn": "arn:k"}, "arn:k", "unknown"),
    ],
)  # fmt: skip
def test_settings_and_what_their_deletion_leaves(address: str, member: str, after: Any, value: Any, left: Any) -> None:
    found = read([change(address, after, unknown={"id": True})])[address]
    assert (found.type, found.config) == ("AWS::EC2::AccountSettings", {member: value})
    gone = read([change(address, None, before=after, actions=["delete"])])[address]
    assert gone.config.get(member, "unknown") == left


def test_an_address_that_something_may_take_is_not_free() -> None:
    free = change(EIP, {"domain": "vpc"}, unknown={**BORN, "association_id": True, "instance": True})
    assert read([free])[EIP].config["AssociationId"] is None
    balancer = change("aws_lb.l", {"name": "l"}, unknown=BORN)
    assert read([free, balancer])[EIP].unknown["/AssociationId"].why is Why.AFTER_APPLY
    association = change("aws_eip_association.a", {}, unknown={"id": True, "allocation_id": True})
    settings = configured("aws_eip_association.a", {"allocation_id": ref("local.x")})
    assert read([free, association], [settings])[EIP].unknown["/AssociationId"].why is Why.AFTER_APPLY
    private = change("aws_nat_gateway.n", {"allocation_id": None, "connectivity_type": "private"}, unknown={"id": True})
    assert read([free, private])[EIP].config["AssociationId"] is None


def test_an_elastic_address_is_a_public_one() -> None:
    host = "aws_instance.h"
    instance = change(host, {"ami": "ami-1", "associate_public_ip_address": False}, unknown={**BORN, "public_ip": True})
    assert read([instance])[host].config["PublicIpAddress"] is None
    association = change("aws_eip_association.a", {}, unknown={"id": True, "allocation_id": True, "instance_id": True})
    settings = configured(
        "aws_eip_association.a", {"instance_id": ref(f"{host}.id"), "allocation_id": ref(f"{EIP}.id")}
    )
    address = change(EIP, {"domain": "vpc"}, unknown=BORN)
    found = read([instance, address, association], [settings])
    assert found[host].unknown["/PublicIpAddress"].kind == "opaque"
    assert found[EIP].unknown["/InstanceId"].token == f"{host}.id"


RULE = {"rule_no": 10, "action": "deny", "protocol": "-1", "cidr_block": "10.0.0.0/8", "from_port": 0, "to_port": 0}


def acl(*more: dict[str, Any], before: Any = None, settings: Any = None, **after: Any) -> Resource:
    told = {"id": "acl-1", **after} if before else after
    holes = {} if before else {**BORN, **{name: True for name in ("ingress", "egress") if name not in after}}
    holes |= dict.fromkeys(settings or {}, True)
    return read([change(ACL, told, unknown=holes, before=before), *more], [configured(ACL, settings)])[ACL]


def rules(resource: Resource) -> list[tuple[Any, Any, Any]]:
    return [(item.get("Egress"), item.get("RuleNumber"), item.get("Protocol")) for item in resource.config["Entries"]]


def test_rules_inside_and_beside_an_acl_and_aws_s_own() -> None:
    beside = {"network_acl_id": "acl-1", "rule_number": 20, "protocol": "UDP", "rule_action": "allow", "egress": True}
    refreshed = {**RULE, "rule_no": 20, "protocol": "17"}
    found = acl(
        change("aws_network_acl_rule.r", {**beside, "from_port": 53, "to_port": 53, "cidr_block": "0.0.0.0/0"}),
        before={"id": "acl-1"},
        ingress=[RULE],
        egress=[refreshed],
    )
    assert sorted(rules(found)) == [(False, 10, "-1"), (False, 32767, "-1"), (True, 20, "17"), (True, 32767, "-1")]
    (dns,) = [item for item in found.config["Entries"] if item["RuleNumber"] == 20]
    assert (dns["PortRange"], dns["CidrBlock"]) == ({"From": 53, "To": 53}, "0.0.0.0/0")
    assert not any("PortRange" in item for item in found.config["Entries"] if item["Protocol"] == "-1")
    assert "/Entries/-" not in found.unknown


def test_a_rule_that_the_plan_takes_away_is_gone() -> None:
    old = {"network_acl_id": "acl-1", "rule_number": 10, "protocol": "-1", "rule_action": "deny", "egress": False}
    gone = change("aws_network_acl_rule.r", None, before=old, actions=["delete"])
    found = acl(gone, before={"id": "acl-1"}, ingress=[RULE], egress=[])
    assert (False, 10, "-1") not in rules(found)


def test_rules_that_are_not_known_leave_the_list_open() -> None:
    assert acl(settings={"ingress": ref("local.x")}).unknown["/Entries/-"].why is Why.AFTER_APPLY
    settings = configured("aws_network_acl_rule.r", {"protocol": ref("local.p"), "network_acl_id": ref(f"{ACL}.id")})
    partly = change("aws_network_acl_rule.r", {"rule_number": 5}, unknown={"protocol": True, "network_acl_id": True})
    found = read([change(ACL, {}, unknown=BORN), partly], [settings])[ACL]
    where = next(where for where in found.unknown if where.endswith("/Protocol"))
    assert found.unknown[where].why is Why.AFTER_APPLY


def test_a_rule_on_an_acl_outside_is_that_acl_with_an_open_list() -> None:
    rule = {
        "network_acl_id": "acl-9",
        "rule_number": 1,
        "protocol": "tcp",
        "rule_action": "allow",
        "cidr_block": "::/0",
    }
    found = read([change("aws_network_acl_rule.r", rule, unknown={"id": True})])["aws_network_acl_rule.r"]
    assert (found.physical_id, rules(found)) == ("acl-9", [(False, 1, "6")])
    assert found.unknown["/Entries/-"].why is Why.OUT_OF_SCOPE
    assert found.unknown["/IsDefault"].why is Why.OUT_OF_SCOPE


def endpoint(*more: dict[str, Any], **after: Any) -> Resource:
    told = {"vpc_endpoint_type": "Interface", "service_name": "s", **after}
    names = ("policy", "security_group_ids", "subnet_ids", "route_table_ids")
    holes = {**BORN, **{name: True for name in names if name not in after}}
    return read([change(ENDPOINT, told, unknown=holes), *more])[ENDPOINT]


def test_an_endpoint_without_groups_has_the_vpc_s_default_one() -> None:
    assert endpoint().unknown["/Groups"].why is Why.OUT_OF_SCOPE
    assert endpoint(vpc_endpoint_type="Gateway").config["Groups"] == []
    assert endpoint(security_group_ids=["sg-2", "sg-1"]).config["Groups"] == [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]
    assert endpoint(vpc_endpoint_type="GatewayLoadBalancer").unknown["/PolicyDocument"].why is Why.OUT_OF_SCOPE


def test_resources_beside_an_endpoint_join_it() -> None:
    link = configured("aws_vpc_endpoint_security_group_association.a", {"vpc_endpoint_id": ref(f"{ENDPOINT}.id")})
    beside = change(
        "aws_vpc_endpoint_security_group_association.a",
        {"security_group_id": "sg-1"},
        unknown={"vpc_endpoint_id": True},
    )
    first = change(ENDPOINT, {"vpc_endpoint_type": "Interface"}, unknown=BORN)
    assert read([first, beside], [link])[ENDPOINT].config["Groups"] == [{"GroupId": "sg-1"}]


def test_an_image_is_public_only_by_a_permission_for_all() -> None:
    image = change(
        AMI, {"name": "i", "ebs_block_device": [{"device_name": "/dev/xvda", "encrypted": True}]}, unknown=BORN
    )
    settings = configured("aws_ami_launch_permission.p", {"image_id": ref(f"{AMI}.id")})
    for after, public in (({"group": "all"}, True), ({"account_id": "444455556666"}, False)):
        permission = change("aws_ami_launch_permission.p", after, unknown={"image_id": True})
        assert read([image, permission], [settings])[AMI].config["Public"] is public
    assert read([image])[AMI].config["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}]


def test_a_peering_has_the_options_that_are_said_beside_it() -> None:
    address = "aws_vpc_peering_connection.p"
    peering = change(address, {"vpc_id": "vpc-1", "peer_vpc_id": "vpc-2", "auto_accept": True}, unknown={"id": True})
    options = change(
        "aws_vpc_peering_connection_options.o",
        {"accepter": [{"allow_remote_vpc_dns_resolution": True}]},
        unknown={"vpc_peering_connection_id": True},
    )
    settings = configured("aws_vpc_peering_connection_options.o", {"vpc_peering_connection_id": ref(f"{address}.id")})
    found = read([peering, options], [settings])[address]
    assert found.config["AccepterVpcInfo"]["PeeringOptions"] == {"AllowDnsResolutionFromRemoteVpc": True}
    assert found.config["RequesterVpcInfo"]["PeeringOptions"] == {"AllowDnsResolutionFromRemoteVpc": False}
    assert found.config["Status"] == {"Code": "active"}


def test_an_access_point_has_the_policy_beside_it() -> None:
    address = "aws_s3_access_point.p"
    point = change(address, {"name": "p", "bucket": "b"}, unknown={**BORN, "policy": True})
    policy = change(
        "aws_s3control_access_point_policy.a", {"policy": '{"Id": "x"}'}, unknown={"access_point_arn": True}
    )
    settings = configured("aws_s3control_access_point_policy.a", {"access_point_arn": ref(f"{address}.arn")})
    assert read([point])[address].config["Policy"] is None
    assert read([point, policy], [settings])[address].config["Policy"] == {"Id": "x"}
    inside = change(address, {"name": "p", "bucket": "b", "vpc_configuration": [{"vpc_id": "vpc-1"}]}, unknown=BORN)
    assert read([inside])[address].config["NetworkOrigin"] == "VPC"
