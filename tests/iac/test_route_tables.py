"""Route tables of plans and templates, and what the internet reaches once they are known, or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import change, configured, plan, read, ref, shard

from scanner import api
from scanner.gating import read_inputs
from scanner.iac.cloudformation import read_template
from scanner.model import Resource, Why
from scanner.snapshot.memory import MemoryInventory

BORN = {"id": True, "arn": True}
VPC, TABLE = "aws_vpc.v", "aws_route_table.t"
VPC_MADE = change(VPC, {"cidr_block": "10.0.0.0/16"}, unknown=BORN)


OTHERS = [change(one, {}, unknown=BORN) for one in ("aws_subnet.s", "aws_internet_gateway.g")]


def table(*beside: Any, **after: Any) -> Resource:
    """The table of a plan with others beside it, which say in `refers` what they belong to."""
    refers = {"vpc_id": ref(f"{VPC}.id")}
    made = change(TABLE, after, unknown=BORN | dict.fromkeys(refers, True))
    changes = [VPC_MADE, made, *OTHERS, *(one for one, _ in beside)]
    settings = [configured(TABLE, refers), *(told for _, told in beside)]
    return read(changes, settings)[TABLE]


def beside(address: str, refers: dict[str, Any], **after: Any) -> tuple[Any, Any]:
    return change(address, after, unknown={"id": True} | dict.fromkeys(refers, True)), configured(address, refers)


OF_TABLE = {"route_table_id": ref(f"{TABLE}.id")}


def test_routes_inside_and_beside_are_those_of_the_table() -> None:
    inside = {
        "cidr_block": "10.1.0.0/16",
        "ipv6_cidr_block": "",
        "vpc_peering_connection_id": "pcx-1",
        "gateway_id": "",
    }
    out = beside(
        "aws_route.out",
        {**OF_TABLE, "gateway_id": ref("aws_internet_gateway.g.id")},
        destination_cidr_block="0.0.0.0/0",
    )
    six = beside("aws_route.six", OF_TABLE, destination_ipv6_cidr_block="::/0", egress_only_gateway_id="eigw-1")
    end = beside("aws_route.end", OF_TABLE, destination_prefix_list_id="pl-1", vpc_endpoint_id="vpce-1")
    found = table(out, six, end, route=[inside])
    assert found.config["Routes"] == [
        {"DestinationCidrBlock": "0.0.0.0/0", "Origin": "CreateRoute", "State": "active"},
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"},
        {"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": "pcx-1", "Origin": "CreateRoute", "State": "active"},
        {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "Origin": "CreateRoute", "State": "active"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute", "State": "active"},
    ]  # fmt: skip
    assert found.unknown["/Routes/0/GatewayId"].token == "aws_internet_gateway.g.id"
    assert "/Routes/-" not in found.unknown


def test_a_route_that_may_be_of_either_table_leaves_both_open() -> None:
    other = beside("aws_route_table.u", {"vpc_id": ref(f"{VPC}.id")})
    either = {"route_table_id": ref(f"{TABLE}.id", "aws_route_table.u.id")}
    lost = beside("aws_route.lost", either, destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1")
    assert table(other, lost).unknown["/Routes/-"].why is Why.AFTER_APPLY


def test_propagated_routes_are_known_to_nobody() -> None:
    inside = table(propagating_vgws=["vgw-1"])
    other = table(beside("aws_vpn_gateway_route_propagation.p", OF_TABLE, vpn_gateway_id="vgw-1"))
    for found in (inside, other):
        assert found.config["PropagatingVgws"] == [{"GatewayId": "vgw-1"}]
        assert found.unknown["/Routes/-"].why is Why.AFTER_APPLY


def test_gateway_endpoints_add_their_routes() -> None:
    endpoint = beside(
        "aws_vpc_endpoint.e", {"route_table_ids": ref(f"{TABLE}.id")}, service_name="com.amazonaws.eu-west-1.s3"
    )
    joined = {**OF_TABLE, "vpc_endpoint_id": ref("aws_vpc_endpoint.e.id")}
    alone = beside("aws_vpc_endpoint.e", {}, service_name="com.amazonaws.eu-west-1.s3")
    for several in ([endpoint], [alone, beside("aws_vpc_endpoint_route_table_association.a", joined)]):
        found = table(*several)
        assert len(found.config["Routes"]) == 2
        assert found.unknown["/Routes/1/GatewayId"].token == "aws_vpc_endpoint.e.id"


def test_subnets_gateways_and_the_main_table() -> None:
    subnet = beside("aws_route_table_association.s", {**OF_TABLE, "subnet_id": ref("aws_subnet.s.id")})
    gateway = beside("aws_route_table_association.g", OF_TABLE, gateway_id="igw-1")
    main = beside("aws_main_route_table_association.m", OF_TABLE, vpc_id="vpc-1")
    found = table(subnet, gateway)
    assert [(one["Main"], one.get("GatewayId")) for one in found.config["Associations"]] == [
        (False, "igw-1"),
        (False, None),
    ]
    assert found.unknown["/Associations/1/SubnetId"].token == "aws_subnet.s.id"
    assert "/Associations/-" not in found.unknown
    chief = table(main)
    assert chief.config["Associations"][0]["Main"] is True
    assert chief.unknown["/Associations/-"].why is Why.OUT_OF_SCOPE


def test_the_default_table_is_its_vpcs_main_one() -> None:
    address, refers = "aws_default_route_table.d", {"default_route_table_id": ref(f"{VPC}.default_route_table_id")}
    route = [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]
    made = change(address, {"route": route}, unknown={"id": True, "vpc_id": True, **dict.fromkeys(refers, True)})
    vpc = change(VPC, {"cidr_block": "10.0.0.0/16"}, unknown={**BORN, "default_route_table_id": True})
    found = read([vpc, made], [configured(address, refers)])[address]
    assert found.config["Associations"][0]["Main"] is True
    assert found.unknown["/VpcId"].token == f"{VPC}.id"
    assert [one.get("GatewayId") for one in found.config["Routes"]] == ["igw-1", "local"]


def test_a_table_that_exists_may_hold_for_others() -> None:
    state = {"id": "rtb-1", "arn": "arn:aws:ec2:eu-west-1:111122223333:route-table/rtb-1", "vpc_id": "vpc-1",
             "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}], "propagating_vgws": []}  # fmt: skip
    found = read([change(TABLE, state, before=state)])[TABLE]
    assert (found.physical_id, found.config["VpcId"]) == ("rtb-1", "vpc-1")
    assert found.config["Routes"][0]["NatGatewayId"] == "nat-1"
    assert "/Routes/-" not in found.unknown
    assert found.unknown["/Associations/-"].why is Why.OUT_OF_SCOPE


HEAD = """
V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
G: {Type: AWS::EC2::InternetGateway}
A: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref G}}
T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V, Tags: [{Key: Name, Value: out}]}}
"""


def template(resources: str, head: str = "") -> dict[str, Resource]:
    lines = "".join(f"  {line}\n" for line in (HEAD + resources).splitlines())
    (found,) = read_template("stack.yaml", f"{head}\nResources:\n{lines}".encode())
    assert found.gaps == []
    return {item.origin.address: item for item in found.resources}


def test_a_template_gives_its_tables_routes_and_associations() -> None:
    found = template("""
