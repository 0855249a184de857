"""The rules on open ports, on groups that are known in part: what they decide holds for the whole group."""

from __future__ import annotations

from typing import Any

import pytest
from derive_ingress import GROUP, GROUPS, NEIGHBOURS
from derive_worlds import World, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.facts import Facts
from scanner.engine.expression import Expression
from scanner.engine.rules import load
from scanner.engine.scope import Scope, instant
from scanner.engine.three_valued import truth
from scanner.model import Partial

SCOPE = Scope({}, instant("2026-01-01T00:00:00Z"))
RULES = ("sg-ingress-ssh", "sg-ingress-rdp", "sg-ingress-all-ports")
EVERY_PORT = [0, 1, 22, 23, 3389, 65535]


@pytest.fixture(scope="module", name="expectations")
def _expectations() -> dict[str, Expression]:
    found = load().loaded
    return {id_: found[id_].expect for id_ in RULES}


def judged(expect: Expression, config: Partial) -> bool | None:
    group = resource(GROUP, config.value, config.unknown)
    return truth(expect, Facts(World(group, *NEIGHBOURS)).document(group, ["world_ingress"]), SCOPE).value


def moved(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rules on the ports that matter to the rules."""
    moves = {"FromPort": EVERY_PORT, "ToPort": [*EVERY_PORT[1:], 65535]}
    return [
        {name: moves[name][min(value, 5)] if name in moves else value for name, value in one.items()} for one in group
    ]


@given(st.data(), GROUPS.map(moved))
@settings(max_examples=300)
def test_a_verdict_holds_for_every_completion(
    expectations: dict[str, Expression], data: st.DataObject, group: list[dict[str, Any]]
) -> None:
    full = {"IpPermissions": group}
    part = data.draw(hidden(full))
    for id_, expect in expectations.items():
        assert judged(expect, part) in (None, judged(expect, Partial(full))), id_
