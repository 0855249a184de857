"""From a document and its unknown places to a value that is known in part, and back.

What the completions of a document are:

* A pointer of kind `any` to a member: it may be absent or hold anything. To an element that is in
  the list: the element exists and may be anything. To a place whose parent is not there: the parent
  may be anything.
* `more`: further elements may stand anywhere in the list, since AWS and we sort lists.
* `opaque`: a string that is neither null nor empty and equals no constant. Two opaque values are
  equal if their tokens are; with different tokens they may still be (`aws_s3_bucket.b.id` and
  `aws_s3_bucket.b.bucket` are one string under two names), so nothing is said of them.
* `maybe`: the element is as given or not there at all, whatever becomes of the others. At a place that
  is no element of a list it says as little as `any`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.engine.unknowns import (
    ALL,
    NOTHING,
    Abstract,
    Because,
    Item,
    List,
    Object,
    Opaque,
    because_of,
    some,
)
from scanner.model import Partial, Unknown, Unknowns, pointer, pointer_parts


class _Places:
    """The unknown places of a document as a tree."""

    __slots__ = ("below", "pointer", "unknown")

    def __init__(self) -> None:
        self.below: dict[str, _Places] = {}
        self.pointer = ""
        self.unknown: Unknown | None = None

    def pointers(self) -> Because:
        found = NOTHING.union(*(each.pointers() for each in self.below.values()))
        return found | {self.pointer} if self.unknown else found


def lift(document: Partial) -> Any:
    """The document as a value. Raises `ValueError` on a text that is no JSON Pointer."""
    root = _Places()
    for text, unknown in document.unknown.items():
        place = root
        for part in pointer_parts(text):
            place = place.below.setdefault(part, _Places())
        place.pointer, place.unknown = text, unknown
    return _lift(document.value, root)


def _lift(value: Any, place: _Places) -> Any:
    if place.unknown:
        if place.unknown.kind == "opaque" and not place.below:
            return Opaque(place.unknown.token or place.pointer, frozenset({place.pointer}))
        return some(ALL, place.pointers())
    return _lift_held(value, place)


def _lift_held(value: Any, place: _Places) -> Any:
    """A value that is there, of which parts may be unknown."""
    if not place.below:
        return value
    if isinstance(value, dict):
        return _lift_object(value, place)
    if isinstance(value, list):
        return _lift_list(value, place)
    return some(ALL, place.pointers())


def _lift_object(value: dict[str, Any], place: _Places) -> Any:
    members, maybe = dict(value), {}
    for name, below in place.below.items():
        if below.unknown and below.unknown.kind == "more":  # no list: what the pointer means cannot be told
            return some(ALL, place.pointers())
        members[name] = _lift(value.get(name), below)
        if not isinstance(members[name], Opaque) and (name not in value or below.unknown):
            maybe[name] = below.pointers()
    return Object(members, maybe, ordered=not maybe and len(members) == len(value))


def _lift_list(value: list[Any], place: _Places) -> Any:
    items = list(value)
    doubts: dict[int, Because] = {}
    more: Because | None = None
    for name, below in place.below.items():
        index = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else len(items)
        if index >= len(items):
            more = (more or NOTHING) | below.pointers()
        elif below.unknown and below.unknown.kind == "maybe":
            items[index] = _lift_held(items[index], below)
            doubts[index] = frozenset({below.pointer})
        else:
            items[index] = _lift(items[index], below)
    return List(tuple(Item(item, doubts.get(index)) for index, item in enumerate(items)), more)


def lower(value: Any, unknown: Unknowns) -> Partial:
    """A value as what is known of it and the places that are not, with their reasons from the document."""
    found: Unknowns = {}
    plain = _lower(value, "", unknown, found)
    return Partial(plain, found)


def _lower(value: Any, at: str, unknown: Unknowns, found: Unknowns) -> Any:
    if isinstance(value, List) and value.shuffled is None:
        sure = [item.value for item in value.items if item.doubt is None]
        more = NOTHING.union(value.more or NOTHING, *(item.doubt or NOTHING for item in value.items))
        if len(sure) < len(value.items) or value.more is not None:
            found[f"{at}/-"] = replace(_reason(more, unknown), kind="more", token="")
        return [_lower(item, f"{at}/{index}", unknown, found) for index, item in enumerate(sure)]
    if isinstance(value, Object):
        members = {name: _lower(item, at + pointer(name), unknown, found) for name, item in value.members.items()}
        return {name: item for name, item in members.items() if at + pointer(name) not in found}
    if isinstance(value, Abstract):
        reason = _reason(because_of(value), unknown)
        if isinstance(value, Opaque):
            found[at] = replace(reason, kind="opaque", token=value.token)
        else:
            found[at] = replace(reason, kind="any", token="")
        return None
    return value


def _reason(because: Because, unknown: Unknowns) -> Unknown:
    """Of several reasons the one whose pointer comes first."""
    return unknown[min(because)]