O: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref G}}
S: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !GetAtt T.RouteTableId, SubnetId: subnet-1}}
E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, ServiceName: s3, RouteTableIds: [!Ref T]}}
""")["T"]
    assert found.name == "out"
    assert [one.get("GatewayId") for one in found.config["Routes"]] == [None, "local", None]
    assert found.unknown["/Routes/0/GatewayId"].token == "G.InternetGatewayId"
    assert found.unknown["/Routes/2/GatewayId"].token == "E.Id"
    assert [one.get("SubnetId") for one in found.config["Associations"]] == ["subnet-1"]
    assert not {"/Routes/-", "/Associations/-"} & found.unknown.keys()


def test_what_may_belong_to_a_table_leaves_it_open() -> None:
    found = template("""
P: {Type: AWS::EC2::VPNGatewayRoutePropagation, Properties: {RouteTableIds: [!Ref T], VpnGatewayId: vgw-1}}
E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, ServiceName: s3, RouteTableIds: !Ref Tables}}
""", "Parameters: {Tables: {Type: CommaDelimitedList}}")["T"]  # fmt: skip
    assert found.config["PropagatingVgws"] == [{"GatewayId": "vgw-1"}]
    assert found.unknown["/Routes/-"].why is Why.AFTER_APPLY


def test_a_route_of_a_table_outside_is_one_of_its_routes() -> None:
    found = template("""
