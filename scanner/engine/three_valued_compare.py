"""`==`, `<` and their kin on values that are known in part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.engine.functions import EvaluationError, kind, op_eq, op_gt, op_gte, op_lt, op_lte
from scanner.engine.unknowns import (
    NOTHING,
    Abstract,
    Interval,
    Item,
    List,
    Object,
    Opaque,
    as_list,
    as_object,
    because_of,
    some,
    truth_of,
    types_of,
)

ORDERABLE = frozenset({"number", "string"})

_KNOWN: Mapping[str, Callable[[Any, Any], bool | None]] = {"lt": op_lt, "lte": op_lte, "gt": op_gt, "gte": op_gte}


def compare(operator: str, left: Any, right: Any) -> Any:
    """The value of a comparator's node. Raises `EvaluationError` if every completion would."""
    if operator in ("eq", "ne"):
        same = equal(left, right)
        if same is None:
            return some({"boolean"}, because_of(left) | because_of(right))
        return same is (operator == "eq")
    return order(operator, left, right)


def equal(left: Any, right: Any) -> bool | None:
    """`==` as an operator: a number and a boolean never are, and equal values are equally true."""
    if not isinstance(left, Abstract) and not isinstance(right, Abstract):
        return op_eq(left, right)
    if not types_of(left) & types_of(right):
        return False
    truths = {truth_of(left), truth_of(right)}
    return False if truths == {True, False} else alike(left, right)


def alike(left: Any, right: Any) -> bool | None:
    """Equality inside lists and objects, and of `contains`, where Python equates 1 and true.

    True or false where every completion agrees, else None.
    """
    if not isinstance(left, Abstract) and not isinstance(right, Abstract):
        return bool(left == right)
    if not _loosely(left) & _loosely(right):
        return False
    by_type = {List: _lists_alike, Object: _objects_alike, Opaque: _opaque_alike, Interval: _interval_alike}
    for type_, same in by_type.items():
        if isinstance(left, type_) or isinstance(right, type_):
            return same(left, right)
    return None


def _loosely(value: Any) -> frozenset[str]:
    return frozenset("number" if name == "boolean" else name for name in types_of(value))


def _opaque_alike(left: Any, right: Any) -> bool | None:
    """An opaque string equals no constant; under another token it may be the same string."""
    if not isinstance(left, Abstract) or not isinstance(right, Abstract):
        return False
    if isinstance(left, Opaque) and isinstance(right, Opaque) and left.token == right.token:
        return True
    return None


def _interval_alike(left: Any, right: Any) -> bool | None:
    mine, theirs = _bounds(left), _bounds(right)
    if mine is None or theirs is None:
        return None
    (low, high), (other_low, other_high) = mine, theirs
    apart = (high is not None and high < other_low) or (other_high is not None and other_high < low)
    return False if apart or any(isinstance(side, float) and side % 1 for side in (left, right)) else None


def _bounds(value: Any) -> tuple[Any, Any] | None:
    """The least and the greatest of a number (None: without bound); None for what is no interval."""
    if isinstance(value, Interval):
        return value.low, value.high
    return None if isinstance(value, Abstract) else (value, value)


def _lists_alike(one: Any, other: Any) -> bool | None:
    left, right = as_list(one), as_list(other)
    if left is None or right is None:
        return None
    if _fixed(left) and _fixed(right):
        if len(left.items) != len(right.items):
            return False
        pairs = zip(left.items, right.items, strict=True)
        return _all(alike(mine.value, theirs.value) for mine, theirs in pairs)
    return False if _lacks(left, right) or _lacks(right, left) else None


def _fixed(value: List) -> bool:
    return value.more is None and value.shuffled is None and all(item.doubt is None for item in value.items)


def _lacks(sub: List, whole: List) -> bool:
    """Whether a sure element of one list surely is not in the other, or there are too many of them."""
    if whole.more is not None:
        return False
    sure = [item for item in sub.items if item.doubt is None]
    if len(sure) > len(whole.items):
        return True
    return any(all(alike(item.value, other.value) is False for other in whole.items) for item in sure)


def _objects_alike(one: Any, other: Any) -> bool | None:
    left, right = as_object(one), as_object(other)
    if left is None or right is None:
        return None
    return _all(_members_alike(name, left, right) for name in {**left.members, **right.members})


def _members_alike(name: str, left: Object, right: Object) -> bool | None:
    sides = [side for side in (left, right) if name in side.members]
    if len(sides) == 1:
        return None if name in sides[0].maybe else False
    if name in left.maybe or name in right.maybe:
        return None
    return alike(left.members[name], right.members[name])


def _all(results: Any) -> bool | None:
    """Kleene's conjunction."""
    found = set(results)
    return False if False in found else None if None in found else True


def contains_item(value: List, search: Any) -> Any:
    """Whether a list has an element; if that is open, because of those that it could be."""
    matches: list[tuple[Item, bool | None]] = [(item, alike(item.value, search)) for item in value.items]
    if any(match and item.doubt is None for item, match in matches):
        return True
    if value.more is None and all(match is False for _, match in matches):
        return False
    because = [item.doubt or NOTHING for item, match in matches if match is not False]
    because += [because_of(item.value) | because_of(search) for item, match in matches if match is None]
    return some({"boolean"}, NOTHING.union(value.more or NOTHING, *because))


def order(operator: str, left: Any, right: Any) -> Any:
    """`<` and its kin: null unless both sides are numbers or strings; an error on one of each."""
    if not isinstance(left, Abstract) and not isinstance(right, Abstract):
        return _KNOWN[operator](left, right)
    types = types_of(left), types_of(right)
    if not types[0] & ORDERABLE or not types[1] & ORDERABLE:
        return None
    mine, theirs = _number_bounds(left), _number_bounds(right)
    if mine is not None and theirs is not None:
        decided = _order_bounds(operator, mine, theirs)
        if decided is not None:
            return decided
    sure = types[0] | types[1] <= ORDERABLE
    if sure and not types[0] & types[1]:
        raise EvaluationError("a number and a string have no order")
    return some({"boolean"} if sure else {"boolean", "null"}, because_of(left) | because_of(right))


def _number_bounds(value: Any) -> tuple[Any, Any] | None:
    return _bounds(value) if isinstance(value, Interval) or kind(value) == "number" else None


def _order_bounds(operator: str, left: tuple[Any, Any], right: tuple[Any, Any]) -> bool | None:
    """An order that holds, or fails, for all numbers within the bounds."""
    if operator in ("gt", "gte"):
        return _order_bounds("lt" if operator == "gt" else "lte", right, left)
    (low, high), (other_low, other_high) = left, right
    strict = operator == "lt"
    if high is not None and (high < other_low if strict else high <= other_low):
        return True
    if other_high is not None and (low >= other_high if strict else low > other_high):
        return False
    return None
