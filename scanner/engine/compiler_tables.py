"""The language's tables: which functions there are, what they take, and which names generated text uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.engine import functions


@dataclass(frozen=True, slots=True)
class Signature:
    """The types each argument may have (`()` for any); the last one repeats in a variadic function.

    `expref` stands for an expression (`&name`), `array-number` for an array of numbers.
    """

    arguments: Sequence[tuple[str, ...]]
    variadic: bool = False


def _signature(*arguments: str, variadic: bool = False) -> Signature:
    return Signature([tuple(text.split()) for text in arguments], variadic)


SIGNATURES: Mapping[str, Signature] = {
    "abs": _signature("number"),
    "age_days": _signature("string null"),
    "avg": _signature("array-number"),
    "between": _signature("array-number", "number", "number"),
    "ceil": _signature("number"),
    "contains": _signature("array string", ""),
    "ends_with": _signature("string", "string"),
    "floor": _signature("number"),
    "join": _signature("string", "array-string"),
    "keys": _signature("object"),
    "length": _signature("string array object"),
    "map": _signature("expref", "array"),
    "max": _signature("array-number array-string"),
    "max_by": _signature("array", "expref"),
    "merge": _signature("object", variadic=True),
    "min": _signature("array-number array-string"),
    "min_by": _signature("array", "expref"),
    "not_null": _signature("", variadic=True),
    "now": _signature(),
    "param": _signature("string"),
    "reverse": _signature("array string"),
    "sort": _signature("array-number array-string"),
    "sort_by": _signature("array", "expref"),
    "starts_with": _signature("string", "string"),
    "sum": _signature("array-number"),
    "to_array": _signature(""),
    "to_number": _signature(""),
    "to_string": _signature(""),
    "type": _signature(""),
    "values": _signature("object"),
}

SCOPED = frozenset({"param", "now", "age_days"})
"""Functions that are given the scope before their arguments."""

OPERATORS = ("op_eq", "op_lt", "op_lte", "op_gt", "op_gte", "op_flatten")

RUNTIME: Mapping[str, Any] = {
    name: getattr(functions, name) for name in (*OPERATORS, *(f"fn_{name}" for name in SIGNATURES))
}
"""Every name that generated text may use; all of them are importable from `scanner.engine.functions`."""

IMPORTS = f"from scanner.engine.functions import {', '.join(sorted(RUNTIME))}\n"
"""The line that a generated module needs before the functions of `compiler.python_source`."""
