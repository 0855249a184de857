"""Actions, their access levels, the resources they are about and the condition keys that their requests may hold.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

What the catalogue lacks is told by `None` or an empty answer, never by an error: the reference is younger than
some services and older than others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, NamedTuple, get_args

from scanner.derive.access.catalogue import packed
from scanner.derive.access.decision.patterns import matches

Level = Literal["Read", "Write", "List", "Tagging", "Permissions management"]
LEVELS: tuple[Level, ...] = get_args(Level)
_WILD = re.compile(r"[*?]")


class ResourceType(NamedTuple):
    """A type of resource in policies: `arn` with `${Partition}`, `${Region}`, `${Account}` and names; its own keys."""

    name: str
    arn: str
    keys: tuple[str, ...]


class Wanted(NamedTuple):
    """A type of resource that an action is about; `required` if each request names one."""

    type: ResourceType
    required: bool


@dataclass(frozen=True, slots=True)
class Action:
    """One action: `name` as AWS writes it (`s3:GetObject`).

    `keys` are the condition keys that the reference lists at the action and at its resources there, as it writes
    them (`aws:RequestTag/${TagKey}`); of the global keys it lists only few.
    """

    name: str
    level: Level
    resources: tuple[Wanted, ...]
    keys: tuple[str, ...]


class Service:
    """What one service has; what nobody asks for is not made."""

    def __init__(self, prefix: str, block: list[Any]) -> None:
        """`block` is as the packed file holds it."""
        self.prefix = prefix
        self._actions, self._resources, keys = block
        self._keys: list[str] = [name for name, _ in keys]
        self.keys: Mapping[str, str] = dict(keys)
        """The condition keys and their types: `String`, `ArrayOfString`, `ARN`, `Bool`, `Numeric`, `Date`, …"""
        self.names: dict[str, str] = {}
        """Names of actions in lower case → as AWS writes them."""
        for one in self._actions:
            name = f"{prefix}:{one[0]}"
            self.names[name.lower()] = name
        self._made: dict[str, Action] = {}

    @cached_property
    def resources(self) -> tuple[ResourceType, ...]:
        """The types of resources."""
        return tuple(ResourceType(name, arn, tuple(self._keys[at] for at in own)) for name, arn, own in self._resources)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def action(self, name: str) -> Action | None:
        """The action of a name in lower case."""
        made = self._made.get(name)
        if made is None and name in self.names:
            made = self._made[name] = self._make(self._actions[self._places[name]])
        return made

    def _make(self, packed_action: list[Any]) -> Action:
        name, level, wanted, keys = packed_action
        return Action(
            f"{self.prefix}:{name}",
            LEVELS[level],
            tuple(Wanted(self.resources[at // 2], bool(at % 2)) for at in wanted),
            tuple(self._keys[at] for at in keys),
        )


def services() -> tuple[str, ...]:
    """All service prefixes in order."""
    return packed.prefixes()


def service(prefix: str) -> Service | None:
    """All of one service, `None` for a prefix that the catalogue lacks. `prefix` in whichever case."""
    prefix = prefix.lower()
    return _service(prefix) if packed.has(prefix) else None


@cache
def _service(prefix: str) -> Service:
    return Service(prefix, packed.block(prefix))


def known_prefix(prefix: str) -> bool:
    """Whether a service has this prefix, in whichever case."""
    return packed.has(prefix.lower())


def action(name: str) -> Action | None:
    """The action of a name in whichever case, `None` if the catalogue lacks it."""
    found = service(name.partition(":")[0])
    return found.action(name.lower()) if found else None


def actions_of(prefix: str) -> tuple[str, ...]:
    """The names of all actions of a service, in order; none of a prefix that the catalogue lacks."""
    found = service(prefix)
    return tuple(found.names.values()) if found else ()


@lru_cache(16384)
def expand(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern of `Action` means, as AWS writes them, in order. The prefix may hold wildcards too."""
    return tuple(_expanded(pattern.lower()))


def _expanded(pattern: str) -> Iterator[str]:
    prefix, colon, name = pattern.partition(":")
    wild = _is_wild(prefix)
    # names without the longest piece are passed over faster than any pattern is tried
    run = max(_WILD.split(pattern), key=len)
    for each in services() if wild else (prefix,):
        found = service(each)
        if found is None or (wild and colon and not matches(prefix, each)):
            continue
        if name == "*" or pattern == "*":
            yield from found.names.values()
        elif _is_wild(pattern):
            yield from (written for lower, written in found.names.items() if run in lower and matches(pattern, lower))
        elif pattern in found.names:
            yield found.names[pattern]


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def resource_formats(name: str) -> tuple[str, ...]:
    """The ARN formats of the resources that an action is about; `*` where it is about none, nothing if not known."""
    found = action(name)
    if found is None:
        return ()
    return tuple(dict.fromkeys(one.type.arn for one in found.resources)) or ("*",)


def arn_services() -> Collection[str]:
    """The services that can stand in an ARN, in order: prefixes and a few others."""
    return packed.arns().keys()


@cache
def arn_formats(name: str) -> tuple[str, ...]:
    """The formats of the ARNs in which a service stands; none of a service without resources."""
    found = (service(prefix) for prefix in packed.arns().get(name, ()))
    arns = [one.arn for each in found if each for one in each.resources]
    return tuple(dict.fromkeys(arn for arn in arns if arn.split(":")[2] == name or "${" in arn.split(":")[2]))
