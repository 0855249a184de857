"""What the linter asks of a syntax tree alone, whatever the document."""

from __future__ import annotations

from typing import Any

from scanner.model import canonical

Node = dict[str, Any]


def guards_of(node: Node, *, holds: bool = True) -> frozenset[str]:
    """Places that are not null once a condition holds (or once it does not)."""
    kind, inside = node["type"], node["children"]
    if kind == ("and_expression" if holds else "or_expression"):
        return guards_of(inside[0], holds=holds) | guards_of(inside[1], holds=holds)
    if kind == "not_expression":
        return guards_of(inside[0], holds=not holds)
    if kind == "comparator":
        literals = [part for part in inside if part["type"] == "literal"]
        others = [part for part in inside if part["type"] != "literal"]
        null = bool(literals) and literals[0]["value"] is None
        if literals and others and (node["value"] == "eq") == (holds != null) and (holds or null):
            return _parents(others[0])
        return frozenset()
    return _parents(node) if holds and kind not in ("literal", "or_expression", "and_expression") else frozenset()


def _parents(node: Node) -> frozenset[str]:
    """A place and, where it is a path, the places above it: none of them can be null then."""
    found = {canonical(node)}
    if node["type"] in ("subexpression", "index_expression"):
        found |= {canonical(prefix(node, length)) for length in range(1, len(node["children"]))}
    return frozenset(found)


def prefix(node: Node, length: int) -> Node:
    """The first parts of a path as a path of its own."""
    inside = node["children"]
    return inside[0] if length == 1 else {**node, "children": inside[:length]}


def word_of(node: Node) -> str:
    """How a problem calls a part of an expression: as it is written, in short."""
    kind, inside = node["type"], node["children"]
    texts = {
        "field": lambda: str(node["value"]),
        "function_expression": lambda: f"{node['value']}()",
        "literal": lambda: node["value"] if isinstance(node["value"], str) else canonical(node["value"]),
        "current": lambda: "@",
        "identity": lambda: "",
        "index": lambda: f"[{node['value']}]",
        "not_expression": lambda: word_of(inside[0]),
        "comparator": lambda: word_of(inside[0]),
        "flatten": lambda: f"{word_of(inside[0])}[]",
        "projection": lambda: _path(word_of(inside[0]) + ("" if inside[0]["type"] == "flatten" else "[*]"), inside[1]),
        "filter_projection": lambda: _path(f"{word_of(inside[0])}[?…]", inside[1]),
        "or_expression": lambda: " || ".join(map(word_of, inside)),
        "and_expression": lambda: " && ".join(map(word_of, inside)),
    }
    if kind in ("subexpression", "index_expression", "pipe"):
        first, *rest = inside
        text = word_of(first)
        for part in rest:
            text = _path(text, part)
        return text
    return texts[kind]() if kind in texts else "the value"


def _path(base: str, rest: Node) -> str:
    text = word_of(rest)
    return base + text if not text or text.startswith("[") else f"{base}.{text}"
