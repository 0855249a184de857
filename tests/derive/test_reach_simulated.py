"""Sets of packets against a simulator that sends one packet at a time, over random networks."""

from __future__ import annotations

from ipaddress import ip_address
from random import Random

import pytest

from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.flows import internet, possible, start
from scanner.derive.network.reach.index import INTERFACE
from scanner.derive.network.reach.packets import ADDRESSES, V6, Packet, Packets
from tests.derive.reach_estates import estate
from tests.derive.reach_simulator import Packet as Single
from tests.derive.reach_simulator import Simulator
from tests.derive.reach_worlds import inventory, surely

_PORTS = (22, 23, 80, 443, 1023, 1024, 8000, 9000, 9001, 32767, 32768, 60999, 61000, 65535)
_KINDS = (0, 3 << 8, 8 << 8, 8 << 8 | 1, 128 << 8, 129 << 8)


def single(packet: Packet) -> Single:
    ends = (ip_address(at) if at < V6 else ip_address((at - V6).to_bytes(16, "big")) for at in packet[1:3])
    return Single(packet.protocol, *ends, packet.source_port, packet.destination_port)


def inside(random: Random, packets: Packets) -> Packet:
    """Any packet of a set, the ends of its boxes more often than others."""
    held = [one for one in packets.boxes if one[1][0] >= V6] if random.random() < 0.5 else []
    box = random.choice(held or packets.boxes)
    return Packet(*(random.choice([low, high - 1, random.randrange(low, high)]) for low, high in box))


def anywhere(random: Random, sources: list[int], targets: list[int]) -> Packet | None:
    six = random.random() < 0.45
    ends = [[one for one in held if (one >= V6) == six] for held in (sources, targets)]
    if not all(ends):
        return None
    protocol = random.choice([58 if six else 1, 6, 6, 6, 17, 47])
    ports = (random.choice([1024, 32768, 49152, 65535]), random.choice(_PORTS)) if protocol in (6, 17) else (0, 0)
    if protocol in (1, 58):
        ports = (0, random.choice(_KINDS))
    packet = Packet(protocol, random.choice(ends[0]), random.choice(ends[1]), *ports)
    return packet if packet in possible() else None


def compare(seed: int, pairs: int, packets: int) -> tuple[int, int, int, list[str]]:
    """Packets, those that got through, those of IPv6, and where the two disagree."""
    random = Random(seed)
    resources = [*estate(seed)]
    held = inventory(*resources)
    cases, simulator = Cases(held), Simulator(resources)
    hosts = sorted(one.config["NetworkInterfaceId"] for one in held.of(INTERFACE))
    checked, through, six, wrong = 0, 0, 0, []
    for _ in range(pairs):
        source, target = random.choice([*hosts, "internet", "internet"]), random.choice([*hosts, "internet"])
        if source == target or "nat" in source:
            continue
        known = surely(cases, source, target)
        assert known.same(surely(cases, source, target, "most"))
        ends = [_addresses(cases, source, random), _addresses(cases, target, random)]
        for _ in range(packets):
            packet = inside(random, known) if known and random.random() < 0.6 else anywhere(random, *ends)
            if packet is None or packet not in start([ADDRESSES], [ADDRESSES]):
                continue
            if target == "internet" and cases.network.interfaces.by_address.get(packet.destination):
                continue
            answer = simulator.passes(single(packet), source, target)
            checked, through, six = checked + 1, through + answer, six + (packet.source >= V6)
            if answer != (packet in known):
                wrong.append(f"seed {seed}: {source} to {target}: {single(packet)}: simulated {answer}")
    return checked, through, six, wrong


def _addresses(cases: Cases, end: str, random: Random) -> list[int]:
    if end == "internet":
        fixed = [(198 << 24) + (51 << 16) + (100 << 8) + last for last in (7, 63, 64, 127, 128)]
        return [*fixed, *(random.randrange(low, high) for low, high in internet()), (203 << 24) + (113 << 8) + 9]
    held = cases.network.interfaces.all[end].addresses
    return [one.block[0] for one in held] + [public[0] for one in held for public in one.public]


@pytest.mark.parametrize("seed", range(12))
def test_sets_hold_exactly_what_the_simulator_lets_through(seed: int) -> None:
    checked, _, _, wrong = compare(seed, pairs=40, packets=25)
    assert not wrong, "\n".join(wrong[:5])
    assert checked > 300


@pytest.mark.slow
def test_many_networks() -> None:
    total = [0, 0, 0]
    for seed in range(1000, 1080):
        checked, through, six, wrong = compare(seed, pairs=60, packets=40)
        assert not wrong, "\n".join(wrong[:5])
        total = [total[0] + checked, total[1] + through, total[2] + six]
    print(f"\n{total[0]} packets, {total[1]} got through, {total[2]} of IPv6, 0 mismatches")  # noqa: T201 - the figures
    assert total[1] >= total[0] * 0.2
    assert total[2] >= total[0] * 0.2
