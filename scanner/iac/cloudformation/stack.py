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

    `new`: the template makes it, so AWS's defaults hold for what it does not say. `part` tells
    several drafts of one entry apart.
    """

    type: str
    entry: Entry
    config: dict[str, Any]
    name: Any = ""
    tags: Any = field(default_factory=dict)
    new: bool = True
    part: str = ""


@dataclass(slots=True)
class Satellite:
    """A resource that completes another; `doubt` is why it may not."""

    entry: Entry
    doubt: Hole | None = None


Builder: TypeAlias = "Callable[[Entry, Stack], Iterable[Draft]]"
"""What a file of `types` gives for each CloudFormation type it knows."""


Identity: TypeAlias = tuple[str, str]
"""A known name, or the token of an unknown one."""


class Stack:
    """The resources by type, and which satellite belongs to which owner."""

    def __init__(self, entries: Mapping[str, Entry], resolver: Resolver) -> None:
        """`entries` by logical id, `resolver` without any assumption on conditions."""
        self.entries = entries
        self.resolver = resolver
        self.memo: dict[Any, Any] = {}
        """What builders worked out once for the whole template, by a key of theirs."""
        self._types: dict[str, list[Entry]] = {}
        for entry in entries.values():
            self._types.setdefault(entry.type, []).append(entry)
        self._names: dict[str, dict[Identity, Entry]] = {}
        self._joins: dict[tuple[str, str], dict[str, list[Satellite]]] = {}

    def of(self, type_: str) -> list[Entry]:
        """The entries of a type, in the template's order."""
        return self._types.get(type_, [])

    def satellites(self, owner: Entry, type_: str, *properties: str) -> list[Satellite]:
        """The entries of a type that name `owner` in one of the properties, or may name it."""
        key = (owner.type, type_)
        if key not in self._joins:
            found: dict[str, list[Satellite]] = {}
            for entry in self.of(type_):
                for name, satellite in self._owners(entry, owner.type, properties):
                    found.setdefault(name, []).append(satellite)
            self._joins[key] = found
        return self._joins[key].get(owner.logical, [])

    def is_inside(self, entry: Entry, owner_type: str, *properties: str) -> bool:
        """Whether a satellite surely belongs to a resource of the template."""
        return self._named(entry, owner_type, properties) is not None

    def owner(self, value: Any, type_: str) -> Entry | None:
        """The entry of a type that a resolved reference means."""
        identity = _identity(value)
        return None if identity is None else self._identities(type_).get(identity)

    def _owners(self, entry: Entry, owner_type: str, properties: tuple[str, ...]) -> Iterator[tuple[str, Satellite]]:
        """The owner that a satellite names, else those that it may name."""
        owner = self._named(entry, owner_type, properties)
        if owner is None:
            for name in dict.fromkeys(name for prop in properties for name in _mentions(entry.raw.get(prop))):
                if name in self.entries and self.entries[name].type == owner_type:
                    yield name, Satellite(entry, later(f"{entry.logical} may belong to this resource"))
            return
        exists = entry.condition is None or owner.scope.conditions.truth(entry.condition)
        if exists is not False:
            doubt = None if exists else later(f"{entry.logical} exists only under the condition {entry.condition}")
            yield owner.logical, Satellite(entry, doubt)

    def _named(self, entry: Entry, owner_type: str, properties: tuple[str, ...]) -> Entry | None:
        """The owner that the first of the properties names, by a plain reference or by its identity."""
        name = next((name for name in properties if entry.props.get(name) is not None), None)
        if name is None:
            return None
        direct = self.entries.get(_direct(entry.raw.get(name)) or "")
        if direct is not None:
            return direct if direct.type == owner_type else None
        return self.owner(entry.props[name], owner_type)

    def _identities(self, type_: str) -> dict[Identity, Entry]:
        """What other resources call those of a type."""
        if type_ not in self._names:
            found: dict[Identity, Entry] = {}
            for entry in self.of(type_):
                calls = [self.resolver.reference(entry.logical)]
                if type_ == "AWS::EC2::SecurityGroup" and isinstance(entry.props.get("GroupName"), str):
                    calls.append(entry.props["GroupName"])
                for identity in map(_identity, calls):
                    if identity is not None:
                        found.setdefault(identity, entry)
            self._names[type_] = found
        return self._names[type_]


def _identity(value: Any) -> Identity | None:
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
