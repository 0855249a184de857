"""SARIF's object model as JSON: attrs objects whose metadata name the property of the schema."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator
from typing import Any

_PROPERTY = "schema_property_name"


def to_json(node: Any) -> Any:
    """Plain JSON of an object of `sarif_om`, of a list or map of them, or of JSON itself.

    Left out are members that are not set: None, and numbers and lists at the class's defaults, which
    mean the same. Words are written even where they are the default: a missing `level` would be looked
    up in the rule.
    """
    if isinstance(node, dict):
        return {key: to_json(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [to_json(value) for value in node]
    if not hasattr(node, "__attrs_attrs__"):
        return node
    return dict(_members(node))


def _members(node: Any) -> Iterator[tuple[str, Any]]:
    for attribute, name, unset in _fields(node.__class__):
        value = getattr(node, attribute)
        if value is not None and not (isinstance(value, (int, float, list)) and value == unset):
            yield name, to_json(value)


@functools.cache
def _fields(kind: Hashable) -> tuple[tuple[str, str, Any], ...]:
    """(attribute, property, its value where it is not set) of each member."""
    found = []
    for item in vars(kind)["__attrs_attrs__"]:
        factory = getattr(item.default, "factory", None)
        unset = factory() if factory else item.default
        # A boolean at its default is a statement, and 1 == True would drop counts.
        found.append((item.name, item.metadata[_PROPERTY], None if isinstance(unset, bool) else unset))
    return tuple(found)
