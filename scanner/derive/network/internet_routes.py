"""Whether a subnet has a route to an internet gateway: what AWS calls a public subnet."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.network.reach import index
from scanner.derive.network.reach.facing import facings
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.reads import ROUTES
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


class InternetRoutes(TypedDict):
    """`table` is the one that holds; `routes` those to an internet gateway that is attached (`0.0.0.0/0 → igw-1`)."""

    public: bool
    table: str
    routes: list[str]


def is_public(network: Network, subnet: Subnet) -> bool | Unknown:
    """Whether packets of a subnet can take a route to an internet gateway; dead routes do not count."""
    table = network.tables.of(subnet)
    ways = [one for one in table.decisions if one.target.kind in ("igw", "?") and not one.dead]
    if any(one.least for one in ways if one.target.kind == "igw"):
        return True
    return next((why for one in ways for why in one.doubts), False)


@derives("AWS::EC2::Subnet", "internet_routes", gives=InternetRoutes, reads=("SubnetId", *ROUTES))
def internet_routes(subnet: Resource, context: Context) -> Partial:
    """By its own table, else the VPC's main one (https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html)."""
    network = facings(context).cases.network
    key = identity(Node.of(subnet, "SubnetId")) or subnet.id
    found = network.vpcs.subnets.get(key) or Subnet(key, "", index.place_of(subnet))
    table = network.tables.of(found)
    public = is_public(network, found)
    routes = [one.told for one in table.decisions if one.target.kind == "igw" and not one.dead and one.least]
    unknown = {} if isinstance(public, bool) else {"/public": public, "/routes/-": public}
    value = InternetRoutes(public=public is True, table=table.id, routes=routes)
    return Partial(value, unknown)
