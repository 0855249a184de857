"""Packets as rules read them: protocol and ports, who sends, and whether that is as good as anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.packets import (
    ICMP,
    ICMP6,
    TCP,
    UDP,
    V4_SPACE,
    V6_SPACE,
    Interval,
    Packets,
    box,
    overlap,
    without,
)
from scanner.derive.network.reach.wording import sources_told

_TOLD = (TCP, UDP, ICMP, ICMP6)
_REST = without([(0, 256)], [(one, one + 1) for one in _TOLD])
OTHER = "other"
"""All protocols but TCP, UDP and ICMP, which have no ports here."""

_NARROW = ((V4_SPACE, 1 << 24), (V6_SPACE, 1 << 96))
"""How many addresses of a family may still be a network that somebody chose: an IPv4 /8, an IPv6 /32.

S3 draws the line there for policies
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
"""


class Opening(TypedDict):
    """Ports that get through. `anyone`: for more senders than one network has, so that denying a few changes nothing.

    `protocol` is `tcp`, `udp`, `icmp`, `icmpv6` or `other`; ICMP's ports are types, those of `other` all; `ports` is
    how many. `sources` are blocks, or `internet (IPv4)` and `internet (IPv6)` for all of a family.
    """

    protocol: str
    from_port: int
    to_port: int
    ports: int
    sources: list[str]
    anyone: bool


def openings(packets: Packets) -> list[Opening]:
    """The openings in a set of packets, in order; of equal sets they are equal."""
    found: dict[str, Opening] = {}
    for protocols in [*((one, one + 1) for one in _TOLD), *_REST]:
        for row in flows.rows(packets & Packets([box(protocols)])):
            one = _opening(protocols[0], row.ports, row.sources)
            found.setdefault(str(one), one)
    return list(found.values())


def _opening(protocol: int, ports: Interval, sources: Iterable[Interval]) -> Opening:
    held = tuple(sources)
    low, high = ports[0], ports[1] - 1
    if protocol in (ICMP, ICMP6):
        low, high = low >> 8, high >> 8
    elif protocol not in _TOLD:
        low, high = 0, 65535
    return Opening(
        protocol=flows.protocol_text(protocol) if protocol in _TOLD else OTHER,
        from_port=low,
        to_port=high,
        ports=high - low + 1,
        sources=list(sources_told(held)),
        anyone=_is_anyone(held),
    )


def _is_anyone(sources: tuple[Interval, ...]) -> bool:
    sizes = ((sum(high - low for low, high in overlap(sources, [space])), most) for space, most in _NARROW)
    return any(size > most for size, most in sizes)
