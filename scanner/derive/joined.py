"""What resources of another type tell of one that they name by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Partial, Resource, Unknown, Why

Told: TypeAlias = str | Unknown | None
_NO_ID = Unknown(Why.AFTER_APPLY, message="the id that others would name is not known")


class Joined:
    """Resources of one type in one place, by the id that each names; `doubts` says why there may be others."""

    def __init__(self, context: Context, type_: str, account: str, region: str, member: str) -> None:
        """`member` holds the id."""
        listed = context.neighbours(type_, account, region)
        self.doubts: list[Unknown] = [listed.incomplete] if listed.incomplete else []
        self._by_id: dict[str, list[Resource]] = {}
        for one in listed.resources:
            node = Node.of(one, member)
            name = identity(node)
            if name:
                self._by_id.setdefault(name, []).append(one)
            elif node.unknown:
                self.doubts.append(node.unknown)

    def of(self, name: str) -> list[Resource]:
        """Those that name it."""
        return self._by_id.get(name, [])


def joined(context: Context, resource: Resource, type_: str, member: str) -> Joined:
    """The resources of a type beside another, by what they name, read once an account and region."""
    place = (resource.account, resource.region)
    return context.once(("joined", type_, member, *place), lambda: Joined(context, type_, *place, member))


def told_by(resource: Resource, own: str, context: Context, sources: Iterable[Source]) -> Partial:
    """What the resources that name this one tell of it: different words, in order.

    `own` is the member that holds the id of `resource`. A source gives `None` for one that tells
    nothing, and the reason where it may tell something: the list may have more elements then.
    """
    name = identity(Node.of(resource, own))
    if not name:
        return Partial(None, {"": as_kind(Node.of(resource, own).unknown or _NO_ID, "any")})
    words: set[str] = set()
    doubts: list[Unknown] = []
    for type_, member, tell in sources:
        found = joined(context, resource, type_, member)
        doubts += found.doubts
        for told in map(tell, found.of(name)):
            if isinstance(told, Unknown):
                doubts.append(told)
            elif told is not None:
                words.add(told)
    return listed(words, doubts)


Source: TypeAlias = tuple[str, str, Callable[[Resource], Told]]
"""A type, the member with which its resources name the other, and what one of them tells."""


def listed(words: Iterable[str], doubts: Iterable[Unknown]) -> Partial:
    """Words as a list that ends there unless there are doubts."""
    reasons = list(doubts)
    return Partial(sorted(words), {"/-": as_kind(weightiest(reasons), "more")} if reasons else {})


def in_state(resource: Resource, member: str, states: tuple[str, ...]) -> bool | Unknown:
    """Whether a state is one of some, whatever its case; code, which tells none, makes what works."""
    node = Node.of(resource, member)
    if node.unknown and not node.opaque:
        return True if resource.origin.kind in ("terraform", "cloudformation") else node.unknown
    return node.value is None or str(node.value).lower() in states
