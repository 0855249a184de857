"""One place in a planned resource: what is known there, and if not, of which kind the ignorance is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from scanner.iac.terraform.plan import Malformed, Planned
from scanner.model import Unknown, Why

PathPart: TypeAlias = "str | int"
_SECRET = Unknown(Why.OUT_OF_SCOPE, message="the configuration marks it as sensitive")


class State(StrEnum):
    """What a plan tells of one place."""

    KNOWN = "known"
    NULL = "null"
    SECRET = "secret"  # noqa: S105 - a state, not a secret
    COMPUTED = "computed"
    """Unknown, and the configuration says nothing: the provider or AWS decides."""
    REFERRED = "referred"
    """Unknown because an expression in the configuration has no value yet."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What the configuration says at one place; `references` is `None` where it cannot be told which."""

    references: tuple[str, ...] | None


class Cell:
    """A cursor into `after`, `after_unknown` and `after_sensitive` at once."""

    __slots__ = ("_secret", "_unknown", "path", "resource", "value")

    def __init__(self, resource: Planned, path: tuple[PathPart, ...], value: Any, *, unknown: Any, secret: Any) -> None:
        self.resource = resource
        self.path = path
        self.value = value
        self._unknown = unknown
        self._secret = secret

    @classmethod
    def of(cls, resource: Planned, *path: PathPart) -> Cell:
        """The cell at a path from a resource's root."""
        cell = cls(resource, (), resource.after, unknown=resource.unknown, secret=resource.secret)
        for part in path:
            cell = cell[part]
        return cell

    @classmethod
    def before(cls, resource: Planned) -> Cell:
        """The root of what the resource is before the apply."""
        return cls(resource, (), resource.before, unknown=False, secret=resource.before_secret)

    def __getitem__(self, part: PathPart) -> Cell:
        value = self._child(self.value, part, strict=True)
        unknown = self._mark(self._unknown, part)
        secret = self._mark(self._secret, part)
        return Cell(self.resource, (*self.path, part), value, unknown=unknown, secret=secret)

    def _child(self, node: Any, part: PathPart, *, strict: bool = False) -> Any:
        if isinstance(part, str) and isinstance(node, dict):
            return node.get(part)
        if isinstance(part, int) and isinstance(node, list):
            return node[part] if part < len(node) else None
        if strict and node is not None:
            raise Malformed(f"{self.where} is no {'object' if isinstance(part, str) else 'list'}")
        return None

    def _mark(self, node: Any, part: PathPart) -> Any:
        """What `after_unknown` or `after_sensitive` says of a part: true, false or a structure of them."""
        mark = True if node is True else self._child(node, part)
        if mark is None or isinstance(mark, (bool, dict, list)):
            return mark
        raise Malformed(f"what is unknown or sensitive of {self.where} is not told by true and false")

    @property
    def where(self) -> str:
        """The path as people write it, for messages; never the value."""
        return ".".join(str(part) for part in self.path) or "its value"

    @property
    def state(self) -> State:
        """Of the five states the one this place is in; an object or list may have unknown parts inside."""
        if self._unknown is True:
            return State.REFERRED if self.expression is not None else State.COMPUTED
        if self._secret is True:
            return State.NULL if self.value is None else State.SECRET
        return State.NULL if self.value is None else State.KNOWN

    @property
    def expression(self) -> Expression | None:
        """What the configuration says here; `None` if nothing."""
        return _expression(self.resource, self.path)

    @property
    def size(self) -> int:
        """The number of elements, unknown ones included."""
        if self.value is not None and not isinstance(self.value, list):
            raise Malformed(f"{self.where} is no list")
        known = len(self.value or ())
        return max(known, len(self._unknown)) if isinstance(self._unknown, list) else known

    def elements(self) -> Iterator[Cell]:
        """The cells of a list."""
        for index in range(self.size):
            yield self[index]

    def after_apply(self) -> Unknown:
        """Why there is no value here."""
        if self._secret is True and self._unknown is not True:
            return _SECRET
        return Unknown(Why.AFTER_APPLY, message=f"{self.resource.address}: {self.where} is known only after apply")


def _expression(resource: Planned, path: tuple[PathPart, ...]) -> Expression | None:
    node = resource.expressions
    if not isinstance(node, dict):
        return Expression(None)
    body = True
    for depth, part in enumerate(path):
        if not body and _is_leaf(node):
            break
        if isinstance(node, list):
            if len(node) != 1 or _planned_size(resource, path[:depth]) != 1:
                return _any_block(node, path[depth + 1 :], _planned_size(resource, path[:depth]))
            node, body = node[0], True
        elif isinstance(node, dict) and part in node:
            node, body = node[part], False
        else:
            # A block that is planned but not in the configuration comes from `dynamic`,
            # whose expressions a plan does not hold.
            hidden = any(isinstance(later, int) for later in path[depth:])
            return Expression(None) if hidden else None
    return Expression(None if body else _references(node))


def _planned_size(resource: Planned, path: tuple[PathPart, ...]) -> int:
    try:
        return Cell.of(resource, *path).size
    except Malformed:
        return -1


def _any_block(blocks: list[Any], rest: tuple[PathPart, ...], planned: int) -> Expression | None:
    """Of several blocks the plan does not tell which is which: a place is told if any block tells it."""
    told = not rest or any(isinstance(block, dict) and rest[0] in block for block in blocks)
    return Expression(None) if told or planned != len(blocks) else None


def _is_leaf(node: Any) -> bool:
    return isinstance(node, dict) and (not node or "references" in node or "constant_value" in node)


def _references(node: Any) -> tuple[str, ...] | None:
    if not _is_leaf(node):
        return None
    found = node.get("references", [])
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else None
