"""What a template does not say yet: holes in resolved values, and how they become unknown pointers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from scanner.model import Partial, Unknown, Unknowns, Why, pointer


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that the template alone does not tell.

    `token` names it (equal tokens, equal values; empty: equal to nothing). `stable`: it is one
    non-null string that nobody types, such as an attribute of a resource. `composed`: the token
    is a text with `${…}` in it. `literal`: some letters or digits of the text are known.
    `maybe`: one branch of an undecided condition leaves the value out altogether.
    """

    why: Why
    kind: Literal["any", "opaque"] = "any"
    message: str = ""
    token: str = ""
    stable: bool = False
    composed: bool = False
    literal: bool = False
    maybe: bool = False

    def unknown(self) -> Unknown:
        """How the document says it."""
        return Unknown(self.why, self.kind, self.message, token=self.token if self.kind == "opaque" else "")


@dataclass(frozen=True, slots=True)
class More:
    """Stands in a list that may have further elements."""

    why: Why
    message: str = ""

    def unknown(self) -> Unknown:
        """How the document says it, at the pointer that ends in `/-`."""
        return Unknown(self.why, "more", self.message)


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""What `AWS::NoValue` gives: the member or element is not there."""


def attribute(token: str, message: str = "") -> Hole:
    """A string that AWS makes when it creates the resource: certain to exist, not known before."""
    return Hole(Why.AFTER_APPLY, "opaque", message or f"{token} is known after the deploy", token, stable=True)


def outside(message: str) -> Hole:
    """A value that something beyond the template decides."""
    return Hole(Why.OUT_OF_SCOPE, message=message)


def later(message: str, token: str = "") -> Hole:
    """A value that only the deploy tells."""
    return Hole(Why.AFTER_APPLY, message=message, token=token)


def broken(message: str) -> Hole:
    """A value that CloudFormation would refuse; the rest of the resource is still judged."""
    return Hole(Why.ERROR, message=message)


def opaque_if_literal(hole: Hole) -> Hole:
    """Where only wildcards matter (principals): a text with known letters in it is surely not `*`."""
    return replace(hole, kind="opaque") if hole.kind == "any" and hole.literal and hole.token else hole


def holes(value: Any) -> Iterator[Hole | More]:
    """Everything that is not known inside a resolved value."""
    if isinstance(value, Hole | More):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from holes(item)
    elif isinstance(value, list):
        for item in value:
            yield from holes(item)


def freeze(value: dict[str, Any]) -> Partial:
    """A document without holes, and pointers to where they were.

    A member that is a hole is absent; an element that is one stays as null, so that indices hold.
    """
    unknown: Unknowns = {}
    return Partial(_freeze(value, "", unknown), unknown)


def _freeze(value: Any, at: str, unknown: Unknowns) -> Any:
    """The value at the pointer `at`, its holes moved into `unknown`."""
    if isinstance(value, dict):
        out = {}
        for key, item in value.items():
            if isinstance(item, Hole):
                unknown[at + pointer(key)] = item.unknown()
            elif item is not MISSING:
                out[key] = _freeze(item, at + pointer(key), unknown)
        return out
    if isinstance(value, list):
        return _freeze_list(value, at, unknown)
    return value


def _freeze_list(values: list[Any], at: str, unknown: Unknowns) -> list[Any]:
    """A list without holes; `More` becomes the pointer that ends in `/-`."""
    out: list[Any] = []
    for item in values:
        if isinstance(item, More):
            unknown[f"{at}/-"] = item.unknown()
        elif isinstance(item, Hole):
            unknown[f"{at}/{len(out)}"] = item.unknown()
            out.append(None)
        elif item is not MISSING:
            out.append(_freeze(item, f"{at}/{len(out)}", unknown))
    return out


def sort_key(value: Any) -> str:
    """A stable order for values with holes in them."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{sort_key(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(sort_key, value)) + "]"
    return f"~{value.token}" if isinstance(value, Hole) else repr(value)
