"""What compiled expressions call: JMESPath's operators and functions, and the four of our own.

Nothing here imports jmespath, so that built-in rules, compiled when the package was built, run
without its parser. Semantics are those of jmespath's Python implementation, mixed types and all;
every failure is an `EvaluationError`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from types import NoneType
from typing import Any

from scanner.engine.scope import Scope, in_utc, instant
from scanner.errors import RuleError

JOIN_LIMIT = 10_000_000
"""Characters that `join` may make: repeated joins would otherwise grow without bound."""

_KINDS: dict[type, str] = {
    NoneType: "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


class EvaluationError(RuleError):
    """An expression has no value on a document: a function got the wrong type, a parameter is missing."""


def kind(value: Any) -> str:
    """JMESPath's name of a JSON value's type; `unknown` for what is not JSON."""
    found = _KINDS.get(type(value))
    return found or next((name for base, name in _KINDS.items() if isinstance(value, base)), "unknown")


def wrong_type(function: str, value: Any, wanted: str) -> EvaluationError:
    """The error of a function that got a value of a type it does not take."""
    return EvaluationError(f"{function}() takes {wanted}, not {kind(value)}")


# Operators. Their names are what the compiler writes into generated text.


def is_true(value: Any) -> bool:
    """JMESPath's truth: false are null, false, and the empty string, list and object; 0 is true."""
    return bool(value) or (value == 0 and value is not False)


def op_eq(left: Any, right: Any) -> bool:
    """`==`: Python's, but a number never equals a boolean (inside lists and objects it may, as in jmespath)."""
    return bool(left == right) and isinstance(left, bool) is isinstance(right, bool)


def _comparable(left: Any, right: Any) -> bool:
    kinds = {kind(left), kind(right)}
    if not kinds <= {"number", "string"}:
        return False
    if len(kinds) > 1:
        raise EvaluationError("a number and a string have no order")
    return True


def op_lt(left: Any, right: Any) -> bool | None:
    """`<`: null unless both sides are numbers or strings. Raises `EvaluationError` on one of each."""
    return bool(left < right) if _comparable(left, right) else None


def op_lte(left: Any, right: Any) -> bool | None:
    """`<=`, as `op_lt`."""
    return bool(left <= right) if _comparable(left, right) else None


def op_gt(left: Any, right: Any) -> bool | None:
    """`>`, as `op_lt`."""
    return bool(left > right) if _comparable(left, right) else None


def op_gte(left: Any, right: Any) -> bool | None:
    """`>=`, as `op_lt`."""
    return bool(left >= right) if _comparable(left, right) else None


def op_flatten(value: Any) -> list[Any] | None:
    """`[]`: the elements of elements that are lists in their place; null for what is no list."""
    if not isinstance(value, list):
        return None
    merged: list[Any] = []
    for element in value:
        if isinstance(element, list):
            merged.extend(element)
        else:
            merged.append(element)
    return merged


# Argument checks.


def _number(function: str, value: Any) -> Any:
    if kind(value) != "number":
        raise wrong_type(function, value, "a number")
    return value


def _string(function: str, value: Any) -> str:
    if not isinstance(value, str):
        raise wrong_type(function, value, "a string")
    return value


