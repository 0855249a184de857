"""EC2 and VPC rules from the calls on: an account on moto with each thing right and wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import scanner
from scanner.collecting import Request, collect_into

WORLD = "0.0.0.0/0"
ALLOW_ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


class Account:
    """What was made, and what each rule is to say of it."""

    def __init__(self) -> None:
        self.ec2 = boto3.client("ec2", "eu-west-1")
        self.expected: dict[tuple[str, str], str] = {}
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.other = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        self.table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]

    def expect(self, id_: str, **verdicts: str) -> None:
        self.expected |= {(rule.replace("_", "-"), id_): verdict for rule, verdict in verdicts.items()}

    def group(self, name: str, *permissions: tuple[str, int, int, str], **verdicts: str) -> str:
        made = self.ec2.create_security_group(GroupName=name, Description="d", VpcId=self.vpc)["GroupId"]
        for protocol, low, high, block in permissions:
            ports = {} if protocol == "-1" else {"FromPort": low, "ToPort": high}
            v6 = ":" in block
            blocks = {"Ipv6Ranges": [{"CidrIpv6": block}]} if v6 else {"IpRanges": [{"CidrIp": block}]}
            self.ec2.authorize_security_group_ingress(
                GroupId=made, IpPermissions=[{"IpProtocol": protocol, **ports, **blocks}]
            )
        self.expect(made, **verdicts)
        return str(made)

    def acl(self, *entries: tuple[str, str, str, int | None], **verdicts: str) -> None:
        made = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for number, (action, protocol, block, port) in enumerate(entries, 10):
            more: dict[str, Any] = {"Ipv6CidrBlock" if ":" in block else "CidrBlock": block}
            if port:
                more["PortRange"] = {"From": port, "To": port}
            self.ec2.create_network_acl_entry(
                NetworkAclId=made, RuleNumber=number, Protocol=protocol, RuleAction=action, Egress=False, **more
            )
        self.expect(made, **verdicts)


def _groups(account: Account) -> None:
    account.group("mysql", ("tcp", 3306, 3306, WORLD), sg_ingress_mysql="fail", sg_ingress_high_risk_ports="fail")
    account.group("mongo", ("tcp", 27000, 27017, "::/0"), sg_ingress_mongodb="fail", sg_unused="fail")
    account.group(
        "cache", ("udp", 11211, 11211, WORLD), sg_ingress_memcached="fail", sg_ingress_unauthorised_ports="fail"
    )
    account.group("web", ("tcp", 443, 443, WORLD), sg_ingress_unauthorised_ports="pass", sg_egress_unrestricted="fail")
    account.group("inside", ("-1", 0, 0, "10.0.0.0/8"), sg_ingress_redis="pass", sg_wide_public_cidr="pass")
    account.group(
        "halves", ("tcp", 6379, 6379, "0.0.0.0/1"), ("tcp", 6379, 6379, "128.0.0.0/1"), sg_ingress_redis="fail"
    )
    account.group("wide", ("tcp", 443, 443, "198.0.0.0/8"), sg_wide_public_cidr="fail")
    every = "postgresql oracle sqlserver cassandra kafka ftp telnet smb_cifs dns smtp elasticsearch_kibana docker"
    account.group("all", ("-1", 0, 0, WORLD), **{f"sg_ingress_{name}": "fail" for name in every.split()})
    account.group("launch-wizard-7", sg_launch_wizard="fail")
    used = account.group("used", sg_unused="pass")
    card = account.ec2.create_network_interface(SubnetId=account.subnet, Groups=[used])["NetworkInterface"]
    account.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=card["NetworkInterfaceId"], SourceDestCheck={"Value": False}
    )
    account.expect(card["NetworkInterfaceId"], eni_source_dest_check="fail", eni_unused="fail")


def _acls(account: Account) -> None:
    account.acl(("allow", "6", WORLD, 22), nacl_ingress_ssh_rdp="fail", nacl_ingress_all="pass", nacl_unused="fail")
    account.acl(("allow", "-1", "::/0", None), nacl_ingress_ssh_rdp="fail", nacl_ingress_all="fail")
    account.acl(("deny", "-1", WORLD, None), ("allow", "6", WORLD, 22), nacl_ingress_ssh_rdp="pass")
    account.acl(("deny", "6", "203.0.113.0/24", 22), ("allow", "6", WORLD, 22), nacl_ingress_ssh_rdp="fail")
    closed = [("deny", "6", WORLD, port) for port in (22, 3389)]
    account.acl(*closed, ("allow", "-1", WORLD, None), nacl_ingress_ssh_rdp="pass", nacl_ingress_all="fail")


def _networks(account: Account) -> None:
    ec2 = account.ec2
    boto3.client("logs", "eu-west-1").create_log_group(logGroupName="flows")
    for vpc, traffic in ((account.vpc, "REJECT"), (account.other, "ACCEPT")):
        ec2.create_flow_logs(
            ResourceIds=[vpc], ResourceType="VPC", TrafficType=traffic, LogGroupName="flows",
            DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flows",
        )  # fmt: skip
    account.expect(account.vpc, vpc_flow_logs_enabled="pass", vpc_default_exists="pass", vpc_unused="pass")
    account.expect(account.other, vpc_flow_logs_enabled="fail", vpc_unused="fail")
    public = ec2.create_subnet(VpcId=account.vpc, CidrBlock="10.0.2.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    account.expect(account.subnet, subnet_auto_assign_public_ip="pass")
    account.expect(public, subnet_auto_assign_public_ip="fail")
    peering = ec2.create_vpc_peering_connection(VpcId=account.vpc, PeerVpcId=account.other)["VpcPeeringConnection"]
    id_ = peering["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    ec2.create_route(RouteTableId=account.table, DestinationCidrBlock="10.1.0.0/16", VpcPeeringConnectionId=id_)
    account.expect(id_, peering_route_least_access="fail")
    for mode, verdict in (("enable", "fail"), ("disable", "pass")):
        made = ec2.create_transit_gateway(Options={"AutoAcceptSharedAttachments": mode})["TransitGateway"]
        account.expect(made["TransitGatewayId"], tgw_auto_accept=verdict)
    account.expect(ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"], igw_unused="fail")
    bounded = {**ALLOW_ALL, "Condition": {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}}
    for statement, verdict in ((ALLOW_ALL, "fail"), (bounded, "pass")):
        made = ec2.create_vpc_endpoint(
            VpcId=account.vpc, ServiceName="com.amazonaws.eu-west-1.s3", RouteTableIds=[account.table],
            VpcEndpointType="Gateway", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )["VpcEndpoint"]  # fmt: skip
        account.expect(made["VpcEndpointId"], vpce_policy_trust_boundary=verdict)


def _disks(account: Account) -> None:
    ec2 = account.ec2
    for encrypted, verdict in ((False, "fail"), (True, "pass")):
        volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, Encrypted=encrypted)["VolumeId"]
        account.expect(volume, ebs_volume_encrypted=verdict, ebs_volume_unused="fail")
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        account.expect(snapshot, ebs_snapshot_encrypted=verdict, ebs_snapshot_public=verdict)
        to = {"UserIds": ["111122223333"]} if encrypted else {"GroupNames": ["all"]}
        ec2.modify_snapshot_attribute(
            SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", **to
        )


def _instances(account: Account) -> None:
    ec2 = account.ec2
    free, taken = (ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(2))
    image = ec2.register_image(Name="base", RootDeviceName="/dev/xvda")["ImageId"]
    one, two = (
        instance["InstanceId"]
        for instance in ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, SubnetId=account.subnet)["Instances"]
    )
    ec2.associate_address(AllocationId=taken, InstanceId=one)
    ec2.stop_instances(InstanceIds=[two])
    account.expect(free, eip_unassociated="fail")
    account.expect(taken, eip_unassociated="pass")
    account.expect(
        one, ec2_instance_public_ip="fail", ec2_instance_profile_attached="fail", ec2_instance_multiple_eni="pass"
    )
    account.expect(two, ec2_instance_public_ip="pass", ec2_instance_stopped_long="pass")
    for name, public in (("mine", False), ("everybody's", True)):
        made = ec2.create_image(InstanceId=two, Name=name)["ImageId"]
        if public:
            ec2.modify_image_attribute(ImageId=made, LaunchPermission={"Add": [{"Group": "all"}]})
        account.expect(made, ami_public="fail" if public else "pass", ami_encrypted="fail")


def _templates(account: Account) -> None:
    ec2 = account.ec2
    secret = base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter22\n").decode()
    plain = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()
    old = ec2.create_launch_template(LaunchTemplateName="old", LaunchTemplateData={"UserData": secret})[
        "LaunchTemplate"
    ]
    ec2.create_launch_template_version(LaunchTemplateName="old", LaunchTemplateData={"UserData": plain})
    ec2.modify_launch_template(LaunchTemplateName="old", DefaultVersion="2")
    data = {"UserData": plain, "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": False}}]}
    new = ec2.create_launch_template(LaunchTemplateName="new", LaunchTemplateData=data)["LaunchTemplate"]
    account.expect(old["LaunchTemplateId"], ec2_launch_template_secrets="fail")
    account.expect(
        new["LaunchTemplateId"], ec2_launch_template_secrets="pass", ec2_launch_template_ebs_encrypted="fail"
    )


@pytest.fixture(scope="module")
def scanned() -> Iterator[tuple[Account, scanner.Report]]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # they come with hundreds of snapshots of ours
        account = Account()
        for make in (_groups, _acls, _networks, _disks, _instances, _templates):
            make(account)
        yield (
            account,
            scanner.check(collect_into(Request(regions=("eu-west-1",), concurrency=1))),
        )  # moto is not made for threads


def test_each_rule_says_what_is_right(scanned: tuple[Account, scanner.Report]) -> None:
    account, report = scanned
    verdicts = {(one.rule_id, one.resource_id.rpartition("/")[2]): str(one.verdict) for one in report.findings}
    assert {key: verdicts.get(key) for key in account.expected} == account.expected


def test_no_rule_errs(scanned: tuple[Account, scanner.Report]) -> None:
    reasons = {(one.rule_id, item.reason) for one in scanned[1].findings for item in one.evidence}
    assert not [pair for pair in reasons if "rule error" in pair[1]]


def test_no_secret_is_kept(scanned: tuple[Account, scanner.Report]) -> None:
    assert "hunter22" not in repr(scanned[1])
