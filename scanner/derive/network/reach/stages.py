"""The stages that packets pass one after the other, there and back, and what is left of them at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeAlias

from scanner.derive.network.reach.bounds import OPEN, Bounds, Reading
from scanner.derive.network.reach.flows import asked, reply
from scanner.derive.network.reach.packets import (
    DESTINATION_PORT,
    NOTHING,
    PROTOCOL,
    SOURCE_PORT,
    TCP,
    UDP,
    Box,
    Interval,
    Packet,
    Packets,
    box,
    overlap,
)

Told: TypeAlias = Callable[[Packet], str]
"""The rule that decides of a packet as it travels there."""


class Stage(NamedTuple):
    """`bounds` are of first packets, on the way back of those whose answer gets through. `note` is an assumption."""

    type: str
    id: str
    bounds: Bounds = OPEN
    told: Told | str = ""
    back: bool = False
    note: str = ""

    def rule(self, packet: Packet | None) -> str:
        """The rule that decides of a first packet, or of its answer."""
        if isinstance(self.told, str):
            return self.told
        at = packet if packet is None or not self.back else reply(packet)
        return self.told(at) if at is not None else ""


class Turn(NamedTuple):
    """Where addresses or ports are translated: on each axis any value of the first becomes any of the second."""

    type: str
    id: str
    axes: tuple[tuple[int, tuple[Interval, ...], tuple[Interval, ...]], ...]

    def image(self, packets: Packets) -> Packets:
        """The packets behind it."""
        for axis, domain, image in self.axes:
            packets = _mapped(packets, axis, domain, image)
        return packets

    def preimage(self, packets: Packets) -> Packets:
        """The packets in front of it that become some of these."""
        for axis, domain, image in self.axes:
            packets = _mapped(packets, axis, image, domain)
        return packets


Trail: TypeAlias = tuple[Stage | Turn, ...]
"""From the one end to the other, the way back of each stretch behind its way there."""


def _mapped(packets: Packets, axis: int, domain: Sequence[Interval], image: Sequence[Interval]) -> Packets:
    """Ports are translated of what has them; other packets keep what stands in their place."""
    if axis not in (SOURCE_PORT, DESTINATION_PORT):
        held = Packets([one for one in packets.boxes if overlap([one[axis]], domain)])
        return held.with_axis(axis, image)
    ported = packets & _WITH_PORTS
    held = Packets([one for one in ported.boxes if overlap([one[axis]], domain)])
    return held.with_axis(axis, image) | (packets - _WITH_PORTS)


_WITH_PORTS = Packets([box((one, one + 1)) for one in (TCP, UDP)])


def stage(  # noqa: PLR0913 - the fields of a stage
    type_: str, id_: str, bounds: Bounds, told: Told | str = "", *, back: bool = False, note: str = ""
) -> Stage:
    """A stage whose `bounds` are of the packets that travel that way."""
    if back and bounds is not OPEN:
        most = asked(bounds.most)
        least = most if bounds.least is bounds.most else asked(bounds.least)
        bounds = Bounds(most, least, bounds.doubts)
    return Stage(type_, id_, bounds, told, back, note)


def along(trail: Trail, start: Packets, reading: Reading, without: Collection[int] = ()) -> list[Packets]:
    """What is left behind each stage, those at the places `without` left out; ends with the first that leaves nothing.

    The first entry is `start` itself.
    """
    found = [start]
    for place, one in enumerate(trail):
        if not found[-1]:
            break
        if isinstance(one, Turn):
            found.append(one.image(found[-1]))
        else:
            found.append(found[-1] if place in without else found[-1] & one.bounds.read(reading))
    return found


def through(trail: Trail, start: Packets, reading: Reading, without: Collection[int] = ()) -> list[Packets]:
    """What gets through to the end, as it is in front of each stage and behind the last; empty if nothing does."""
    passed = along(trail, start, reading, without)
    if len(passed) <= len(trail) or not passed[-1]:
        return []
    back = [passed[-1]]
    for place in range(len(trail) - 1, -1, -1):
        one = trail[place]
        back.append(one.preimage(back[-1]) & passed[place] if isinstance(one, Turn) else back[-1])
    return back[::-1]


def follow(trail: Trail, packet: Packet, sets: Sequence[Packets]) -> list[Packet]:
    """A packet as it is at each stage of the trail, and behind the last; `sets` are those that `through` gave."""
    found = [packet]
    for place, one in enumerate(trail):
        if isinstance(one, Turn):
            behind = one.image(Packets([point(found[-1])]))
            if sets:
                behind &= sets[place + 1]
            found.append(chosen(behind) or found[-1])
        else:
            found.append(found[-1])
    return found


def point(packet: Packet) -> Box:
    """The box of one packet."""
    return box(*((at, at + 1) for at in packet))


_LIKELY = ((SOURCE_PORT, 49152), (DESTINATION_PORT, 443), (DESTINATION_PORT, 80), (DESTINATION_PORT, 22))


def chosen(packets: Packets) -> Packet | None:
    """A witness that means something to people: TCP before others, ports that are in use before port 0."""
    for protocol in (TCP, UDP):
        if held := packets & Packets([box((protocol, protocol + 1))]):
            for axis, port in _LIKELY:
                narrowed = _narrowed(held, axis, port)
                held = narrowed or held
            return held.witness()
    named = Packets([one for one in packets.boxes if one[PROTOCOL][1] - one[PROTOCOL][0] == 1])
    return (named or packets).witness()


def _narrowed(packets: Packets, axis: int, value: int) -> Packets:
    held = [one for one in packets.boxes if one[axis][0] <= value < one[axis][1]]
    return Packets(held).with_axis(axis, [(value, value + 1)]) if held else NOTHING


def blockers(trail: Trail, start: Packets, reading: Reading) -> list[int]:
    """The stages that each prevent everything, whatever the others do, in their order.

    Where none does so alone, a smallest choice of those that do together.
    """
    stages = [place for place, one in enumerate(trail) if isinstance(one, Stage) and one.bounds is not OPEN]
    alone = [one for one in stages if not through(trail, start, reading, [other for other in stages if other != one])]
    if alone:
        return alone
    needed = list(stages)
    for one in stages:
        rest = [other for other in needed if other != one]
        if not through(trail, start, reading, [other for other in stages if other not in rest]):
            needed = rest
    return needed
