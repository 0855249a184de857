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
