"""What packets mean: who may send them, which answer belongs to which, and how a set is told in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from scanner.derive.network.ranges import parse_cidr
from scanner.derive.network.reach.packets import (
    ADDRESSES,
    DESTINATION,
    DESTINATION_PORT,
    EVERYTHING,
    ICMP,
    ICMP6,
    NO_PORT,
    PORTS,
    PROTOCOL,
    PROTOCOLS,
    SOURCE,
    SOURCE_PORT,
    TCP,
    UDP,
    V4_SPACE,
    V6,
    Box,
    Interval,
    Packet,
    Packets,
    box,
    joined,
    overlap,
    possible,
    tidied,
    without,
)

EPHEMERAL: Interval = (1024, 65536)
"""The ports that a client, a NAT gateway or a load balancer sends from."""

# https://www.iana.org/assignments/iana-ipv4-special-registry, less the blocks kept for documentation: nothing is
# routed there, but examples are written with them
_NOT_ROUTED = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
)
_ROUTED6 = "2000::/3"  # https://www.iana.org/assignments/ipv6-address-space

NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMP6: "icmpv6"}
NUMBERS = {name: number for number, name in NAMES.items()}

_QUERIES = {(ICMP, 8): 0, (ICMP, 13): 14, (ICMP, 17): 18, (ICMP6, 128): 129}
"""Types of ICMP that ask for an answer, and the answer's; the others are messages that nobody answers."""


@lru_cache(maxsize=65536)
def block(text: str) -> Interval | None:
    """A CIDR block or address on the shared axis; `None` if the text is none."""
    found = parse_cidr(text)
    if found is None:
        return None
    offset = V6 if found.family == "ipv6" else 0
    return found.start + offset, found.end + 1 + offset


@lru_cache(maxsize=1)
def internet() -> list[Interval]:
    """The addresses of the internet."""
    private = [one for text in _NOT_ROUTED if (one := block(text))]
    routed = block(_ROUTED6)
    return without([V4_SPACE], private) + ([routed] if routed else [])


def is_public(address: int) -> bool:
    """Whether an address is one of the internet's."""
    return any(low <= address < high for low, high in internet())


def start(sources: Iterable[Interval], destinations: Iterable[Interval]) -> Packets:
    """Every first packet of a client at `sources` to `destinations`: its ports are ephemeral, and it is answered.

    ICMP's messages that nobody answers are none: without a way back nothing is reached.
    """
    return _first() & EVERYTHING.with_axis(SOURCE, sources).with_axis(DESTINATION, destinations)


@lru_cache(maxsize=1)
def _first() -> Packets:
    named = [(one, one + 1) for one in (TCP, UDP, ICMP, ICMP6)]
    kinds = [((icmp, icmp + 1), (kind << 8, (kind + 1) << 8)) for icmp, kind in _QUERIES]
    clients = Packets(
        [
            *(box(one) for one in without([PROTOCOLS], named)),
            *(box((one, one + 1), source_port=EPHEMERAL) for one in (TCP, UDP)),
            *(box(protocol, destination_port=kind) for protocol, kind in kinds),
        ]
    )
    return possible() & clients


def only(protocol: int | None, ports: Interval | None) -> Packets:
    """All packets of a protocol to the ports (for ICMP: types and codes); `None`: any."""
    protocols = (protocol, protocol + 1) if protocol is not None else (0, 256)
    return Packets([box(protocols, destination_port=ports or PORTS)])


def reply(packet: Packet) -> Packet | None:
    """The answer to a packet; `None` to one that nobody answers."""
    protocol, source, destination, source_port, destination_port = packet
    if protocol in (ICMP, ICMP6):
        kind = _QUERIES.get((protocol, destination_port >> 8))
        return None if kind is None else Packet(protocol, destination, source, 0, kind << 8 | destination_port & 255)
    return Packet(protocol, destination, source, destination_port, source_port)


def asked(answers: Packets) -> Packets:
    """The packets whose answer is among `answers`."""
    if answers.boxes == EVERYTHING.boxes:
        return EVERYTHING
    return Packets(tidied(one for each in answers.boxes for one in _asked(each)))


