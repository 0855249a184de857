"""The routes of a peering connection that lead to a whole network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind, either, weightiest
from scanner.derive.network.prefix_lists import READS, PrefixLists, prefix_lists
from scanner.derive.network.ranges import Cidr, parse_cidr
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_TABLE = "AWS::EC2::RouteTable"
_SIDES = ("RequesterVpcInfo", "AccepterVpcInfo")


class PeeringRoute(TypedDict):
    """A route of this account's tables; `destination` is its block or prefix list."""

    route_table: str
    destination: str


@derives(
    "AWS::EC2::VPCPeeringConnection",
    "peering_routes",
    gives=list[PeeringRoute],
    reads=(
        "VpcPeeringConnectionId",
        *_SIDES,
        *(f"{_TABLE}.{name}" for name in ("RouteTableId", "VpcId", "Routes")),
        *READS,
    ),
)
def peering_routes(peering: Resource, context: Context) -> Partial:
    """Routes through the connection whose destination covers a whole block of the network behind it.

    Only the tables of the connection's own account and region are seen: the other side judges its own.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
    """
    place = (peering.account, peering.region)
    routes = context.once(("peering_routes", *place), lambda: _routes(context, *place))
    lists = prefix_lists(context, *place)
    fact = Partial([])
    doubts: list[Unknown] = list(routes.doubts)
    for table, route in routes.by_peering.get(identity(Node.of(peering, "VpcPeeringConnectionId")), ()):
        behind = _behind(peering, table)
        if isinstance(behind, Unknown):
            doubts.append(behind)
            continue
        whole = _covers(route, behind, lists)
        if whole is True:
            name = str(Node.of(table, "RouteTableId").value)
            fact.value.append({"route_table": name, "destination": _destination(route)})
        elif isinstance(whole, Unknown):
            doubts.append(whole)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


class _Routes:
    """The routes of one account and region by the peering connection that they lead to."""

    def __init__(self) -> None:
        self.by_peering: dict[str, list[tuple[Resource, Node]]] = {}
        self.doubts: list[Unknown] = []


def _routes(context: Context, account: str, region: str) -> _Routes:
    found = _Routes()
    listed = context.neighbours(_TABLE, account, region)
    if listed.incomplete:
        found.doubts.append(listed.incomplete)
    for table in listed.resources:
        for route in each(Node.of(table, "Routes")):
            target = route if isinstance(route, Unknown) else route.member("VpcPeeringConnectionId")
            if isinstance(target, Unknown) or target.unknown:
                why = target if isinstance(target, Unknown) else target.unknown
                found.doubts += [why] if why else []
            elif target.value and isinstance(route, Node):
                found.by_peering.setdefault(str(target.value), []).append((table, route))
    return found


def _behind(peering: Resource, table: Resource) -> list[Cidr] | Unknown:
    """The blocks of the network at the other end, seen from the network of a route table."""
    own = Node.of(table, "VpcId")
    sides = [Node.of(peering, side) for side in _SIDES]
    named = [identity(side.member("VpcId")) for side in sides]
    vpc = identity(own)
    hidden = [side.unknown or side.member("VpcId").unknown for side, name in zip(sides, named, strict=True) if not name]
    if why := own.unknown if not vpc else next(filter(None, hidden), None) if vpc not in named else None:
        return why
    others = [side for side, name in zip(sides, named, strict=True) if name != vpc] or sides
    found: list[Cidr] = []
    for side in others:
        for text in _blocks(side):
            if isinstance(text, Unknown):
                return text
            block = parse_cidr(text)
            found += [block] if block else []
    return found


def _blocks(side: Node) -> Iterator[str | Unknown]:
    if side.unknown:
        yield side.unknown
        return
    texts = [side.member("CidrBlock")]
    for member, key in (("CidrBlockSet", "CidrBlock"), ("Ipv6CidrBlockSet", "Ipv6CidrBlock")):
        for one in each(side.member(member)):
            if isinstance(one, Unknown):
                yield one
            else:
                texts.append(one.member(key))
    yield from (text.unknown or str(text.value) for text in texts if text.present)


_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock")


def _covers(route: Node, behind: list[Cidr], lists: PrefixLists) -> Maybe:
    """Whether one block of the destination holds one of those behind the connection."""
    verdicts: list[Maybe] = []
    for member in _DESTINATIONS:
        node = route.member(member)
        block = parse_cidr(str(node.value)) if node.value else None
        verdicts.append(node.unknown or (block is not None and _holds(block, behind)))
    named = route.member("DestinationPrefixListId")
    listed = lists.blocks(named) if named.present else []
    verdicts += [one if isinstance(one, Unknown) else _holds(Cidr(one[0], *one[1][:2]), behind) for one in listed]
    return either(verdicts)


def _holds(block: Cidr, behind: list[Cidr]) -> bool:
    return any(block.family == one.family and block.start <= one.start and one.end <= block.end for one in behind)


def _destination(route: Node) -> str:
    values = (route.member(member).value for member in (*_DESTINATIONS, "DestinationPrefixListId"))
    return next((str(value) for value in values if value), "")
