"""Where a route table sends a packet: the longest prefix, and targets that are gone.

https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#route-tables-priority
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from scanner.derive.network.reach.bounds import Bounds, sure
from scanner.derive.network.reach.packets import ADDRESSES, DESTINATION, EVERYTHING, Interval, Packets, joined, without
from scanner.model import Unknown


class Target(NamedTuple):
    """Where a route leads: `kind` is `local`, `igw`, `nat`, `tgw` …, `?` where it is not known."""

    kind: str
    id: str


class Route(NamedTuple):
    """One destination of a table; with a `why` it may not be there, or be another.

    Of equally long prefixes the one with the lowest `rank` wins. `dead`: packets for it are dropped.
    """

    block: Interval
    target: Target
    told: str
    rank: int = 0
    dead: str = ""
    why: Unknown | None = None


STATIC, BY_LIST, PROPAGATED = range(3)
"""Ranks."""


class Decision(NamedTuple):
    """The destinations for which a table has one answer."""

    target: Target
    dead: str
    told: str
    most: tuple[Interval, ...]
    least: tuple[Interval, ...]
    doubts: tuple[Unknown, ...]

    @property
    def bounds(self) -> Bounds:
        """The packets that are sent this way."""
        most = _towards(self.most)
        return sure(most) if self.most == self.least else Bounds(most, _towards(self.least), self.doubts)


def decisions(routes: Sequence[Route], doubts: Iterable[Unknown] = ()) -> list[Decision]:
    """What a table decides, in the order of its routes. With `doubts` the table may have any further routes."""
    known = [one for one in routes if one.why is None]
    grouped: dict[tuple[Target, str, str], list[Interval]] = {}
    for piece, route in pieces(known):
        grouped.setdefault((route.target, route.dead, route.told), []).append(piece)
    vague = [one for one in routes if one.why is not None]
    vague += [Route(ADDRESSES, Target("?", ""), "a route that is not known", why=why) for why in doubts]
    reasons = tuple(dict.fromkeys(one.why for one in vague if one.why))
    holes = [one.block for one in vague]
    found = []
    for (target, dead, told), blocks in grouped.items():
        most = tuple(joined(blocks))
        least = tuple(without(most, holes)) if holes else most
        found.append(Decision(target, dead, told, most, least, reasons))
    return found + [Decision(one.target, one.dead, one.told, (one.block,), (), reasons) for one in vague]


def pieces(routes: Sequence[Route]) -> Iterator[tuple[Interval, Route]]:
    """Disjoint intervals of destinations with the route that wins there, in order.

    Prefixes either hold one another or have nothing in common, so of those open at an address the shortest block wins.
    """
    order = sorted(range(len(routes)), key=lambda at: routes[at].block)
    local = joined(one.block for one in routes if one.target.kind == "local")
    edges = sorted({edge for one in routes for edge in one.block} | {edge for one in local for edge in one})
    open_: list[tuple[int, int, int]] = []
    due = 0
    for low, high in pairwise(edges):
        while due < len(order) and routes[order[due]].block[0] <= low:
            route = routes[order[due]]
            heappush(open_, (route.block[1] - route.block[0], route.rank, order[due]))
            due += 1
        while open_ and routes[open_[0][2]].block[1] <= low:
            heappop(open_)
        best = _best(open_, routes, low, inside=any(a <= low < b for a, b in local))
        if best is not None:
            yield (low, high), best


def _best(open_: list[tuple[int, int, int]], routes: Sequence[Route], at: int, *, inside: bool) -> Route | None:
    """The route that wins; inside of the VPC no propagated route does, however long its prefix."""
    if not open_:
        return None
    best = routes[open_[0][2]]
    if inside and best.rank == PROPAGATED:
        lasting = (routes[one[2]] for one in sorted(open_))
        return next((one for one in lasting if one.rank != PROPAGATED and one.block[1] > at), best)
    return best


def _towards(blocks: Iterable[Interval]) -> Packets:
    return EVERYTHING.with_axis(DESTINATION, blocks)