def _asked(one: Box) -> Iterator[Box]:
    protocols, source, destination, source_port, destination_port = one
    for low, high in without([protocols], [(ICMP, ICMP + 1), (ICMP6, ICMP6 + 1)]):
        yield (low, high), destination, source, destination_port, source_port
    for (protocol, query), kind in _QUERIES.items():
        codes = overlap([destination_port], [(kind << 8, (kind + 1) << 8)])
        if protocols[0] <= protocol < protocols[1] and source_port[0] == 0:
            shift = (query - kind) << 8
            for low, high in codes:
                yield (protocol, protocol + 1), destination, source, NO_PORT, (low + shift, high + shift)


def address_text(address: int) -> str:
    """An address in the usual way of writing."""
    from ipaddress import IPv4Address, IPv6Address

    return str(IPv4Address(address) if address < V6 else IPv6Address(address - V6))


def blocks_text(intervals: Iterable[Interval]) -> list[str]:
    """Addresses as the fewest CIDR blocks, IPv4 first; a block of one is an address."""
    from ipaddress import IPv4Address, IPv6Address, summarize_address_range

    found: list[str] = []
    for low, high in joined(intervals):
        for family, space, offset in ((IPv4Address, V4_SPACE, 0), (IPv6Address, (V6, ADDRESSES[1]), V6)):
            for a, b in overlap([(low, high)], [space]):
                blocks = summarize_address_range(family(a - offset), family(b - 1 - offset))
                found += [str(one).removesuffix("/32" if not offset else "/128") for one in blocks]
    return found


def protocol_text(protocol: int) -> str:
    """The name of a protocol, or its number."""
    return NAMES.get(protocol, str(protocol))


def ports_text(protocol: int, ports: Interval) -> str:
    """Ports, or types and codes of ICMP, in words; empty for all of them and for protocols without."""
    low, high = ports[0], ports[1] - 1
    if protocol in (TCP, UDP):
        return "" if ports == PORTS else str(low) if low == high else f"{low}-{high}"
    if protocol not in (ICMP, ICMP6) or ports == PORTS:
        return ""
    kinds = (low >> 8, high >> 8)
    if low & 255 == 0 and high & 255 == 255:
        return f"type {kinds[0]}" if kinds[0] == kinds[1] else f"types {kinds[0]}-{kinds[1]}"
    codes = str(low & 255) if low == high else f"{low & 255}-{high & 255}"
    return f"type {kinds[0]} code {codes}" if kinds[0] == kinds[1] else f"types {kinds[0]}/{codes}"


class Row(NamedTuple):
    """Packets that are told together: protocols, ports (for ICMP types and codes), and who sends them to whom."""

    protocols: tuple[Interval, ...]
    ports: Interval
    sources: tuple[Interval, ...]
    destinations: tuple[Interval, ...]
    client_ports: tuple[Interval, ...]


def rows(packets: Packets) -> list[Row]:
    """A set in rows; of equal sets, however they are written, the rows are equal."""
    found: list[Row] = []
    for protocols in _cells(packets, PROTOCOL):
        mine = Packets(_holding(packets, PROTOCOL, protocols))
        run: list[Row] = []
        for ports in _cells(mine, DESTINATION_PORT):
            held = _holding(mine, DESTINATION_PORT, ports)
            told = (tuple(joined(one[axis] for one in held)) for axis in (SOURCE, DESTINATION, SOURCE_PORT))
            row = Row((protocols,), ports, *told)
            if run and run[-1].ports[1] == ports[0] and run[-1][2:] == row[2:]:
                run[-1] = run[-1]._replace(ports=(run[-1].ports[0], ports[1]))
            else:
                run.append(row)
        found += run
    return _along_protocols(found)


def _along_protocols(found: Iterable[Row]) -> list[Row]:
    """Protocols of which the same is told stand in one row, if they are not those that have names."""
    named: list[Row] = []
    others: dict[Row, list[Interval]] = {}
    for row in found:
        low, high = row.protocols[0]
        if high == low + 1 and low in NAMES:
            named.append(row)
        else:
            others.setdefault(row._replace(protocols=()), []).append((low, high))
    named += [row._replace(protocols=tuple(joined(protocols))) for row, protocols in others.items()]
    return sorted(named)


def _holding(packets: Packets, axis: int, values: Interval) -> list[Box]:
    return [one for one in packets.boxes if one[axis][0] <= values[0] and values[1] <= one[axis][1]]


def _cells(packets: Packets, axis: int) -> Iterator[Interval]:
    """The pieces of an axis between the boundaries of the boxes, those that hold something."""
    edges = sorted({edge for one in packets.boxes for edge in one[axis]})
    for piece in pairwise(edges):
        if _holding(packets, axis, piece):
            yield piece
