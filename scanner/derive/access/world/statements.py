"""A statement of which parts are not known, as the widest and as the narrowest that it may be."""

from __future__ import annotations

from typing import Any

from scanner.derive.node import Node

_LISTS = ("Action", "Resource")
_NAMED = ("Principal", "NotPrincipal")


def widened(statement: Node) -> dict[str, Any]:
    """The statement that means everything which this one may mean."""
    found: dict[str, Any] = {}
    for name, node in statement.members():
        if node.whole:
            found[name] = node.value
        elif name in (*_LISTS, "Principal"):
            found[name] = "*"
        elif name.startswith("Not"):
            # what is not surely left out is meant
            left_out = _principals(node) if name == "NotPrincipal" else _texts(node)
            found |= {name: left_out} if left_out else {name.removeprefix("Not"): "*"}
        elif name == "Condition":
            found[name] = _lines(node)
    return found


def narrowed(statement: Node) -> dict[str, Any] | None:
    """The statement that means only what this one surely means; `None` if that may be nothing."""
    found: dict[str, Any] = {}
    for name, node in statement.members():
        if node.whole:
            found[name] = node.value
        elif name in (*_LISTS, "Principal"):
            found[name] = _principals(node) if name == "Principal" else _texts(node)
            if not found[name]:
                return None
        elif name != "Sid":
            return None
    return found


def _texts(node: Node) -> list[str]:
    return [] if node.unknown else [one.value for one in node.elements() if isinstance(one.value, str)]


def _principals(node: Node) -> dict[str, list[str]]:
    if node.unknown:
        return {}
    found = {kind: _texts(names) for kind, names in node.members()}
    return {kind: names for kind, names in found.items() if names}


def _lines(condition: Node) -> dict[str, Any]:
    """The lines that are wholly known: each line less lets more through."""
    found: dict[str, Any] = {}
    for operator, keys in condition.members() if not condition.unknown else ():
        known = {key: values.value for key, values in keys.members() if values.whole} if not keys.unknown else {}
        if known:
            found[operator] = known
    return found
