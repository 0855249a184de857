"""Which ports the rules open to every address of a family: a sweep over port boundaries."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scanner.derive.network.permissions import ALL, PORTS, Rule
from scanner.derive.network.ranges import BITS, FAMILIES, Family, whole_space

_TYPED = ("icmp", "icmpv6")
_EVERY = -1
"""All types, or all codes, of ICMP."""


class Opening(NamedTuple):
    """Ports open to the whole of a family, and a set of sources that suffices for it."""

    protocol: str
    low: int
    high: int
    family: Family
    sources: tuple[Hashable, ...]

    def within(self, others: Iterable[Opening]) -> bool:
        """Whether one of the others, for the same protocol, opens at least as much."""
        return any((self.protocol, self.family) == (o.protocol, o.family) and _contains(o, self) for o in others)


def openings(rules: Sequence[Rule]) -> list[Opening]:
    """What the rules together open to the world, merged and in order, each rule at its widest.

    Rules for all protocols add to each protocol's own; where they open everything by
    themselves, that is all there is to tell of the family, except what others that are
    certain, or in doubt for a reason of their own, would open without them.
    """
    found: list[Opening] = []
    for family in FAMILIES:
        mine = [rule for rule in rules if rule.family == family]
        if _size(mine) < 1 << BITS[family]:
            continue
        shared = [rule for rule in mine if rule.protocol == ALL]
        found += _merged(_cover(shared, [], Opening(ALL, *PORTS, family, ())))
        for protocol in sorted({rule.protocol for rule in mine} - {ALL}):
            own = [rule for rule in mine if rule.protocol == protocol]
            found += (_typed if protocol in _TYPED else _swept)(own, shared)
    return sorted(found, key=lambda one: one[:4])


def _swept(own: list[Rule], shared: list[Rule]) -> list[Opening]:
    """The intervals between port boundaries, each judged with the rules that span it."""
    changes: dict[int, list[Rule]] = {}
    for rule in own:
        changes.setdefault(rule.low, []).append(rule)
        changes.setdefault(rule.high + 1, []).append(rule)
    found: list[Opening] = []
    active: dict[int, Rule] = {}
    for low, end in pairwise(sorted(changes)):
        for rule in changes[low]:
            if active.pop(id(rule), None) is None:
                active[id(rule)] = rule
        found += _cover(list(active.values()), shared, Opening(own[0].protocol, low, end - 1, own[0].family, ()))
    return _merged(found)


def _typed(own: list[Rule], shared: list[Rule]) -> list[Opening]:
    found: list[Opening] = []
    for kind, code in sorted({(rule.low, rule.high) for rule in own}):
        place = Opening(own[0].protocol, kind, code, own[0].family, ())
        exact = [rule for rule in own if (rule.low, rule.high) == (kind, code)]
        wider = [rule for rule in own if (rule.low, rule.high) != (kind, code) and _contains(rule, place)]
        found += _cover(exact, wider + shared, place)
    return found


def _cover(own: list[Rule], wider: list[Rule], place: Opening) -> list[Opening]:
    """The place, if its own rules open it, alone or together with wider ones that do not by themselves.

    What is certain comes first, so that no doubt is told where it does not matter.
    """
    if not own or _size(own) + _size(wider) < 1 << BITS[place.family]:
        return []
    sure_own, sure_wider = _sure(own), _sure(wider)
    if _sources(sure_wider, place.family):
        return []
    sources = _sources(sure_own, place.family) or _sources(sure_own + sure_wider, place.family)
    if sources is None and len(sure_own) + len(sure_wider) < len(own) + len(wider):
        sources = _sources(own, place.family)
        if sources is None and not _sources(wider, place.family):
            sources = _sources(own + wider, place.family)
    return [] if sources is None else [place._replace(sources=sources)]


def _sure(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.why is None]


def _sources(rules: list[Rule], family: Family) -> tuple[Hashable, ...] | None:
    return whole_space((rule.span for rule in rules), family)


def _size(rules: list[Rule]) -> int:
    """Addresses let in, those named twice counted twice: never less than the union."""
    return sum(rule.span.end - rule.span.start + 1 for rule in rules)


def _merged(found: list[Opening]) -> list[Opening]:
    merged: list[Opening] = []
    for one in found:
        if merged and merged[-1].high + 1 == one.low:
            sources = dict.fromkeys((*merged[-1].sources, *one.sources))
            merged[-1] = merged[-1]._replace(high=one.high, sources=tuple(sources))
        else:
            merged.append(one)
    return merged


def _contains(outer: Opening | Rule, inner: Opening) -> bool:
    if outer.protocol in _TYPED and outer.protocol == inner.protocol:
        return outer.low in (_EVERY, inner.low) and (outer.low == _EVERY or outer.high in (_EVERY, inner.high))
    if outer.protocol == ALL:
        return True
    return outer.protocol == inner.protocol and outer.low <= inner.low and outer.high >= inner.high
