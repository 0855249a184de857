"""Answers as programs and people read them: who may do what, by which statement, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Request
from scanner.derive.access.world.asking import Asker, Judgement, Question
from scanner.derive.access.world.told import Teller
from scanner.derive.access.world.who import Row, unlisted, who_can
from scanner.derive.access.world.world import World
from scanner.model import Unknown

_OWN_SIDE = "the policies of accounts that are not in the snapshot allow it to whom the resource lets in from there"


def can(world: World, asker: Asker, action: str, resource: str, given: Mapping[str, Values]) -> dict[str, Any]:
    """`{"principal", "action", "resource", "allowed", "witness", "deciding", "assumptions", "unknown"}`.

    `allowed` is null where something that was not read could change it. `witness` is a request that is allowed, with
    no more context than it takes; `deciding` are the statements that allow it, or what lacks.
    """
    question = Question(world, action, world.guarded(resource, action), given)
    found = question.judge(asker)
    return {
        "principal": asker.principal.id,
        "action": action,
        "resource": question.guarded.arn,
        "allowed": found.allowed,
        "witness": _witness(found),
        "deciding": [one.to_json() for one in _deciding(question, asker, found)],
        "assumptions": _assumptions(question, asker) if found.allowed is not False else [],
        "unknown": [_unknown(one) for one in found.unknown],
    }


def who(world: World, action: str, resource: str, given: Mapping[str, Values]) -> dict[str, Any]:
    """`{"action", "resource", "principals", "unknown", "assumptions"}`, principals by ARN.

    Each principal has `principal`, `kind`, `outside`, `through` (an access point), `witness` and `deciding`;
    `unknown` holds principals of whom it is not known, and accounts of which not all were listed, with the reason.
    """
    rows = who_can(world, action, resource, given)
    guarded = world.guarded(resource, action)
    sure = [one for one in rows if one.judgement.allowed]
    doubts = [
        {"principal": one.id, **_unknown(why)}
        for one in rows
        for why in one.judgement.unknown[:1]
        if not one.judgement.allowed
    ]
    doubts += [{"account": account, **_unknown(why)} for account, why in unlisted(world, guarded.owner)]
    assumptions = dict.fromkeys(text for one in rows for text in _assumptions(one.question, one.asker))
    return {
        "action": action,
        "resource": guarded.arn,
        "principals": [_row(one) for one in sure],
        "unknown": doubts,
        "assumptions": list(assumptions),
    }


def _row(row: Row) -> dict[str, Any]:
    told = [one.to_json() for one in _deciding(row.question, row.asker, row.judgement)]
    return {
        "principal": row.id,
        "kind": row.kind,
        "outside": row.outside,
        **({"through": row.through} if row.through else {}),
        "witness": _witness(row.judgement),
        "deciding": told,
    }


def _deciding(question: Question, asker: Asker, found: Judgement) -> list[Any]:
    beneath = question.guarded.beneath
    inner = Question(question.world, question.action, beneath, question.given) if beneath and found.beneath else None
    if found.allowed is False:
        if inner and found.beneath and found.beneath.allowed is False:
            return Teller(inner, asker).preventing(found.beneath)
        return Teller(question, asker).preventing(found)
    told = Teller(question, asker).allowing(found)
    return [*told, *(Teller(inner, asker).allowing(found.beneath) if inner and found.beneath else ())]


def _witness(found: Judgement) -> dict[str, Any] | None:
    """The request without what it does not need; of two, through an access point, what both need."""
    if found.request is None or found.allowed is False:
        return None
    kept = needed(found.request, found.policies)
    if found.beneath and found.beneath.request:
        kept = {**needed(found.beneath.request, found.beneath.policies), **kept}
    return {
        "principal": found.request.principal.id,
        "action": found.request.action,
        "resource": found.request.resource,
        "context": {key: list(kept[key]) for key in sorted(kept)},
    }


def needed(request: Request, policies: Policies) -> dict[str, Values]:
    """The keys of an allowed request without which it is not."""
    kept = {key: values for key, values in request.given.items() if values}
    for key in sorted(kept):
        less = {name: values for name, values in kept.items() if name != key}
        if decide(replace(request, given=less), policies).answer == "Allowed":
            kept = less
    return kept


def _assumptions(question: Question, asker: Asker) -> list[str]:
    world, guarded = question.world, question.guarded
    found: list[str] = []
    if asker.principal.in_account and not asker.trusted:
        found += world.organization(asker.principal.account).assumptions
    for one in (guarded, guarded.beneath):
        if one is not None:
            found += [*one.assumptions, *(world.organization(one.owner).assumptions if one.owner else ())]
    if asker.trusted and asker.principal.in_account and asker.principal.kind != "Root":
        found.append(_OWN_SIDE)
    return list(dict.fromkeys(found))


def _unknown(why: Unknown) -> dict[str, str]:
    return {name: text for name, text in why.to_json().items() if name not in ("kind", "token")}
