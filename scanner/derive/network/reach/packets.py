"""Exact sets of packets: protocol × addresses × ports, or the types and codes of ICMP.

A set is disjoint boxes, a box the product of a set of numbers on each axis. Nothing is sampled and no
address is counted through, so IPv6 costs what IPv4 does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple, TypedDict, Unpack

from scanner.derive.network.ranges import BITS, FAMILIES, Family
from scanner.derive.network.reach.intervals import Intervals, difference, holds, intersection, union

PROTOCOLS: Intervals = ((0, 256),)
PORTS: Intervals = ((0, 65536),)
TYPES: Intervals = ((0, 256),)
NOTHING_THERE: Intervals = ((0, 1),)
ADDRESSES: dict[Family, Intervals] = {family: ((0, 1 << BITS[family]),) for family in FAMILIES}

WITH_PORTS: Intervals = ((6, 7), (17, 18))
"""TCP and UDP."""
WITH_TYPES: Intervals = ((1, 2), (58, 59))
"""ICMP and ICMPv6."""
WITHOUT: Intervals = difference(difference(PROTOCOLS, WITH_PORTS), WITH_TYPES)


class Packet(NamedTuple):
    """One packet; `first` and `second` are its ports or its type and code, 0 where it has neither."""

    family: Family
    protocol: int
    source: int
    destination: int
    first: int
    second: int


Allowed = tuple[Intervals, Intervals, Intervals, Intervals, Intervals]


class Box(NamedTuple):
    """The product of what is allowed on each axis: protocols, sources, destinations, first and second.

    Its protocols are all of one kind: with ports (first is the source's, second the destination's), with
    types (first is the type, second the code), or with neither (both are 0).
    """

    family: Family
    axes: Allowed


class Axes(TypedDict, total=False):
    """What narrows packets; an axis that is not named is open."""

    protocols: Intervals
    sources: Intervals
    destinations: Intervals
    source_ports: Intervals
    destination_ports: Intervals
    types: Intervals
    codes: Intervals


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    """A set of packets, made by `packets()`.

    The same set can be cut into boxes in several ways: compare with `same`, never by the boxes.
    """

    boxes: tuple[Box, ...] = ()

    def __or__(self, other: Packets) -> Packets:
        return Packets(_joined((*self.boxes, *(other - self).boxes)))

    def __and__(self, other: Packets) -> Packets:
        met = (_intersection(one, two) for one in self.boxes for two in other.boxes)
        return Packets(_joined(box for box in met if box))

    def __sub__(self, other: Packets) -> Packets:
        left = self.boxes
        for taken in other.boxes:
            left = tuple(piece for box in left for piece in _difference(box, taken))
        return Packets(_joined(left))

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def __contains__(self, packet: Packet) -> bool:
        numbers = packet[1:]
        return any(
            box.family == packet.family and all(starmap(holds, zip(box.axes, numbers, strict=True)))
            for box in self.boxes
        )

    def same(self, other: Packets) -> bool:
        """Whether both hold the same packets."""
        return not self - other and not other - self

    def witness(self) -> Packet | None:
        """A packet of the set, the lowest of its first box; `None` if there is none.

        Deterministic for a set that was made in the same way; TCP and UDP are told before anything else.
        """
        if not self.boxes:
            return None
        box = min(self.boxes, key=lambda box: (box.family, box.axes[0][0] not in WITH_PORTS, box))
        protocol, source, destination, first, second = (axis[0][0] for axis in box.axes)
        return Packet(box.family, protocol, source, destination, first, second)


def packets(family: Family, **axes: Unpack[Axes]) -> Packets:
    """All packets of a family that the named axes leave, as half-open intervals.

    Ports narrow TCP and UDP only, types and codes ICMP and ICMPv6 only, as a rule of a group or a network ACL
    does: to leave other protocols out, name the protocols.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    every = ADDRESSES[family]
    sources = intersection(axes.get("sources", every), every)
    destinations = intersection(axes.get("destinations", every), every)
    chosen = axes.get("protocols", PROTOCOLS)
    kinds = (
        (WITH_PORTS, PORTS, axes.get("source_ports", PORTS), axes.get("destination_ports", PORTS)),
        (WITH_TYPES, TYPES, axes.get("types", TYPES), axes.get("codes", TYPES)),
        (WITHOUT, NOTHING_THERE, NOTHING_THERE, NOTHING_THERE),
    )
    boxes = (
        (
            intersection(chosen, kind),
            sources,
            destinations,
            intersection(first, widest),
            intersection(second, widest),
        )
        for kind, widest, first, second in kinds
    )
    return Packets(tuple(sorted(Box(family, box) for box in boxes if all(box))))


def _intersection(one: Box, other: Box) -> Box | None:
    if one.family != other.family:
        return None
    a, b = one.axes, other.axes
    met = (
        intersection(a[0], b[0]),
        intersection(a[1], b[1]),
        intersection(a[2], b[2]),
        intersection(a[3], b[3]),
        intersection(a[4], b[4]),
    )
    return Box(one.family, met) if all(met) else None


def _difference(box: Box, taken: Box) -> Iterator[Box]:
    """What is left of a box, in at most one disjoint piece for each axis."""
    met = _intersection(box, taken)
    if met is None:
        yield box
        return
    rest = box
    for at, common in enumerate(met.axes):
        outside = difference(rest.axes[at], common)
        if outside:
            yield _with(rest, at, outside)
        rest = _with(rest, at, common)


def _joined(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Disjoint boxes in order, those that differ on one axis only made one."""
    found = set(boxes)
    for at in range(5):
        beside: dict[Box, Intervals] = {}
        for box in found:
            key = _with(box, at, () if at else _kind(box))
            beside[key] = union(beside.get(key, ()), box.axes[at])
        found = {_with(key, at, together) for key, together in beside.items()}
    return tuple(sorted(found))


def _kind(box: Box) -> Intervals:
    """The kind of a box's protocols: boxes of different kinds are never one, whatever their axes hold."""
    return next(kind for kind in (WITH_PORTS, WITH_TYPES, WITHOUT) if intersection(box.axes[0], kind))


def _with(box: Box, at: int, numbers: Intervals) -> Box:
    """The box with another set on one axis."""
    axes = list(box.axes)
    axes[at] = numbers
    protocols, sources, destinations, first, second = axes
    return Box(box.family, (protocols, sources, destinations, first, second))
