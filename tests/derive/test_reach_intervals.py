"""Sets of numbers against Python's own sets over a small universe."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.network.reach.intervals import Intervals, difference, holds, intersection, intervals, union

PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=6)


def numbers(pairs: list[tuple[int, int]] | Intervals) -> set[int]:
    return {number for start, end in pairs for number in range(start, end)}


def canonical(found: Intervals) -> bool:
    flat = [number for pair in found for number in pair]
    return all(one < other for one, other in pairwise(flat))


@given(PAIRS, PAIRS)
def test_operations_are_those_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    left, right = intervals(one), intervals(other)
    for found, expected in (
        (left, numbers(one)),
        (union(left, right), numbers(one) | numbers(other)),
        (intersection(left, right), numbers(one) & numbers(other)),
        (difference(left, right), numbers(one) - numbers(other)),
    ):
        assert numbers(found) == expected
        assert canonical(found)
        assert {number for number in range(-1, 14) if holds(found, number)} == expected


def test_touching_intervals_are_one() -> None:
    assert intervals([(5, 9), (0, 5), (3, 3)]) == ((0, 9),)
