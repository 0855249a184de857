"""A template as a set of resources that refer to each other: what the types' builders work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from scanner.iac.cloudformation.holes import Hole, later
from scanner.iac.cloudformation.resolver import Resolver
from scanner.iac.cloudformation.shape import keep


@dataclass(slots=True)
class Entry:
    """One resource of the template: `raw` as written, `props` resolved, `scope` where its condition holds."""

    logical: str
    type: str
    condition: Any
    raw: dict[str, Any]
    scope: Resolver
    props: dict[str, Any]

    def get(self, name: str, convert: Callable[[Any], Any] = keep, default: Any = None) -> Any:
        """A property converted, or the default where it is absent or null."""
        value = self.props.get(name)
        return default if value is None else convert(value)


@dataclass(slots=True)
class Draft:
    """A resource in the API's shape, with holes where it is not known.

    `new`: the template makes it, so AWS's defaults hold for what it does not say.
    """

    type: str
    entry: Entry
    config: dict[str, Any]
    name: Any = ""
    tags: Any = field(default_factory=dict)
    new: bool = True


@dataclass(slots=True)
class Satellite:
    """A resource that completes another; `doubt` is why it may not."""

    entry: Entry
    doubt: Hole | None = None


Builder: TypeAlias = "Callable[[Entry, Stack], Iterable[Draft]]"
"""What a file of `types` gives for each CloudFormation type it knows."""


class Stack:
    """The resources by type, and which satellite belongs to which owner."""

    def __init__(self, entries: Mapping[str, Entry], resolver: Resolver) -> None:
        self.entries = entries
        self.resolver = resolver
        self._joins: dict[tuple[str, str, str], dict[str, list[Satellite]]] = {}

    def of(self, type_: str) -> Iterator[Entry]:
        """The entries of a type, in the template's order."""
        return (entry for entry in self.entries.values() if entry.type == type_)

    def satellites(self, owner: Entry, type_: str, *properties: str) -> list[Satellite]:
        """The entries of a type that name `owner` in one of the properties, or may name it."""
        return self._join(owner.type, type_, properties).get(owner.logical, [])

    def is_inside(self, entry: Entry, owner_type: str, *properties: str) -> bool:
        """Whether a satellite surely belongs to a resource of the template."""
        direct, target = self._target(entry, properties)
        return any(self._owns(owner, direct, target) for owner in self.of(owner_type))

    def owner(self, value: Any, type_: str) -> Entry | None:
        """The entry of a type that a resolved reference means."""
        return next((entry for entry in self.of(type_) if _key(value) in self._names(entry)), None)

    def _join(self, owner_type: str, type_: str, properties: tuple[str, ...]) -> dict[str, list[Satellite]]:
        """Owner's logical id → its satellites."""
        key = (owner_type, type_, properties[0])
        if key not in self._joins:
            found: dict[str, list[Satellite]] = {}
            for entry in self.of(type_):
                for name, satellite in self._owners(entry, owner_type, properties):
                    found.setdefault(name, []).append(satellite)
            self._joins[key] = found
        return self._joins[key]

    def _owners(self, entry: Entry, owner_type: str, properties: tuple[str, ...]) -> Iterator[tuple[str, Satellite]]:
        """The owner that a satellite names, or those that it may name."""
        direct, target = self._target(entry, properties)
        mentioned = {name for prop in properties for name in _mentions(entry.raw.get(prop))}
        for owner in self.of(owner_type):
            if self._owns(owner, direct, target):
                exists = owner.scope.conditions.truth(entry.condition) if entry.condition is not None else True
                doubt = None if exists else later(f"{entry.logical} exists only under the condition {entry.condition}")
                if exists is not False:
                    yield owner.logical, Satellite(entry, doubt)
            elif owner.logical in mentioned:
                yield (
                    owner.logical,
                    Satellite(entry, later(f"{entry.logical} may belong to this resource")),
                )

    def _target(self, entry: Entry, properties: tuple[str, ...]) -> tuple[str | None, tuple[str, str] | None]:
        """The logical id that a satellite refers to, if plainly, and the identity of what it names."""
        name = next((name for name in properties if entry.props.get(name) is not None), None)
        if name is None:
            return None, None
        direct = _direct(entry.raw.get(name))
        return (direct if direct in self.entries else None), _key(entry.props[name])

    def _owns(self, owner: Entry, direct: str | None, target: tuple[str, str] | None) -> bool:
        """Whether what a satellite names is this resource."""
        return owner.logical == direct if direct is not None else target in self._names(owner)

    def _names(self, owner: Entry) -> set[Any]:
        """What other resources call it."""
        names = {_key(self.resolver.reference(owner.logical))}
        if owner.type == "AWS::EC2::SecurityGroup" and isinstance(owner.props.get("GroupName"), str):
            names.add(_key(owner.props["GroupName"]))
        return names - {None}


def _key(value: Any) -> tuple[str, str] | None:
    """Equal for two references to the same thing."""
    if isinstance(value, Hole):
        return ("token", value.token) if value.token else None
    return ("text", value) if isinstance(value, str) and value else None


def _direct(node: Any) -> str | None:
    """The logical id of a plain `Ref` or `Fn::GetAtt`, which needs no value to be followed."""
    if not isinstance(node, dict) or len(node) != 1:
        return None
    argument = node.get("Ref", node.get("Fn::GetAtt"))
    named = argument[0] if isinstance(argument, list) and argument else argument
    return named if isinstance(named, str) else None


def _mentions(node: Any) -> Iterator[str]:
    """The logical ids that an expression refers to."""
    if isinstance(node, dict):
        for name, item in node.items():
            if name == "Ref" and isinstance(item, str):
                yield item
            elif name == "Fn::GetAtt" and isinstance(item, list) and item and isinstance(item[0], str):
                yield item[0]
            else:
                yield from _mentions(item)
    elif isinstance(node, list):
        for item in node:
            yield from _mentions(item)
