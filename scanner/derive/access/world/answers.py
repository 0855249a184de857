"""Answers as programs and people read them: who may do what, by which statement, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.derive.access.decision.operators import Values
from scanner.derive.access.world.asking import Asker, Judgement, Question, needed
from scanner.derive.access.world.resources import Guarded
from scanner.derive.access.world.told import Teller
from scanner.derive.access.world.who import Row, unlisted, who_can
from scanner.derive.access.world.world import World
from scanner.model import Unknown, Why

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
        "assumptions": _assumptions(question, asker) if found.allowed is not False else _unseen(question.guarded),
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
    given = {**(_needed(found.beneath) if found.beneath else {}), **_needed(found)}
    return {
        "principal": found.request.principal.id,
        "action": found.request.action,
        "resource": found.request.resource,
        "context": {key: list(given[key]) for key in sorted(given)},
    }


def _needed(found: Judgement) -> dict[str, Values]:
    if found.request is None:
        return {}
    if found.needed is None:
        return needed(found.request, found.policies)
    return {key: values for key, values in found.request.given.items() if key in found.needed}


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


def unknown_of(found: Judgement) -> Unknown:
    """Why a judgement is not known."""
    return next(iter(found.unknown), Unknown(Why.ERROR, message="it was not found and not excluded"))


def _unseen(guarded: Guarded) -> list[str]:
    """What a denial, too, takes for granted."""
    return list(guarded.assumptions) if guarded.unseen else []


def _unknown(why: Unknown) -> dict[str, str]:
    return {name: text for name, text in why.to_json().items() if name not in ("kind", "token")}
