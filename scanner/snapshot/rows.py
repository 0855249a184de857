"""How nouns become rows and lines, and come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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


def resource_from(row: Sequence[str]) -> Resource:
    """Undo `resource_row`. Raises `ValueError` or `KeyError` on foreign data."""
    type_, account, region, id_, name, partition, physical_id, config, tags, unknown, origin = row
    unknowns = _unknowns(json.loads(unknown)) if unknown else {}
    return Resource(
        type=type_,
        id=id_,
        name=name,
        account=account,
        region=region,
        config=json.loads(config),
        tags=json.loads(tags),
        tags_unknown=unknowns.pop(_TAGS_UNKNOWN, None),
        unknown=unknowns,
        origin=_origin(json.loads(origin)),
        partition=partition,
        physical_id=physical_id,
    )


def unknown_text(unknown: Unknown | None) -> str:
    """A listing's state: empty when complete."""
    return canonical(unknown.to_json()) if unknown else ""


def unknown_from(text: str) -> Unknown | None:
    """Undo `unknown_text`."""
    return Unknown.from_json(json.loads(text)) if text else None


def gap_text(gap: Gap) -> str:
    """A gap in canonical JSON."""
    return canonical(gap.to_json())


def gap_from(text: str) -> Gap:
    """Undo `gap_text`."""
    data = json.loads(text)
    return Gap(
        **{
            **data,
            "reason": Why(data["reason"]),
            "resource_types": tuple(data["resource_types"]),
            "rules": tuple(data["rules"]),
        }
    )


def _unknowns(data: Mapping[str, Mapping[str, str]]) -> Unknowns:
    return {at: Unknown.from_json(why) for at, why in data.items()}


def _origin(data: dict[str, Any]) -> Origin:
    return Origin(**{**data, "calls": tuple(data.get("calls", ()))})
