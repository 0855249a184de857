"""Resources, inventories and ways to hide parts of them, shared by the tests of derive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from scanner.derive.facts import Facts
from scanner.model import Gap, Partial, Resource, Shard, Unknown, Unknowns, Why, pointer, pointer_parts

ACCOUNT, REGION = "111111111111", "eu-west-1"
DENIED = Unknown(Why.DENIED, message="not allowed", service="s3", operation="GetBucketPolicy")
LATER = Unknown(Why.AFTER_APPLY, message="known only after apply")


class World:
    """A small inventory that says of every listing what it is told."""

    taken_at = "2026-01-01T00:00:00Z"
    source = "live"
    accounts = (ACCOUNT,)
    regions = (REGION,)
    gaps: tuple[Gap, ...] = ()

    def __init__(self, *resources: Resource, incomplete: dict[str, Unknown] | None = None) -> None:
        self.resources = resources
        self.incomplete = incomplete or {}

    def types(self) -> list[str]:
        return sorted({one.type for one in self.resources})

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        for one in self.resources:
            if one.type == type_ and account in (None, one.account) and region in (None, one.region):
                yield one

    def places(self, type_: str) -> list[tuple[str, str]]:
        return sorted({(one.account, one.region) for one in self.of(type_)})

    def get(self, id_: str) -> Resource | None:
        return next((one for one in self.resources if one.id == id_), None)

    def listings(self, type_: str) -> Iterator[tuple[str, str, Unknown | None]]:
        yield ACCOUNT, REGION, self.incomplete.get(type_)

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        return self.incomplete.get(type_)

    def listed_types(self) -> list[str]:
        return self.types()

    def shards(self) -> list[Shard]:
        return []


def resource(type_: str, config: dict[str, Any], unknown: Unknowns | None = None, **envelope: Any) -> Resource:
    given = {"id": f"id-{type_}", "name": "it", "account": ACCOUNT, "region": REGION, **envelope}
    return Resource(type=type_, config=config, unknown=unknown or {}, **given)


def fact(one: Resource, name: str, *others: Resource, incomplete: dict[str, Unknown] | None = None) -> Partial:
    return Facts(World(one, *others, incomplete=incomplete)).fact(one, name)


def places(value: Any, at: str = "") -> Iterator[str]:
    """Every pointer into a JSON value but the root."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield at + pointer(key)
        yield from places(inner, at + pointer(key))


def lists(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, list):
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from lists(inner, at + pointer(key))


def at(value: Any, place: str) -> Any:
    for part in pointer_parts(place):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def hide(config: dict[str, Any], place: str, why: Unknown = LATER) -> Partial:
    """The same configuration with one place not known."""
    config = json.loads(json.dumps(config))
    parts = pointer_parts(place)
    owner = at(config, pointer(*parts[:-1]))
    if isinstance(owner, list):
        owner[int(parts[-1])] = None
    else:
        del owner[parts[-1]]
    return Partial(config, {place: why})


def cut(config: dict[str, Any], place: str, keep: int) -> Partial:
    """The same configuration with a list that is only known to begin so."""
    config = json.loads(json.dumps(config))
    del at(config, place)[keep:]
    return Partial(config, {f"{place}/-": Unknown(Why.AFTER_APPLY, "more")})


@st.composite
def hidden(draw: st.DrawFn, config: dict[str, Any]) -> Partial:
    """A partial view of a configuration: one to three places hidden, or lists cut."""
    found = Partial(config)
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()) and (cuttable := sorted(lists(found.value))):
            place = draw(st.sampled_from(cuttable))
            step = cut(found.value, place, draw(st.integers(0, len(at(found.value, place)))))
        elif hideable := sorted(places(found.value)):
            step = hide(found.value, draw(st.sampled_from(hideable)))
        else:
            continue
        kept = {p: why for p, why in found.unknown.items() if _still_there(step.value, p)}
        found = Partial(step.value, kept | step.unknown)
    return found


def _still_there(config: Any, place: str) -> bool:
    parts = pointer_parts(place)
    try:
        owner = at(config, pointer(*parts[:-1]))
    except (KeyError, IndexError, TypeError):
        return False
    if isinstance(owner, list):
        return parts[-1] == "-" or int(parts[-1]) < len(owner)
    return isinstance(owner, dict)


def consistent(partial: Partial, full: Any, place: str = "") -> bool:
    """Whether a complete value is one that the partial one allows."""
    return _consistent(partial.value, partial.unknown, full, place)


def _consistent(value: Any, unknown: Unknowns, full: Any, place: str) -> bool:
    if place in unknown:
        return unknown[place].kind == "any" or isinstance(full, str)
    if isinstance(value, dict) and isinstance(full, dict):
        names = set(value) | {pointer_parts(p)[-1] for p in unknown if p.rpartition("/")[0] == place}
        return names == set(full) and all(
            _consistent(value.get(name), unknown, full[name], place + pointer(name)) for name in names
        )
    if isinstance(value, list) and isinstance(full, list):
        more = f"{place}/-" in unknown
        fits = len(full) >= len(value) if more else len(full) == len(value)
        return fits and all(
            _consistent(one, unknown, other, place + pointer(i))
            for i, (one, other) in enumerate(zip(value, full, strict=False))
        )
    return bool(value == full and type(value) is type(full))


def completes(partial: Partial, full: list[Any]) -> bool:
    """Whether a list of facts is one that the partial list allows, elements that may not be there and others counted."""
    if "" in partial.unknown:
        return True
    elements = list(enumerate(partial.value))
    maybe = {index for index, _ in elements if (why := partial.unknown.get(f"/{index}")) and why.kind == "maybe"}
    rest = {place: why for place, why in partial.unknown.items() if why.kind != "maybe"}
    fits = [[_consistent(one, rest, other, f"/{index}") for other in full] for index, one in elements]
    explained = "/-" in partial.unknown or all(any(row[at] for row in fits) for at in range(len(full)))
    return explained and all(any(row) for index, row in enumerate(fits) if index not in maybe)