def _object(function: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_type(function, value, "an object")
    return value


def _array(function: str, value: Any, *elements: str) -> list[Any]:
    """A list whose elements are all of one of the types named (of any, if none is named)."""
    if not isinstance(value, list):
        raise wrong_type(function, value, "an array")
    if elements and value:
        first = kind(value[0])
        for item in value:
            if kind(item) != first or first not in elements:
                raise wrong_type(function, item, f"an array of {' or of '.join(elements)}s")
    return value


# Standard functions.


def fn_abs(value: Any) -> Any:
    """The number without its sign."""
    return abs(_number("abs", value))


def fn_avg(value: Any) -> Any:
    """The mean of a list of numbers; null for an empty one."""
    numbers = _array("avg", value, "number")
    return _finite("avg", lambda: sum(numbers) / len(numbers)) if numbers else None


def fn_ceil(value: Any) -> Any:
    """The next whole number upwards."""
    return _finite("ceil", lambda: math.ceil(_number("ceil", value)))


def fn_contains(subject: Any, search: Any) -> bool:
    """Whether a list has the element, or a string the part."""
    if isinstance(subject, str):
        return _string("contains", search) in subject
    if not isinstance(subject, list):
        raise wrong_type("contains", subject, "an array or a string")
    return search in subject


def fn_ends_with(subject: Any, suffix: Any) -> bool:
    """Whether the string ends so."""
    return _string("ends_with", subject).endswith(_string("ends_with", suffix))


def fn_floor(value: Any) -> Any:
    """The next whole number downwards."""
    return _finite("floor", lambda: math.floor(_number("floor", value)))


def fn_join(separator: Any, value: Any) -> str:
    """The strings of a list in one, at most `JOIN_LIMIT` characters."""
    glue, parts = _string("join", separator), _array("join", value, "string")
    if len(glue) * len(parts) + sum(map(len, parts)) > JOIN_LIMIT:
        raise EvaluationError(f"join() would make more than {JOIN_LIMIT} characters")
    return glue.join(parts)


def fn_keys(value: Any) -> list[Any]:
    """An object's keys, in its order."""
    return list(_object("keys", value))


def fn_length(value: Any) -> int:
    """How many characters, elements or members."""
    if not isinstance(value, str | list | dict):
        raise wrong_type("length", value, "a string, an array or an object")
    return len(value)


def fn_map(function: Callable[[Any], Any], value: Any) -> list[Any]:
    """The expression's value on each element, nulls kept."""
    return [function(element) for element in _array("map", value)]


def fn_max(value: Any) -> Any:
    """The greatest of numbers, or of strings; null for an empty list."""
    return max(_array("max", value, "number", "string"), default=None)


def fn_min(value: Any) -> Any:
    """The least of numbers, or of strings; null for an empty list."""
    return min(_array("min", value, "number", "string"), default=None)


def _keys_by(name: str, value: Any, function: Callable[[Any], Any]) -> list[Any]:
    return _array(name, [function(element) for element in _array(name, value)], "number", "string")


def fn_max_by(value: Any, function: Callable[[Any], Any]) -> Any:
    """The first element whose key is greatest; null for an empty list."""
    keys = _keys_by("max_by", value, function)
    return value[max(range(len(keys)), key=keys.__getitem__)] if keys else None


def fn_min_by(value: Any, function: Callable[[Any], Any]) -> Any:
    """The first element whose key is least; null for an empty list."""
    keys = _keys_by("min_by", value, function)
    return value[min(range(len(keys)), key=keys.__getitem__)] if keys else None


def fn_merge(first: Any, *others: Any) -> dict[str, Any]:
    """One object of several, the later members prevailing; as in jmespath, later lists of pairs are taken too."""
    merged = dict(_object("merge", first))
    for other in others:
        try:
            merged.update(other)
        except (TypeError, ValueError):
            raise wrong_type("merge", other, "objects") from None
    return merged


def fn_not_null(*values: Any) -> Any:
    """The first argument that is not null."""
    return next((value for value in values if value is not None), None)


def fn_reverse(value: Any) -> Any:
    """A list or a string from its end."""
    if not isinstance(value, list | str):
        raise wrong_type("reverse", value, "an array or a string")
    return value[::-1]


def fn_sort(value: Any) -> list[Any]:
    """Numbers, or strings, in order."""
    return sorted(_array("sort", value, "string", "number"))


def fn_sort_by(value: Any, function: Callable[[Any], Any]) -> list[Any]:
    """The elements in the order of their keys, which are all numbers or all strings."""
    keys = _keys_by("sort_by", value, function)
    return [value[index] for index in sorted(range(len(keys)), key=keys.__getitem__)]


def fn_starts_with(subject: Any, prefix: Any) -> bool:
    """Whether the string starts so."""
    return _string("starts_with", subject).startswith(_string("starts_with", prefix))


def fn_sum(value: Any) -> Any:
    """The sum of numbers; 0 for an empty list."""
    numbers = _array("sum", value, "number")
    return _finite("sum", lambda: sum(numbers))


def fn_to_array(value: Any) -> list[Any]:
    """A list as it is, anything else as a list's only element."""
    return value if isinstance(value, list) else [value]


def fn_to_number(value: Any) -> Any:
    """A number as it is, a string that spells one as that number, else null."""
    if kind(value) == "number":
        return value
    for read in (int, float) if isinstance(value, str) else ():
        try:
            return read(value)
        except ValueError:
            continue
    return None


def fn_to_string(value: Any) -> str:
    """A string as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    return str(_finite("to_string", lambda: json.dumps(value, separators=(",", ":"), default=str)))


def fn_type(value: Any) -> str | None:
    """`null`, `boolean`, `number`, `string`, `array` or `object`."""
    found = kind(value)
    return None if found == "unknown" else found


def fn_values(value: Any) -> list[Any]:
    """An object's values, in its order."""
    return list(_object("values", value).values())


def _finite(function: str, compute: Callable[[], Any]) -> Any:
    """What `compute` answers; Python refuses to round infinities and to spell or divide giants."""
    try:
        return compute()
    except (OverflowError, ValueError) as error:
        raise EvaluationError(f"{function}() got a number that is out of range: {error}") from error


# Functions of ours. Those of `compiler_tables.SCOPED` get the scope first.


def fn_between(values: Any, low: Any, high: Any) -> list[Any]:
    """The numbers of a list that lie between two others, these included: in order, each once."""
    if not isinstance(values, list):
        raise wrong_type("between", values, "an array of numbers")
    bottom, top = _number("between", low), _number("between", high)
    return sorted({value for value in (_number("between", each) for each in values) if bottom <= value <= top})


def fn_param(scope: Scope, name: str) -> Any:
    """The parameter of the rule, as bound in this evaluation."""
    try:
        return scope.params[name]
    except KeyError:
        raise EvaluationError(f"the rule has no parameter {name!r}") from None


def fn_now(scope: Scope) -> str:
    """The snapshot's time, ISO 8601 in UTC with seconds and `Z`."""
    return in_utc(scope.now).strftime("%Y-%m-%dT%H:%M:%SZ")


def fn_age_days(scope: Scope, date: Any) -> float | None:
    """Days from an ISO 8601 date to the snapshot's time (negative for the future); null for null."""
    if date is None:
        return None
    try:
        return (in_utc(scope.now) - instant(_string("age_days", date))).total_seconds() / 86400
    except ValueError:
        raise EvaluationError(f"age_days() got {date[:40]!r}, which is no ISO 8601 date") from None
