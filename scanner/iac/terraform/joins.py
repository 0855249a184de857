"""Which resource a satellite belongs to: by reference, by a known identifier, or none that is certain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.plan import Plan, Planned
from scanner.iac.terraform.references import Source, Trace, trace
from scanner.model import Unknown


@dataclass(frozen=True, slots=True)
class Owners:
    """The Terraform types that can own a satellite, and how else their identifiers come about."""

    types: tuple[str, ...]
    identifiers: tuple[str, ...]
    rivals: re.Pattern[str]
    """Attributes of other types that hold an identifier of such an owner."""


@dataclass(slots=True)
class Owner:
    """`resource` for certain; else `candidates`, any of which it may be; else one `outside` the plan."""

    resource: Planned | None = None
    candidates: list[Planned] = field(default_factory=list)
    outside: str = ""
    known: bool = True
    """Whether `outside` is an identifier; else it is only a name for what nobody can tell yet."""


def owner_of(satellite: Planned, attribute: str, owners: Owners) -> Owner:
    """Whom a satellite's attribute names."""
    cell = Cell.of(satellite, attribute)
    state = cell.state
    if state in (State.KNOWN, State.SECRET) and isinstance(cell.value, str):
        return _by_value(satellite.plan, cell.value, owners, secret=state is State.SECRET)
    expression = cell.expression
    if state is State.REFERRED and expression is not None and expression.references is not None:
        found = _by_trace(trace(satellite, expression.references), satellite, owners)
        if found.resource or not satellite.old(attribute):
            return found
    old = satellite.old(attribute)
    if isinstance(old, str) and not satellite.is_new:
        return _by_value(satellite.plan, old, owners, secret=False)
    return Owner(candidates=[item for item in satellite.plan.of(*owners.types) if item.remains], known=False)


def owners_of(satellite: Planned, attribute: str, owners: Owners) -> list[Owner]:
    """Whom an attribute names that holds several identifiers, or one, or none."""
    cell = Cell.of(satellite, attribute)
    if cell.state is State.NULL or (cell.state is State.COMPUTED and satellite.is_new):
        return []
    if cell.state is not State.KNOWN or not isinstance(cell.value, list):
        # Of a set with one unknown element Terraform tells nothing but whom it speaks of.
        expression = cell.expression
        found = trace(satellite, expression.references) if expression and expression.references else Trace(exact=False)
        if found.exact and found.sources and all(source.path and _is_owner(source, owners) for source in found.sources):
            return [Owner(source.resource) for source in found.sources]
        return [owner_of(satellite, attribute, owners)]
    items = list(cell.elements())
    known = [
        _by_value(satellite.plan, item.value, owners, secret=item.state is State.SECRET)
        for item in items
        if item.state in (State.KNOWN, State.SECRET) and isinstance(item.value, str)
    ]
    holes = sum(item.state in (State.REFERRED, State.COMPUTED) for item in items)
    return [*known, *(_by_holes(cell, holes, owners) if holes else ())]


def _by_holes(cell: Cell, count: int, owners: Owners) -> list[Owner]:
    """The owners that the unknown elements of a list name, in no order."""
    expression = cell.expression
    found = trace(cell.resource, expression.references if expression else None)
    if found.exact and len(found.sources) == count and all(source.path for source in found.sources):
        return [
            Owner(source.resource) if _is_owner(source, owners) else Owner(outside=source.token, known=False)
            for source in found.sources
        ]
    possible = {source.resource.address: source.resource for source in found.sources if _is_owner(source, owners)}
    if possible:
        return [Owner(candidates=[possible[name] for name in sorted(possible)], known=False)]
    return [Owner(outside=cell.resource.address, known=False)]


def _is_owner(source: Source, owners: Owners) -> bool:
    return source.resource.type in owners.types and source.resource.mode == "managed"


def owners_before(satellite: Planned, attribute: str, owners: Owners) -> list[Owner]:
    """Whom such an attribute named before the apply."""
    old = satellite.old(attribute)
    named = old if isinstance(old, list) else [old]
    return [_by_value(satellite.plan, name, owners, secret=False) for name in named if isinstance(name, str) and name]


def _by_value(plan: Plan, value: str, owners: Owners, *, secret: bool) -> Owner:
    found = _index(plan, owners).get(value)
    return Owner(found) if found else Owner(outside="" if secret else value, known=not secret)


def _index(plan: Plan, owners: Owners) -> dict[str, Planned]:
    """Every identifier that an owner is known to have."""
    key = ("owners", owners.types)
    if key not in plan.memo:
        index: dict[str, Planned] = {}
        for item in plan.of(*owners.types):
            for name in owners.identifiers if item.remains else ():
                for value in _known(item, name):
                    if isinstance(value, str) and value:
                        index.setdefault(value, item)
        plan.memo[key] = index
    found: dict[str, Planned] = plan.memo[key]
    return found


def _known(item: Planned, name: str) -> tuple[Any, ...]:
    after = item.after.get(name) if item.after else None
    return (after,) if item.is_new else (after, item.before.get(name) if item.before else None)


def _by_trace(found: Trace, satellite: Planned, owners: Owners) -> Owner:
    own = {source.resource.address: source.resource for source in found.sources if source.resource.type in owners.types}
    managed = [item for item in own.values() if item.mode == "managed"]
    if len(managed) == 1 and (found.exact or not any(_is_rival(source, owners) for source in found.sources)):
        return Owner(managed[0])
    if managed:
        return Owner(candidates=sorted(managed, key=lambda item: item.address), known=False)
    single = found.only()
    if single is None:
        return Owner(outside=satellite.address, known=False)
    value = values.identity_at(single)
    if isinstance(value, str):
        return _by_value(satellite.plan, value, owners, secret=False)
    return Owner(outside=value.token if isinstance(value, Unknown) and value.token else single.token, known=False)


def _is_rival(source: Source, owners: Owners) -> bool:
    """Whether an expression that may mean this resource could take such an identifier from it."""
    resource = source.resource
    if resource.type in owners.types:
        return resource.mode == "data"
    if source.path:
        return any(isinstance(part, str) and owners.rivals.search(part) for part in source.path)
    if not isinstance(resource.unknown, dict):
        return bool(resource.unknown)
    return any(
        bool(owners.rivals.search(name)) and Cell.of(resource, name).state is State.COMPUTED
        for name, value in resource.unknown.items()
        if value is True
    )
