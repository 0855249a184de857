"""Whatever stands in a snapshot: the rest of it is answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from escalation_worlds import ACCOUNT, ATTACKER, EVERYTHING, allow, arn, case, deny, graph, role, user
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.access.escalation.primitives import Primitive, primitives
from scanner.derive.access.escalation.told import Told

WAYS = [way for way in primitives() if way.gain != "untold" and way.needs]
JUNK = [
    None, 3, True, "x", "*", [], {}, ["x"], [3], {"a": 1}, [{"a": 1}], "arn:aws:iam::x", {"Statement": [3]},
    {"Statement": {"Effect": "Allow", "Action": 5, "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": 5}},
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*at, key))


@settings(max_examples=60)
@given(st.sampled_from(WAYS), st.data())
def test_junk_anywhere_stops_nothing(way: Primitive, data: st.DataObject) -> None:
    world = copy.deepcopy(case(way, [allow([need.action for need in way.needs])]))
    for _ in range(data.draw(st.integers(1, 3))):
        config = data.draw(st.sampled_from(world)).config
        *way_to, last = data.draw(st.sampled_from(list(places(config))))
        for key in way_to:
            config = config[key]
        config[last] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
    answer = Told(graph(*world)).answer()
    assert json.loads(json.dumps(answer)) == answer


def test_one_bad_policy_loses_no_other_path() -> None:
    bad = user("bad", PermissionsBoundary="\x00", UserPolicyList=[{"PolicyName": 3, "PolicyDocument": "{"}])
    good = user("attacker", allow("iam:PutUserPolicy"))
    answer = Told(graph(bad, good)).answer()
    assert [path["from"] for path in answer["paths"] if path["certain"]] == [ATTACKER]
    assert arn("user", "bad") in [one["principal"] for one in answer["unknown"]]


def test_thousands_of_statements_are_weighed() -> None:
    names = [arn("role", f"x{number}*") for number in range(3000)]
    boss = role("boss", {"Service": "lambda.amazonaws.com"}, EVERYTHING)
    passes = allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])
    denies = [deny("iam:PassRole", name, StringEquals={"aws:ResourceTag/a": "x"}) for name in names]
    found = graph(boss, user("attacker", passes, *denies))
    assert [step.primitive.id for step in found.path(ATTACKER)] == ["lambda-001"]
    stopped = graph(boss, user("attacker", passes, *denies, deny("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/b*s")))
    assert not stopped.path(ATTACKER)
