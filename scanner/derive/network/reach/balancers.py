"""Load balancers: where they listen, and the trails through them to what is behind.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.index import (
    BALANCER,
    CLASSIC,
    LISTENER,
    LISTENER_RULE,
    TARGETS,
    Place,
    ids,
    place_of,
    sound,
)
from scanner.derive.network.reach.interfaces import Address, Interface, spans
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import TCP, UDP, V6, Interval, Packets
from scanner.derive.node import Node, identity
from scanner.model import Resource, Unknown, Why

_PROTOCOLS = {
    "HTTP": (TCP,), "HTTPS": (TCP,), "TCP": (TCP,), "TLS": (TCP,), "SSL": (TCP,), "UDP": (UDP,),
    "TCP_UDP": (TCP, UDP), "QUIC": (UDP,), "TCP_QUIC": (TCP, UDP),
}  # fmt: skip


_LABEL = "ELB "
"""How the interfaces of load balancers are described."""


class Target(NamedTuple):
    """One target of a listener: an interface by an address and a port. `preserved`: it sees the client's address."""

    interface: Interface
    blocks: tuple[Interval, ...]
    port: int | None
    preserved: bool
    group: str


class Listener(NamedTuple):
    """What a load balancer answers on, and the target groups that it forwards to."""

    id: str
    packets: Packets
    groups: tuple[str, ...]
    port: int = 0


class Balancer(NamedTuple):
    """`nodes` are its interfaces; `doubt` says why there may be listeners that are not known."""

    id: str
    type: str
    kind: str
    nodes: tuple[Interface, ...]
    listeners: tuple[Listener, ...]
    doubt: Unknown | None = None
    host: str = ""

    @property
    def answers(self) -> Packets:
        """All that it listens on."""
        return Packets([one for listener in self.listeners for one in listener.packets.boxes])


