"""Documents in which what is not known stands in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Unknown, Unknowns, canonical, pointer_parts


@dataclass(frozen=True, slots=True)
class Hole:
    """Stands where a value is not known."""

    why: Unknown


@dataclass(frozen=True, slots=True)
class Maybe:
    """An element that may not be there."""

    value: Any
    why: Unknown


class Open(list[Any]):
    """A list that may have further elements."""

    why: Unknown


def partial(value: Any, unknown: Unknowns) -> Any:
    """The document with what is not known of it put into its places; it is not changed itself."""
    tree: dict[Any, Any] = {}
    for at, why in unknown.items():
        node = tree
        for part in pointer_parts(at):
            node = node.setdefault(part, {})
        node[None] = why
    return _holed(value, tree) if tree else value


def _holed(value: Any, tree: Mapping[Any, Any]) -> Any:
    why: Unknown | None = tree.get(None)
    if why is not None and why.kind in ("any", "opaque"):
        return Hole(why)
    below = {part: node for part, node in tree.items() if part is not None}
    if isinstance(value, list):
        value = _holed_list(value, below)
    elif below:
        held = value if isinstance(value, dict) else {}
        value = {**held, **{part: _holed(held.get(part), node) for part, node in below.items()}}
    return Maybe(value, why) if why is not None and why.kind == "maybe" else value


def _holed_list(value: list[Any], below: Mapping[str, Any]) -> list[Any]:
    items = [_holed(item, below[str(index)]) if str(index) in below else item for index, item in enumerate(value)]
    more = below.get("-", {}).get(None)
    if more is None:
        return items
    held = Open(items)
    held.why = more
    return held


def doubt_in(value: Any) -> Unknown | None:
    """Why something in a value is not known; `None` if all of it is."""
    if isinstance(value, Hole | Maybe):
        return value.why
    if isinstance(value, Open):
        return value.why
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((why for item in inside if (why := doubt_in(item))), None)


def bare(value: Any) -> Any:
    """An element as it is if it is there."""
    return value.value if isinstance(value, Maybe) else value


def plain(value: Any) -> Any:
    """The value as JSON, without what is not known of it."""
    if isinstance(value, Maybe):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not isinstance(item, Hole)}
    if isinstance(value, list):
        return [plain(item) for item in value if not isinstance(item, Hole)]
    return value


def content(value: Any) -> str:
    """A text that is equal for what holds the same, whatever the order of lists; holes are equal by their reason."""
    return canonical(_marked(value))


def _marked(value: Any) -> Any:
    if isinstance(value, Hole):
        return {"": [value.why.to_json()]}
    if isinstance(value, Maybe):
        return {"": [value.why.to_json(), _marked(value.value)]}
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        items = sorted((_marked(item) for item in value), key=canonical)
        return [*items, {"": [value.why.to_json()]}] if isinstance(value, Open) else items
    return value