O: {Type: AWS::EC2::Route, Properties: {RouteTableId: rtb-1, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1}}
S: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: rtb-1, SubnetId: subnet-1}}
""")
    assert found["O"].config["Routes"][0]["NatGatewayId"] == "nat-1"
    assert found["S"].config["Associations"][0]["SubnetId"] == "subnet-1"
    assert all(found[name].unknown["/Routes/-"].why is Why.OUT_OF_SCOPE for name in "OS")


_DB = (
    "{Engine: mysql, DBInstanceClass: db.t3.micro, AllocatedStorage: '20', PubliclyAccessible: %s, "
    "DBSubnetGroupName: %s, VPCSecurityGroups: [%s], MasterUsername: a, ManageMasterUserPassword: true}"
)
_PUBLIC = """
Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref G}}
N1: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24}}
S1: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref N1, RouteTableId: !Ref T}}
"""
_GROUP = """
Open:
  Type: AWS::EC2::SecurityGroup
  Properties:
    {GroupDescription: d, VpcId: vpc-1, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 3306, CidrIp: 0.0.0.0/0}]}
"""


def judged(tmp_path: Path, resources: str, *rules: str) -> dict[str, str]:
    """The verdicts on D and I, by rule and resource."""
    lines = "".join(f"  {line}\n" for line in (HEAD + _GROUP + resources).splitlines())
    parameters = "Parameters: {Net: {Type: String}, Nets: {Type: CommaDelimitedList}, Sg: {Type: String}}"
    path = tmp_path / "stack.yaml"
    path.write_text(f"{parameters}\nResources:\n{lines}")
    inventory = read_inputs([str(path)], taken_at="2026-01-01T00:00:00Z", root=tmp_path)
    report = api.judge(inventory, api.load_rules([], list(rules)))
    return {one.rule_id: str(one.verdict) for one in report.findings}


def test_a_database_in_a_subnet_with_a_way_out_is_found(tmp_path: Path) -> None:
    group = "Q: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: d, SubnetIds: [!Ref N1]}}\n"
    database = f"D:\n  Type: AWS::RDS::DBInstance\n  Properties: {_DB % ('true', '!Ref Q', '!Ref Open')}\n"
    found = judged(
        tmp_path, _PUBLIC + group + database, "rds-instance-public-subnet", "rds-effective-internet-reachable"
    )
    assert found == {"rds-instance-public-subnet": "fail", "rds-effective-internet-reachable": "unknown"}


@pytest.mark.parametrize("subnets", ["!Ref Nets", "[!Ref Net]", "[subnet-1]", "[!Ref N1, !Ref Net]"])
@pytest.mark.parametrize("group", ["!Ref Q", "given"])
def test_a_public_database_whose_network_is_not_known_is_not_safe(tmp_path: Path, subnets: str, group: str) -> None:
    made = f"N1: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref V, CidrBlock: 10.0.1.0/24}}}}\nQ: {{Type: AWS::RDS::DBSubnetGroup, Properties: {{DBSubnetGroupDescription: d, SubnetIds: {subnets}}}}}\n"
    database = f"D:\n  Type: AWS::RDS::DBInstance\n  Properties: {_DB % ('true', group, '!Ref Open')}\n"
    rules = ("rds-instance-public-subnet", "rds-effective-internet-reachable")
    assert judged(tmp_path, made + database, *rules) == dict.fromkeys(rules, "unknown")
    private = f"D:\n  Type: AWS::RDS::DBInstance\n  Properties: {_DB % ('false', group, '!Ref Open')}\n"
    assert judged(tmp_path, made + private, rules[1]) == {rules[1]: "pass"}


@pytest.mark.parametrize(
    "properties",
    [
        "{ImageId: ami-1}",
        "{ImageId: ami-1, SubnetId: !Ref Net, SecurityGroupIds: [!Ref Open]}",
        "{ImageId: ami-1, SubnetId: subnet-1, SecurityGroupIds: [!Ref Sg]}",
        "{ImageId: ami-1, SubnetId: !Ref N1, SecurityGroupIds: [!Ref Open]}",
        "{ImageId: ami-1, NetworkInterfaces: [{DeviceIndex: '0', AssociatePublicIpAddress: true, SubnetId: !Ref Net, GroupSet: [!Ref Sg]}]}",
    ],
)
def test_an_instance_whose_network_is_not_known_is_not_safe(tmp_path: Path, properties: str) -> None:
    rules = (
        "ec2-instance-internet-exposed",
        "ec2-instance-admin-port-reachable",
        "ec2-instance-database-port-reachable",
    )
    instance = f"I:\n  Type: AWS::EC2::Instance\n  Properties: {properties}\n"
    assert judged(tmp_path, _PUBLIC + instance, *rules) == dict.fromkeys(rules, "unknown")


def test_json_and_yaml_say_the_same() -> None:
    """Routes are sorted, so the order in which they are written means nothing."""
    route = {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "T"}, "NatGatewayId": "nat-1"}}
    made = {
        name: {**route, "Properties": {**route["Properties"], "DestinationCidrBlock": block}}  # type: ignore[dict-item]
        for name, block in (("R1", "10.2.0.0/16"), ("R2", "10.1.0.0/16"))
    }
    one, two = (
        {"T": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "vpc-1"}}, **dict(order)}
        for order in (made.items(), reversed(made.items()))
    )
    first, second = (
        read_template("t.json", json.dumps({"Resources": each}).encode())[0].resources[0] for each in (one, two)
    )
    assert first.config["Routes"] == second.config["Routes"]


_INSTANCE = (
    "I:\n  Type: AWS::EC2::Instance\n  Properties: {ImageId: ami-1, SubnetId: !Ref N1, SecurityGroupIds: [!Ref Own]}\n"
)
_OWN = "Own: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref V%s}}\n"
_WEB = ", SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]"


@pytest.mark.parametrize(("rules", "balancer"), [("", "pass"), (_WEB, "unknown")])
def test_what_a_group_keeps_out_is_kept_out_wherever_it_lies(tmp_path: Path, rules: str, balancer: str) -> None:
    """Routes, addresses and ACLs may be what they like: the group alone proves it."""
    found = judged(
        tmp_path,
        _PUBLIC + _OWN % rules + _INSTANCE,
        "ec2-instance-admin-port-reachable",
        "ec2-instance-database-port-reachable",
        "ec2-exposed-through-load-balancer",
    )
    assert found == {
        "ec2-instance-admin-port-reachable": "pass",
        "ec2-instance-database-port-reachable": "pass",
        "ec2-exposed-through-load-balancer": balancer,
    }


def test_a_plan_proves_the_same() -> None:
    group = change("aws_security_group.g", {"name": "g", "ingress": [], "egress": []}, unknown=BORN)
    subnet = change("aws_subnet.s", {"cidr_block": "10.0.1.0/24"}, unknown=BORN)
    refers = {"subnet_id": ref("aws_subnet.s.id"), "vpc_security_group_ids": ref("aws_security_group.g.id")}
    later = {"subnet_id": True, "vpc_security_group_ids": [True]}
    instance = change("aws_instance.i", {"ami": "ami-1", "vpc_security_group_ids": [None]}, unknown=BORN | later)
    placed = {"vpc_id": ref(f"{VPC}.id")}
    settings = [
        configured("aws_instance.i", refers),
        configured("aws_subnet.s", placed),
        configured("aws_security_group.g", placed),
    ]
    document = plan([VPC_MADE, group, subnet, instance], settings)
    for one in document["resource_changes"][1:3]:
        one["change"]["after_unknown"]["vpc_id"] = True
    inventory = MemoryInventory([shard(document)], taken_at="2026-01-01T00:00:00Z", source="terraform")
    report = api.judge(inventory, api.load_rules([], ["ec2-instance-internet-exposed"]))
    assert [str(one.verdict) for one in report.findings] == ["pass"]
