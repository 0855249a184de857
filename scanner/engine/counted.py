"""What a message names of a list: the elements that made the rule fail, not those beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scanner.engine.evidence import MAX_ELEMENTS, held_at, steps_of
from scanner.model import Evidence, Partial, pointer


def counted(document: Partial, found: Iterable[Evidence]) -> Partial:
    """The document with, of each list that evidence shows elements of, only these.

    Where more were found than evidence shows, or something in the list is not known, it is left whole.
    """
    by_path: dict[str, list[Any]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one.value)
    value = document.value
    for path, elements in by_path.items():
        steps = steps_of(path)
        held = held_at(value, steps) if steps else None
        if not isinstance(held, list) or len(elements) >= min(len(held), MAX_ELEMENTS):
            continue
        inside = pointer(*steps) + "/"
        if all(one in held for one in elements) and not any(place.startswith(inside) for place in document.unknown):
            value = _put(value, steps, [one for one in held if one in elements])
    return document if value is document.value else Partial(value, document.unknown)


def _put(value: Any, steps: Sequence[str | int], new: list[Any]) -> Any:
    """A copy of what lies on the way, with the new list at its end."""
    if not steps:
        return new
    first, *rest = steps
    if isinstance(value, list):
        return [_put(one, rest, new) if index == first else one for index, one in enumerate(value)]
    return {**value, first: _put(value[first], rest, new)}
