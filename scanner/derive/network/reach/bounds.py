"""What one stage lets through, as the most and the least that what was not read leaves possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from scanner.derive.network.reach.packets import EVERYTHING, NOTHING, Packets
from scanner.model import Unknown

Reading: TypeAlias = Literal["most", "least"]


class Bounds(NamedTuple):
    """`least` surely gets through, nothing outside of `most` can; `doubts` are the reasons why they differ."""

    most: Packets
    least: Packets
    doubts: tuple[Unknown, ...] = ()

    def read(self, reading: Reading) -> Packets:
        """One of the two."""
        return self.most if reading == "most" else self.least

    def __and__(self, other: Bounds) -> Bounds:
        most = self.most & other.most
        same = self.least is self.most and other.least is other.most
        least = most if same else self.least & other.least
        return Bounds(most, least, _told((*self.doubts, *other.doubts)))

    def __or__(self, other: Bounds) -> Bounds:
        most = self.most | other.most
        same = self.least is self.most and other.least is other.most
        least = most if same else self.least | other.least
        return Bounds(most, least, _told((*self.doubts, *other.doubts)))


def _told(doubts: Iterable[Unknown]) -> tuple[Unknown, ...]:
    return tuple(dict.fromkeys(doubts))


def sure(packets: Packets) -> Bounds:
    """What is wholly known."""
    return Bounds(packets, packets)


def unsure(why: Unknown, most: Packets = EVERYTHING) -> Bounds:
    """What may let through anything of `most`, and need let through nothing."""
    return Bounds(most, NOTHING, (why,))


OPEN = sure(EVERYTHING)
SHUT = sure(NOTHING)
