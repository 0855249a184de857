"""Whole trails from one end to another: there, back, and through what translates addresses on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.bounds import SHUT, sure, unsure
from scanner.derive.network.reach.guards import guard
from scanner.derive.network.reach.index import IGW, INTERFACE, NAT, TABLE, VGW
from scanner.derive.network.reach.interfaces import Address, Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import (
    DESTINATION,
    ICMP,
    SOURCE,
    SOURCE_PORT,
    TCP,
    UDP,
    V4_SPACE,
    V6_SPACE,
    Interval,
    Packets,
    box,
)
from scanner.derive.network.reach.routes import Target
from scanner.derive.network.reach.spots import Goal, Spot, Way
from scanner.derive.network.reach.stages import Stage, Trail, Turn, stage
from scanner.derive.network.reach.transit import Attachment
from scanner.derive.network.reach.ways import Ways
from scanner.model import Unknown, Why

_TRANSLATED = sure(Packets([box((one, one + 1)) for one in (TCP, UDP, ICMP)]))
"""What a NAT gateway handles (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html)."""

_PERHAPS_PREMISES = ("lgw", "core")
"""Local gateways of Outposts, and Cloud WAN."""


class Peer(NamedTuple):
    """An end and the addresses that it is asked about, of one family."""

    interface: Interface
    blocks: tuple[Interval, ...]


class Trails:
    """The trails of one network."""

    def __init__(self, network: Network) -> None:
        self._net = network
        self._there = Ways(network, back=False)
        self._again = Ways(network, back=True)

    def between(self, source: Peer, target: Peer) -> Iterator[Trail]:
        """From interface to interface, by addresses of their own."""
        found = False
        for trail in self._from(source, Goal("interface", target.interface), target.blocks):
            found = True
            yield trail
        if not found:
            vpcs = (source.interface.subnet.vpc, target.interface.subnet.vpc)
            why = self._net.transit.unlisted(source.interface.place)
            told = f"nothing leads from {vpcs[0]} to {vpcs[1]}"
            yield (Stage(TABLE, vpcs[0], unsure(why) if why else SHUT, "" if why else told),)

    def out(self, source: Peer, towards: Iterable[Interval]) -> Iterator[Trail]:
        """From an interface to the internet, or to a service behind a gateway endpoint."""
        found = False
        for trail in self._from(source, Goal("internet"), tuple(towards)):
            found = True
            yield trail
        if not found:
            subnet = source.interface.subnet
            gateway = self._net.gates.of(subnet, "igw")
            yield (self._net.gates.absent(subnet, None if isinstance(gateway, str) else gateway),)

    def to_premises(self, source: Peer, towards: Iterable[Interval]) -> Iterator[Trail]:
        """From an interface to what VPN and Direct Connect lead to."""
        found = False
        for trail in self._from(source, Goal("on-premises"), tuple(towards)):
            found = True
            yield trail
        if not found:
            yield (self._no_premises(source.interface),)

    def into(self, target: Interface, address: Address) -> Iterator[Trail]:
        """From the internet to one address of an interface; packets are to its public address."""
        subnet = target.subnet
        gateway = self._net.gates.of(subnet, "igw")
        known = Target("igw", gateway if isinstance(gateway, str) else "")
        gate = () if known.id else (self._net.gates.absent(subnet, None if isinstance(gateway, str) else gateway),)
        front = (*gate, *self._doors(target, address, outside=True))
        towards = [address.block]
        ways = list(self._there.enter(known, subnet, Goal("interface", target), towards))
        answer = list(self._again.leave(subnet, Goal("internet", through=known.id), _family(address)))
        for way in ways or [Way((Stage(TABLE, known.id, SHUT, "nothing leads on"),), _no_spot(target))]:
            for back in self._backs(answer, known.id or "the internet"):
                inside = (*way.stages, guard(self._net, target, "ingress"), *self.deaf(target))
                turn = self._named(target, address)
                yield (*front, Stage(IGW, known.id), *turn, *inside, *back) if known.id else (
                    *front, *turn, *inside, *back,
                )  # fmt: skip

    def from_premises(self, target: Peer) -> Iterator[Trail]:
        """From what VPN and Direct Connect lead to."""
        interface = target.interface
        goal = Goal("interface", interface)
        gateway = self._net.gates.of(interface.subnet, "vgw")
        found = False
        if isinstance(gateway, str):
            found = True
            ways = self._there.enter(Target("vgw", gateway), interface.subnet, goal, list(target.blocks))
            yield from self._from_outside(Stage(VGW, gateway), ways, target, gateway)
        for one in self._outer_attachments(interface):
            found = True
            ways = self._there.from_attachment(one, goal, list(target.blocks))
            yield from self._from_outside(Stage(one.kind, one.id), ways, target, one.id)
        for other in self._unfollowed(interface):
            found = True
            why = Unknown(Why.UNSUPPORTED, message=f"what lies behind {other.id} is not followed")
            for way in self._there.enter(other, interface.subnet, goal, list(target.blocks)):
                yield (
                    Stage(TABLE, other.id, unsure(why)),
                    *way.stages,
                    guard(self._net, interface, "ingress"),
                    *self.deaf(interface),
                )
        if not found:
            yield (self._no_premises(interface),)

    def _from_outside(self, first: Stage, ways: Iterable[Way], target: Peer, through: str) -> Iterator[Trail]:
        goal = Goal("on-premises", through=through)
        six = target.blocks[0][0] >= V6_SPACE[0]
        answer = list(self._again.leave(target.interface.subnet, goal, [V6_SPACE if six else V4_SPACE]))
        for way in ways:
            for back in self._backs(answer, through):
                inside = (*way.stages, guard(self._net, target.interface, "ingress"), *self.deaf(target.interface))
                yield (first, *inside, *back)

    def _from(
        self, source: Peer, goal: Goal, towards: tuple[Interval, ...], behind: tuple[str, ...] = ()
    ) -> Iterator[Trail]:
        interface = source.interface
        for way in self._there.leave(interface.subnet, goal, list(towards)):
            peer = goal.interface if way.known and way.end.kind == "interface" else None
            groups = () if interface.kind == "natgateway" else (guard(self._net, interface, "egress", peer),)
            for rest in self._onward(source, way, goal, towards, behind):
                yield (*groups, *way.stages, *rest)

    def _onward(
        self, source: Peer, way: Way, goal: Goal, towards: tuple[Interval, ...], behind: tuple[str, ...]
    ) -> Iterator[Trail]:
        """What follows once the way there has ended: the answer's way and, behind a NAT gateway, all the rest."""
        own = Goal("interface", source.interface)
        blocks = list(source.blocks)
        end = way.end
        if end.kind == "interface" and goal.interface is not None:
            peer = source.interface if way.known else None
            arrived = (guard(self._net, goal.interface, "ingress", peer), *self.deaf(goal.interface))
            for back in self._backs(self._again.leave(end.subnet, own, blocks), source.interface.id):
                yield (*arrived, *back)
        elif end.kind == "nat" and end.nat is not None and end.nat.id not in behind:
            yield from self._behind_nat(source, end.nat, goal, towards, behind)
        elif end.kind == "internet" and end.subnet.vpc == source.interface.subnet.vpc:
            yield from self._outside(source, end)
        elif end.kind == "beyond":
            yield ()
        elif end.kind == "on-premises":
            if end.attachment is not None:
                ways = self._again.from_attachment(end.attachment, own, blocks)
            else:
                ways = self._again.enter(end.gateway, source.interface.subnet, own, blocks)
            yield from self._backs(ways, source.interface.id)

    def _behind_nat(
        self, source: Peer, nat: Interface, goal: Goal, towards: tuple[Interval, ...], behind: tuple[str, ...]
    ) -> Iterator[Trail]:
        blocks = tuple(one.block for one in nat.addresses)
        axes = ((SOURCE, source.blocks, blocks), (SOURCE_PORT, ((0, 65536),), (flows.EPHEMERAL,)))
        translated = Stage(NAT, nat.id, _TRANSLATED, "NAT gateways translate TCP, UDP and ICMP")
        own = Goal("interface", source.interface)
        for back in self._backs(self._again.leave(nat.subnet, own, list(source.blocks)), source.interface.id):
            for rest in self._from(Peer(nat, blocks), goal, towards, (*behind, nat.id)):
                yield (translated, *back, _nat_turn(nat, axes), *rest)

    def _outside(self, source: Peer, end: Spot) -> Iterator[Trail]:
        """Through a gateway to the internet: with a public address, unless it is IPv6 or a service's endpoint."""
        own = Goal("interface", source.interface)
        backs = list(
            self._backs(self._again.enter(end.gateway, end.subnet, own, list(source.blocks)), source.interface.id)
        )
        for address in source.interface.addresses:
            if address.block not in source.blocks:
                continue
            turn: Trail = (Turn(INTERFACE, source.interface.id, ((SOURCE, (address.block,), (address.block,)),)),)
            if end.gateway.kind != "endpoint":
                doors = self._doors(source.interface, address, outside=False, kind=end.gateway.kind)
                turn = (*doors, *self._named(source.interface, address, SOURCE))
            for back in backs:
                yield (*turn[:-1], *back, turn[-1])

    def _doors(self, interface: Interface, address: Address, *, outside: bool, kind: str = "igw") -> tuple[Stage, ...]:
        """What stands between an interface and the internet, beside its groups, ACLs and routes."""
        found: list[Stage] = []
        id_ = interface.id
        if interface.closed:
            found.append(Stage(INTERFACE, id_, SHUT, "DenyAllIgwTraffic is set"))
        if kind == "eigw" and not address.six:
            found.append(Stage(INTERFACE, id_, SHUT, "an egress-only internet gateway is for IPv6"))
        elif address.six and not flows.is_public(address.block[0]):
            found.append(Stage(INTERFACE, id_, SHUT, "its IPv6 address is private"))
        elif not address.six and not address.public:
            why = interface.address_doubt
            found.append(Stage(INTERFACE, id_, unsure(why) if why else SHUT, "" if why else "no public IPv4 address"))
        if blocked := self._net.gates.block_public_access(interface.subnet, "outside" if outside else "inside", kind):
            found.append(blocked)
        return tuple(found)

    def _named(self, interface: Interface, address: Address, axis: int = DESTINATION) -> Trail:
        """The translation between the public and the private address of an interface."""
        if address.six:
            return (Turn(INTERFACE, interface.id, ((axis, (address.block,), (address.block,)),)),)
        public = address.public or tuple(flows.internet()[:-1])
        sides = (public, (address.block,)) if axis == DESTINATION else ((address.block,), public)
        return (Turn(INTERFACE, interface.id, ((axis, *sides),)),)

    def deaf(self, interface: Interface) -> tuple[Stage, ...]:
        """That nothing behind an interface accepts connections; empty if something may."""
        return (Stage(INTERFACE, interface.id, SHUT, interface.deaf),) if interface.deaf else ()

    def _backs(self, ways: Iterable[Way], to: str) -> list[tuple[Stage, ...]]:
        found = [one.stages for one in ways]
        return found or [(stage(TABLE, "", SHUT, f"nothing leads back to {to}", back=True),)]

    def _no_premises(self, interface: Interface) -> Stage:
        gateway = self._net.gates.of(interface.subnet, "vgw")
        why = gateway if not isinstance(gateway, str) else None
        why = why or self._net.transit.unlisted(interface.place)
        told = "" if why else f"nothing joins {interface.subnet.vpc} to other premises"
        return Stage(VGW, "", unsure(why) if why else SHUT, told)

    def _unfollowed(self, interface: Interface) -> list[Target]:
        """Gateways of the subnet's routes that may lead to other premises, and are not followed."""
        found = (one.target for one in self._net.tables.of(interface.subnet).decisions)
        return list(dict.fromkeys(one for one in found if one.kind in _PERHAPS_PREMISES))

    def _outer_attachments(self, interface: Interface) -> list[Attachment]:
        gateways = {one.gateway for one in self._net.transit.of_vpc(interface.subnet.vpc)}
        return [one for each in sorted(gateways) for one in self._net.transit.of_gateway(each) if one.on_premises]


def _family(address: Address) -> list[Interval]:
    return [one for one in flows.internet() if (one[0] >= V6_SPACE[0]) == address.six]


def _nat_turn(nat: Interface, axes: tuple[tuple[int, tuple[Interval, ...], tuple[Interval, ...]], ...]) -> Turn:
    return Turn(NAT, nat.id, axes)


def _no_spot(target: Interface) -> Spot:
    return Spot("interface", target.subnet, Target("local", ""))
