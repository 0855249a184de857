"""What faces the internet, thing by thing, for facts: one reading of the network for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from scanner.derive.network.reach.answers import ask, judge
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.ends import End
from scanner.derive.network.reach.exposed import INTERNET, Exposure, Found
from scanner.derive.network.reach.index import BALANCER, CLASSIC, DATABASE, INSTANCE, INTERFACE
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.packets import DESTINATION_PORT, EVERYTHING, NOTHING, PROTOCOL, Packets, box
from scanner.derive.network.reach.stages import chosen
from scanner.derive.network.reach.unplaced import CLUSTER, unplaced
from scanner.derive.network.reach.wording import told
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Inventory, Resource, Unknown


class Facing(NamedTuple):
    """What surely and what possibly reaches a thing, over all its interfaces.

    `arriving` are packets that load balancers hand on, with the ports that they have at the end; `doubts` say why
    there may be more, `way` names what lets the first packet through.
    """

    reached: Packets
    possible: Packets
    arriving: Packets
    via: tuple[str, ...]
    doubts: tuple[Unknown, ...]
    witness: dict[str, Any] | None
    way: tuple[str, ...]


class Facings:
    """The facings of one snapshot."""

    def __init__(self, inventory: Inventory) -> None:
        self.cases = Cases(inventory)
        self._exposure = Exposure(self.cases)
        self._ways: dict[Interface, tuple[str, ...]] = {}
        self._founds: dict[str, Callable[[Resource], Iterable[tuple[Found, tuple[Interface, ...]]]]] = {
            INTERFACE: self._interface,
            INSTANCE: self._instance,
            DATABASE: self._database,
            CLUSTER: self._cluster,
            BALANCER: self._balancer,
            CLASSIC: self._balancer,
        }

    def of(self, resource: Resource) -> Facing:
        """How an interface, instance, DB instance, DB cluster or load balancer faces the internet."""
        pairs = list(self._founds[resource.type](resource))
        facing = self._facing(pairs)
        why = unplaced(resource, self.cases.network.index, [one for _, held in pairs for one in held])
        if why is None or facing.reached == EVERYTHING:
            return facing
        return facing._replace(possible=EVERYTHING, doubts=(*facing.doubts, why))

    def kept_by(self, resource: Resource) -> list[str]:
        """Of what nothing reaches: each single thing that alone keeps out what otherwise would get through."""
        pairs = list(self._founds[resource.type](resource))
        unknown = unplaced(resource, self.cases.network.index, [one for _, held in pairs for one in held])
        if unknown or any(found.possible for found, _ in pairs):
            return []
        return list(dict.fromkeys(text for one in pairs for text in self._kept(*one)))

    def of_interface(self, interface: Interface) -> Facing:
        """How an interface that was read faces it."""
        front = self.cases.balancers.of_node(interface)
        found = self._exposure.of_balancer(front) if front else self._exposure.of_interface(interface)
        return self._facing([(found, (interface,))])

    @cached_property
    def by_vpc(self) -> Mapping[str, list[Interface]]:
        """The interfaces in each VPC."""
        found: dict[str, list[Interface]] = {}
        for one in self.cases.network.interfaces.all.values():
            found.setdefault(one.subnet.vpc, []).append(one)
        return found

    def _facing(self, pairs: list[tuple[Found, tuple[Interface, ...]]]) -> Facing:
        founds = [found for found, _ in pairs]
        reached = reduce(or_, (one.reached for one in founds), NOTHING)
        possible = reduce(or_, (one.possible for one in founds), reached)
        via = tuple(dict.fromkeys(name for one in founds for name in one.via))
        first = next(((found, held) for found, held in pairs if found.reached), None)
        packet = chosen(first[0].reached) if first else None
        return Facing(
            reached,
            possible,
            reduce(or_, (packets for found in founds for packets in _arriving(found)), NOTHING),
            via,
            () if possible <= reached else tuple(dict.fromkeys(why for one in pairs for why in self._doubts(*one))),
            told(packet, first[0].host) if first and packet else None,
            self._way(*first) if first else (),
        )

    def _interface(self, resource: Resource) -> Iterable[tuple[Found, tuple[Interface, ...]]]:
        one = self.cases.network.interfaces.all.get(identity(Node.of(resource, "NetworkInterfaceId")) or resource.id)
        if one is None or one.deaf:
            return []
        front = self.cases.balancers.of_node(one)
        return [(self._exposure.of_balancer(front) if front else self._exposure.of_interface(one), (one,))]

    def _instance(self, resource: Resource) -> Iterable[tuple[Found, tuple[Interface, ...]]]:
        held = self.cases.network.of_instance(identity(Node.of(resource, "InstanceId")) or resource.id)
        return [(self._exposure.of_interface(one), (one,)) for one in held]

    def _database(self, resource: Resource) -> Iterable[tuple[Found, tuple[Interface, ...]]]:
        return [(self._exposure.of_database(resource), self.cases.ends.served(resource).interfaces)]

    def _cluster(self, resource: Resource) -> Iterable[tuple[Found, tuple[Interface, ...]]]:
        members = self.cases.network.index.all(DATABASE)
        names = (
            identity(one.member("DBInstanceIdentifier")) for one in Node.of(resource, "DBClusterMembers").elements()
        )
        return [one for name in names if name in members for one in self._database(members[name])]

    def _balancer(self, resource: Resource) -> Iterable[tuple[Found, tuple[Interface, ...]]]:
        key = identity(Node.of(resource, "LoadBalancerArn")) if resource.type == BALANCER else resource.id
        one = self.cases.balancers.all.get(key)
        return [(self._exposure.of_balancer(one), one.nodes)] if one else []

    def _doubts(self, found: Found, held: tuple[Interface, ...]) -> Iterable[Unknown]:
        return () if found.possible <= found.reached else self._exposure.doubts(found, held)

    def _way(self, found: Found, held: tuple[Interface, ...]) -> tuple[str, ...]:
        """What the witness meets; interfaces that have all but their addresses in common are followed once."""
        key = held[0]._replace(id="", owner="", addresses=())
        if found.cases or key not in self._ways:
            end = End(found.id, "interfaces", (0, 0), held, type=found.type)
            hops = ask(self.cases, INTERNET, end, found.reached)["hops"]
            way = tuple(f"{hop['id']}: {hop['rule']}" for hop in hops if hop["rule"] and hop["decision"] == "allow")
            if found.cases:
                return way
            self._ways[key] = way
        return self._ways[key]

    def _kept(self, found: Found, held: tuple[Interface, ...]) -> Iterable[str]:
        misses = (
            [*self._exposure.misses(found)]
            if found.cases
            else [one for each in held for one in self._exposure.near(each)]
        )
        return (f"{one['blocked_by']['id']}: {one['blocked_by']['rule']}" for one in misses)


def _arriving(found: Found) -> Iterable[Packets]:
    """Who sends is told at the beginning of each way, to which port at its end."""
    for case in found.cases:
        sets = judge(case, EVERYTHING).least if case.via else []
        if sets:
            for protocol in sets[0].interval(PROTOCOL):
                only = Packets([box(protocol)])
                yield (sets[0] & only).with_axis(DESTINATION_PORT, (sets[-1] & only).interval(DESTINATION_PORT))


def facings(context: Context) -> Facings:
    """Those of the whole snapshot, read once a run: networks reach over accounts."""
    return context.throughout(("facings",), lambda: Facings(context.inventory))
