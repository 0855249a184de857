"""Values that are known in part: what the three-valued interpreter computes with.

A plain JSON value is wholly known. Anything else is an `Abstract`, which stands for all values that
some completion of the document's unknown members would give in its place; `lifting` says what those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.engine.functions import is_true, kind

Because = frozenset[str]
"""Pointers into the document whose unknown is behind a doubt."""

ALL = frozenset({"null", "boolean", "number", "string", "array", "object"})
NOTHING: Because = frozenset()


class Abstract:
    """A value that is not wholly known."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Some(Abstract):
    """Any value of one of the types, with JMESPath's truth where that is known although the value is not."""

    types: frozenset[str]
    because: Because
    truth: bool | None = None


@dataclass(frozen=True, slots=True)
class Opaque(Abstract):
    """A string that equals only itself."""

    token: str
    because: Because


@dataclass(frozen=True, slots=True)
class Interval(Abstract):
    """A whole number from `low` to `high` (None: without bound)."""

    low: int
    high: int | None
    because: Because


@dataclass(frozen=True, slots=True)
class Item:
    """An element, and why it may not be there (None: it surely is)."""

    value: Any
    doubt: Because | None = None


@dataclass(frozen=True, slots=True)
class List(Abstract):
    """A list: its possible elements in order, why there may be others anywhere (None: there are none),
    and why the order is not that (None: it is).
    """

    items: tuple[Item, ...]
    more: Because | None = None
    shuffled: Because | None = None


@dataclass(frozen=True, slots=True)
class Object(Abstract):
    """An object: its possible members, those that may be absent, and whether their order is known."""

    members: Mapping[str, Any]
    maybe: Mapping[str, Because] = field(default_factory=dict)
    ordered: bool = True


def some(types: Iterable[str], because: Because, *, truth: bool | None = None) -> Any:
    """A value of one of the types, in the form that says most: there is one falsy string, list, object."""
    left = frozenset(types) - ({"null"} if truth else {"number"} if truth is False else set())
    if len(left) == 1:
        (only,) = left
        if only == "null":
            return None
        if only == "boolean" and truth is not None:
            return truth
        if truth is False:
            return {"string": "", "array": [], "object": {}}[only]
        if only == "number":
            truth = True
        elif only == "array" and truth is None:
            return List((), because)
    return Some(left, because, truth)


def types_of(value: Any) -> frozenset[str]:
    """The types that a value may have."""
    if isinstance(value, Some):
        return value.types
    if isinstance(value, Abstract):
        names: dict[type, str] = {Opaque: "string", Interval: "number", List: "array", Object: "object"}
        return frozenset({names[type(value)]})
    return frozenset({kind(value)})


def truth_of(value: Any) -> bool | None:
    """JMESPath's truth of a value; None where completions differ."""
    if not isinstance(value, Abstract):
        return is_true(value)
    if isinstance(value, Some):
        return value.truth
    if isinstance(value, List):
        return True if any(item.doubt is None for item in value.items) else None
    if isinstance(value, Object):
        return True if len(value.members) > len(value.maybe) else None
    return True


def because_of(value: Any) -> Because:
    """All that is behind what is not known of a value."""
    if isinstance(value, Some | Opaque | Interval):
        return value.because
    if isinstance(value, List):
        parts = [(item.doubt or NOTHING) | because_of(item.value) for item in value.items]
        return NOTHING.union(value.more or NOTHING, value.shuffled or NOTHING, *parts)
    if isinstance(value, Object):
        return NOTHING.union(*value.maybe.values(), *map(because_of, value.members.values()))
    return NOTHING


def doubt_of(value: Any) -> Because:
    """What is behind a truth that is not known; nothing where it is."""
    return NOTHING if truth_of(value) is not None else presence_of(value)


def presence_of(value: Any) -> Because:
    """What is behind not knowing which elements or members there are, whatever they hold."""
    if isinstance(value, List):
        return NOTHING.union(value.more or NOTHING, *(item.doubt or NOTHING for item in value.items))
    if isinstance(value, Object):
        return NOTHING.union(*value.maybe.values())
    return because_of(value)


def where_true(value: Any) -> Any:
    """The same value in those completions where it is true."""
    return some(types_of(value), because_of(value), truth=True) if truth_of(value) is None else value


def where_false(value: Any) -> Any:
    """The same value in those completions where it is false."""
    return some(types_of(value), because_of(value), truth=False) if truth_of(value) is None else value


def where_not_null(value: Any) -> Any:
    """The same value in those completions where it is not null."""
    if isinstance(value, Some) and "null" in value.types:
        return some(value.types - {"null"}, value.because, truth=value.truth)
    return value


def either(values: Iterable[Any], because: Because) -> Any:
    """One of several values, which one being unknown for the reasons given."""
    given = list(values)
    first = given[0]
    if not isinstance(first, Abstract) and all(
        not isinstance(other, Abstract) and kind(other) == kind(first) and _same(other, first) for other in given
    ):
        return first
    truths = {truth_of(value) for value in given}
    types = frozenset().union(*map(types_of, given))
    if len(truths) == 1 and None not in truths:
        return some(types, because.union(*map(because_of, given)), truth=truths.pop())
    return some(types, because.union(*map(doubt_of, given)))  # what would decide its truth


def _same(left: Any, right: Any) -> bool:
    """Only scalars: inside lists Python equates 1 and true."""
    return not isinstance(left, list | dict) and bool(left == right)


def as_list(value: Any) -> List | None:
    """The elements of a value that is surely a list."""
    if isinstance(value, List):
        return value
    return List(tuple(map(Item, value))) if isinstance(value, list) else None


def as_object(value: Any) -> Object | None:
    """The members of a value that is surely an object."""
    if isinstance(value, Object):
        return value
    return Object(value) if isinstance(value, dict) else None


def settle(value: List | Object) -> Any:
    """The plain list or object, if all of it is known after all."""
    if isinstance(value, List):
        if value.shuffled is not None and len(value.items) < 2:  # one element has one order
            value = replace(value, shuffled=None)
        sure = value.more is None and value.shuffled is None and all(item.doubt is None for item in value.items)
        plain = [item.value for item in value.items]
        return value if not sure or any(isinstance(each, Abstract) for each in plain) else plain
    whole = value.ordered and not value.maybe and not any(isinstance(v, Abstract) for v in value.members.values())
    return dict(value.members) if whole else value


def fixes(items: tuple[Item, ...], start: int | None, stop: int | None, step: int | None) -> bool:
    """Whether the slice takes the same elements whichever of the doubtful ones there are."""
    if all(item.doubt is None for item in items):
        return True
    if (start or 0) < 0 or (step or 1) < 0 or (stop is not None and stop < 0):
        return False
    if stop is None and (step or 1) != 1:
        return False
    return all(item.doubt is None for item in items[: start or 0 if stop is None else stop])


def standing_at(items: tuple[Item, ...], place: int) -> tuple[list[Any], Because]:
    """What can come to stand at a place, null where there may be nothing, and the doubts that decide it."""
    candidates: list[Any] = []
    doubt, sure = NOTHING, 0
    for index, item in enumerate(items):
        if index >= place:
            candidates.append(item.value)
        doubt |= item.doubt or NOTHING
        sure += item.doubt is None
        if sure > place:
            return candidates, doubt
    return [*candidates, None], doubt
