"""The algebra of packets against brute force over a small universe."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.packets import (
    EVERYTHING,
    ICMP,
    ICMP6,
    NOTHING,
    TCP,
    UDP,
    V6,
    Packet,
    Packets,
    box,
    joined,
    overlap,
    possible,
    without,
)

_SIDE = 3
_interval = st.tuples(st.integers(0, _SIDE), st.integers(0, _SIDE))
_boxes = st.lists(st.tuples(*[_interval] * 5), max_size=6)
_UNIVERSE = [Packet(*at) for at in product(range(_SIDE), repeat=5)]


def members(packets: Packets) -> set[Packet]:
    return {one for one in _UNIVERSE if one in packets}


def brute(boxes: list) -> set[Packet]:
    return {p for p in _UNIVERSE if any(all(lo <= at < hi for at, (lo, hi) in zip(p, b, strict=True)) for b in boxes)}


@given(_boxes, _boxes)
@settings(max_examples=400, deadline=None)
def test_union_intersection_and_difference_are_exact(some: list, others: list) -> None:
    a, b = Packets(some), Packets(others)
    x, y = brute(some), brute(others)
    assert members(a) == x
    assert members(a | b) == x | y
    assert members(a & b) == x & y
    assert members(a - b) == x - y
    assert bool(a & b) == bool(x & y)
    assert bool(a - b) == bool(x - y)
    assert (a <= b) == (x <= y)
    assert a.same(b) == (x == y)


@given(_boxes)
@settings(max_examples=200, deadline=None)
def test_a_witness_is_a_member_and_the_first(some: list) -> None:
    held = brute(some)
    assert Packets(some).witness() == (min(held) if held else None)


@given(_boxes, st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_an_axis_is_projected_exactly(some: list, axis: int) -> None:
    values = {at for lo, hi in Packets(some).interval(axis) for at in range(lo, hi)}
    assert values == {one[axis] for one in brute(some)}


@given(st.lists(_interval), st.lists(_interval))
def test_intervals(some: list, others: list) -> None:
    def points(intervals: list) -> set[int]:
        return {at for lo, hi in intervals for at in range(lo, hi)}

    assert points(overlap(some, others)) == points(some) & points(others)
    assert points(without([i for i in some if i[0] < i[1]], others)) == points(some) - points(others)
    assert points(joined(some)) == points(some)


@given(_boxes, st.integers(0, 4), st.integers(0, _SIDE))
@settings(max_examples=200, deadline=None)
def test_the_same_set_is_told_the_same_however_it_is_split(some: list, axis: int, at: int) -> None:
    split = []
    for one in Packets(some).boxes:
        low, high = one[axis]
        cut = min(max(at, low), high)
        split += [(*one[:axis], part, *one[axis + 1 :]) for part in ((low, cut), (cut, high))]
    assert flows.rows(Packets(split)) == flows.rows(Packets(some))


def _sample() -> list[Packet]:
    ends = [5, 9, V6 + 5, V6 + 9]
    ports = [0, 7, 8 << 8, 14 << 8, 128 << 8, 129 << 8 | 3]
    return [Packet(*one) for one in product([0, ICMP, TCP, UDP, 47, ICMP6], ends, ends, [0, 1024], ports)]


@given(st.lists(st.tuples(st.sampled_from([(0, 256), (1, 2), (6, 7), (58, 59), (2, 60)]),
                          st.sampled_from([(5, 6), (0, V6), (V6, V6 + 100)]),
                          st.sampled_from([(5, 6), (0, V6 * 2)]),
                          st.sampled_from([(0, 1), (0, 65536), (1024, 2000)]),
                          st.sampled_from([(0, 65536), (0, 256), (14 << 8, 15 << 8), (129 << 8, 130 << 8)])), max_size=4))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_packets_asked_are_those_whose_answer_is_in_the_set(answers: list) -> None:
    held = Packets(answers)
    for packet in _sample():
        if packet in possible() and held.boxes != EVERYTHING.boxes:
            answer = flows.reply(packet)
            assert (packet in flows.asked(held)) == (answer is not None and answer in held), packet


def test_every_packet_there_can_be_is_of_one_family() -> None:
    assert Packet(TCP, 5, V6, 1, 1) not in possible()
    assert Packet(TCP, 5, 6, 1, 1) in possible()
    assert Packet(47, 5, 6, 0, 1) not in possible()
    assert not NOTHING
    assert possible() <= EVERYTHING
    assert Packets([box()]).same(EVERYTHING)


def test_the_internet_has_no_private_addresses() -> None:
    for text in ("10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "fd00::1", "fe80::1"):
        at = flows.block(text)
        assert at is not None
        assert not flows.is_public(at[0]), text
    for text in ("8.8.8.8", "203.0.113.9", "2001:db8::1", "172.32.0.1"):
        at = flows.block(text)
        assert at is not None
        assert flows.is_public(at[0]), text


def test_blocks_are_written_as_people_do() -> None:
    parts = [flows.block(text) for text in ("10.0.0.0/25", "10.0.0.128/25", "10.1.2.3", "2001:db8::/32", "::/0")]
    assert flows.blocks_text([one for one in parts[:4] if one]) == ["10.0.0.0/24", "10.1.2.3", "2001:db8::/32"]
    assert flows.blocks_text([one for one in parts[4:] if one]) == ["::/0"]
    assert flows.ports_text(TCP, (22, 23)) == "22"
    assert flows.ports_text(ICMP, (8 << 8, (8 << 8) + 1)) == "type 8 code 0"
    assert flows.ports_text(ICMP, (8 << 8, 9 << 8)) == "type 8"
