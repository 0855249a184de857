"""Sets of whole numbers as half-open intervals: exact, however large the numbers are."""

from __future__ import annotations

from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]
"""Pairs of a first number and the one behind the last, ascending, neither empty nor touching one another.

A set of numbers has one such form, so equal sets are equal tuples.
"""

NONE: Intervals = ()


def intervals(pairs: Iterable[tuple[int, int]]) -> Intervals:
    """The set that half-open pairs in any order, overlapping or empty, make together."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def union(one: Intervals, other: Intervals) -> Intervals:
    """The numbers that are in either."""
    return one if one == other else intervals((*one, *other))


def intersection(one: Intervals, other: Intervals) -> Intervals:
    """The numbers that are in both."""
    if one == other:
        return one
    found: list[tuple[int, int]] = []
    here = there = 0
    while here < len(one) and there < len(other):
        start, end = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if start < end:
            found.append((start, end))
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
    return tuple(found)


def difference(one: Intervals, other: Intervals) -> Intervals:
    """The numbers of the one that are not in the other."""
    found: list[tuple[int, int]] = []
    behind = 0
    for first, end in one:
        start = first
        while behind < len(other) and other[behind][1] <= start:
            behind += 1
        at = behind
        while at < len(other) and other[at][0] < end:
            if start < other[at][0]:
                found.append((start, other[at][0]))
            start = other[at][1]
            at += 1
        if start < end:
            found.append((start, end))
    return tuple(found)


def holds(one: Intervals, number: int) -> bool:
    """Whether a number is in the set."""
    return any(start <= number < end for start, end in one)
