"""Who outside gets in, as programs and people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal

from scanner.derive.access.decision.flow import decide
from scanner.derive.access.outside.exposure import (
    Exposure,
    Way,
    every,
    exposure,
    is_inside,
    unread_organization,
)
from scanner.derive.access.outside.shares import Shared, organization_of, shares
from scanner.derive.access.outside.strangers import ANYBODY
from scanner.derive.access.world.asking import needed
from scanner.derive.access.world.principals import Labelled
from scanner.derive.access.world.world import World
from scanner.model import Unknown

Scope = Literal["public", "external"]


def outside(world: World, scope: Scope, trusted: Collection[str]) -> dict[str, Any]:
    """`{"resources": [...], "unknown": [...], "checked"}`.

    Each resource has `resource`, `type`, `account` and `access`: a list of `{"who", "witness", "statements"}`, `who`
    being `*` for anybody, else an account, provider or canonical user. What is shared by an attribute, as snapshots
    and images are, has no witness and names the member in `shared_by`. `unknown` are resources of which it is not
    known, with the reason.
    """
    rows, doubts, checked = [], [], 0
    for guarded in every(world):
        checked += 1
        found = exposure(world, guarded, trusted, anybody_only=scope == "public")
        if found.ways:
            rows.append({**_named(found), "access": [_way(found, one) for one in found.ways]})
        elif found.unknown:
            doubts.append({**_named(found), "reasons": [_reason(why) for why in found.unknown]})
    for copy in shares(world.inventory):
        checked += 1
        names, unsure = _outsiders(world, copy, scope, trusted)
        if names:
            rows.append({**_copy(copy), "access": [_shared(copy, who) for who in names]})
        elif unsure:
            doubts.append({**_copy(copy), "reasons": [_reason(why) for why in unsure]})
    return {"resources": rows, "unknown": doubts, "checked": checked}


def _outsiders(world: World, copy: Shared, scope: Scope, trusted: Collection[str]) -> tuple[list[str], list[Unknown]]:
    """With whom outside a copy is shared, and why there may be others."""
    owner = copy.resource.account
    known = world.organization(owner).id
    names: list[str] = []
    unsure = [copy.unknown] if copy.unknown and not (scope == "public" and copy.everybody_known) else []
    for who in copy.who:
        of = organization_of(who)
        if who == ANYBODY:
            names.append(who)
        elif scope == "public" or is_inside(world, owner, of or who, trusted) or (of and of == known):
            continue
        elif of and known is None:
            unsure.append(unread_organization(of, owner))
        else:
            names.append(who)
    return names, unsure


def _copy(copy: Shared) -> dict[str, Any]:
    return {"resource": copy.resource.id, "type": copy.resource.type, "account": copy.resource.account}


def _shared(copy: Shared, who: str) -> dict[str, Any]:
    """A share is an attribute and no policy, so that no request and no statement is shown."""
    return {"who": who, "witness": None, "statements": [], "shared_by": copy.member}


def _named(found: Exposure) -> dict[str, Any]:
    guarded = found.guarded
    return {"resource": guarded.arn, "type": guarded.type, "account": guarded.owner}


def _way(found: Exposure, way: Way) -> dict[str, Any]:
    request = way.request
    who = request.principal
    return {
        "who": way.who,
        "witness": {
            "principal": who.id if who.in_account else {"type": who.kind, "id": who.id},
            "action": request.action,
            "resource": request.resource,
            "context": {key: list(values) for key, values in sorted(needed(request, way.policies).items())},
        },
        "statements": list(_statements(found, way)),
    }


def _statements(found: Exposure, way: Way) -> Iterator[dict[str, Any]]:
    policies = (*found.guarded.documents, *(grant.policy for grant in found.guarded.grants))
    for one in decide(way.request, way.policies).deciding:
        for label in policies if one.policy == "resource" else ():
            if one.statement is not None and one.statement in label.document.statements:
                yield _statement(label, one.statement.number, one.statement.sid)
                break


def _statement(label: Labelled, number: int, sid: str) -> dict[str, Any]:
    body = label.source.get("Statement") if isinstance(label.source, dict) else None
    several = body if isinstance(body, list) else [body]
    text = several[number] if number < len(several) else None
    return {"policy": label.label, "statement": number, "sid": sid, **({"text": text} if text else {})}


def _reason(why: Unknown) -> dict[str, str]:
    return {name: text for name, text in why.to_json().items() if name not in ("kind", "token")}
