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


class Fault(Exception):
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
    """Raise `Fault` for the first thing that makes an expression wrong on every document, or unbounded."""
    calls = -1
    allowed: set[int] = set()
    for node, depth in walk(ast):
        if depth > MAX_DEPTH:
            raise Fault(f"it is nested more than {MAX_DEPTH} deep")
        if node["type"] == "function_expression":
            calls += 1
            _check_call(node, calls)
            allowed.update(id(child) for child in node["children"])
        elif node["type"] == "expref" and id(node) not in allowed:
            raise Fault("& makes an expression that only a function can take")
        elif node["type"] == "slice" and node["children"][2] == 0:
            raise Fault("a slice cannot step by 0")
        elif node["type"] == "literal" and _literal_depth(node["value"]) > MAX_LITERAL_DEPTH:
            raise Fault(f"a literal is nested more than {MAX_LITERAL_DEPTH} deep")
    if growth(ast) > MAX_GROWTH:
        raise Fault(f"its result may repeat the document more than {MAX_GROWTH} times")


def _check_call(node: Node, call: int) -> None:
    name, given = node["value"], node["children"]
    signature = SIGNATURES.get(name)
    if signature is None:
        raise Fault(f"there is no function {name}()", call)
    wanted = len(signature.arguments)
    if len(given) < wanted or (len(given) > wanted and not signature.variadic):
        least = "at least " if signature.variadic else ""
        raise Fault(f"{name}() takes {least}{wanted} argument{'' if wanted == 1 else 's'}, not {len(given)}", call)
    for index, argument in enumerate(given):
        types = signature.arguments[min(index, wanted - 1)]
        if (argument["type"] == "expref") is not ("expref" in types):
            expected = "an expression, written &name," if "expref" in types else "a value, not an expression,"
            raise Fault(f"{name}() takes {expected} as argument {index + 1}", call)
    if name == "param" and not (given[0]["type"] == "literal" and isinstance(given[0]["value"], str)):
        raise Fault("param() takes the parameter's name as a literal: param('name')", call)


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


_FACTORS = {"to_string": 6, "join": 2}
"""`to_string` spells one character with up to six."""


def growth(node: Node) -> float:
    """How many times the value of a node may hold what the node was applied to, at most."""
    parts = children(node)
    kind = node["type"]
    if kind in ("multi_select_list", "multi_select_dict"):
        return sum(map(growth, parts))
    if kind == "function_expression":
        return _FACTORS.get(node["value"], 1) * _call_growth(node["value"], [growth(part) for part in parts])
    if kind in ("or_expression", "and_expression"):
        return max(map(growth, parts))
    if kind in ("comparator", "not_expression"):
        for part in parts:
            if growth(part) > MAX_GROWTH:
                return math.inf
        return 1
    if kind == "filter_projection":
        left, predicate, right = map(growth, parts)
        return left * right if predicate <= MAX_GROWTH else math.inf
    return math.prod(map(growth, parts))


def _call_growth(name: str, parts: list[float]) -> float:
    if name in ("merge", "join"):
        return sum(parts)
    if name == "map":
        return math.prod(parts)
    return max(parts, default=1)
