"""Lists of elements of which some members, or which themselves, are not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.derive.logic import Maybe, as_kind, weightiest
from scanner.derive.node import Node
from scanner.model import Partial, Unknown, pointer


class Elements:
    """Adds to a list of a fact: what is certain stands, the rest carries its reason."""

    def __init__(self, fact: Partial, *place: str) -> None:
        """`place` leads to the list, which is there already."""
        self._fact = fact
        self._base = pointer(*place) if place else ""
        found = fact.value
        for name in place:
            found = found[name]
        self._list: list[Any] = found

    def add(self, members: Mapping[str, Any], sure: Maybe) -> None:
        """Add an element unless it surely is not there; a member may be a `Node`, a `Partial` or an `Unknown`."""
        if sure is False:
            return
        place = self._base + pointer(len(self._list))
        element: dict[str, Any] = {}
        for name, member in members.items():
            self._put(element, place, name, member)
        if isinstance(sure, Unknown):
            self._fact.unknown[place] = as_kind(sure, "maybe")
        self._list.append(element)

    def open(self, why: Unknown | None) -> None:
        """Note why there may be further elements, if there is a reason."""
        if why is not None:
            place = self._base + "/-"
            known = self._fact.unknown.get(place)
            self._fact.unknown[place] = as_kind(weightiest([known, why] if known else [why]), "more")

    def _put(self, element: dict[str, Any], place: str, name: str, member: Any) -> None:
        at = place + pointer(name)
        if isinstance(member, Node):
            member = member.unknown or member.value
        if isinstance(member, Unknown):
            self._fact.unknown[at] = as_kind(member, "any")
        elif isinstance(member, Partial):
            if "" not in member.unknown:
                element[name] = member.value
            self._fact.unknown.update((at + below, why) for below, why in member.unknown.items())
        else:
            element[name] = member


def listed(values: Iterable[tuple[str, Maybe]]) -> Partial:
    """The texts whose truth is certain, open where another may be one of them."""
    fact, doubts = Partial([]), list[Unknown]()
    for text, value in values:
        if value is True:
            fact.value.append(text)
        elif isinstance(value, Unknown):
            doubts.append(value)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact
