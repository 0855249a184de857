"""Laws that hold of every decision, whatever the policies say."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from derive_cases import Cases

from scanner.derive.access.decision.flow import decide
from scanner.derive.access.decision.simulate import _policies, _request, simulate
from scanner.derive.access.search.could import could
from scanner.model import Unknown

SEEDS = range(40_000, 40_400)
KINDS = ("identity", "resource", "boundary", "session", "scp", "rcp", "vpce")


def answer(case: dict[str, Any]) -> str:
    return str(simulate(case)["decision"])


def documents(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every policy of a case."""

    def inside(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            yield value
        for one in value if isinstance(value, list) else ():
            yield from inside(one)

    for kind in KINDS:
        yield from inside(case["policies"][kind])


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    body = policy["Statement"]
    policy["Statement"] = body if isinstance(body, list) else [body]
    return policy["Statement"]


def changed(case: dict[str, Any], change: Any) -> dict[str, Any]:
    other = copy.deepcopy(case)
    for policy in documents(other):
        policy["Statement"] = change(statements(policy))
    return other


def of_one_value(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """A statement for each action, resource and principal of a list."""
    for name in ("Action", "Resource"):
        value = statement.get(name)
        if isinstance(value, list) and len(value) > 1:
            return [part for one in value for part in of_one_value({**statement, name: one})]
    named = statement.get("Principal")
    if isinstance(named, dict):
        pairs = [(kind, one) for kind, ones in named.items() for one in (ones if isinstance(ones, list) else [ones])]
        if len(pairs) > 1:
            return [part for kind, one in pairs for part in of_one_value({**statement, "Principal": {kind: one}})]
    return [statement]


@pytest.mark.parametrize("effect", ["Deny", "Allow"])
def test_a_further_deny_and_a_missing_allow_never_allow(effect: str) -> None:
    lost = 0
    for seed in SEEDS:
        case, some = Cases(seed).case(), Random(seed)
        before = answer(case)
        other = copy.deepcopy(case)
        each = [policy for policy in documents(other) if statements(policy)]
        if not each:
            continue
        chosen = statements(some.choice(each))
        if effect == "Deny":
            chosen.insert(some.randrange(len(chosen) + 1), {**some.choice(chosen), "Effect": "Deny"})
        else:
            chosen[:] = [one for one in chosen if one["Effect"] == "Deny"]
        after = answer(other)
        assert after != "Allowed" or before == "Allowed", (seed, before)
        assert effect == "Deny" or (before == "ExplicitlyDenied") is (after == "ExplicitlyDenied"), seed
        lost += before == "Allowed" and after != "Allowed"
    assert lost > 20


def test_neither_order_nor_lists_nor_the_form_matter() -> None:
    for seed in SEEDS:
        case, some = Cases(seed).case(), Random(seed)
        before = answer(case)
        shuffled = changed(case, lambda body, some=some: some.sample(body, len(body)))
        for kind in ("identity", "boundary"):
            if isinstance(shuffled["policies"][kind], list):
                some.shuffle(shuffled["policies"][kind])
        assert answer(shuffled) == before, seed
        assert answer(changed(case, lambda body: [part for one in body for part in of_one_value(one)])) == before, seed
        as_text = copy.deepcopy(case)
        for kind in KINDS:
            as_text["policies"][kind] = texts(as_text["policies"][kind])
        assert answer(as_text) == before, seed


def texts(value: Any) -> Any:
    if isinstance(value, list):
        return [texts(one) for one in value]
    return json.dumps(value) if isinstance(value, dict) else value


def test_what_is_allowed_could_be_and_what_could_be_is_allowed() -> None:
    """The search and the evaluator speak of the same flow; each witness is decided anew."""
    found = 0
    for seed in SEEDS:
        case = Cases(seed).case()
        case["request"]["resource"] = (
            case["request"]["resource"].replace("*", "x") if case["request"]["resource"] != "*" else "*"
        )
        usual = {"aws:userid": "AIDAX", "aws:securetransport": "true", "aws:currenttime": "2026-02-01T12:00:00Z"}
        case["request"]["context"] = usual | {key.lower(): one for key, one in case["request"]["context"].items()}
        request, policies = _request(case["request"]), _policies(case["policies"])
        known = {key.lower(): values for key, values in request.given.items()}
        witness = could(request.principal, policies, request.action, request.resource, owner=request.owner, given=known)
        if isinstance(witness, Unknown):
            continue
        assert witness is not None or decide(request, policies).answer != "Allowed", seed
        if witness is not None:
            assert decide(witness, policies).answer == "Allowed", seed
            found += 1
    assert found > len(SEEDS) // 4
