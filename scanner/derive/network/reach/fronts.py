"""Trails that lead through load balancers to what is behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.balancers import Balancer, Balancers, Listener, Target
from scanner.derive.network.reach.bounds import SHUT, sure, unsure
from scanner.derive.network.reach.guards import guard
from scanner.derive.network.reach.index import ACL, BALANCER, ENDPOINT, SERVICE, ids
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import (
    ADDRESSES,
    DESTINATION,
    DESTINATION_PORT,
    PORTS,
    SOURCE,
    SOURCE_PORT,
    Interval,
)
from scanner.derive.network.reach.stages import Stage, Trail, Turn, stage
from scanner.derive.network.reach.trails import Peer, Trails
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, identity

_DEEPEST = 3


class Front(NamedTuple):
    """A load balancer's listener and one target; `target` may be a node of the next balancer."""

    balancer: Balancer
    listener: Listener
    target: Target


class Fronts:
    """What load balancers let through to the interfaces of a network."""

    def __init__(self, network: Network, balancers: Balancers, trails: Trails) -> None:
        self._net = network
        self._balancers = balancers
        self._trails = trails

    def of(self, interface: Interface, depth: int = 0) -> Iterator[tuple[Front, ...]]:
        """The chains of load balancers that end at an interface, the outermost first."""
        for balancer, listener, target in self._balancers.behind.get(interface.id, ()):
            if target.interface.subnet != interface.subnet:
                continue
            front = Front(balancer, listener, target)
            yield (front,)
            if depth < _DEEPEST and balancer.nodes:
                for outer in self.of(balancer.nodes[0], depth + 1):
                    yield (*outer, front)

    def private(self, chain: tuple[Front, ...]) -> Iterator[tuple[Interface, Trail]]:
        """Interfaces of endpoints that lead to the outermost balancer, each with what follows behind it.

        The balancer's nodes send with addresses of their own
        (https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html).
        """
        front = chain[0]
        inner = (front._replace(target=front.target._replace(preserved=False)), *chain[1:])
        for entry in self._endpoints.get(front.balancer.id, ()):
            for node in front.balancer.nodes:
                sides = (tuple(entry.blocks(six=False)), tuple(node.blocks(six=False)))
                axes = (
                    (DESTINATION, *sides),
                    (SOURCE, (ADDRESSES,), sides[1]),
                    (SOURCE_PORT, (PORTS,), (flows.EPHEMERAL,)),
                )
                note = f"the groups of {front.balancer.id} let in what comes by {entry.id}" if node.groups else ""
                here = Stage(ENDPOINT, entry.id, note=note)
                for rest in self.behind(inner, node, six=False) if all(sides) else ():
                    yield entry, (here, Turn(front.balancer.type, front.balancer.id, axes), *rest)

    @cached_property
    def _endpoints(self) -> Mapping[str, list[Interface]]:
        """By load balancer, the interfaces of the endpoints of its services."""
        balancers: dict[str, list[str]] = {}
        for one in self._net.index.all(SERVICE).values():
            names, _ = ids(Node.of(one, "NetworkLoadBalancerArns"))
            balancers.setdefault(identity(Node.of(one, "ServiceName")), []).extend(names)
        found: dict[str, list[Interface]] = {}
        for one in self._net.index.all(ENDPOINT).values():
            node = Node.of(one)
            served = balancers.get(identity(node.member("ServiceName")), ())
            if served and str(node.member("State").value or "available").lower() == "available":
                names, _ = ids(node.member("NetworkInterfaceIds"))
                entries = [entry for name in names if (entry := self._net.interfaces.all.get(name))]
                for arn in served:
                    found.setdefault(arn, []).extend(entries)
        return found

    def unread(self, interface: Interface) -> Trail:
        """The stage that stands for load balancers that are not known; empty if all are."""
        why = self._balancers.unread(interface)
        if why is None:
            return ()
        anybody = interface._replace(groups=self._anybody(interface))
        return (Stage(BALANCER, "", unsure(why)), guard(self._net, interface, "ingress", anybody))

    def _anybody(self, interface: Interface) -> tuple[str, ...]:
        """Every group that its rules refer to: a load balancer that is not known may have any."""
        rules = (one for group in interface.groups for one in self._net.groups.rules(group, "ingress", interface.place))
        return tuple(dict.fromkeys(one.group for one in rules if one.group))

    def behind(self, chain: tuple[Front, ...], node: Interface, *, six: bool) -> Iterator[Trail]:
        """From a node of the outermost balancer, where packets of a family arrived, to the last target."""
        front = chain[0]
        listens = self.listening(front.balancer, front.listener)
        for trail in self._onward(front, node, six=six):
            if len(chain) == 1:
                yield (listens, *trail)
                continue
            for rest in self.behind(chain[1:], front.target.interface, six=False):
                yield (listens, *trail, *rest)

    def listening(self, balancer: Balancer, listener: Listener | None = None) -> Stage:
        """What is let in by listeners alone: one, or all of a balancer."""
        if listener is not None:
            return Stage(balancer.type, listener.id, sure(listener.packets), f"listens on port {listener.port}")
        bounds = sure(balancer.answers)
        if balancer.doubt is not None:
            bounds |= unsure(balancer.doubt)
        ports = ", ".join(str(one.port) for one in balancer.listeners) or "nothing"
        return Stage(balancer.type, balancer.id, bounds, f"listens on {ports}")

    def _onward(self, front: Front, node: Interface, *, six: bool) -> Iterator[Trail]:
        """From a node to the target of its listener."""
        target = front.target
        own = node.blocks(six=six) or [ADDRESSES]
        axes: list[tuple[int, tuple[Interval, ...], tuple[Interval, ...]]] = [(DESTINATION, tuple(own), target.blocks)]
        if target.port is not None:
            ports = (target.port, target.port + 1)
            axes.append((DESTINATION_PORT, ((front.listener.port, front.listener.port + 1),), (ports,)))
        if not target.blocks:
            yield (Stage(front.balancer.type, target.group, SHUT, f"{target.interface.id} has no IPv4 address"),)
        elif target.preserved and not six:
            yield (Turn(front.balancer.type, front.balancer.id, tuple(axes)), *self._preserved(front, node))
        else:
            senders = tuple(node.blocks(six=False))
            axes += [(SOURCE, (ADDRESSES,), senders), (SOURCE_PORT, (PORTS,), (flows.EPHEMERAL,))]
            turn = Turn(front.balancer.type, front.balancer.id, tuple(axes))
            for trail in self._trails.between(Peer(node, senders), Peer(target.interface, target.blocks)):
                yield (turn, *trail)

    def _preserved(self, front: Front, node: Interface) -> Trail:
        """With the client's address: the answer goes back through the balancer whatever the routes say."""
        target = front.target.interface
        far = node.subnet.id != target.subnet.id
        there = (self._acl(node.subnet, out=True), self._acl(target.subnet, out=False)) if far else ()
        again = (self._acl(target.subnet, out=True, back=True), self._acl(node.subnet, out=False, back=True))
        return (
            guard(self._net, node, "egress", target),
            *there,
            guard(self._net, target, "ingress", node),
            *(again if far else ()),
        )

    def _acl(self, subnet: Subnet, *, out: bool, back: bool = False) -> Stage:
        acls = self._net.acls
        bounds = acls.lets(subnet, "egress" if out else "ingress")
        told = partial(acls.decided, subnet, "egress" if out else "ingress")
        return stage(ACL, acls.name(subnet), bounds, told, back=back)
