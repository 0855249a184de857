"""The resources of a snapshot by the ids that others name them with, read once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.derive.node import Node, each, identity
from scanner.model import Inventory, Resource, Unknown, Why

VPC, SUBNET, TABLE, ACL = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::NetworkAcl"
INTERFACE, GROUP, LISTS = "AWS::EC2::NetworkInterface", "AWS::EC2::SecurityGroup", "AWS::EC2::PrefixList"
INSTANCE, NAT, PEERING = "AWS::EC2::Instance", "AWS::EC2::NatGateway", "AWS::EC2::VPCPeeringConnection"
IGW, EIGW = "AWS::EC2::InternetGateway", "AWS::EC2::EgressOnlyInternetGateway"
VGW, ENDPOINT = "AWS::EC2::VPNGateway", "AWS::EC2::VPCEndpoint"
SERVICE = "AWS::EC2::VPCEndpointService"
TGW, ATTACHMENT = "AWS::EC2::TransitGateway", "AWS::EC2::TransitGatewayAttachment"
TGW_TABLE = "AWS::EC2::TransitGatewayRouteTable"
OPTIONS, EXCLUSION = "AWS::EC2::VPCBlockPublicAccessOptions", "AWS::EC2::VPCBlockPublicAccessExclusion"
DATABASE, DB_SUBNETS = "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"
BALANCER, CLASSIC = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"
LISTENER, LISTENER_RULE = "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"

_KEYS = {
    VPC: "VpcId", SUBNET: "SubnetId", TABLE: "RouteTableId", ACL: "NetworkAclId", INTERFACE: "NetworkInterfaceId",
    GROUP: "GroupId", LISTS: "PrefixListId", INSTANCE: "InstanceId", NAT: "NatGatewayId",
    PEERING: "VpcPeeringConnectionId", IGW: "InternetGatewayId", EIGW: "EgressOnlyInternetGatewayId",
    VGW: "VpnGatewayId", ENDPOINT: "VpcEndpointId", TGW: "TransitGatewayId",
    ATTACHMENT: "TransitGatewayAttachmentId", TGW_TABLE: "TransitGatewayRouteTableId", EXCLUSION: "ExclusionId",
    SERVICE: "ServiceId",
    DB_SUBNETS: "DBSubnetGroupName", BALANCER: "LoadBalancerArn", LISTENER: "ListenerArn",
    LISTENER_RULE: "RuleArn", TARGETS: "TargetGroupArn", DATABASE: "DBInstanceIdentifier",
    CLASSIC: "LoadBalancerName",
}  # fmt: skip
_ARNS = {
    GROUP: "security-group", SUBNET: "subnet", VPC: "vpc", INTERFACE: "network-interface", INSTANCE: "instance",
}  # fmt: skip


class Place(NamedTuple):
    """An account and a region."""

    account: str
    region: str


def place_of(resource: Resource) -> Place:
    """Where a resource is."""
    return Place(resource.account, resource.region)


def unseen(what: str) -> Unknown:
    """That something is named which no listing of the snapshot has."""
    return Unknown(Why.OUT_OF_SCOPE, message=f"{what} is not in the snapshot")


class Index:
    """Look-ups over one snapshot."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._by_id: dict[str, dict[str, Resource]] = {}
        self._fetched: dict[tuple[str, str], Resource | None] = {}

    def all(self, type_: str) -> Mapping[str, Resource]:
        """The resources of a type by id; where several accounts list one that is shared, its owner's."""
        if type_ not in self._by_id:
            found: dict[str, Resource] = {}
            for one in self.inventory.of(type_):
                key = identity(Node.of(one, _KEYS[type_])) or one.id
                if key not in found or one.config.get("OwnerId") == one.account:
                    found[key] = one
            self._by_id[type_] = found
        return self._by_id[type_]

    def find(self, type_: str, id_: str, near: Place | None = None) -> Resource | None:
        """The resource with an id of AWS's; `near` is where it is looked for first, without reading all others."""
        if type_ in self._by_id or near is None or type_ not in _ARNS:
            return self.all(type_).get(id_)
        if (type_, id_) not in self._fetched:
            arn = f"arn:{_partition(near.region)}:ec2:{near.region}:{near.account}:{_ARNS[type_]}/{id_}"
            self._fetched[type_, id_] = self.inventory.get(arn) or self.all(type_).get(id_)
        return self._fetched[type_, id_]

    def missing(self, type_: str, place: Place, what: str = "") -> Unknown | None:
        """Why a resource of the type that was not found may be there all the same; `None`: it surely is not."""
        why = self.inventory.listing(type_, *place)
        if why is None or not what:
            return why
        told = f"{what}: {why.message}" if why.message else f"{what} was not read"
        return Unknown(why.why, "any", told, why.service, why.operation, why.permission)


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def ids(listed: Node, member: str = "") -> tuple[list[str], list[Unknown]]:
    """The ids in a list, and why there may be others."""
    found: list[str] = []
    doubts: list[Unknown] = []
    for one in each(listed):
        if isinstance(one, Unknown):
            doubts.append(one)
            continue
        node = one.member(member) if member else one
        if key := identity(node):
            found.append(key)
        if node.unknown and not node.opaque:
            doubts.append(node.unknown)
    return found, doubts


def sound(listed: Node) -> Iterator[Node]:
    """The elements of a list that are surely there."""
    return (one for one in each(listed) if isinstance(one, Node))
