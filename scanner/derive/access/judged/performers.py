"""Who can perform an action on a resource, as facts tell it."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.judged.worlds import world_of
from scanner.derive.access.world.answers import unknown_of
from scanner.derive.access.world.who import unlisted, who_can
from scanner.derive.logic import as_kind
from scanner.derive.passes import Context
from scanner.model import Partial, Resource, Unknowns, pointer


class Performer(TypedDict):
    """An ARN (or `*`, a service's name, an account's root), what it is, and whether the snapshot does not hold it."""

    principal: str
    kind: str
    outside: bool


def performers(context: Context, action: str, resource: Resource, but: str = "") -> Partial:
    """By every policy there is, leaving out one ARN; somebody of whom it is not known may be there."""
    world = world_of(context, resource.account)
    found: list[Performer] = []
    unknown: Unknowns = {}
    for row in who_can(world, action, resource.id, {}):
        if row.id == but:
            continue
        if not row.judgement.allowed:
            unknown[pointer(len(found))] = as_kind(unknown_of(row.judgement), "maybe")
        found.append(Performer(principal=row.id, kind=row.kind, outside=row.outside))
    for _, why in unlisted(world, resource.account):
        unknown["/-"] = as_kind(why, "more")
    return Partial(found, unknown)
