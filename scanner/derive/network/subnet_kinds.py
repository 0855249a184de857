"""The subnets of a VPC, or of a database's subnet group, by whether they have a route to an internet gateway."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.network.internet_routes import is_public
from scanner.derive.network.reach.facing import facings
from scanner.derive.network.reach.index import SUBNET, place_of
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.reads import ROUTES
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer


class SubnetKinds(TypedDict):
    """Ids of subnets."""

    public: list[str]
    private: list[str]


@derives("AWS::EC2::VPC", "subnet_kinds", gives=SubnetKinds, reads=("VpcId", *ROUTES))
@derives("AWS::RDS::DBInstance", "subnet_kinds", gives=SubnetKinds, reads=("DBSubnetGroup", *ROUTES))
def subnet_kinds(resource: Resource, context: Context) -> Partial:
    """A subnet whose routes are not known may be either.

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    network = facings(context).cases.network
    missing: Unknown | None = None
    if resource.type == "AWS::EC2::VPC":
        subnets = list(network.vpcs.by_vpc.get(identity(Node.of(resource, "VpcId")), ()))
        missing = network.index.missing(SUBNET, place_of(resource)) or network.vpcs.unplaced
    else:
        group = Node.of(resource, "DBSubnetGroup")
        subnets, missing = _grouped(network, group, resource)
    return _sorted(network, subnets, missing)


def _grouped(network: Network, group: Node, resource: Resource) -> tuple[list[Subnet], Unknown | None]:
    """The group's subnets, and why it may have others."""
    vpc, listed = identity(group.member("VpcId")), group.member("Subnets")
    found: list[Subnet] = []
    missing = group.unknown or listed.unknown or listed.more
    for one in each(listed):
        named = one if isinstance(one, Unknown) else one.member("SubnetIdentifier")
        if isinstance(named, Node) and (name := identity(named)):
            found.append(network.interfaces.subnet(name, vpc, place_of(resource)))
        else:
            missing = missing or (named.unknown if isinstance(named, Node) else named)
    return found, missing


def _sorted(network: Network, subnets: Iterable[Subnet], missing: Unknown | None) -> Partial:
    value = SubnetKinds(public=[], private=[])
    unknown: Unknowns = {}
    for one in sorted(subnets):
        public = is_public(network, one)
        if isinstance(public, Unknown):
            for member, listed in (("public", value["public"]), ("private", value["private"])):
                unknown[pointer(member, len(listed))] = as_kind(public, "maybe")
                listed.append(one.id)
        else:
            value["public" if public else "private"].append(one.id)
    if missing:
        unknown |= {"/public/-": as_kind(missing, "more"), "/private/-": as_kind(missing, "more")}
    return Partial(value, unknown)
