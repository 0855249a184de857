"""The zones in which the subnets of a VPC lie."""

from __future__ import annotations

from scanner.derive.joined import Told, told_by
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

SUBNET = "AWS::EC2::Subnet"
ZONES = (f"{SUBNET}.AvailabilityZone", f"{SUBNET}.AvailabilityZoneId")


@derives("AWS::EC2::VPC", "subnet_zones", gives=list[str], reads=("VpcId", f"{SUBNET}.VpcId", *ZONES))
def subnet_zones(vpc: Resource, context: Context) -> Partial:
    """A subnet lies in one zone for ever (https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html)."""
    return told_by(vpc, "VpcId", context, [(SUBNET, "VpcId", zone_of)])


def zone_of(subnet: Resource) -> Told:
    """The name of its zone or, where code names it by its id, that."""
    name, id_ = Node.of(subnet, "AvailabilityZone"), Node.of(subnet, "AvailabilityZoneId")
    for one in (name, id_):
        if isinstance(one.value, str) and one.value:
            return one.value
    return name.unknown or id_.unknown
