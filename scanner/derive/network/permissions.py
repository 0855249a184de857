"""What a security group's permissions let in, as spans over protocol, ports and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.logic import malformed
from scanner.derive.network.prefix_lists import PrefixLists, addresses
from scanner.derive.network.ranges import BITS, FAMILIES, Family, Span
from scanner.derive.node import Node
from scanner.model import Unknown

ALL = "-1"
PORTS = (0, 65535)
_NAMES = {"all": ALL, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_WITH_PORTS = ("tcp", "udp")
_WITH_TYPES = ("icmp", "icmpv6")


class Rule(NamedTuple):
    """One block of addresses on one interval of ports; for ICMP `low` is the type and `high` the code.

    With a `why` it is the widest that something unknown can be; `bounded` says that there is such a
    widest one, a whole rule that is unknown being anything.
    """

    protocol: str
    low: int
    high: int
    family: Family
    span: Span
    why: Unknown | None = None
    bounded: bool = True


class Where(NamedTuple):
    """Protocol and ports of a permission at their widest; `why` says if they may be less."""

    protocol: str
    low: int
    high: int
    why: Unknown | None


ANYWHERE = Where(ALL, *PORTS, None)


def where(permission: Node) -> Where:
    """Protocol and ports of a permission.

    Protocols without ports, and `-1`, have all of them.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    node = permission.member("IpProtocol")
    if node.unknown:
        return ANYWHERE._replace(why=node.unknown)
    written = str(node.value).lower()
    protocol = _NAMES.get(written, written)
    if protocol not in (*_WITH_PORTS, *_WITH_TYPES, ALL) and not (written.isascii() and written.isdecimal()):
        return ANYWHERE._replace(why=malformed(node.path, "this is no protocol"))
    if protocol not in (*_WITH_PORTS, *_WITH_TYPES):
        return Where(protocol, *PORTS, None)
    return _ports(permission, protocol)


def _ports(permission: Node, protocol: str) -> Where:
    low, high = permission.member("FromPort"), permission.member("ToPort")
    start, end = _port(low), _port(high)
    widest = PORTS if protocol in _WITH_PORTS else (-1, -1)
    if low.unknown or high.unknown:
        if start is None or protocol in _WITH_TYPES:
            start = widest[0]
        if end is None or protocol in _WITH_TYPES:
            end = widest[1]
        return Where(protocol, start, end, low.unknown or high.unknown)
    if protocol in _WITH_TYPES and not low.present and not high.present:
        return Where(protocol, -1, -1, None)
    if start is None or end is None or (protocol in _WITH_PORTS and not 0 <= start <= end):
        return Where(protocol, *widest, malformed(permission.path, "these are no ports"))
    return Where(protocol, start, end, None)


def _port(node: Node) -> int | None:
    """The number that a port, or a type or code of ICMP, is; `None` for what is neither."""
    value = node.value
    fits = isinstance(value, int) and not isinstance(value, bool) and -1 <= value <= PORTS[1]
    return value if fits else None


def rules(permissions: Node, lists: PrefixLists) -> Iterator[Rule]:
    """All that a group's permissions let in from addresses, certain or not.

    References to other groups are no addresses and stay out.
    """
    if permissions.unknown:
        yield from _anything(permissions.unknown, permissions)
        return
    for permission in permissions.elements():
        yield from _of_permission(permission, lists)
    if permissions.more:
        yield from _anything(permissions.more, permissions)


def _of_permission(permission: Node, lists: PrefixLists) -> Iterator[Rule]:
    if permission.unknown:
        yield from _anything(permission.unknown, permission)
        return
    place = where(permission)
    for family, span, why in _blocks(permission, lists):
        yield Rule(place.protocol, place.low, place.high, family, span, why or place.why)


Block = tuple[Family, Span, Unknown | None]
"""Addresses let in; with a reason they are all that those of the source may be."""


def _blocks(permission: Node, lists: PrefixLists) -> Iterator[Block]:
    for member, key, family in (("IpRanges", "CidrIp", FAMILIES[0]), ("Ipv6Ranges", "CidrIpv6", FAMILIES[1])):
        listed = permission.member(member)
        for one in listed.elements():
            found = addresses(one.member(key), family, one)
            if found is not None:
                yield _block(found, family, one)
        if listed.more:
            yield _block(listed.more, family, listed)
    listed = permission.member("PrefixListIds")
    for one in listed.elements():
        for found in lists.blocks(one.member("PrefixListId")):
            for family in FAMILIES if isinstance(found, Unknown) else (found[0],):
                yield _block(found, family, one)
    if listed.more:
        yield from (_block(listed.more, family, listed) for family in FAMILIES)


def _block(found: tuple[Family, Span] | Unknown, family: Family, source: Node) -> Block:
    if isinstance(found, Unknown):
        return family, whole(family, source), found
    return family, found[1]._replace(source=source), None


def _anything(why: Unknown, source: Node) -> Iterator[Rule]:
    for family in FAMILIES:
        yield Rule(ALL, *PORTS, family, whole(family, source), why, bounded=False)


def whole(family: Family, source: Node) -> Span:
    """Every address of a family."""
    return Span(0, (1 << BITS[family]) - 1, source)
