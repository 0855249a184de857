"""The language in which a type's mapping is written down: which attribute is which member of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.plan import Malformed
from scanner.iac.terraform.source import loads
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown, Why

Read: TypeAlias = Callable[[Cell], Any]
"""Makes a tree of a cell: a value, `None` for unset, or an `Unknown`."""

_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Field:
    """One member: the API's name, Terraform's, how to read it, and what an unset one means.

    With `default=None` an unset member is left out, as the API leaves it out.
    """

    api: str
    tf: str
    read: Read = values.plain
    default: Any = None


def convert(cell: Cell, fields: tuple[Field, ...]) -> dict[str, Any]:
    """The members that an object sets, and those that are not known."""
    out: dict[str, Any] = {}
    for field in fields:
        value = field.read(cell[field.tf])
        if value is None:
            value = field.default
        if value is not None:
            out[field.api] = value
    return out


def block(*fields: Field) -> Read:
    """A block that stands at most once: an object, or `None` without it."""

    def read(cell: Cell) -> Any:
        listed = blocks(*fields)(cell)
        if not isinstance(listed, list):
            return listed
        if listed and isinstance(listed[0], Unknown) and listed[0].kind == "more":
            return cell.after_apply()
        return listed[0] if listed else None

    return read


def blocks(*fields: Field) -> Read:
    """A block that may be repeated: a list of objects, or `None` without any."""

    def read(cell: Cell) -> Any:
        state = cell.state
        if state is State.NULL or (state is State.COMPUTED and cell.resource.is_new):
            return None
        if state is not State.KNOWN:
            return cell.after_apply()
        if isinstance(cell.value, dict):
            return [convert(cell, fields)]
        out = [item.after_apply() if _blank(item) else convert(item, fields) for item in cell.elements()]
        return out or None

    return read


def unordered(*fields: Field) -> Read:
    """A block that may be repeated and whose order means nothing, sorted as everywhere."""

    def read(cell: Cell) -> Any:
        found = blocks(*fields)(cell)
        return ordered(found) if isinstance(found, list) else found

    return read


def _blank(cell: Cell) -> bool:
    return cell.state in (State.COMPUTED, State.REFERRED, State.SECRET)


def strings(cell: Cell) -> Any:
    """A list or set of strings, each known or not; `None` if empty or unset."""
    return _strings(cell, names=False)


def names(cell: Cell) -> Any:
    """A list or set of other resources' identifiers: each known, opaque or unknown; `None` if empty or unset."""
    return _strings(cell, names=True)


def _strings(cell: Cell, *, names: bool) -> Any:
    state = cell.state
    if state is State.NULL or (state is State.COMPUTED and cell.resource.is_new):
        return None
    if state is not State.KNOWN:
        return [more(cell)]
    items = list(cell.elements())
    holes = [item for item in items if item.state is State.REFERRED]
    found = (names and values.identifiers(cell, len(holes))) or [item.after_apply() for item in holes]
    found += [values.text(item) for item in items if item.state is not State.REFERRED]
    return ordered(item for item in found if item is not None) or None


def more(cell: Cell) -> Unknown:
    """That a list may hold further elements."""
    why = cell.after_apply()
    return Unknown(why.why, "more", message=why.message)


def parse(text: str) -> Any:
    """The JSON object in a string; the string itself if there is none or it is nested beyond reason."""
    try:
        found = loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) and _shallow(found) else text


def _shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return True
    return False


def secret(cell: Cell) -> Any:
    """What kinds of secrets a value holds and in which lines, and nothing of it but its length."""
    if cell.state in (State.COMPUTED, State.REFERRED):
        return None if cell.state is State.COMPUTED and cell.resource.is_new else cell.after_apply()
    if cell.value is None or cell.value == "":
        return None
    if not isinstance(cell.value, str):
        raise Malformed(f"{cell.where} is no string")
    from scanner.secrets.judge import judged

    told = judged(cell.value)
    if cell.state is State.SECRET:
        del told["length"]
    return told


def constant(value: Any) -> Read:
    """A member that holds the same for every resource of the type."""
    return lambda _: value


def opaque(token: str) -> Unknown:
    """A string that the apply will make; equal only to itself."""
    return Unknown(Why.AFTER_APPLY, "opaque", message=f"{token} is known only after apply", token=token)


def unresolved(message: str) -> Unknown:
    """That something lies outside the plan."""
    return Unknown(Why.OUT_OF_SCOPE, message=message)
