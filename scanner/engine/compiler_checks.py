"""What an expression must keep to before it is run: known functions, right arguments, and bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from scanner.engine.compiler_tables import SIGNATURES

Node = dict[str, Any]

MAX_LENGTH = 8192
"""Characters of an expression."""

MAX_DEPTH = 160
"""Nodes between the root and a leaf of the syntax tree."""

MAX_LITERAL_DEPTH = 32
MAX_GROWTH = 100_000
"""How many times a result may repeat what it was made of: `[@, @] | [@, @] | …` doubles at each step."""


class FaultError(Exception):
    """What is wrong, and at which call in the source's order (None: no call in particular)."""

    def __init__(self, message: str, call: int | None = None) -> None:
        super().__init__(message)
        self.call = call


def children(node: Node) -> list[Node]:
    """A node's parts in the order of the source; jmespath keeps a filter's predicate last."""
    if node["type"] == "slice":
        return []
    if node["type"] == "filter_projection":
        left, right, predicate = node["children"]
        return [left, predicate, right]
    return list(node["children"])


def walk(ast: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth, in the order of the source, whatever the depth."""
    stack = [(ast, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((child, depth + 1) for child in reversed(children(node)))


def check(ast: Node) -> None:
    """Raise `FaultError` for the first thing that makes an expression wrong on every document, or unbounded."""
    calls = -1
    allowed: set[int] = set()
    for node, depth in walk(ast):
        if depth > MAX_DEPTH:
            raise FaultError(f"it is nested more than {MAX_DEPTH} deep")
        if node["type"] == "function_expression":
            calls += 1
            _check_call(node, calls)
            allowed.update(id(child) for child in node["children"])
        elif node["type"] == "expref" and id(node) not in allowed:
            raise FaultError("& makes an expression that only a function can take")
        elif node["type"] == "slice" and node["children"][2] == 0:
            raise FaultError("a slice cannot step by 0")
        elif node["type"] == "literal" and _literal_depth(node["value"]) > MAX_LITERAL_DEPTH:
            raise FaultError(f"a literal is nested more than {MAX_LITERAL_DEPTH} deep")
    if growth(ast) > MAX_GROWTH:
        raise FaultError(f"its result may repeat the document more than {MAX_GROWTH} times")


def _check_call(node: Node, call: int) -> None:
    name, given = node["value"], node["children"]
    signature = SIGNATURES.get(name)
    if signature is None:
        raise FaultError(f"there is no function {name}()", call)
    wanted = len(signature.arguments)
    if len(given) < wanted or (len(given) > wanted and not signature.variadic):
        least = "at least " if signature.variadic else ""
        raise FaultError(f"{name}() takes {least}{wanted} argument{'' if wanted == 1 else 's'}, not {len(given)}", call)
    for index, argument in enumerate(given):
        types = signature.arguments[min(index, wanted - 1)]
        if (argument["type"] == "expref") is not ("expref" in types):
            expected = "an expression, written &name," if "expref" in types else "a value, not an expression,"
            raise FaultError(f"{name}() takes {expected} as argument {index + 1}", call)
    if name == "param" and not (given[0]["type"] == "literal" and isinstance(given[0]["value"], str)):
        raise FaultError("param() takes the parameter's name as a literal: param('name')", call)


def _literal_depth(value: Any) -> int:
    """Levels of lists and objects, counted without recursion and no further than matters."""
    level, depth = [value], 0
    while level and depth <= MAX_LITERAL_DEPTH:
        depth += 1
        level = [
            item
            for each in level
            if isinstance(each, list | dict)
            for item in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def growth(node: Node) -> float:
    """How many times the value of a node may hold what the node was applied to, at most."""
    grown = list(map(growth, children(node)))
    return max([_result(node, grown), *(each for each in grown if each > MAX_GROWTH)])


def _result(node: Node, grown: list[float]) -> float:
    """A node's own growth from that of its parts; a chain multiplies, a constructor adds."""
    kind = node["type"]
    if kind in ("comparator", "not_expression"):
        return 1
    if kind in ("multi_select_list", "multi_select_dict"):
        return sum(grown)
    if kind in ("or_expression", "and_expression"):
        return max(grown)
    if kind == "filter_projection":
        return grown[0] * grown[2]
    name = node["value"] if kind == "function_expression" else "map"
    if name == "map":  # the expression on each element, as every projection
        return math.prod(grown)
    whole = sum(grown) if name in ("merge", "join") else max(grown, default=1)
    return whole * (6 if name == "to_string" else 1)  # one character may be spelt with six
