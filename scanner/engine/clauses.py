"""The leaves of a rule's condition: what evidence is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.engine.expression import Expression, parse
from scanner.engine.unparse import Node, unparse

_SIGNS = {"eq": "", "ne": "not ", "lt": "less than ", "lte": "at most ", "gt": "more than ", "gte": "at least "}
_MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One leaf. `test` says whether it holds, `subject` is what it looks at.

    `path` names the subject for people, without filters and guards; `expected` is a value or words.
    `counts` is set where the leaf looks at the length of a list: then `subject` is the list. A leaf
    that reads only parameters has no subject: it decides, but there is nothing of the resource to show.
    """

    test: Expression
    subject: Expression | None = None
    path: str = ""
    expected: Any = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts joined by `&&` (`every`) or by `||`; `!` is pushed down to the leaves."""

    every: bool
    parts: tuple[Part, ...]


Part: TypeAlias = Branch | Clause


class Condition:
    """An expression taken apart, when evidence first asks for it."""

    __slots__ = ("_make", "_part")

    def __init__(self, make: Callable[[], Part]) -> None:
        """`make` gives the parts; it is called once at most."""
        self._make = make
        self._part: Part | None = None

    @classmethod
    def of(cls, expression: Expression) -> Condition:
        """The condition of an expression, taken apart by its syntax tree."""
        return cls(lambda: tree(expression.ast))

    @property
    def part(self) -> Part:
        """The root of the parts."""
        if self._part is None:
            self._part = self._make()
        return self._part


def tree(ast: Node, *, negated: bool = False) -> Part:
    """The condition as branches and leaves, in the order of the text."""
    kind = ast["type"]
    if kind in ("and_expression", "or_expression"):
        parts = tuple(tree(child, negated=negated) for child in ast["children"])
        return Branch((kind == "and_expression") is not negated, parts)
    if kind == "not_expression":
        return tree(ast["children"][0], negated=not negated)
    if not _looks(ast):
        return Clause(_test(ast, negated=negated))
    return _comparison(ast, negated=negated) if kind == "comparator" else _leaf(ast, negated=negated)


def leaves(part: Part) -> Iterator[Clause]:
    """The leaves in order."""
    if isinstance(part, Clause):
        yield part
    else:
        for each in part.parts:
            yield from leaves(each)


def _test(node: Node, *, negated: bool) -> Expression:
    return parse(f"!({unparse(node)})" if negated else unparse(node))


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
    counts = subject["type"] == "function_expression" and subject["value"] == "length"
    if counts:
        subject = subject["children"][0]
    return Clause(_test(node, negated=negated), parse(unparse(subject)), _path(subject), expected, counts)


def _path(node: Node) -> str:
    """The member that a node looks at, without filters and without what stands in for null."""
    if node["type"] == "filter_projection" and node["children"][1]["type"] == "identity":
        return _path(node["children"][0])
    if node["type"] == "function_expression" and node["value"] == "not_null" and node["children"]:
        return _path(node["children"][0])
    return unparse(node)
