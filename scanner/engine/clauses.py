"""The leaves of a rule's condition: what evidence is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.engine.unparse import Node, unparse

_SIGNS = {"eq": "", "ne": "not ", "lt": "less than ", "lte": "at most ", "gt": "more than ", "gte": "at least "}
_MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One leaf. `test` and `subject` are expressions: whether it holds, and what it looks at.

    `path` names the subject for people, without filters and guards; `expected` is a value or words.
    `counts` is set where the leaf looks at the length of a list: then `subject` is the list. A leaf
    that reads only parameters has no `path`: it decides, but there is nothing of the resource to show.
    """

    test: str
    subject: str
    path: str
    expected: Any
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts joined by `&&` (`every`) or by `||`; `!` is pushed down to the leaves."""

    every: bool
    parts: tuple[Branch | Clause, ...]


def tree(ast: Node, *, negated: bool = False) -> Branch | Clause:
    """The condition as branches and leaves, in the order of the text."""
    kind = ast["type"]
    if kind in ("and_expression", "or_expression"):
        parts = tuple(tree(child, negated=negated) for child in ast["children"])
        return Branch((kind == "and_expression") is not negated, parts)
    if kind == "not_expression":
        return tree(ast["children"][0], negated=not negated)
    if not _looks(ast):
        return Clause(f"!({unparse(ast)})" if negated else unparse(ast), "", "", None)
    return _comparison(ast, negated=negated) if kind == "comparator" else _leaf(ast, negated=negated)


def _looks(node: Node) -> bool:
    """Whether a node reads the document, not only parameters and literals."""
    if node["type"] in ("field", "current", "identity"):
        return True
    return any(_looks(child) for child in node["children"] if isinstance(child, dict))


def _comparison(node: Node, *, negated: bool) -> Clause:
    left, right = node["children"]
    sign = node["value"]
    if not _looks(left):
        left, right, sign = right, left, _MIRRORED[sign]
    value: Any = right.get("value") if right["type"] == "literal" else unparse(right)
    words = ("not " if negated else "") + _SIGNS[sign]
    return _clause(node, left, f"{words}{value}" if words else value, negated=negated)


def _leaf(node: Node, *, negated: bool) -> Clause:
    if node["type"] == "function_expression" and node["value"] == "contains":
        among, part = node["children"]
        if not _looks(among):
            return _clause(node, part, f"{'none' if negated else 'one'} of {_words(among)}", negated=negated)
        return _clause(node, among, f"{'without' if negated else 'with'} {_words(part)}", negated=negated)
    return _clause(node, node, not negated, negated=negated)


def _words(node: Node) -> str:
    value = node.get("value")
    if node["type"] == "literal" and isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if node["type"] == "literal" else unparse(node)


def _clause(node: Node, subject: Node, expected: Any, *, negated: bool) -> Clause:
    test = f"!({unparse(node)})" if negated else unparse(node)
    counts = subject["type"] == "function_expression" and subject["value"] == "length"
    if counts:
        subject = subject["children"][0]
    return Clause(test, unparse(subject), _path(subject), expected, counts)


def _path(node: Node) -> str:
    """The member that a node looks at, without filters and without what stands in for null."""
    if node["type"] == "filter_projection" and node["children"][1]["type"] == "identity":
        return _path(node["children"][0])
    if node["type"] == "function_expression" and node["value"] == "not_null" and node["children"]:
        return _path(node["children"][0])
    return unparse(node)
