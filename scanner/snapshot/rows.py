"""How nouns become rows and lines, and come back: what comes back may have been written by anybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from scanner.model import Gap, Origin, Resource, Unknown, Unknowns, Why, canonical

RESOURCE_COLUMNS = (
    "type",
    "account",
    "region",
    "id",
    "name",
    "partition",
    "physical_id",
    "config",
    "tags",
    "unknown",
    "origin",
)
_DEPTH = 100
"""Levels of JSON; AWS's documents stay far under this, and what is deeper was made to break readers."""
_KINDS = ("live", "recording", "terraform", "cloudformation")
_SOURCES = (*_KINDS, "mixed")
_TEXT = {str}
_TAGS_UNKNOWN = "#tags"
"""Where `tags_unknown` travels among the pointers: no JSON Pointer starts with `#`."""


def resource_row(resource: Resource) -> tuple[str, ...]:
    """A row in the order of `RESOURCE_COLUMNS`."""
    unknown = {at: why.to_json() for at, why in resource.unknown.items()}
    if resource.tags_unknown:
        unknown[_TAGS_UNKNOWN] = resource.tags_unknown.to_json()
    return (
        resource.type,
        resource.account,
        resource.region,
        resource.id,
        resource.name,
        resource.partition,
        resource.physical_id,
        canonical(resource.config),
        canonical(resource.tags),
        canonical(unknown) if unknown else "",
        canonical(resource.origin.to_json()),
    )


def resource_from(row: Sequence[Any]) -> Resource:
    """Undo `resource_row`. Raises `ValueError` or `KeyError` on foreign data."""
    type_, account, region, id_, name, partition, physical_id, config, tags, unknown, origin = texts(row)
    unknowns = _unknowns(_object(unknown)) if unknown else {}
    return Resource(
        type=type_,
        id=id_,
        name=name,
        account=account,
        region=region,
        config=_object(config),
        tags=_strings(_object(tags)),
        tags_unknown=unknowns.pop(_TAGS_UNKNOWN, None),
        unknown=unknowns,
        origin=_origin(origin),
        partition=partition,
        physical_id=physical_id,
    )


def unknown_text(unknown: Unknown | None) -> str:
    """A listing's state: empty when complete."""
    return canonical(unknown.to_json()) if unknown else ""


def unknown_from(text: str) -> Unknown | None:
    """Undo `unknown_text`. Raises `ValueError` or `KeyError` on foreign data."""
    return Unknown.from_json(_strings(_object(text))) if text else None


def gap_text(gap: Gap) -> str:
    """A gap in canonical JSON; whether somebody accepts it is said when it is judged."""
    return canonical({name: value for name, value in gap.to_json().items() if name != "accepted"})


def gap_from(text: str) -> Gap:
    """Undo `gap_text`. Raises `ValueError`, `KeyError` or `TypeError` on foreign data."""
    data = _object(text)
    types, rules = (tuple(texts(data.pop(name))) for name in ("resource_types", "rules"))
    reason = Why(data.pop("reason"))
    rest: dict[str, Any] = {**_strings(data)}
    return Gap(**rest, reason=reason, resource_types=types, rules=rules)


def moment_from(text: Any) -> str:
    """`taken_at`, if it is a moment in UTC as we write it. Raises `ValueError`."""
    if not isinstance(text, str) or datetime.fromisoformat(text).utcoffset() != timedelta(0):
        raise ValueError("taken_at is not a moment in UTC")
    return text


def source_from(text: Any) -> str:
    """Where a snapshot was read. Raises `ValueError`."""
    if text not in _SOURCES:
        raise ValueError("the source is not one that we write")
    return str(text)


def _object(text: str) -> dict[str, Any]:
    """A JSON object that is not nested past any use. Raises `ValueError`."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - foreign data, told like all of it
    # Where there are few brackets at all, as nearly always, nothing can be deep.
    if text.count("{") + text.count("[") > _DEPTH and not _shallow(value, _DEPTH):
        raise ValueError("nested too deeply")
    return value


def _shallow(value: Any, room: int) -> bool:
    if isinstance(value, dict):
        return room > 0 and all(_shallow(item, room - 1) for item in value.values())
    return not isinstance(value, list) or (room > 0 and all(_shallow(item, room - 1) for item in value))


def texts(values: Any) -> Sequence[str]:
    """The values, if they are a list of text. Raises `ValueError`."""
    if not isinstance(values, (list, tuple)) or (values and set(map(type, values)) != _TEXT):
        raise ValueError("text was expected")
    return values


def _strings(data: dict[str, Any]) -> dict[str, str]:
    texts(list(data.values()))
    return data


def _unknowns(data: dict[str, Any]) -> Unknowns:
    if not all(isinstance(why, dict) for why in data.values()):
        raise ValueError("not a reason")
    return {at: Unknown.from_json(_strings(why)) for at, why in data.items()}


@lru_cache(maxsize=256)
def _origin(text: str) -> Origin:
    """Whatever one listing read says the same."""
    data = _object(text)
    calls = tuple(texts(data.pop("calls", ())))
    lines = {name: data.pop(name, 0) for name in ("line", "end_line")}
    if not all(type(line) is int and line >= 0 for line in lines.values()) or data.get("kind") not in _KINDS:
        raise ValueError("not an origin")
    return Origin(**{**_strings(data), **lines, "calls": calls})
