"""Which route table holds for a subnet or a gateway, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.logic import malformed
from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.index import TABLE, Index, place_of
from scanner.derive.network.reach.lists import Lists
from scanner.derive.network.reach.packets import ADDRESSES, V4_SPACE, V6_SPACE, Interval
from scanner.derive.network.reach.routes import BY_LIST, PROPAGATED, STATIC, Decision, Route, Target, decisions
from scanner.derive.network.reach.targets import Targets
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown

_DESTINATIONS = (("DestinationCidrBlock", V4_SPACE), ("DestinationIpv6CidrBlock", V6_SPACE))


class Table(NamedTuple):
    """A route table; where it is not known its only decision is that it may decide anything."""

    id: str
    decisions: tuple[Decision, ...]


class Tables:
    """The route tables of a snapshot."""

    def __init__(self, index: Index, lists: Lists, targets: Targets) -> None:
        self._index = index
        self._lists = lists
        self._targets = targets
        self._by_subnet: dict[str, Resource] = {}
        self._by_gateway: dict[str, Resource] = {}
        self._main: dict[str, Resource] = {}
        self._doubt: Unknown | None = None
        self._read = False
        self._decided: dict[str, Table] = {}

    def of(self, subnet: Subnet) -> Table:
        """The table that a subnet is associated with, else its VPC's main one."""
        self._associate()
        found = self._by_subnet.get(subnet.id)
        what = f"the route table of {subnet.id}"
        why = self._index.missing(TABLE, subnet.place, what) or self._doubt
        if found is None and why is None:
            found = self._main.get(subnet.vpc)
        if found is None:
            return _unknown(subnet.id, why or malformed(subnet.id, "no route table holds for it"))
        return self._made(found)

    def at_gateway(self, gateway: str) -> Table | None:
        """The table for what enters through a gateway; `None` if it has none of its own.

        https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
        """
        self._associate()
        found = self._by_gateway.get(gateway)
        return None if found is None else self._made(found)

    def _made(self, table: Resource) -> Table:
        if table.id not in self._decided:
            name = identity(Node.of(table, "RouteTableId")) or table.id
            self._decided[table.id] = Table(name, self._decisions(table))
        return self._decided[table.id]

    def _associate(self) -> None:
        if self._read:
            return
        self._read = True
        for table in self._index.all(TABLE).values():
            vpc = identity(own := Node.of(table, "VpcId"))
            for one in each(Node.of(table, "Associations")):
                if isinstance(one, Unknown):
                    self._doubt = one
                    continue
                main = one.member("Main")
                if main.value:
                    self._main[vpc] = table
                self._doubt = main.unknown or (own.unknown if main.value and not vpc else None) or self._doubt
                for member, known in (("SubnetId", self._by_subnet), ("GatewayId", self._by_gateway)):
                    named = one.member(member)
                    if id_ := identity(named):
                        known[id_] = table
                    else:
                        self._doubt = named.unknown or self._doubt

    def _decisions(self, table: Resource) -> tuple[Decision, ...]:
        routes: list[Route] = []
        doubts: list[Unknown] = []
        vpc = identity(Node.of(table, "VpcId"))
        for one in each(Node.of(table, "Routes")):
            if isinstance(one, Unknown):
                doubts.append(one)
            else:
                routes += self._routes(one, table, vpc)
        return tuple(decisions(routes, doubts))

    def _routes(self, node: Node, table: Resource, vpc: str) -> Iterator[Route]:
        target, why = self._targets.named(node)
        dead = self._targets.dead(target, node, vpc, place_of(table)) if why is None else ""
        if isinstance(dead, Unknown):
            why, dead = dead, ""
        propagated = node.member("Origin").value == "EnableVgwRoutePropagation"
        rank = PROPAGATED if propagated else STATIC
        for member, space in _DESTINATIONS:
            text = node.member(member)
            if text.unknown or text.value:
                found = None if text.unknown else block(str(text.value))
                told = f"{text.value or '(not known)'} → {target.id or target.kind}"
                yield Route(found or space, target, told, rank, dead, why or text.unknown)
        named = node.member("DestinationPrefixListId")
        if named.unknown or named.value:
            told = f"{named.value or '(not known)'} → {target.id or target.kind}"
            blocks, doubt = self._listed(named, table, target)
            for one in blocks:
                yield Route(one, target, told, BY_LIST if rank == STATIC else rank, dead, why)
            if doubt:
                yield Route(ADDRESSES, target, told, BY_LIST, dead, doubt)

    def _listed(self, named: Node, table: Resource, target: Target) -> tuple[tuple[Interval, ...], Unknown | None]:
        if not (id_ := identity(named)):
            return (), named.unknown
        listed = self._lists.of(id_, place_of(table))
        # what lies behind a gateway endpoint is a service of AWS's, never the rest of the world
        behind_endpoint = target.kind == "endpoint"
        return listed.blocks, None if behind_endpoint else listed.doubt


def _unknown(id_: str, why: Unknown) -> Table:
    return Table(id_, tuple(decisions([], [why])))