class Balancers:
    """The load balancers of a snapshot."""

    def __init__(self, network: Network) -> None:
        self._net = network
        self.targets = cache(self._targets)
        self._unread = cache(self._why_unread)

    @cached_property
    def all(self) -> Mapping[str, Balancer]:
        """By ARN; a classic one by our id."""
        made = [self._modern(one) for one in self._net.index.all(BALANCER).values()]
        made += [self._classic(one) for one in self._net.index.all(CLASSIC).values()]
        return {one.id: one for one in made}

    def of_node(self, interface: Interface) -> Balancer | None:
        """The load balancer that an interface is a node of."""
        if not interface.owner.startswith(_LABEL):
            return None
        return self._labelled.get((interface.subnet.vpc, interface.owner))

    @cached_property
    def _labelled(self) -> Mapping[tuple[str, str], Balancer]:
        return {(node.subnet.vpc, node.owner): one for one in self.all.values() for node in one.nodes}

    @cached_property
    def behind(self) -> Mapping[str, list[tuple[Balancer, Listener, Target]]]:
        """By interface, what balances to it."""
        found: dict[str, list[tuple[Balancer, Listener, Target]]] = {}
        for balancer in self.all.values():
            for listener in balancer.listeners:
                for group in listener.groups:
                    for target in self.targets(group, balancer.kind):
                        found.setdefault(target.interface.id, []).append((balancer, listener, target))
        return found

    def unread(self, interface: Interface) -> Unknown | None:
        """Why load balancers that are not known may lead to an interface."""
        if interface.kind not in ("interface", "applicationloadbalancer"):
            return None
        # a classic one balances to instances alone
        classic = (CLASSIC,) if interface.owner.startswith("i-") else ()
        return self._unread((BALANCER, LISTENER, TARGETS, *classic), interface.place, interface.subnet.vpc)

    def _why_unread(self, types: tuple[str, ...], place: Place, vpc: str) -> Unknown | None:
        found = [self._net.index.missing(type_, place, "load balancers") for type_ in types]
        for one in self._net.index.all(TARGETS).values():
            node = Node.of(one)
            if identity(node.member("VpcId")) in ("", vpc):
                targets = node.member("Targets")
                found += [targets.unknown, targets.more]
        return next((why for why in found if why and why.why != Why.OUT_OF_SCOPE), None)

    def _modern(self, resource: Resource) -> Balancer:
        node = Node.of(resource)
        arn = identity(node.member("LoadBalancerArn")) or resource.id
        kind = str(node.member("Type").value or "application")
        told = self._listeners.get(arn, ())
        listeners = [self._listener(one) for one in told]
        subnets = [identity(one.member("SubnetId")) for one in sound(node.member("AvailabilityZones"))]
        doubt = self._net.index.missing(LISTENER, place_of(resource), f"the listeners of {resource.name}")
        doubt = doubt or next((why for one in told for why in _unread(one)), None)
        label = _LABEL + arn.partition(":loadbalancer/")[2]
        nodes = self._nodes(resource, label, subnets, f"{kind}loadbalancer")
        return Balancer(arn, BALANCER, kind, nodes, tuple(listeners), doubt, _host(node))

    def _classic(self, resource: Resource) -> Balancer:
        node = Node.of(resource)
        subnets, _ = ids(node.member("Subnets"))
        nodes = self._nodes(resource, _LABEL + resource.name, subnets, "classic")
        listeners = []
        for one in sound(node.member("ListenerDescriptions")):
            inner = one.member("Listener")
            port, inside = inner.member("LoadBalancerPort").value, inner.member("InstancePort").value
            if isinstance(port, int):
                packets = _listening(str(inner.member("Protocol").value), port)
                listeners.append(Listener(f"{resource.id}:{port}", packets, (f"{resource.id}#{inside}",), port))
        return Balancer(resource.id, CLASSIC, "classic", nodes, tuple(listeners), host=_host(node))

    def _nodes(self, resource: Resource, label: str, subnets: list[str], kind: str) -> tuple[Interface, ...]:
        """Its interfaces as they are listed, else one somewhere in each of its subnets."""
        node = Node.of(resource)
        type_ = CLASSIC if kind == "classic" else BALANCER
        groups, doubts = ids(node.member("SecurityGroups"))
        doubt = doubts[0] if doubts else None
        listed = self._net.interfaces.by_owner.get(label, ())
        if listed:
            return tuple(one._replace(id=resource.id, type=type_, kind=kind) for one in listed)
        outside = tuple(flows.internet()[:-1]) if node.member("Scheme").value == "internet-facing" else ()
        place = place_of(resource)
        vpc = identity(node.member("VpcId")) or identity(node.member("VPCId"))
        made = []
        for name in subnets:
            subnet = self._net.interfaces.subnet(name, vpc, place)
            six = node.member("IpAddressType").value in ("dualstack", "dualstack-without-public-ipv4")
            blocks = [one for one in subnet.blocks if one[0] < V6 or six]
            addresses = tuple(Address(one, outside if one[0] < V6 else ()) for one in blocks)
            made.append(
                Interface(resource.id, type_, subnet, place, tuple(groups), addresses, kind, label, doubt=doubt)
            )
        return tuple(made)

    @cached_property
    def _listeners(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for one in self._net.index.all(LISTENER).values():
            found.setdefault(identity(Node.of(one, "LoadBalancerArn")), []).append(one)
        return found

    @cached_property
    def _rules(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for id_, one in self._net.index.all(LISTENER_RULE).items():
            listener = identity(Node.of(one, "ListenerArn")) or _listener_of(id_)
            found.setdefault(listener, []).append(one)
        return found

    def _listener(self, resource: Resource) -> Listener:
        node = Node.of(resource)
        arn = identity(node.member("ListenerArn")) or resource.id
        groups: dict[str, None] = {}
        for one in sound(node.member("DefaultActions")):
            groups |= dict.fromkeys(_forwards(one))
        for rule in self._rules.get(arn, ()):
            for one in sound(Node.of(rule, "Actions")):
                groups |= dict.fromkeys(_forwards(one))
        port = node.member("Port").value
        if not isinstance(port, int):
            return Listener(arn, Packets([]), tuple(groups))
        return Listener(arn, _listening(str(node.member("Protocol").value), port), tuple(groups), port)

    def _targets(self, group: str, kind: str) -> tuple[Target, ...]:
        """The targets of a group; for classic load balancers the instances of the balancer itself."""
        balancer, sign, port = group.partition("#")
        if kind == "classic" and sign:
            found = next((one for one in self._net.index.all(CLASSIC).values() if one.id == balancer), None)
            names, _ = ids(Node.of(found, "Instances"), "InstanceId") if found else ([], [])
            inside = int(port) if port.isdecimal() else None
            made = (self._instance(name, inside, group, preserved=False) for name in names)
            return tuple(one for each in made for one in each)
        resource = self._net.index.all(TARGETS).get(group)
        if resource is None:
            return ()
        node = Node.of(resource)
        return tuple(one for each in sound(node.member("Targets")) for one in self._target(each, node, group, kind))

    def _target(self, target: Node, group: Node, name: str, kind: str) -> Iterator[Target]:
        id_ = identity(target.member("Id"))
        port = target.member("Port").value or group.member("Port").value
        port = port if isinstance(port, int) else None
        preserved = kind == "network" and _preserves(group)
        type_ = group.member("TargetType").value
        if type_ == "instance":
            yield from self._instance(id_, port, name, preserved=preserved)
        elif type_ == "ip" and (span := spans(id_)):
            vpc = identity(group.member("VpcId"))
            held = self._net.interfaces.by_address.get(span[0][0], ())
            near = [one for one, public in held if not public and one.subnet.vpc == vpc]
            for one in near or [one for one, public in held if not public]:
                yield Target(one, span, port, preserved, name)
        elif type_ == "alb" and id_ in self.all:
            for one in self.all[id_].nodes:
                yield Target(one, tuple(one.blocks(six=False)), port, preserved, name)

    def _instance(self, id_: str, port: int | None, group: str, *, preserved: bool) -> Iterator[Target]:
        """A target by instance gets its packets at the primary interface."""
        held = self._net.of_instance(id_)
        for one in [one for one in held if one.primary][:1] or held[:1]:
            yield Target(one, tuple(one.blocks(six=False)[:1]), port, preserved, group)


def _host(balancer: Node) -> str:
    return str(balancer.member("DNSName").value or "")


def _unread(listener: Resource) -> Iterator[Unknown]:
    """Why it may listen on something else."""
    node = Node.of(listener)
    yield from filter(None, (node.member("Port").unknown, node.member("Protocol").unknown))


def _listener_of(rule: str) -> str:
    """The listener's ARN as a rule's ARN tells it."""
    return rule.replace(":listener-rule/", ":listener/").rpartition("/")[0]


def _forwards(action: Node) -> Iterator[str]:
    yield from filter(None, [identity(action.member("TargetGroupArn"))])
    for one in sound(action.member("ForwardConfig").member("TargetGroups")):
        yield from filter(None, [identity(one.member("TargetGroupArn"))])


def _listening(protocol: str, port: int) -> Packets:
    numbers = _PROTOCOLS.get(protocol, ())
    return Packets([one for number in numbers for one in flows.only(number, (port, port + 1)).boxes])


def _preserves(group: Node) -> bool:
    """Whether targets see the client's address: as it is set, else by the defaults."""
    protocol = group.member("Protocol").value
    if protocol in ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC"):
        return True
    for one in sound(group.member("TargetGroupAttributes")):
        if one.member("Key").value == "preserve_client_ip.enabled":
            return bool(one.member("Value").value == "true")
    return group.member("TargetType").value in ("instance", "alb")
