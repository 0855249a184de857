"""The networks: a main VPC with everything in it, a second one, and the default VPCs that nobody removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scanner.demo.estate.words import OPEN, allow, named, policy, tcp


@dataclass(slots=True)
class Network:
    """The ids that the other modules need."""

    vpc: str
    subnets: list[str]
    groups: dict[str, str] = field(default_factory=dict)


def build(ec2: Any) -> Network:
    """The main region: reachable, logged in part, open here and there."""
    network = _vpc(ec2, "northwind", "10.20", public=True)
    logs = "arn:aws:s3:::nwf-access-logs"
    ec2.create_flow_logs(
        ResourceIds=[network.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3", LogDestination=logs
    )
    depot = _vpc(ec2, "depot", "10.30", public=False)
    rules = {
        "track-portal": [tcp(443, 443, OPEN), tcp(80, 80, OPEN)],
        "yard-gate-bastion": [tcp(22, 22, "0.0.0.0/1", "128.0.0.0/1")],
        "bookings-db": [tcp(5432, 5432, "10.20.0.0/16")],
        "loading-dock-terminals": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": OPEN}]}],
        "telemetry": [tcp(6379, 6379, OPEN), tcp(27017, 27019, OPEN), tcp(9200, 9200, OPEN), tcp(9092, 9092, OPEN)],
        "warehouse": [tcp(3306, 3306, OPEN), tcp(5432, 5432, OPEN), tcp(1433, 1434, OPEN), tcp(445, 445, OPEN)],
        "old-printers": [tcp(20, 23, OPEN), tcp(25, 25, OPEN), {**tcp(53, 53, OPEN), "IpProtocol": "udp"}],
        "launch-wizard-1": [tcp(3389, 3389, "198.51.100.0/24")],
    }
    network.groups = {name: _group(ec2, network.vpc, name, given) for name, given in rules.items()}
    _acl(ec2, network.vpc)
    ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        ServiceName="com.amazonaws.eu-west-1.s3",
        VpcEndpointType="Gateway",
        PolicyDocument=policy(allow("*", Principal="*")),
    )
    peering = ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=depot.vpc)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [depot.vpc]}])["RouteTables"][0]
    ec2.create_route(
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="10.20.0.0/16",
        VpcPeeringConnectionId=peering["VpcPeeringConnectionId"],
    )
    ec2.create_transit_gateway(
        Description="carriers",
        Options={"AutoAcceptSharedAttachments": "enable"},
        TagSpecifications=named("transit-gateway", "carriers"),
    )
    return network


def build_second(ec2: Any) -> Network:
    """The second region: small and tidy, but for one thing or another."""
    network = _vpc(ec2, "hub-frankfurt", "10.40", public=False)
    network.groups = {"hub-app": _group(ec2, network.vpc, "hub-app", [tcp(443, 443, "10.40.0.0/16")])}
    return network


def _vpc(ec2: Any, name: str, prefix: str, *, public: bool) -> Network:
    vpc = ec2.create_vpc(CidrBlock=f"{prefix}.0.0/16", TagSpecifications=named("vpc", name))["Vpc"]["VpcId"]
    region = ec2.meta.region_name
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{prefix}.{number}.0/24",
            AvailabilityZone=f"{region}{zone}",
            TagSpecifications=named("subnet", f"{name}-{zone}"),
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab", 1)
    ]
    if public:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=OPEN, GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
        ec2.modify_subnet_attribute(SubnetId=subnets[0], MapPublicIpOnLaunch={"Value": True})
    return Network(vpc, subnets)


def _group(ec2: Any, vpc: str, name: str, rules: list[dict[str, Any]]) -> str:
    group: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    return group


def _acl(ec2: Any, vpc: str) -> None:
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", "yard"))["NetworkAcl"][
        "NetworkAclId"
    ]
    for number, port in ((100, 22), (110, 3389)):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=number,
            Protocol="6",
            RuleAction="allow",
            Egress=False,
            CidrBlock=OPEN,
            PortRange={"From": port, "To": port},
        )
