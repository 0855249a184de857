"""The zones in which a VPC has NAT gateways."""

from __future__ import annotations

from scanner.derive.joined import Told, in_state, joined, told_by
from scanner.derive.network.subnet_zones import SUBNET, ZONES, zone_of
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_NAT = "AWS::EC2::NatGateway"
_ABSENT = Unknown(Why.OUT_OF_SCOPE, message="the gateway's subnet is not among those that were read")


@derives(
    "AWS::EC2::VPC",
    "nat_zones",
    gives=list[str],
    reads=(
        "VpcId",
        *(f"{_NAT}.{name}" for name in ("VpcId", "SubnetId", "State", "AvailabilityMode")),
        f"{SUBNET}.SubnetId",
        *ZONES,
    ),
)
def nat_zones(vpc: Resource, context: Context) -> Partial:
    """A gateway lies in the zone of its subnet; one that failed or is being deleted counts for nothing.

    A gateway of the whole VPC has no subnet and spreads over its zones: it is told as `regional`.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """

    def zone(gateway: Resource) -> Told:
        works = in_state(gateway, "State", ("available", "pending"))
        subnet = Node.of(gateway, "SubnetId")
        if works is not True:
            return works or None
        if Node.of(gateway, "AvailabilityMode").value == "regional":
            return "regional"
        if subnet.value is None and not subnet.unknown:
            return _ABSENT
        subnets = joined(context, vpc, SUBNET, "SubnetId")
        own = subnets.of(identity(subnet))
        return zone_of(own[0]) if own else subnet.unknown or next(iter(subnets.doubts), _ABSENT)

    return told_by(vpc, "VpcId", context, [(_NAT, "VpcId", zone)])
