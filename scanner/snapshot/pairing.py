"""Which element of an earlier list became which of a newer one.

What is equal on both sides is set aside. Of the rest, objects of one name are one thing configured otherwise;
so are objects without a name whose plain members are all equal, and the only elements of two lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.model import Unknown
from scanner.snapshot.holes import Hole, Maybe, Open, bare, content, doubt_in

Name: TypeAlias = tuple[Any, ...] | None
Pairs: TypeAlias = list[tuple[int, int]]

IDENTITIES = (
    ("Sid",),
    ("Key",),
    ("ID",),
    ("Id",),
    ("IpProtocol", "FromPort", "ToPort"),
    ("CidrIp",),
    ("CidrIpv6",),
    ("UserId", "GroupId"),
    ("RuleNumber", "Egress"),
    ("DestinationCidrBlock",),
    ("DestinationIpv6CidrBlock",),
    ("DestinationPrefixListId",),
    ("DeviceName",),
    ("NetworkInterfaceId",),
    ("PrivateIpAddress",),
    ("PrefixListId",),
    ("GroupId",),
    ("Cidr",),
)
"""Members by which an element is called, in the API's words; the first that an element has counts."""

_ADDRESSES = (("CidrIp",), ("CidrIpv6",), ("Cidr",))
"""Where the name is the value that people change: the only range of a rule was widened, not replaced."""


@dataclass(frozen=True, slots=True)
class Match:
    """How two lists go together: places (earlier, newer) of one thing, and places of what is on one side only.

    The latter with the reason for which it may be on the other side, too. `before` and `after` say why it is
    not sure what a side holds; `sure` is set where that has no bearing on what differs inside a pair.
    """

    pairs: Pairs
    left: dict[int, Unknown | None]
    came: dict[int, Unknown | None]
    before: Unknown | None
    after: Unknown | None
    sure: bool


def match(before: Sequence[Any], after: Sequence[Any]) -> Match:
    """The match of two lists. Elements that are equal and wholly known are in none of its members."""
    old, new = _rests(before, after)
    first, second = ([bare(item) for item in side] for side in (before, after))
    named = list(_by(identity, first, second, old, new))
    found = named + _others(first, second, *_without(old, new, named))
    left, came = _without(old, new, found)
    alike = list(_by(content, before, after, left, came))
    left, came = _without(left, came, alike)
    names = [{identity(side[place]) for place in places} for side, places in ((first, old), (second, new))]
    vague = (
        _vague(before, set(old) - {place for place, _ in named}, names[1]),
        _vague(after, set(new) - {place for _, place in named}, names[0]),
    )
    closed = not isinstance(before, Open) and not isinstance(after, Open)
    return Match(
        [*found, *alike],
        {place: _maybe(before[place]) or vague[0].get(place) for place in left},
        {place: _maybe(after[place]) or vague[1].get(place) for place in came},
        _doubt(before, vague[0]),
        _doubt(after, vague[1]),
        sure=closed and len(old) == len(new) == 1,
    )


def _vague(values: Sequence[Any], places: Iterable[int], names: set[Name]) -> dict[int, Unknown]:
    """Elements that may well be equal to one of the other list, whose rest has those names."""
    found = {}
    for place in sorted(places):
        why, name = doubt_in(values[place]), identity(bare(values[place]))
        if why and (name is None or name in names):
            found[place] = why
    return found


def _maybe(value: Any) -> Unknown | None:
    return value.why if isinstance(value, Maybe) else None


def _rests(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[int], list[int]]:
    """The places in either list of what the other does not surely hold, too."""
    first, second = ([None if doubt_in(item) else content(item) for item in side] for side in (before, after))
    common = Counter(first) & Counter(second)
    del common[None]
    return _rest(first, common.copy()), _rest(second, common)


def _rest(texts: Sequence[str | None], common: Counter[str | None]) -> list[int]:
    left = []
    for index, text in enumerate(texts):
        if common[text]:
            common[text] -= 1
        else:
            left.append(index)
    return left


def _doubt(values: Sequence[Any], vague: dict[int, Unknown]) -> Unknown | None:
    return values.why if isinstance(values, Open) else next(iter(vague.values()), None)


def _others(before: Sequence[Any], after: Sequence[Any], old: list[int], new: list[int]) -> Pairs:
    """Pairs of elements without names."""
    found = list(_by(_plain_members, before, after, old, new))
    if not found and len(before) == len(after) == len(old) == len(new) == 1 and _alone(before[0], after[0]):
        found.append((0, 0))
    return found


def identity(value: Any) -> Name:
    """What an element is called: member names with their values; nothing if that is not known."""
    for names in IDENTITIES if isinstance(value, dict) else ():
        held = tuple(value.get(name) for name in names)
        if any(isinstance(each, Hole) for each in held):
            return None
        if held[0] is not None and all(isinstance(each, str | int | float | None) for each in held):
            return (names, held)
    return None


def _plain_members(value: Any) -> Name:
    if not isinstance(value, dict) or identity(value):
        return None
    plain = sorted((key, str(item), type(item).__name__) for key, item in value.items() if _is_plain(item))
    return tuple(plain) or None


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | bool | int | float)


def _alone(before: Any, after: Any) -> bool:
    """Whether the only elements of two lists may be one thing: not if they are called otherwise."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return False
    first, second = identity(before), identity(after)
    if first is None or second is None:
        return first is second
    return first == second or (first[0] == second[0] and first[0] in _ADDRESSES)


def _by(
    name: Callable[[Any], Name | str], before: Sequence[Any], after: Sequence[Any], old: list[int], new: list[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of places whose elements have a name that nothing else among the places has."""
    first, second = _named(name, before, old), _named(name, after, new)
    for key, places in first.items():
        others = second.get(key, [])
        if len(places) == len(others) == 1:
            yield places[0], others[0]


def _named(name: Callable[[Any], Name | str], values: Sequence[Any], places: Iterable[int]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for place in places:
        key = name(values[place])
        if key is not None:
            found[key].append(place)
    return found


def _without(old: list[int], new: list[int], pairs: Pairs) -> tuple[list[int], list[int]]:
    first, second = {place for place, _ in pairs}, {place for _, place in pairs}
    return [place for place in old if place not in first], [place for place in new if place not in second]
