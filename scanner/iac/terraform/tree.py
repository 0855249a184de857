"""Documents under construction: JSON with `Unknown` standing wherever a value is not known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scanner.model import Partial, Unknown, Unknowns, pointer


def flatten(tree: Any) -> Partial:
    """The tree as plain JSON, and pointers to what is not known of it.

    An unknown member is left out, an unknown element keeps its place as null, and an `Unknown` of
    kind `more` in a list becomes the pointer `/-` after its last element.
    """
    unknown: Unknowns = {}
    return Partial(_walk(tree, "", unknown), unknown)


def _walk(tree: Any, at: str, unknown: Unknowns) -> Any:
    if isinstance(tree, dict):
        out: dict[str, Any] = {}
        for key, value in tree.items():
            here = at + pointer(key)
            if isinstance(value, Unknown):
                unknown[here] = value
            else:
                out[key] = _walk(value, here, unknown)
        return out
    if isinstance(tree, list):
        return _walk_list(tree, at, unknown)
    return tree


def _walk_list(tree: list[Any], at: str, unknown: Unknowns) -> list[Any]:
    items: list[Any] = []
    for value in tree:
        if not isinstance(value, Unknown):
            items.append(_walk(value, f"{at}/{len(items)}", unknown))
        elif value.kind == "more":
            unknown.setdefault(f"{at}/-", value)
        else:
            unknown[f"{at}/{len(items)}"] = value
            items.append(None)
    return items


def same(one: Any, other: Any) -> bool:
    """Whether two identifiers surely name the same thing: equal texts, or opaque ones of one token."""
    key = identity_key(one)
    return key is not None and key == identity_key(other)


def identity_key(tree: Any) -> tuple[str, str] | None:
    """Equal for two identifiers that surely name the same thing; `None` for what is no identifier."""
    if isinstance(tree, Unknown):
        return ("token", tree.token) if tree.token else None
    return ("text", tree) if isinstance(tree, str) else None


def sort_key(tree: Any) -> str:
    """Equal trees, equal text; without unknown parts it is `model.canonical`."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spell)


def _spell(value: Any) -> Any:
    if isinstance(value, Unknown):
        return {"\uffff": [value.kind, value.token, value.message]}
    return str(value)


def ordered(items: Iterable[Any]) -> list[Any]:
    """A list whose order means nothing, sorted as everywhere, without duplicates."""
    unique = {sort_key(item): item for item in items}
    return [unique[key] for key in sorted(unique)]


def graft(partial: Partial) -> Any:
    """A `Partial` as a tree again. Pointers must lead through members and elements that exist."""
    tree = partial.value
    for where, why in partial.unknown.items():
        parts = where.split("/")[1:]
        node = tree
        for part in parts[:-1]:
            node = node[int(part)] if isinstance(node, list) else node[part.replace("~1", "/").replace("~0", "~")]
        if parts[-1] == "-":
            node.append(why)
        elif isinstance(node, list):
            node[int(parts[-1])] = why
        else:
            node[parts[-1].replace("~1", "/").replace("~0", "~")] = why
    return tree
