"""The leaves of a rule's condition: what evidence is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.engine.unparse import Node, unparse

_SIGNS = {"eq": "", "ne": "not ", "lt": "less than ", "lte": "at most ", "gt": "more than ", "gte": "at least "}
_MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One leaf: `test` is its own expression, `subject` what it looks at, `expected` in words or as a value.

    `counts` is set where the leaf looks at the length of a list: then `subject` is the list.
    """

    test: str
    subject: str
    expected: Any
    counts: bool = False


def clauses(ast: Node) -> tuple[Clause, ...]:
    """The leaves under `&&`, `||` and `!`, in the order of the text."""
    return tuple(_leaves(ast, negated=False))


def _leaves(node: Node, *, negated: bool) -> Iterator[Clause]:
    kind = node["type"]
    if kind in ("and_expression", "or_expression"):
        for child in node["children"]:
            yield from _leaves(child, negated=negated)
    elif kind == "not_expression":
        yield from _leaves(node["children"][0], negated=not negated)
    elif kind == "comparator":
        yield _comparison(node, negated=negated)
    else:
        yield _clause(node, node, not negated, negated=negated)


def _comparison(node: Node, *, negated: bool) -> Clause:
    left, right = node["children"]
    sign = node["value"]
    if left["type"] == "literal":
        left, right, sign = right, left, _MIRRORED[sign]
    value: Any = right.get("value") if right["type"] == "literal" else unparse(right)
    words = ("not " if negated else "") + _SIGNS[sign]
    return _clause(node, left, f"{words}{value}" if words else value, negated=negated)


def _clause(node: Node, subject: Node, expected: Any, *, negated: bool) -> Clause:
    test = f"!({unparse(node)})" if negated else unparse(node)
    if subject["type"] == "function_expression" and subject["value"] == "length":
        return Clause(test, unparse(subject["children"][0]), expected, counts=True)
    if subject["type"] == "function_expression" and subject["value"] == "contains":
        among, looked_up = subject["children"]
        if among["type"] == "literal":
            return Clause(test, unparse(looked_up), f"{'none' if negated else 'one'} of {unparse(among)}")
    return Clause(test, unparse(subject), expected)
