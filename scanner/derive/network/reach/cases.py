"""Every trail that a question is about, with the packets that set out on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.balancers import Balancers
from scanner.derive.network.reach.bounds import SHUT, sure, unsure
from scanner.derive.network.reach.ends import End, Ends
from scanner.derive.network.reach.fronts import Front, Fronts
from scanner.derive.network.reach.index import INTERFACE
from scanner.derive.network.reach.interfaces import Address, Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import ADDRESSES, EVERYTHING, V4_SPACE, V6, V6_SPACE, Interval, Packets
from scanner.derive.network.reach.stages import Stage, Trail
from scanner.derive.network.reach.trails import Peer, Trails
from scanner.errors import UsageError
from scanner.model import Inventory

_MOST_PAIRS = 4096


class Case(NamedTuple):
    """One trail. `source` and `target` are the interfaces at its ends, `via` the load balancers on it.

    `supposed`: it leads through load balancers that are not known.
    """

    trail: Trail
    start: Packets
    source: Interface | None = None
    target: Interface | None = None
    via: tuple[Front, ...] = ()
    supposed: bool = False


class Cases:
    """What can be asked of one snapshot."""

    def __init__(self, inventory: Inventory) -> None:
        self.network = Network(inventory)
        self.balancers = Balancers(self.network)
        self.trails = Trails(self.network)
        self.fronts = Fronts(self.network, self.balancers, self.trails)
        self.ends = Ends(self.network, self.balancers)
        self.inward = cache(self._inward)

    def of(self, source: End, target: End) -> Iterator[Case]:
        """The cases of a question. Raises `UsageError` where neither end is in the snapshot."""
        if len(source.interfaces) * len(target.interfaces) > _MOST_PAIRS:
            what = (
                f"{source.text} and {target.text} are {len(source.interfaces)} and {len(target.interfaces)} interfaces"
            )
            raise UsageError(f"{what}, too many pairs for one question", hint="Name a smaller end")
        sources = self._interfaces(source)
        targets = self._interfaces(target)
        if not sources and not targets:
            raise UsageError(
                f"neither {source.text} nor {target.text} is in the snapshot", hint="Name at least one of its resources"
            )
        nobody: list[Peer | None] = [None]
        for one in sources or nobody:
            for other in targets or nobody:
                for case in self._pair(source, target, one, other):
                    yield self._answered(case, target)

    def _pair(self, source: End, target: End, one: Peer | None, other: Peer | None) -> Iterator[Case]:
        if one is None and other is not None:
            if _is_outside(source):
                yield from self._from_internet(source, target, other.interface)
            else:
                yield from self._from_premises(source, other)
        elif one is not None and other is None:
            yield from self._outward(one, target)
        elif one is not None and other is not None and one.interface.id != other.interface.id:
            yield from self._between(one, other, target)

    def _interfaces(self, end: End) -> list[Peer]:
        """The interfaces of an end, those that have an address where it is one of this snapshot."""
        if end.kind == "interfaces":
            return [Peer(one, tuple(address.block for address in one.addresses)) for one in end.interfaces]
        if end.kind != "address" or end.block[1] - end.block[0] != 1:
            return []
        held = self.network.interfaces.by_address.get(end.block[0], ())
        return [Peer(one, () if public else (end.block,)) for one, public in held]

    def _from_internet(self, source: End, target: End, interface: Interface) -> Iterator[Case]:
        senders = [source.block] if source.kind == "address" else flows.internet()
        for case in self.inward(interface):
            if case.supposed and target.kind == "address":
                continue
            if case.start and source.kind == "internet" and target.kind != "address":
                yield case  # which begins with anybody, to any address of its own
                continue
            start = flows.start(senders, _own(case, target))
            yield case._replace(start=case.start & start if case.start else start)

    def _inward(self, interface: Interface) -> tuple[Case, ...]:
        """The trails from the internet to an interface, straight and through load balancers."""
        found = [
            Case(trail, _to(address), None, interface)
            for address in interface.addresses or (Address((0, 1)),)
            for trail in self.trails.into(interface, address)
        ]
        for chain in self.fronts.of(interface):
            for node in chain[0].balancer.nodes:
                found += [
                    Case((*trail, *rest), _to(address), None, interface, chain)
                    for address in node.addresses
                    for trail in self.trails.into(node, address)
                    for rest in self.fronts.behind(chain, node, six=address.six)
                ]
        if trail := self.fronts.unread(interface):
            start = flows.start(flows.internet(), [ADDRESSES])
            found.append(Case((*trail, *self.trails.deaf(interface)), start, None, interface, supposed=True))
        return tuple(found)

    def _from_premises(self, source: End, other: Peer) -> Iterator[Case]:
        for six in (False, True):
            space = V6_SPACE if six else V4_SPACE
            blocks = tuple(one for one in other.blocks if (one[0] >= V6) == six)
            if not blocks:
                continue
            senders = [source.block] if source.kind == "address" else [space]
            start = flows.start(senders, blocks)
            for trail in self.trails.from_premises(Peer(other.interface, blocks)):
                yield Case(trail, start, None, other.interface)
            for chain in self.fronts.of(other.interface):
                for node in chain[0].balancer.nodes:
                    inner = tuple(node.blocks(six=six))
                    for trail in self.trails.from_premises(Peer(node, inner)) if inner else ():
                        for rest in self.fronts.behind(chain, node, six=six):
                            yield Case((*trail, *rest), flows.start(senders, inner), None, other.interface, chain)

    def _outward(self, one: Peer, target: End) -> Iterator[Case]:
        for six in (False, True):
            blocks = tuple(each for each in one.blocks if (each[0] >= V6) == six)
            towards = self._towards(target, six=six)
            if not blocks or not towards:
                continue
            peer = Peer(one.interface, blocks)
            start = flows.start(blocks, towards)
            for trail in self._to_nobody(peer, target) or self._to_outside(peer, target, towards):
                yield Case(trail, start, one.interface, None)

    def _to_outside(self, peer: Peer, target: End, towards: list[Interval]) -> Iterator[Trail]:
        return self.trails.out(peer, towards) if _is_outside(target) else self.trails.to_premises(peer, towards)

    def _towards(self, target: End, *, six: bool) -> list[Interval]:
        if target.kind == "address":
            return [target.block] if (target.block[0] >= V6) == six else []
        if target.kind == "internet":
            return [one for one in flows.internet() if (one[0] >= V6) == six]
        return [V6_SPACE if six else V4_SPACE]

    def _to_nobody(self, source: Peer, target: End) -> list[Trail]:
        """To an address of a VPC that no interface has; none where it is of no VPC that the sender's is joined to."""
        if target.kind != "address" or _is_outside(target):
            return []
        own = source.interface.subnet.vpc
        found: list[Trail] = []
        for vpc, subnets in self.network.vpcs.by_vpc.items():
            held = self.network.vpcs.vpc(vpc)
            inside = held and any(low <= target.block[0] < high for low, high in held.blocks)
            if held and inside and (vpc == own or self._joined(own, vpc)):
                subnet = self.network.vpcs.subnet_at(vpc, target.block[0]) or subnets[0]
                nobody = Interface(target.text, INTERFACE, subnet, held.place, kind="networkloadbalancer")
                why = self.network.index.missing(INTERFACE, held.place, "network interfaces")
                last = Stage(INTERFACE, target.text, unsure(why) if why else SHUT, f"no interface of {vpc} has it")
                found += [(*one, last) for one in self.trails.between(source, Peer(nobody, (target.block,)))]
        return found

    def _joined(self, vpc: str, other: str) -> bool:
        mine = {one.gateway for one in self.network.transit.of_vpc(vpc)}
        theirs = {one.gateway for one in self.network.transit.of_vpc(other)}
        return bool(self.network.between(vpc, other)) or bool(mine & theirs)

    def _between(self, one: Peer, other: Peer, target: End) -> Iterator[Case]:
        for six in (False, True):
            mine, theirs = (tuple(b for b in peer.blocks if (b[0] >= V6) == six) for peer in (one, other))
            if mine and theirs:
                peer = Peer(one.interface, mine)
                start = flows.start(mine, theirs)
                for trail in self.trails.between(peer, Peer(other.interface, theirs)):
                    yield Case(trail, start, one.interface, other.interface)
                yield from self._through(peer, other.interface, six=six)
        yield from self._by_endpoint(one, other.interface)
        yield from self._by_public(one, other.interface, target)
        if target.kind != "address" and (trail := self.fronts.unread(other.interface)):
            start = flows.start(one.blocks, [ADDRESSES])
            trail = (*trail, *self.trails.deaf(other.interface))
            yield Case(trail, start, one.interface, other.interface, supposed=True)

    def _through(self, source: Peer, target: Interface, *, six: bool) -> Iterator[Case]:
        """Through load balancers, by the addresses that their nodes have inside."""
        for chain in self.fronts.of(target):
            for node in chain[0].balancer.nodes:
                inner = tuple(node.blocks(six=six))
                for trail in self.trails.between(source, Peer(node, inner)) if inner else ():
                    for rest in self.fronts.behind(chain, node, six=six):
                        start = flows.start(source.blocks, inner)
                        yield Case((*trail, *rest), start, source.interface, target, chain)

    def _by_endpoint(self, source: Peer, target: Interface) -> Iterator[Case]:
        """Through endpoints of services whose load balancer leads to the target."""
        mine = tuple(one for one in source.blocks if one[0] < V6)
        for chain in self.fronts.of(target) if mine else ():
            for entry, rest in self.fronts.private(chain):
                theirs = tuple(entry.blocks(six=False))
                start = flows.start(mine, theirs)
                for trail in self.trails.between(Peer(source.interface, mine), Peer(entry, theirs)):
                    yield Case((*trail, *rest), start, source.interface, target, chain)

    def _by_public(self, source: Peer, target: Interface, end: End) -> Iterator[Case]:
        """Out to the internet and in again by the public address."""
        for address in target.addresses:
            mine = tuple(source.interface.blocks(six=address.six))
            theirs = (address.block,) if address.six else address.public
            if not mine or not theirs or (end.kind == "address" and end.block not in theirs):
                continue
            start = flows.start(mine, theirs)
            for out in self.trails.out(Peer(source.interface, mine), theirs):
                for into in self.trails.into(target, address):
                    yield Case((*out, *into), start, source.interface, target)

    def _answered(self, case: Case, target: End) -> Case:
        """With what the target listens on as the last stage."""
        balancer = self.balancers.of_node(case.target) if case.target else None
        if balancer is not None:
            return case._replace(trail=(*case.trail, self.fronts.listening(balancer)))
        if target.answers is EVERYTHING or not case.target:
            return case
        ports = ", ".join(sorted({str(one[4][0]) for one in target.answers.boxes}))
        last = Stage(target.type, case.target.id, sure(target.answers), f"listens on port {ports}")
        return case._replace(trail=(*case.trail, last))


def _is_outside(end: End) -> bool:
    return end.kind == "internet" or (end.kind == "address" and flows.is_public(end.block[0]))


def _to(address: Address) -> Packets:
    blocks: Iterable[Interval] = (address.block,) if address.six else address.public or tuple(flows.internet()[:-1])
    return _from_anybody(tuple(blocks))


@lru_cache(maxsize=256)
def _from_anybody(blocks: tuple[Interval, ...]) -> Packets:
    return flows.start(flows.internet(), blocks)


def _own(case: Case, target: End) -> list[Interval]:
    return [target.block] if target.kind == "address" else case.start.interval(2)
