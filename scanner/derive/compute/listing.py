"""Looking among the neighbours of a place, read once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown


class Listed(NamedTuple):
    """The values of a member over a place's resources, with the names of who has each; why there may be others."""

    by_value: dict[str, list[str]]
    missing: Unknown | None


def listed(context: Context, type_: str, near: Resource, *path: str) -> Listed:
    """Of a string member, or of each string in a list."""
    key = ("listed", type_, near.account, near.region, *path)
    return context.once(key, lambda: _read(context, type_, near, path))


def _read(context: Context, type_: str, near: Resource, path: tuple[str, ...]) -> Listed:
    found = context.neighbours(type_, near.account, near.region)
    by_value: dict[str, list[str]] = {}
    missing = found.incomplete
    for one in found.resources:
        node = Node.of(one, *path)
        for value in _values(node):
            if isinstance(value, Unknown):
                missing = missing or value
            else:
                by_value.setdefault(value, []).append(one.name or one.id)
    return Listed(by_value, missing)


def _values(node: Node) -> Iterator[str | Unknown]:
    if node.unknown:
        yield node.unknown
    elif isinstance(node.value, list):
        for one in each(node):
            if isinstance(one, Unknown):
                yield one
            elif text := identity(one):
                yield text
    elif text := identity(node):
        yield text


def absent(names: Node, *known: Listed) -> tuple[list[str], Unknown | None]:
    """Of a list of names those that none has, and why that is not sure."""
    held = {value for one in known for value in one.by_value}
    missing = next((one.missing for one in known if one.missing), None)
    found = []
    for name in _values(names):
        if isinstance(name, Unknown):
            missing = missing or name
        elif name not in held:
            found.append(name)
    return found, missing
