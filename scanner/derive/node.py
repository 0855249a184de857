"""Walking a configuration together with what is not known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.derive.logic import as_kind
from scanner.model import Resource, Unknown, pointer, pointer_parts


class _Place:
    """What is not known at one place and beneath it."""

    __slots__ = ("below", "why")

    def __init__(self, why: Unknown | None = None) -> None:
        self.why = why
        self.below: dict[str, _Place] = {}

    def plant(self, place: str, why: Unknown) -> None:
        """Note the reason at a JSON Pointer."""
        at = self
        for part in pointer_parts(place):
            at = at.below.setdefault(part, _Place())
        at.why = why


class Node:
    """One place of a document: its value (`None` where absent), its pointer, and what is unknown there.

    A member that is absent and not unknown is null: AWS leaves out what is not configured.
    """

    __slots__ = ("_name", "_owner", "_place", "value")

    def __init__(self, value: Any, place: _Place | None = None, owner: Node | None = None, name: str = "") -> None:
        """`place` holds the unknown from here on, `None` if all is known; of what is not known there is no value."""
        self.value: Any = value if place is None or place.why is None else None
        self._place = place
        self._owner = owner
        self._name = name

    @classmethod
    def of(cls, resource: Resource, *names: str) -> Node:
        """The place that `names` lead to in a resource's configuration."""
        place: _Place | None = None
        if resource.unknown:
            place = _Place()
            for text, why in resource.unknown.items():
                place.plant(text, why)
        node = cls(resource.config, place)
        for name in names:
            node = node.member(name)
        return node

    @property
    def path(self) -> str:
        """The JSON Pointer that leads here; made only when asked for, as few places are ever told."""
        names = []
        node = self
        while node._owner is not None:
            names.append(node._name)
            node = node._owner
        return pointer(*reversed(names))

    @property
    def unknown(self) -> Unknown | None:
        """Why this place itself is not known (`any` or `opaque`); an element that may be absent counts too."""
        return None if self._place is None else self._place.why

    @property
    def whole(self) -> bool:
        """Whether everything here and beneath is known."""
        return self._place is None

    @property
    def opaque(self) -> bool:
        """Whether this is certainly a non-null string, equal only to itself."""
        return self.unknown is not None and self.unknown.kind == "opaque"

    @property
    def more(self) -> Unknown | None:
        """Why this list may have further elements."""
        place = None if self._place is None else self._place.below.get("-")
        return None if place is None else place.why

    @property
    def present(self) -> bool:
        """Whether something is, or may be, there: not surely null."""
        return self.value is not None or self._place is not None

    def member(self, name: str) -> Node:
        """The member of an object; of what is not known, a place that is not known either."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, None, self, name) if self._place is None else self._child(name, value)

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object that are, or may be, there, as they are written."""
        names = [str(name) for name in self.value] if isinstance(self.value, dict) else []
        if self._place is not None:
            written = set(names)
            names += [name for name in self._place.below if name != "-" and name not in written]
        for name in names:
            yield name, self.member(name)

    def elements(self) -> list[Node]:
        """The elements of a list; a single value counts as a list of one, null as none."""
        if self._place is None and self.value is None:
            return []
        unknown = [] if self._place is None else sorted(int(i) for i in self._place.below if _is_index(i))
        if isinstance(self.value, list):
            known = [self._child(str(i), value) for i, value in enumerate(self.value)]
            return known + [self._child(str(i), None) for i in unknown if i >= len(known)]
        if self.value is None and self.unknown is None:
            return [self._child(str(i), None) for i in unknown]
        return [self]

    def _child(self, name: str, value: Any) -> Node:
        place = None
        if self._place is not None:
            place = self._place.below.get(name)
            if place is None and self._place.why is not None:
                place = _Place(as_kind(self._place.why, "any"))
        return Node(value, place, self, name)


def each(nodes: Node) -> Iterator[Node | Unknown]:
    """The elements of a list, and for those that are not known, or may follow, the reason."""
    if nodes.whole:
        yield from nodes.elements()
        return
    if nodes.unknown:
        yield nodes.unknown
        return
    for one in nodes.elements():
        yield one if one.opaque else one.unknown or one
    if nodes.more:
        yield nodes.more


def identity(node: Node) -> str:
    """What an id is told apart by: itself or, where it is yet to be made, its token; `""` where neither is known."""
    if node.unknown:
        return f"({node.unknown.token})" if node.opaque and node.unknown.token else ""
    return node.value if isinstance(node.value, str) else ""


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdecimal()
