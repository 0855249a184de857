"""Exact sets of packets: protocol × source × destination × source port × destination port.

A set is a union of boxes of half-open intervals, so nothing is sampled and no address is enumerated. IPv4 and IPv6
share one axis of addresses, IPv6 behind IPv4. For ICMP the destination port is `type << 8 | code`; protocols that have
no ports have port 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

Interval: TypeAlias = tuple[int, int]
"""First value, and the first behind the last."""
Box: TypeAlias = tuple[Interval, Interval, Interval, Interval, Interval]
"""Protocol, source, destination, source port, destination port."""

PROTOCOL, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT = range(5)
_MERGED = (SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT, PROTOCOL)

ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
V6 = 1 << 32
"""Where the addresses of IPv6 begin."""
V4_SPACE: Interval = (0, V6)
V6_SPACE: Interval = (V6, V6 + (1 << 128))
ADDRESSES: Interval = (0, V6_SPACE[1])
PROTOCOLS: Interval = (0, 256)
PORTS: Interval = (0, 65536)
NO_PORT: Interval = (0, 1)


class Packet(NamedTuple):
    """One packet; addresses as on the shared axis."""

    protocol: int
    source: int
    destination: int
    source_port: int
    destination_port: int


class Packets:
    """A set of packets. Immutable; true if it holds any."""

    __slots__ = ("boxes",)

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        """Of boxes that may overlap; those with an empty interval hold nothing."""
        self.boxes: tuple[Box, ...] = tuple(box for box in boxes if all(low < high for low, high in box))

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def __and__(self, other: Packets) -> Packets:
        if self.boxes == _ALL or not other.boxes:
            return other
        if other.boxes == _ALL or not self.boxes:
            return self
        return _made(_joined(_met(self.boxes, other.boxes)))

    def __or__(self, other: Packets) -> Packets:
        if not other.boxes or self.boxes == _ALL:
            return self
        return _made(tidied((*self.boxes, *other.boxes))) if self.boxes else other

    def __sub__(self, other: Packets) -> Packets:
        rest = list(self.boxes)
        for hole in other.boxes:
            rest = [piece for box in rest for piece in _without(box, hole)]
        return _made(tidied(rest))

    def __contains__(self, packet: Packet) -> bool:
        return any(all(low <= at < high for at, (low, high) in zip(packet, box, strict=True)) for box in self.boxes)

    def __le__(self, other: Packets) -> bool:
        return self.boxes == other.boxes or not self - other

    def same(self, other: Packets) -> bool:
        """Whether both hold the same packets, however they are written."""
        return self <= other <= self

    def with_axis(self, axis: int, values: Iterable[Interval]) -> Packets:
        """The packets with any of the values on one axis, in place of their own."""
        held = list(values)
        boxes = [(*box[:axis], value, *box[axis + 1 :]) for box in self.boxes for value in held]
        if len(held) == 1 and len({box[axis] for box in self.boxes}) == 1:
            return Packets(boxes)  # type: ignore[arg-type] # as tidy as it was: nothing else can meet
        return Packets(tidied(boxes))  # type: ignore[arg-type]  # as many intervals as axes, which a cut tuple does not show

    def witness(self) -> Packet | None:
        """The first packet in the order of the axes; `None` of the empty set."""
        return min((Packet(*(low for low, _ in box)) for box in self.boxes), default=None)

    def interval(self, axis: int) -> list[Interval]:
        """The values that occur on an axis, joined and in order."""
        return joined(box[axis] for box in self.boxes)


def _made(boxes: tuple[Box, ...]) -> Packets:
    """A set of boxes that are known to hold something."""
    found = Packets.__new__(Packets)
    found.boxes = boxes
    return found


def box(
    protocol: Interval = PROTOCOLS,
    source: Interval = ADDRESSES,
    destination: Interval = ADDRESSES,
    source_port: Interval = PORTS,
    destination_port: Interval = PORTS,
) -> Box:
    """A box that is whole wherever nothing is said."""
    return protocol, source, destination, source_port, destination_port


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same values in the fewest intervals, in order."""
    found: list[Interval] = []
    for low, high in sorted(intervals):
        if found and low <= found[-1][1]:
            if high > found[-1][1]:
                found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def overlap(some: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """The values in both."""
    others = list(others)
    met = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return joined((low, high) for low, high in met if low < high)


def without(some: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """The values of the first that are in none of the others."""
    rest = joined(some)
    for low, high in others:
        pieces = (piece for a, b in rest for piece in ((a, min(b, low)), (max(a, high), b)))
        rest = [(a, b) for a, b in pieces if a < b]
    return rest


def tidied(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """The same packets in fewer boxes: those that differ on one axis only are joined, those in others left out."""
    return tuple(_outermost(_joined(boxes)))


def _joined(boxes: Iterable[Box]) -> tuple[Box, ...]:
    found = list(boxes)
    if len(found) < 2:
        return tuple(found)
    for axis in _MERGED:
        grouped: dict[tuple[Interval, ...], list[Interval]] = {}
        for one in found:
            grouped.setdefault(one[:axis] + one[axis + 1 :], []).append(one[axis])
        if len(grouped) < len(found):
            found = [
                (*rest[:axis], value, *rest[axis:])  # type: ignore[misc]  # as many intervals as axes, which a cut tuple does not show
                for rest, values in grouped.items()
                for value in joined(values)
            ]
        if len(found) == 1:
            break
    return tuple(sorted(found))


_FEW = 32


def _outermost(boxes: tuple[Box, ...]) -> Iterable[Box]:
    """Without boxes that lie in another; where there are many that costs more than it saves."""
    if not 1 < len(boxes) <= _FEW:
        return boxes
    return [one for one in boxes if not any(_within(one, other) for other in boxes if other is not one)]


def _within(inner: Box, outer: Box) -> bool:
    (p, q), (s, t), (d, e), (a, b), (x, y) = inner
    (p2, q2), (s2, t2), (d2, e2), (a2, b2), (x2, y2) = outer
    inside = s2 <= s and t <= t2 and x2 <= x and y <= y2 and d2 <= d and e <= e2
    return inside and p2 <= p and q <= q2 and a2 <= a and b <= b2


def _met(some: tuple[Box, ...], others: tuple[Box, ...]) -> Iterator[Box]:
    # written out, since everything else waits for it
    for (p, q), (s, t), (d, e), (a, b), (x, y) in some:
        for (p2, q2), (s2, t2), (d2, e2), (a2, b2), (x2, y2) in others:
            if (
                p < q2
                and p2 < q
                and s < t2
                and s2 < t
                and d < e2
                and d2 < e
                and a < b2
                and a2 < b
                and x < y2
                and x2 < y
            ):
                yield (
                    (max(p, p2), min(q, q2)),
                    (max(s, s2), min(t, t2)),
                    (max(d, d2), min(e, e2)),
                    (max(a, a2), min(b, b2)),
                    (max(x, x2), min(y, y2)),
                )


def _without(whole: Box, hole: Box) -> Iterator[Box]:
    """The box outside of the hole, as disjoint boxes."""
    if any(low >= d or high <= c for (low, high), (c, d) in zip(whole, hole, strict=True)):
        yield whole
        return
    rest = list(whole)
    for axis in range(5):
        (low, high), (start, end) = rest[axis], hole[axis]
        if low < start:
            yield (*rest[:axis], (low, start), *rest[axis + 1 :])  # type: ignore[misc]  # as above
        if end < high:
            yield (*rest[:axis], (end, high), *rest[axis + 1 :])  # type: ignore[misc]  # as above
        rest[axis] = (max(low, start), min(high, end))


_ALL = (box(),)
EVERYTHING = _made(_ALL)
"""All that can be written, packets that no network has among them: `possible` leaves those out."""
NOTHING = Packets()

_PORTLESS = ((0, ICMP), (ICMP + 1, TCP), (TCP + 1, UDP), (UDP + 1, ICMP6), (ICMP6 + 1, 256))


def _of_family(space: Interval, icmp: int) -> Iterator[Box]:
    yield from (box((one, one + 1), space, space) for one in (TCP, UDP))
    yield box((icmp, icmp + 1), space, space, NO_PORT)
    for protocols in _PORTLESS:
        yield box(protocols, space, space, NO_PORT, NO_PORT)


def possible() -> Packets:
    """Every packet there can be: one family at a time, ports where the protocol has them."""
    return Packets((*_of_family(V4_SPACE, ICMP), *_of_family(V6_SPACE, ICMP6)))
