"""How a subnet's packets leave for the internet, and whether anything inspects them."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.reach import flows
from scanner.derive.network.reach.facing import facings
from scanner.derive.network.reach.index import place_of
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import overlap
from scanner.derive.network.reach.reads import ROUTES
from scanner.derive.network.reach.routes import Decision
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknowns, pointer

_KINDS = {"igw": "internet gateway", "nat": "NAT gateway", "eigw": "egress-only internet gateway"}
_INSPECTING = ("appliance", "eni")


class Egress(TypedDict):
    """A route to the internet (`0.0.0.0/0 → nat-1`): by what, and whether a firewall or appliance is on the way."""

    route: str
    via: str
    inspected: bool


@derives("AWS::EC2::Subnet", "internet_egress", gives=list[Egress], reads=("SubnetId", *ROUTES))
def internet_egress(subnet: Resource, context: Context) -> Partial:
    """The live routes of the subnet's table towards addresses of the internet; behind a NAT gateway its subnet's too.

    What a transit gateway or another network does with packets is not followed: such a route may be one.
    https://docs.aws.amazon.com/network-firewall/latest/developerguide/architectures.html
    """
    network = facings(context).cases.network
    key = identity(Node.of(subnet, "SubnetId")) or subnet.id
    own = network.vpcs.subnets.get(key) or Subnet(key, "", place_of(subnet))
    found: list[Egress] = []
    unknown: Unknowns = {}
    for one in _outward(network, own):
        kind = one.target.kind
        via = _KINDS.get(kind, "firewall or appliance" if kind in _INSPECTING else "another network")
        if one.doubts and not one.least:
            unknown[pointer(len(found))] = as_kind(weightiest(one.doubts), "maybe")
        elif via == "another network":
            continue
        found.append(Egress(route=one.told, via=via, inspected=_is_inspected(network, one)))
    return Partial(found, unknown)


def _outward(network: Network, subnet: Subnet) -> list[Decision]:
    return [one for one in network.tables.of(subnet).decisions if not one.dead and overlap(one.most, flows.internet())]


def _is_inspected(network: Network, one: Decision) -> bool:
    if one.target.kind in _INSPECTING:
        return True
    gateway = network.nats.get(one.target.id) if one.target.kind == "nat" else None
    behind = _outward(network, gateway.subnet) if gateway else []
    return bool(behind) and all(each.target.kind in _INSPECTING for each in behind)
