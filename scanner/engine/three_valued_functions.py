"""JMESPath's functions on arguments that are known in part.

A function whose arguments are wholly known is the compiled one. Of the others, those here say what
is certain; the rest give some value of the types they can give. A call whose arguments are of the
wrong type in every completion raises, as it would in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.engine import functions
from scanner.engine.compiler_tables import SCOPED, SIGNATURES
from scanner.engine.functions import EvaluationError
from scanner.engine.scope import Scope
from scanner.engine.three_valued_compare import contains_item
from scanner.engine.unknowns import (
    ALL,
    NOTHING,
    Abstract,
    Because,
    Interval,
    Item,
    List,
    Object,
    Opaque,
    Some,
    as_list,
    as_object,
    because_of,
    either,
    presence_of,
    settle,
    some,
    types_of,
    where_not_null,
)

Apply = Callable[[Any], Any]
"""An expression given to a function, on values known in part."""

RESULTS: Mapping[str, frozenset[str]] = {
    name: frozenset(types.split())
    for name, types in {
        "abs": "number",
        "age_days": "number null",
        "avg": "number null",
        "between": "array",
        "ceil": "number",
        "contains": "boolean",
        "ends_with": "boolean",
        "floor": "number",
        "join": "string",
        "max": "number string null",
        "merge": "object",
        "min": "number string null",
        "reverse": "array string",
        "sort": "array",
        "sort_by": "array",
        "starts_with": "boolean",
        "sum": "number",
        "to_number": "number null",
        "to_string": "string",
        "type": "string",
    }.items()
}
"""The types of a function's values; any where the function is not named."""


def call(name: str, arguments: list[Any], scope: Scope) -> Any:
    """The value of a call. Raises `EvaluationError` if every completion would."""
    if not any(isinstance(each, Abstract) for each in arguments):
        given = [scope, *arguments] if name in SCOPED else arguments
        return getattr(functions, f"fn_{name}")(*given)
    _check(name, arguments)
    certain = _CERTAIN.get(name)
    if certain is not None:
        return certain(*arguments)
    return unsure(name, arguments)


def unsure(name: str, arguments: Iterable[Any]) -> Any:
    """Some value of the types that the function gives."""
    return some(RESULTS.get(name, ALL), NOTHING.union(*map(because_of, arguments)))


def _check(name: str, arguments: list[Any]) -> None:
    """Raise if an argument has the wrong type in every completion; those that a function repeats are not checked."""
    for types, argument in zip(SIGNATURES[name].arguments, arguments, strict=False):
        if not types or "expref" in types:
            continue
        if not types_of(argument) & {each.split("-")[0] for each in types}:
            raise EvaluationError(f"{name}() takes {' or '.join(types)}, not {'/'.join(sorted(types_of(argument)))}")
        elements = as_list(argument)
        if elements is not None and any("-" in each for each in types):
            _check_elements(name, elements, [each.split("-")[1] for each in types if "-" in each])


def _check_elements(name: str, elements: List, types: list[str]) -> None:
    """All of one of the types: each sure element must be able to be, together with the others."""
    sure = [types_of(item.value) for item in elements.items if item.doubt is None]
    if not any(all(each in found for found in sure) for each in types):
        raise EvaluationError(f"{name}() takes an array of {' or of '.join(types)}s")


def _contains(subject: Any, search: Any) -> Any:
    elements = as_list(subject)
    if elements is not None:
        return contains_item(elements, search)
    if types_of(subject) == {"string"} and "string" not in types_of(search):
        raise EvaluationError("contains() looks for a string in a string")
    return some({"boolean"}, because_of(subject) | because_of(search))


def _length(value: Any) -> Any:
    because = presence_of(value)
    elements, members = as_list(value), as_object(value)
    if elements is not None:
        sure = sum(item.doubt is None for item in elements.items)
        return _interval(sure, None if elements.more is not None else len(elements.items), because)
    if members is not None:
        return _interval(len(members.members) - len(members.maybe), len(members.members), because)
    return Interval(1 if isinstance(value, Opaque) else 0, None, because)


def _interval(low: int, high: int | None, because: Because) -> Any:
    return low if low == high else Interval(low, high, because)


def _not_null(*values: Any) -> Any:
    """The first sure non-null argument; what may come before it may be it instead."""
    candidates = []
    because = NOTHING
    for value in values:
        if "null" not in types_of(value):
            candidates.append(value)
            break
        if value is not None:
            candidates.append(where_not_null(value))
            because |= because_of(value)
    else:
        candidates.append(None)
    return candidates[0] if len(candidates) == 1 else either(candidates, because)


def _type(value: Any) -> Any:
    types = types_of(value)
    return next(iter(types)) if len(types) == 1 else some({"string"}, because_of(value), truth=True)


def _to_array(value: Any) -> Any:
    if as_list(value) is not None:
        return value
    return List((Item(value),)) if "array" not in types_of(value) else some({"array"}, because_of(value))


def _to_string(value: Any) -> Any:
    return value if types_of(value) == {"string"} else unsure("to_string", [value])


def _to_number(value: Any) -> Any:
    types = types_of(value)
    if types == {"number"}:
        return value
    return unsure("to_number", [value]) if types & {"number", "string"} else None


def _entries(value: Any, part: Callable[[str, Any], Any]) -> Any:
    members = as_object(value)
    if members is None:
        return some({"array"}, because_of(value))
    items = tuple(Item(part(name, item), members.maybe.get(name)) for name, item in members.members.items())
    return settle(List(items, shuffled=None if members.ordered else _order_doubt(members)))


def _order_doubt(members: Object) -> Because:
    """The members whose place among the others is not known are those that the document does not hold."""
    return because_of(members)


def _keys(value: Any) -> Any:
    return _entries(value, lambda name, _item: name)


def _values(value: Any) -> Any:
    return _entries(value, lambda _name, item: item)


def _map(apply: Apply, value: Any) -> Any:
    elements = as_list(value)
    if elements is None:
        return some({"array"}, because_of(value))
    items = tuple(Item(_applied(apply, item), item.doubt) for item in elements.items)
    return settle(List(items, elements.more, elements.shuffled))


def _applied(apply: Apply, item: Item) -> Any:
    """An error on an element that may not be there is not certain."""
    if item.doubt is None:
        return apply(item.value)
    try:
        return apply(item.value)
    except EvaluationError:
        return Some(ALL, item.doubt)


def _by(name: str) -> Callable[[Any, Apply], Any]:
    """Unknown, but each element that surely is there must have a key, all numbers or all strings."""

    def ordered(value: Any, apply: Apply) -> Any:
        if isinstance(value, List):
            keys = List(tuple(Item(_applied(apply, item), item.doubt) for item in value.items))
            _check_elements(name, keys, ["number", "string"])
        return unsure(name, [value])

    return ordered


def _reverse(value: Any) -> Any:
    return some(types_of(value) & RESULTS["reverse"], because_of(value))


_CERTAIN: Mapping[str, Callable[..., Any]] = {
    "contains": _contains,
    "keys": _keys,
    "length": _length,
    "map": _map,
    "max_by": _by("max_by"),
    "min_by": _by("min_by"),
    "not_null": _not_null,
    "reverse": _reverse,
    "sort_by": _by("sort_by"),
    "to_array": _to_array,
    "to_number": _to_number,
    "to_string": _to_string,
    "type": _type,
    "values": _values,
}
