"""The entries of a network ACL in the order in which EC2 walks them.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.logic import malformed
from scanner.derive.network.permissions import ALL, PORTS
from scanner.derive.network.ranges import BITS, FAMILIES, Family, Span, parse_cidr
from scanner.derive.node import Node
from scanner.model import Unknown

_PROTOCOLS = {"6": "tcp", "17": "udp", "all": ALL}
_WITH_PORTS = ("tcp", "udp")
_BLOCKS: tuple[tuple[str, Family], ...] = (("CidrBlock", FAMILIES[0]), ("Ipv6CidrBlock", FAMILIES[1]))


class Entry(NamedTuple):
    """One entry for one family. With a `why` it may be anything, and stands at its widest."""

    number: int
    allow: bool
    protocol: str
    low: int
    high: int
    family: Family
    span: Span
    why: Unknown | None = None


def ingress(entries: Node) -> list[Entry]:
    """The inbound entries by number, the lowest first; one whose number is not known before all others."""
    found = [one for entry in entries.elements() for one in _of_entry(entry)]
    if entries.more:
        found += _anything(-1, entries.more, entries)
    return sorted(found, key=lambda one: one.number)


def _of_entry(entry: Node) -> Iterator[Entry]:
    number = entry.member("RuleNumber").value
    number = number if isinstance(number, int) else -1
    doubt = _doubt(entry)
    egress = entry.member("Egress")
    if egress.value is True and not entry.unknown:
        return
    if doubt is not None:
        yield from _anything(number, doubt, entry)
        return
    protocol = _protocol(entry)
    low, high = _ports(entry) if protocol in _WITH_PORTS else PORTS
    for member, family in _BLOCKS:
        block = parse_cidr(str(entry.member(member).value))
        if block is not None:
            span = Span(block.start, block.end, entry.path)
            yield Entry(number, entry.member("RuleAction").value == "allow", protocol, low, high, family, span)


def _protocol(entry: Node) -> str:
    written = str(entry.member("Protocol").value).lower()
    return _PROTOCOLS.get(written, written)


def _doubt(entry: Node) -> Unknown | None:
    """Why this entry is not known, or is none that EC2 could have."""
    names = ("RuleNumber", "Egress", "RuleAction", "Protocol", "CidrBlock", "Ipv6CidrBlock", "PortRange")
    members = {name: entry.member(name) for name in names}
    ports = [members["PortRange"].member(name) for name in ("From", "To")]
    found = next((node.unknown for node in (entry, *members.values(), *ports) if node.unknown), None)
    if found is not None:
        return found
    blocks = [(parse_cidr(str(members[name].value)), family) for name, family in _BLOCKS if members[name].present]
    sound = (
        isinstance(members["RuleNumber"].value, int)
        and members["RuleAction"].value in ("allow", "deny")
        and isinstance(members["Protocol"].value, str | int)
        and bool(blocks)
        and all(block is not None and block.family == family for block, family in blocks)
        and (_protocol(entry) not in _WITH_PORTS or _is_range(*ports))
    )
    return None if sound else malformed(entry.path, "this is no entry of a network ACL")


def _is_range(low: Node, high: Node) -> bool:
    values = (low.value, high.value)
    return all(isinstance(value, int) for value in values) and PORTS[0] <= values[0] <= values[1] <= PORTS[1]


def _ports(entry: Node) -> tuple[int, int]:
    span = entry.member("PortRange")
    return span.member("From").value, span.member("To").value


def _anything(number: int, why: Unknown, source: Node) -> Iterator[Entry]:
    for family in FAMILIES:
        yield Entry(number, True, ALL, *PORTS, family, Span(0, (1 << BITS[family]) - 1, source.path), why)  # noqa: FBT003 - the field's place
