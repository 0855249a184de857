"""JMESPath source from an AST, so that a part of an expression can be shown and run by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Node = Mapping[str, Any]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def unparse(node: Node) -> str:
    """The expression that parses to this node (jmespath 1.x node types). Raises `KeyError` on others."""
    return _WRITERS[node["type"]](node)


def _name(value: str) -> str:
    return value if _NAME.match(value) else json.dumps(value)


def _chain(node: Node) -> str:
    out = _base(node["children"][0])
    for child in node["children"][1:]:
        text = unparse(child)
        out += text if not out or text.startswith("[") else f".{text}"
    return out


def _literal(node: Node) -> str:
    value = node["value"]
    if isinstance(value, str) and not set(value) & set("'\\\n"):
        return f"'{value}'"
    return "`" + json.dumps(value, ensure_ascii=False).replace("`", "\\`") + "`"


def _binary(node: Node, sign: str) -> str:
    left, right = node["children"]
    return f"({unparse(left)} {sign} {unparse(right)})"


def _slice(node: Node) -> str:
    return "[" + ":".join("" if part is None else str(part) for part in node["children"]) + "]"


def _base(node: Node) -> str:
    return "" if node["type"] == "identity" else unparse(node)


def _projection(middle: str) -> Callable[[Node], str]:
    def write(node: Node) -> str:
        left, right = node["children"][:2]
        before = _base(left)
        if middle == "*":
            before = f"{before}.*" if before else "*"
        elif not _projects(left):
            before += middle
        return _tail(before, right)

    return write


def _projects(node: Node) -> bool:
    """Whether the text of this node already starts a projection: a flatten or a slice."""
    last = node["children"][-1]["type"] if node["type"] == "index_expression" else ""
    return node["type"] == "flatten" or last == "slice"


def _filter(node: Node) -> str:
    left, right, condition = node["children"]
    return _tail(f"{_base(left)}[?{unparse(condition)}]", right)


def _tail(before: str, right: Node) -> str:
    if right["type"] == "identity":
        return before
    after = unparse(right)
    return before + (after if after.startswith("[") else f".{after}")


def _multi_list(node: Node) -> str:
    return "[" + ", ".join(map(unparse, node["children"])) + "]"


def _multi_hash(node: Node) -> str:
    return "{" + ", ".join(map(unparse, node["children"])) + "}"


def _function(node: Node) -> str:
    return f"{node['value']}({', '.join(map(unparse, node['children']))})"


_WRITERS: dict[str, Callable[[Node], str]] = {
    "and_expression": lambda node: _binary(node, "&&"),
    "comparator": lambda node: _binary(node, _SIGNS[node["value"]]),
    "current": lambda _: "@",
    "expref": lambda node: f"&{unparse(node['children'][0])}",
    "field": lambda node: _name(node["value"]),
    "filter_projection": _filter,
    "flatten": lambda node: f"{_base(node['children'][0])}[]",
    "function_expression": _function,
    "identity": lambda _: "@",
    "index": lambda node: f"[{node['value']}]",
    "index_expression": _chain,
    "key_val_pair": lambda node: f"{_name(node['value'])}: {unparse(node['children'][0])}",
    "literal": _literal,
    "multi_select_dict": _multi_hash,
    "multi_select_list": _multi_list,
    "not_expression": lambda node: f"!({unparse(node['children'][0])})",
    "or_expression": lambda node: _binary(node, "||"),
    "pipe": lambda node: _binary(node, "|"),
    "projection": _projection("[*]"),
    "slice": _slice,
    "subexpression": _chain,
    "value_projection": _projection("*"),
}
