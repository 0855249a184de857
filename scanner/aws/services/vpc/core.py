"""VPCs, subnets, routes, gateways, endpoints, peering, flow logs, ACLs, groups, prefix lists, DHCP options."""

from __future__ import annotations

from typing import Any

from scanner.aws.table import Collect, Then
from scanner.model import canonical

_ARN = "arn:{partition}:ec2:{region}:{account}:"
_PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
# The names that EC2 answers for these numbers
# (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html).
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def _permissions(config: dict[str, Any]) -> None:
    """Bring a group's permissions into the one form that EC2 gives: the four lists present, no ports
    for all protocols, and one permission for each protocol and port range.
    """
    for member in ("IpPermissions", "IpPermissionsEgress"):
        if isinstance(permissions := config.get(member), list):
            config[member] = _merged(permissions)


def _merged(permissions: list[Any]) -> list[Any]:
    merged: dict[str, dict[str, Any]] = {}
    for permission in permissions:
        if not isinstance(permission, dict):
            return permissions
        protocol = str(permission.get("IpProtocol", "")).lower()
        head = {"IpProtocol": _PROTOCOLS.get(protocol, protocol)}
        if protocol != "-1":
            head |= {port: permission[port] for port in ("FromPort", "ToPort") if port in permission}
        one = merged.setdefault(canonical(head), {**head, **{peer: [] for peer in _PEERS}})
        for peer in _PEERS:
            one[peer] += [item for item in permission.get(peer) or () if item not in one[peer]]
    return list(merged.values())


TABLE = (
    Collect(
        "AWS::EC2::VPC",
        "ec2",
        "describe_vpcs",
        "Vpcs[]",
        id=_ARN + "vpc/{VpcId}",
        page_size=1000,
        gone=("InvalidVpcID.NotFound",),
        # The groups themselves tell of references to groups of this account and over peerings that are
        # gone; only AWS knows whether a group of another account is
        # (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeStaleSecurityGroups.html).
        then=(
            Then(
                "StaleSecurityGroups",
                "describe_stale_security_groups",
                {"VpcId": "VpcId"},
                "StaleSecurityGroupSet",
                extra="stale-security-groups",
            ),
        ),
    ),
    Collect(
        "AWS::EC2::Subnet",
        "ec2",
        "describe_subnets",
        "Subnets[]",
        id=_ARN + "subnet/{SubnetId}",
        page_size=1000,
        volatile=("AvailableIpAddressCount",),
    ),
    Collect(
        "AWS::EC2::RouteTable",
        "ec2",
        "describe_route_tables",
        "RouteTables[]",
        id=_ARN + "route-table/{RouteTableId}",
        page_size=100,
    ),
    Collect(
        "AWS::EC2::NetworkAcl",
        "ec2",
        "describe_network_acls",
        "NetworkAcls[]",
        id=_ARN + "network-acl/{NetworkAclId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::NetworkInterface",
        "ec2",
        "describe_network_interfaces",
        "NetworkInterfaces[]",
        id=_ARN + "network-interface/{NetworkInterfaceId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::SecurityGroup",
        "ec2",
        "describe_security_groups",
        "SecurityGroups[]",
        id=_ARN + "security-group/{GroupId}",
        name="GroupName",
        page_size=1000,
        adjust=_permissions,
    ),
    # AWS shows the entries of its own lists too
    # (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html).
    Collect(
        "AWS::EC2::PrefixList",
        "ec2",
        "describe_managed_prefix_lists",
        "PrefixLists[]",
        id=_ARN + "prefix-list/{PrefixListId}",
        name="PrefixListName",
        page_size=100,
        gone=("InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"),
        then=(Then("Entries", "get_managed_prefix_list_entries", {"PrefixListId": "PrefixListId"}, "Entries"),),
    ),
    Collect(
        "AWS::EC2::InternetGateway",
        "ec2",
        "describe_internet_gateways",
        "InternetGateways[]",
        id=_ARN + "internet-gateway/{InternetGatewayId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::EgressOnlyInternetGateway",
        "ec2",
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways[]",
        id=_ARN + "egress-only-internet-gateway/{EgressOnlyInternetGatewayId}",
        page_size=255,
    ),
    Collect(
        "AWS::EC2::NatGateway",
        "ec2",
        "describe_nat_gateways",
        "NatGateways[]",
        id=_ARN + "natgateway/{NatGatewayId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::VPCEndpoint",
        "ec2",
        "describe_vpc_endpoints",
        "VpcEndpoints[]",
        id=_ARN + "vpc-endpoint/{VpcEndpointId}",
        page_size=1000,
        policies=("PolicyDocument",),
    ),
    Collect(
        "AWS::EC2::VPCPeeringConnection",
        "ec2",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections[]",
        id=_ARN + "vpc-peering-connection/{VpcPeeringConnectionId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::FlowLog",
        "ec2",
        "describe_flow_logs",
        "FlowLogs[]",
        id=_ARN + "vpc-flow-log/{FlowLogId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::CarrierGateway",
        "ec2",
        "describe_carrier_gateways",
        "CarrierGateways[]",
        id=_ARN + "carrier-gateway/{CarrierGatewayId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::DHCPOptions",
        "ec2",
        "describe_dhcp_options",
        "DhcpOptions[]",
        id=_ARN + "dhcp-options/{DhcpOptionsId}",
        page_size=1000,
    ),
)
