"""The shape of `derived`, from the types that the passes declare; for the linter only."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from scanner.derive.facts import Catalogue
from scanner.model import Shape

_LEAVES: dict[Any, Literal["string", "number", "boolean", "any"]] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    Any: "any",
}


def shape_of(type_: str, catalogue: Catalogue | None = None) -> Shape:
    """The shape of `derived` for a type: what every document has, and the facts of that type."""
    members = {
        "account": Shape("string", optional=False),
        "region": Shape("string", optional=False),
        "name": Shape("string", optional=False),
        "partition": Shape("string", optional=False),
        "tags": Shape("map", element=Shape("string", optional=False), optional=False),
    }
    for one in (catalogue or Catalogue()).all():
        if one.type == type_:
            members[one.name] = _shape(one.gives)
    return Shape("structure", members, optional=False)


def fact_names(catalogue: Catalogue | None = None) -> dict[str, tuple[str, ...]]:
    """Type → the facts that are derived for it, in order."""
    names: dict[str, tuple[str, ...]] = {}
    for one in (catalogue or Catalogue()).all():
        names[one.type] = (*names.get(one.type, ()), one.name)
    return names


def _shape(given: Any) -> Shape:
    """Raises `TypeError` for a type that JSON has no word for."""
    if given in _LEAVES:
        return Shape(_LEAVES[given], optional=given is Any)
    if is_typeddict(given):
        return Shape("structure", {k: _shape(v) for k, v in get_type_hints(given).items()}, optional=False)
    origin, arguments = get_origin(given), get_args(given)
    if origin is list:
        return Shape("list", element=_shape(arguments[0]), optional=False)
    if origin is dict:
        return Shape("map", element=_shape(arguments[1]), optional=False)
    if origin is Literal:
        return Shape("string", enum=[str(value) for value in arguments], optional=False)
    if origin in (Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:
        shape = _shape(next(item for item in arguments if item is not type(None)))
        shape.optional = True
        return shape
    raise TypeError(f"no shape for {given!r}")
