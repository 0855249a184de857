"""Sets of packets against one packet at a time, over every cell that their edges can make."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.network.ranges import BITS, FAMILIES, Family
from scanner.derive.network.reach.intervals import Intervals, intervals
from scanner.derive.network.reach.packets import Packet, Packets, packets

Judge = Callable[[Packet], bool]
Case = tuple[Packets, Judge]
PORTED, TYPED, NUMBERS = {6, 17}, {1, 58}, (0, 1, 5, 6, 17, 58, 255)


def cells(size: int) -> st.SearchStrategy[set[int]]:
    """Unions of {0}, {1}, {2 … size - 2} and {size - 1}, each told by its first number."""
    return st.sets(st.sampled_from((0, 1, 2, size - 1)), min_size=1)


def written(chosen: set[int], size: int) -> Intervals:
    return intervals((first, {0: 1, 1: 2, 2: size - 1}.get(first, size)) for first in chosen)


@st.composite
def rules(draw: st.DrawFn) -> Case:
    family: Family = draw(st.sampled_from(FAMILIES))
    protocols = draw(st.sets(st.sampled_from(NUMBERS), min_size=1))
    size = 1 << BITS[family]
    sources, destinations = draw(cells(size)), draw(cells(size))
    ports = draw(cells(65536)), draw(cells(65536))
    types = draw(cells(256)), draw(cells(256))

    def lets_in(packet: Packet) -> bool:
        if packet.family != family or packet.protocol not in protocols:
            return False
        if packet.source not in sources or packet.destination not in destinations:
            return False
        axes = ports if packet.protocol in PORTED else types if packet.protocol in TYPED else ({0}, {0})
        return packet.first in axes[0] and packet.second in axes[1]

    return packets(
        family,
        protocols=intervals((number, number + 1) for number in protocols),
        sources=written(sources, size),
        destinations=written(destinations, size),
        source_ports=written(ports[0], 65536),
        destination_ports=written(ports[1], 65536),
        types=written(types[0], 256),
        codes=written(types[1], 256),
    ), lets_in


OPERATIONS: tuple[tuple[Callable[[Packets, Packets], Packets], Callable[[bool, bool], bool]], ...] = (
    (operator.or_, lambda one, other: one or other),
    (operator.and_, lambda one, other: one and other),
    (operator.sub, lambda one, other: one and not other),
)


@st.composite
def combined(draw: st.DrawFn, parts: st.SearchStrategy[Case]) -> Case:
    (one, first), (other, second) = draw(parts), draw(parts)
    on_sets, on_truth = draw(st.sampled_from(OPERATIONS))
    return on_sets(one, other), lambda packet: on_truth(first(packet), second(packet))


CASES = st.recursive(rules(), combined, max_leaves=6)


def universe() -> list[Packet]:
    """A packet of every cell, both ends of the axes among them."""
    found = []
    for family, protocol in product(FAMILIES, NUMBERS):
        size = 1 << BITS[family]
        width = 65536 if protocol in PORTED else 256 if protocol in TYPED else 0
        inner = (0, 1, 2, width - 1) if width else (0,)
        outer = (0, 1, 2, size - 1)
        found += [Packet(family, protocol, *rest) for rest in product(outer, outer, inner, inner)]
    return found


UNIVERSE = universe()


@settings(max_examples=80)
@given(CASES)
def test_every_cell_is_judged_like_a_single_packet(case: Case) -> None:
    found, lets_in = case
    expected = {packet for packet in UNIVERSE if lets_in(packet)}
    assert {packet for packet in UNIVERSE if packet in found} == expected
    assert bool(found) == bool(expected)
    witness = found.witness()
    assert (witness is not None) == bool(expected)
    assert witness is None or (witness in found and lets_in(witness))


@given(CASES)
def test_boxes_are_disjoint(case: Case) -> None:
    boxes = case[0].boxes
    for at, box in enumerate(boxes):
        assert not Packets((box,)) & Packets(boxes[at + 1 :])


@given(CASES, CASES)
def test_same_tells_sets_and_not_their_cut(one: Case, other: Case) -> None:
    (left, first), (right, second) = one, other
    assert left.same(right) == all(first(packet) == second(packet) for packet in UNIVERSE)
    assert (left | right).same(right | left)
    assert left.same((left - right) | (left & right))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_block_cut_in_two_is_the_block(family: Family) -> None:
    half = 1 << (BITS[family] - 1)
    low, high = packets(family, sources=((0, half),)), packets(family, sources=((half, 2 * half),))
    assert (low | high).same(packets(family))
    assert (low | high).boxes == packets(family).boxes


def test_ports_narrow_only_what_has_ports() -> None:
    found = packets("ipv4", destination_ports=((443, 444),))
    assert Packet("ipv4", 6, 0, 0, 40000, 443) in found
    assert Packet("ipv4", 6, 0, 0, 443, 22) not in found
    assert Packet("ipv4", 1, 0, 0, 8, 0) in found
    assert Packet("ipv4", 47, 0, 0, 0, 0) in found


def test_what_no_address_or_port_can_be_is_left_out() -> None:
    assert packets("ipv4", sources=((1 << 32, 1 << 33),)).witness() is None
    assert not packets("ipv4", protocols=((6, 7),), destination_ports=((65536, 70000),))


def test_protocols_of_different_kinds_are_told_apart_though_their_numbers_agree() -> None:
    zero: Intervals = ((0, 1),)
    tcp = packets("ipv4", protocols=((6, 7),), source_ports=zero, destination_ports=zero)
    bare = packets("ipv4", protocols=((5, 6), (7, 8)))
    assert [box.axes[0] for box in (tcp | bare).boxes] == [((5, 6), (7, 8)), ((6, 7),)]
    assert (tcp | bare).witness() == Packet("ipv4", 6, 0, 0, 0, 0)
