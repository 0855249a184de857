"""Small converters from CloudFormation's properties to the API's members; holes pass through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import MISSING, Hole, More, broken, later, sort_key

Convert: TypeAlias = Callable[[Any], Any]
"""From a resolved property to a member; a hole gives a hole."""

Table: TypeAlias = Mapping[str, Convert | tuple[str, Convert]]
"""Property → converter, or the API's name and the converter."""


def keep(value: Any) -> Any:
    """As it is written."""
    return value


def text(value: Any) -> Any:
    """A string; numbers and booleans are written out, as CloudFormation does."""
    if isinstance(value, Hole):
        return value
    return broken("a list or mapping in place of a text") if isinstance(value, list | dict) else text_of(value)


def flag(value: Any) -> Any:
    """A boolean, also one written as the text `true` or `false`."""
    if isinstance(value, Hole | bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    return word == "true" if word in ("true", "false") else broken("neither true nor false")


def whole(value: Any) -> Any:
    """An integer, also one written as text."""
    if isinstance(value, Hole) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= 20:
        try:
            return int(value)
        except ValueError:
            pass
    return broken("not a whole number")


def items(convert: Convert = keep, *, ordered: bool = True) -> Convert:
    """A list; CloudFormation takes a single value for a list of one."""

    def converted(value: Any) -> Any:
        if isinstance(value, Hole):
            return value
        found = [
            item if isinstance(item, Hole | More) else convert(item)
            for item in (value if isinstance(value, list) else [value])
        ]
        return found if ordered else ordered_last(found)

    return converted


def ordered_last(values: list[Any]) -> list[Any]:
    """A list whose order means nothing, sorted; `More` at its end."""
    known = [value for value in values if not isinstance(value, More)]
    return sorted(known, key=sort_key) + [value for value in values if isinstance(value, More)]


def members(table: Table, *, others: bool = True) -> Convert:
    """A mapping: each property by its converter, with the API's name where that differs.

    A property that the table lacks is kept under its own name if `others`, which is right
    wherever CloudFormation took the API's names over.
    """

    def converted(value: Any) -> Any:
        if isinstance(value, Hole):
            return value
        if not isinstance(value, dict):
            return broken("not a mapping")
        out = {}
        for name, item in value.items():
            entry = table.get(name)
            if entry is None:
                if others:
                    out[name] = item
                continue
            target, convert = entry if isinstance(entry, tuple) else (name, entry)
            if item is not None:
                out[target] = convert(item)
        return out

    return converted


def told(props: Mapping[str, Any], table: Mapping[str, tuple[str, Convert]]) -> dict[str, Any]:
    """The members of a resource that its properties state: property → member and converter."""
    return {
        member: convert(props[property_])
        for property_, (member, convert) in table.items()
        if props.get(property_) is not None
    }


def each(member: str, **beside: Any) -> Convert:
    """A list of texts as the API's list of objects with that one member, in no order."""

    def converted(value: Any) -> Any:
        if isinstance(value, Hole):
            return value
        listed = value if isinstance(value, list) else [value]
        return ordered_last([one if isinstance(one, More) else {member: text(one), **beside} for one in listed])

    return converted


def take(source: Any, name: str, convert: Convert = keep, default: Any = MISSING) -> Any:
    """A property converted, or the default where it is absent or null."""
    value = source.get(name) if isinstance(source, dict) else None
    return default if value is None else convert(value)


def tags(value: Any) -> dict[str, Any] | Hole:
    """`[{Key, Value}]`, or a map as some types write it, to a map."""
    if isinstance(value, Hole):
        return value
    if isinstance(value, dict):
        return {str(key): text(item) for key, item in value.items()}
    out: dict[str, Any] = {}
    for item in value if isinstance(value, list) else []:
        if isinstance(item, Hole | More):
            out["/-"] = item
        elif isinstance(item, dict):
            key = text(item.get("Key"))
            out["/-" if isinstance(key, Hole) else key] = key if isinstance(key, Hole) else text(item.get("Value"))
    return out


def specified(value: Any, label: str) -> Any:
    """The tags of `TagSpecifications` that are for resources of one kind: what is made may make others in turn."""
    if isinstance(value, Hole):
        return value
    found: dict[str, Any] = {}
    for item in value if isinstance(value, list) else []:
        whose = item.get("ResourceType") if isinstance(item, dict) else item
        if isinstance(whose, Hole | More):
            found["/-"] = whose
        elif isinstance(item, dict) and whose == label:
            given = tags(item.get("Tags"))
            found |= given if isinstance(given, dict) else {"/-": given}
    return found


def secret(value: Any) -> Any:
    """User data can hold secrets: their kinds and lines are kept, and not even a token that spells part of it."""
    if isinstance(value, Hole):
        return later("user data that is not known")
    from scanner.secrets.judge import judged

    return judged(text_of(value))
