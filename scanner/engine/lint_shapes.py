"""Small questions about shapes that the linter's parts share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from scanner.model import Shape

WORDS = {
    "structure": "an object",
    "map": "an object",
    "list": "a list",
    "string": "a string",
    "number": "a number",
    "boolean": "a boolean",
}
"""How a problem names a kind of value."""

ANY = Shape("any")
BOOLEAN = Shape("boolean", optional=False)
NUMBER = Shape("number", optional=False)
STRING = Shape("string", optional=False)


def either(shape: Shape, *, optional: bool) -> Shape:
    """The same shape, optional or not."""
    if shape.optional == optional:
        return shape
    return Shape(shape.kind, shape.members, shape.element, shape.enum, optional=optional)


def listed(element: Shape, *, optional: bool = False) -> Shape:
    """A list of a shape, whose elements are never null."""
    return Shape("list", element=either(element, optional=False), optional=optional)


def of_value(value: Any) -> Shape:
    """The shape of a JSON value; a string's `enum` is the string itself."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, str):
        return Shape("string", enum=(value,), optional=False)
    if isinstance(value, list):
        return listed(merged([of_value(item) for item in value]))
    if isinstance(value, dict):
        return Shape("structure", {name: of_value(item) for name, item in value.items()}, optional=False)
    return ANY


def merged(shapes: Iterable[Shape]) -> Shape:
    """One shape that takes the values of all: of their kind if they share it, else any."""
    found = list(shapes)
    if not found or len({shape.kind for shape in found}) > 1:
        return ANY
    first = found[0]
    enum = [word for shape in found for word in shape.enum] if all(shape.enum for shape in found) else ()
    optional = any(shape.optional for shape in found)
    return Shape(first.kind, first.members, first.element, tuple(dict.fromkeys(enum)), optional=optional)


def close(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing."""
    found = get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def child(shape: Shape, name: str) -> Shape | None:
    """The shape of a member; `None` where there is none of that name. Its parent may be null, then so may it."""
    if shape.kind == "any":
        return ANY
    if shape.kind == "map":
        return either(shape.element or ANY, optional=True)
    found = shape.members.get(name) if shape.kind == "structure" else None
    if found is None:
        return None
    return either(found, optional=True) if shape.optional else found


def root(config: Shape, derived: Shape | None) -> Shape:
    """The shape of a document: `config` with `derived`."""
    members = {**config.members, "derived": derived or Shape("any", optional=False)}
    return Shape("structure", members, optional=False)
