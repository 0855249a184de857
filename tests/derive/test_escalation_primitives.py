"""Each way of the list by itself: found where all that it needs is allowed, and not where any of it is taken away."""

from __future__ import annotations

import pytest
from escalation_worlds import (
    ACCOUNT,
    ATTACKER,
    allow,
    arn,
    bounded,
    case,
    deny,
    graph,
    managed,
    supposed_ways,
    ways_of,
)

from scanner.derive.access.escalation.estate import HOLDERS
from scanner.derive.access.escalation.primitives import Primitive, primitives, rows

WAYS = [one for one in primitives() if one.gain not in ("untold", "no-scp") and one.needs]


def _is_sure(way: Primitive) -> bool:
    return not way.assumes and not (way.holder and way.holder not in HOLDERS)


def _start(way: Primitive) -> str:
    return arn("role", "attacker") if way.target == "self-role" else ATTACKER


def _found(way: Primitive, *statements: dict[str, object], extra: tuple[object, ...] = (), **limits: object) -> bool:
    found = graph(*case(way, statements, **limits), *extra)  # type: ignore[arg-type]
    sure, supposed = ways_of(found, _start(way)), supposed_ways(found, _start(way))
    assert (way.id in supposed) <= (not _is_sure(way)), "a way that assumes nothing is told as one that does"
    return way.id in sure | supposed


def _helping(way: Primitive) -> list[dict[str, object]]:
    """What makes the gain of a freed principal plain: it may do everything else."""
    freeing = way.gain in ("no-boundary", "no-inline", "no-attached", "no-group", "tags")
    return [allow("*")] if freeing else []


def _needs(way: Primitive) -> list[str]:
    return [need.action for need in way.needs]


def test_every_row_of_the_public_catalogues_is_there() -> None:
    assert len(rows()) == 140
    assert len({row.id for row in rows()}) == len(rows())
    assert all(row.same in {one.id for one in primitives()} for row in rows() if row.same)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_a_way_is_found_where_all_that_it_needs_is_allowed(way: Primitive) -> None:
    undenied = way.gain == "tags"
    statements = [allow(_needs(way)), *_helping(way)]
    assert _found(way, *statements) is not undenied


@pytest.mark.parametrize("way", [way for way in WAYS if not _helping(way)], ids=lambda way: way.id)
def test_a_way_is_not_found_where_one_action_is_missing(way: Primitive) -> None:
    for action in dict.fromkeys(_needs(way)):
        if action == "sts:AssumeRole":
            continue  # the trust policy names the asker, which is enough within an account
        others = [other for other in _needs(way) if other != action]
        assert not _found(way, allow([*others, "s3:GetObject"])), action


@pytest.mark.parametrize("way", [way for way in WAYS if way.gain != "tags"], ids=lambda way: way.id)
def test_a_way_is_not_found_where_one_action_is_denied(way: Primitive) -> None:
    for action in dict.fromkeys(_needs(way)):
        assert not _found(way, allow(_needs(way)), *_helping(way), deny(action)), action


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way.gain != "no-boundary" and way.id != "sts-001"], ids=lambda way: way.id
)
def test_a_boundary_that_allows_something_else_stops_every_way(way: Primitive) -> None:
    narrow = managed("fence", allow(["s3:*", "sqs:*"]))
    assert not _found(way, allow("*"), extra=(narrow,), **bounded("fence"))


@pytest.mark.parametrize("way", [way for way in WAYS if not _helping(way)], ids=lambda way: way.id)
@pytest.mark.parametrize("spelling", ["wildcards", "not-action"])
def test_actions_may_be_spelled_in_any_way(way: Primitive, spelling: str) -> None:
    if spelling == "wildcards":
        actions = [f"{action[:-4]}*{action[-2:]}".upper() for action in _needs(way)]
        assert _found(way, allow(actions))
    else:
        statement = {"Effect": "Allow", "NotAction": ["s3:*", "glacier:*"], "Resource": "*"}
        # who may do all but S3 is an administrator, and needs no way
        assert f"arn:aws:iam::{ACCOUNT}:" in next(iter(graph(*case(way, [statement])).surely.administrators))


def test_a_trust_policy_that_names_a_user_is_not_limited_by_its_boundary() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic ."""
    way = next(one for one in WAYS if one.id == "sts-001")
    assert _found(way, allow("*"), extra=(managed("fence", allow("s3:*")),), **bounded("fence"))
