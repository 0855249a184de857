"""Packets as programs and people read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.cases import Case
from scanner.derive.network.reach.ends import End
from scanner.derive.network.reach.packets import ICMP, ICMP6, TCP, UDP, Interval, Packet, Packets, without

PORTED = (TCP, UDP)
"""Protocols that have ports."""


def told(packet: Packet, host_: str = "") -> dict[str, Any]:
    """`{"protocol", "source", "source_port", "destination", "destination_port"}`, of ICMP with type and code."""
    ports = packet.protocol in PORTED
    found: dict[str, Any] = {
        "protocol": flows.protocol_text(packet.protocol),
        "source": flows.address_text(packet.source),
        "source_port": packet.source_port if ports else None,
        "destination": host_ or flows.address_text(packet.destination),
        "destination_port": packet.destination_port if ports else None,
    }
    if packet.protocol in (ICMP, ICMP6):
        found |= {"icmp_type": packet.destination_port >> 8, "icmp_code": packet.destination_port & 255}
    return found


def host(case: Case, target: End) -> str:
    """The name of a target whose addresses the snapshot does not tell."""
    front = case.via[0].balancer.nodes if case.via else (case.target,)
    told_ = [address for one in front if one for address in one.addresses]
    name = case.via[0].balancer.host if case.via else target.host
    return "" if any(one.block[1] - one.block[0] == 1 for one in told_) else name


def packets_told(packets: Packets) -> list[dict[str, Any]]:
    """A set in rows of `{"protocols", "ports", "sources", "destinations"}`; `ports` is empty where all are meant."""
    found = []
    for row in flows.rows(packets):
        low, high = row.protocols[0]
        single = len(row.protocols) == 1 and high == low + 1
        names = (
            [flows.protocol_text(low)]
            if single
            else [f"{a}-{b - 1}" if b > a + 1 else str(a) for a, b in row.protocols]
        )
        found.append(
            {
                "protocols": names,
                "ports": flows.ports_text(low, row.ports) if single else "",
                "sources": list(sources_told(row.sources)),
                "destinations": list(sources_told(row.destinations)),
            }
        )
    return found


@lru_cache(maxsize=1024)
def sources_told(intervals: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Addresses as blocks; all of the internet's of a family by that name, also but for a few blocks."""
    given = list(intervals)
    whole = flows.internet()
    found: list[str] = []
    for name, side in (("internet (IPv4)", whole[:-1]), ("internet (IPv6)", whole[-1:])):
        missing = without(side, given)
        blocks = flows.blocks_text(missing) if _size(missing) * 2 < _size(side) else []
        if not missing or 0 < len(blocks) <= _FEW:
            found.append(f"{name} but {', '.join(blocks)}" if blocks else name)
            given = without(given, side)
    return (*found, *flows.blocks_text(given))


_FEW = 4


def _size(intervals: Iterable[Interval]) -> int:
    return sum(high - low for low, high in intervals)
