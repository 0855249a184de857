"""Which element of an earlier list became which of a newer one, where they are not alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

Name: TypeAlias = tuple[Any, ...] | None

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


def pairs(before: Sequence[Any], after: Sequence[Any], old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Places (earlier, newer) of elements that are one thing configured otherwise, out of the places given.

    Objects of one name are one thing; so are objects without a name whose plain members are all equal, and
    the only elements of two lists.
    """
    found = list(_by(identity, before, after, old, new))
    rest_old, rest_new = _without(old, (a for a, _ in found)), _without(new, (b for _, b in found))
    found += _by(_plain_members, before, after, rest_old, rest_new)
    if not found and len(before) == len(after) == len(old) == len(new) == 1 and _alone(before[0], after[0]):
        found.append((0, 0))
    return found


def identity(value: Any) -> Name:
    """What an element is called: member names with their values."""
    if isinstance(value, dict):
        for names in IDENTITIES:
            held = tuple(value.get(name) for name in names)
            if held[0] is not None and all(isinstance(each, str | int | float | None) for each in held):
                return (names, held)
    return None


def _plain_members(value: Any) -> Name:
    if not isinstance(value, dict) or identity(value):
        return None
    plain = sorted((key, item) for key, item in value.items() if isinstance(item, str))
    other = sorted((key, str(item)) for key, item in value.items() if isinstance(item, bool | int | float))
    return (*plain, *other) or None


def _alone(before: Any, after: Any) -> bool:
    """Whether the only elements of two lists may be one thing: not if they are called otherwise."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return False
    first, second = identity(before), identity(after)
    return first == second or (first is not None and first[0] in _ADDRESSES)


_ADDRESSES = (("CidrIp",), ("CidrIpv6",), ("Cidr",))
"""Where the name is the value that people change: the only range of a rule was widened, not replaced."""


def _by(
    name: Callable[[Any], Name], before: Sequence[Any], after: Sequence[Any], old: Iterable[int], new: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of places whose elements have a name that nothing else in either list has."""
    first, second = _named(name, before, old), _named(name, after, new)
    for key, places in first.items():
        others = second.get(key, [])
        if len(places) == len(others) == 1:
            yield places[0], others[0]


def _named(name: Callable[[Any], Name], values: Sequence[Any], places: Iterable[int]) -> dict[Name, list[int]]:
    found: dict[Name, list[int]] = defaultdict(list)
    for place in places:
        key = name(values[place])
        if key is not None:
            found[key].append(place)
    return found


def _without(places: Sequence[int], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [place for place in places if place not in gone]
