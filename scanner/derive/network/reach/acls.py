"""What network ACLs let through, entry by entry in the order of their numbers.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from scanner.derive.logic import malformed
from scanner.derive.network.reach.bounds import Bounds, unsure
from scanner.derive.network.reach.flows import block, ports_text, protocol_text
from scanner.derive.network.reach.groups import Way
from scanner.derive.network.reach.index import ACL, Index
from scanner.derive.network.reach.packets import (
    EVERYTHING,
    ICMP,
    ICMP6,
    NOTHING,
    PORTS,
    PROTOCOLS,
    TCP,
    UDP,
    Interval,
    Packet,
    Packets,
    box,
)
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown

_NAMES = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMP6, "ipv6-icmp": ICMP6}
_BLOCKS = ("CidrBlock", "Ipv6CidrBlock")
_LAST = 32767


class Entry(NamedTuple):
    """One entry; with a `why` it may be less than its packets, be elsewhere, or do the opposite."""

    number: int
    allow: bool
    packets: Packets
    told: str
    why: Unknown | None


class Acls:
    """The network ACLs of a snapshot by the subnets that they guard."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.entries = cache(self._entries)
        self.lets = cache(self._lets)
        self._guards: dict[str, Resource] | None = None

    def of(self, subnet: Subnet) -> Resource | Unknown:
        """The ACL that a subnet is associated with; each has one."""
        found = self._by_subnet().get(subnet.id)
        if found is not None:
            return found
        what = f"the network ACL of {subnet.id}"
        return self._index.missing(ACL, subnet.place, what) or malformed(subnet.id, "no network ACL guards it")

    def name(self, subnet: Subnet) -> str:
        """The id of the ACL, or of the subnet where it is not known."""
        found = self.of(subnet)
        return subnet.id if isinstance(found, Unknown) else identity(Node.of(found, "NetworkAclId")) or found.id

    def decided(self, subnet: Subnet, way: Way, packet: Packet) -> str:
        """The first entry that a packet meets, in words."""
        for entry in self.entries(subnet, way):
            if packet in entry.packets:
                return entry.told
        return f"{way} * deny"

    def _lets(self, subnet: Subnet, way: Way) -> Bounds:
        """What gets through in one direction."""
        acl = self.of(subnet)
        if isinstance(acl, Unknown):
            return unsure(acl)
        most, least = NOTHING, NOTHING
        open_, certain = EVERYTHING, EVERYTHING
        doubts: list[Unknown] = []
        for entry in self.entries(subnet, way):
            if entry.why is not None:
                doubts.append(entry.why)
                most = most | (open_ & entry.packets)
            elif entry.allow:
                most = most | (open_ & entry.packets)
                least = least | (certain & entry.packets)
                open_ = open_ - entry.packets
            else:
                open_ = open_ - entry.packets
            certain = certain - entry.packets
        return Bounds(most, least, tuple(dict.fromkeys(doubts))) if doubts else Bounds(most, most)

    def _entries(self, subnet: Subnet, way: Way) -> tuple[Entry, ...]:
        acl = self.of(subnet)
        if isinstance(acl, Unknown):
            return (Entry(-1, True, EVERYTHING, f"{way}: not known", acl),)  # noqa: FBT003 - the field's place
        found = [one for entry in each(Node.of(acl, "Entries")) for one in _read(entry, way)]
        return tuple(sorted(found, key=lambda one: one.number))

    def _by_subnet(self) -> dict[str, Resource]:
        if self._guards is None:
            self._guards = {}
            for acl in self._index.all(ACL).values():
                for one in each(Node.of(acl, "Associations")):
                    if isinstance(one, Node) and (subnet := identity(one.member("SubnetId"))):
                        self._guards[subnet] = acl
        return self._guards


def _read(entry: Node | Unknown, way: Way) -> Iterator[Entry]:
    if isinstance(entry, Unknown):
        yield Entry(-1, True, EVERYTHING, f"{way}: not known", entry)  # noqa: FBT003 - the field's place
        return
    egress = entry.member("Egress")
    if not egress.unknown and bool(egress.value) != (way == "egress"):
        return
    number = entry.member("RuleNumber").value
    protocol = _protocol(entry)
    ports = _ports(entry, protocol) if isinstance(protocol, tuple) else None
    blocks = [one for name in _BLOCKS if (one := block(str(entry.member(name).value)))]
    why = _doubt(entry) or (protocol if isinstance(protocol, Unknown) else None)
    if why is None and (ports is None or not blocks or not isinstance(number, int)):
        why = malformed(entry.path, "this is no entry of a network ACL")
    if why is not None or not isinstance(protocol, tuple) or ports is None:
        at = number if isinstance(number, int) else -1
        yield Entry(at, True, EVERYTHING, f"{way} {number}: not known", why)  # noqa: FBT003 - the field's place
        return
    allow = entry.member("RuleAction").value == "allow"
    axis = {"ingress": "source", "egress": "destination"}[way]
    packets = Packets([box(protocol, destination_port=ports, **{axis: one}) for one in blocks])
    yield Entry(number, allow, packets, _told(entry, way, number, protocol, ports), None)


def _told(entry: Node, way: Way, number: int, protocol: Interval, ports: Interval) -> str:
    what = "all" if protocol == PROTOCOLS else f"{protocol_text(protocol[0])} {ports_text(protocol[0], ports)}".strip()
    cidr = entry.member("CidrBlock").value or entry.member("Ipv6CidrBlock").value
    name = "*" if number >= _LAST else str(number)
    return f"{way} {name} {entry.member('RuleAction').value} {what} {'from' if way == 'ingress' else 'to'} {cidr}"


def _doubt(entry: Node) -> Unknown | None:
    names = ("RuleNumber", "Egress", "RuleAction", "Protocol", "PortRange", "IcmpTypeCode", *_BLOCKS)
    nodes = [entry.member(name) for name in names]
    nodes += [entry.member("PortRange").member(name) for name in ("From", "To")]
    nodes += [entry.member("IcmpTypeCode").member(name) for name in ("Type", "Code")]
    return next((node.unknown for node in nodes if node.unknown), None)


def _protocol(entry: Node) -> Interval | Unknown:
    written = str(entry.member("Protocol").value).lower()
    if written in ("-1", "all"):
        return PROTOCOLS
    number = _NAMES.get(written, int(written) if written.isascii() and written.isdecimal() else -1)
    if not 0 <= number < PROTOCOLS[1]:
        return malformed(entry.path, "this is no protocol")
    return number, number + 1


def _ports(entry: Node, protocol: Interval) -> Interval | None:
    """Ports or types and codes; `None` if they are none that EC2 could have."""
    if protocol in ((TCP, TCP + 1), (UDP, UDP + 1)):
        span = entry.member("PortRange")
        low, high = span.member("From").value, span.member("To").value
        if not (isinstance(low, int) and isinstance(high, int)):
            return None
        return (low, high + 1) if PORTS[0] <= low <= high < PORTS[1] else None
    if protocol in ((ICMP, ICMP + 1), (ICMP6, ICMP6 + 1)):
        kind, code = (entry.member("IcmpTypeCode").member(name).value for name in ("Type", "Code"))
        if not isinstance(kind, int) or kind < 0:
            return PORTS
        if not isinstance(code, int) or code < 0:
            return kind << 8, (kind + 1) << 8
        return kind << 8 | code, (kind << 8 | code) + 1
    return PORTS
