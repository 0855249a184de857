"""Policies that are large, deep, hostile or no policies: always an answer, and a word on what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_decision import ALLOWED, ANN, EXPLICIT, IMPLICIT, OWN, UNKNOWN, allow, decided, deny, to

from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.simulate import CaseError, simulate


def told(policy: Any, **more: Any) -> str:
    """What the answer says of a policy of the resource that AWS would refuse."""
    request = {"principal": ANN, "action": "s3:GetObject", "resource": "arn:aws:s3:::data/1", "resource_account": OWN}
    found = simulate({"request": request, "policies": {"resource": policy, **more}})
    assert found["decision"] == UNKNOWN
    return str(found["deciding"][0]["reason"])


def test_a_document_of_150_kilobytes() -> None:
    resources = [f"arn:aws:s3:::data-{number:05d}/*" for number in range(5_500)]
    wide = allow("s3:*", [*resources, "arn:aws:s3:::data/*"])
    assert len(json.dumps(wide)) > 150_000
    assert decided(resource="arn:aws:s3:::data/x", identity=[wide]) == ALLOWED
    assert decided(resource="arn:aws:s3:::data-05499/x", identity=[json.dumps(wide)]) == ALLOWED
    assert decided(resource="arn:aws:s3:::data-05500/x", identity=[wide]) == IMPLICIT


def test_ten_thousand_statements() -> None:
    body = [
        {"Sid": f"S{number}", "Effect": "Allow", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::b{number}/*",
         "Condition": {"StringLike": {"aws:PrincipalTag/t": f"*{number}*"}}}
        for number in range(10_000)
    ]  # fmt: skip
    tagged = {"resource": "arn:aws:s3:::b9999/x", "context": {"aws:PrincipalTag/t": "a9999b"}}
    assert decided(**tagged, identity=[{"Statement": body}]) == ALLOWED
    assert decided(**tagged, identity=[{"Statement": [*body, *deny()["Statement"]]}]) == EXPLICIT
    assert decided(resource="arn:aws:s3:::b9999/x", identity=[{"Statement": body}]) == IMPLICIT


@pytest.mark.parametrize("pattern", ["*a*a*a*a*b", "*a" * 500 + "*b", "?*" * 500 + "b", "*" * 5_000 + "b"])
def test_globs_that_would_try_everything_end(pattern: str) -> None:
    name = f"arn:aws:s3:::{'a' * 20_000}"
    assert decided(resource=name, identity=[allow("s3:*", pattern)]) == IMPLICIT
    assert decided(resource=f"{name}b", identity=[allow("s3:*", pattern)]) == ALLOWED
    condition = {"StringLike": {"x:a": pattern}, "ArnNotLike": {"x:a": f"arn:aws:s3:::{pattern}"}}
    assert decided(context={"x:a": name}, identity=[allow(Condition=condition)]) == IMPLICIT
    assert decided(action=f"s3:{'a' * 2_000}", identity=[allow(f"s3:{pattern}")]) == IMPLICIT


def test_deep_nesting() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert "no JSON" in told(deep)
    assert decided(identity=[deep, deny()]) == EXPLICIT
    nested: Any = "x"
    for _ in range(500):
        nested = [nested]
    assert "text or a list" in told(to("*", Resource=nested))
    assert parse({"Statement": nested}).problems


@pytest.mark.parametrize("name", [111122223333, True, None, 1.5, {"x": 1}, ["", 7]])
def test_a_principal_that_is_no_text(name: Any) -> None:
    assert told(to({"AWS": name})).startswith(
        "AWS would refuse this policy for /Statement/0/Principal/AWS: a principal is"
    )
    assert parse(to({"AWS": name}), "resource").problems[0].place == "/Statement/0/Principal/AWS"


@pytest.mark.parametrize(
    "principal", [7, 7.5, None, True, [ANN], "", "\ud800", "arn:aws:iam::1:user/", "*", {"type": "User"}]
)
def test_a_request_of_nobody(principal: Any) -> None:
    with pytest.raises(CaseError, match=r"request\.principal"):
        simulate({"request": {"principal": principal, "action": "s3:GetObject", "resource": "*"}, "policies": {}})


@pytest.mark.parametrize("name", ["\ud800", "\x00", "\x1b[2J", "a\u202eb", "\U0001f600", "e\u0301"])
def test_any_text_is_only_text(name: str) -> None:
    resource = f"arn:aws:s3:::data/{name}"
    assert decided(resource=resource, identity=[allow("s3:*", resource)]) == ALLOWED
    assert decided(resource=f"{resource}x", identity=[allow("s3:*", resource)]) == IMPLICIT
    tested = allow("s3:*", Condition={"StringEquals": {f"aws:PrincipalTag/{name}": name}})
    assert decided(context={f"aws:PrincipalTag/{name}": name}, identity=[tested]) == ALLOWED
    assert decided(ANN, policy=to({"AWS": f"arn:aws:iam::{OWN}:user/{name}"})) == IMPLICIT


@pytest.mark.parametrize(
    "policy",
    [7, [], "", "[]", "null", {}, {"Statement": None}, {"Statement": [None]}, {"Statement": {"Effect": {}}},
     {"Statement": [[]]}, {"Version": [], "Statement": []}, {"Statement": {"Effect": "Allow", "Action": {"a": 1}}},
     {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": [1]}},
     {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": "x"}}},
     {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"a": {}}}}},
     {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"": {"": ""}}}},
     {1: 2, "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", 3: 4, "Condition": {5: {6: "x"}}}}],
)  # fmt: skip
def test_what_is_no_policy_leaves_the_answer_open(policy: Any) -> None:
    if policy == []:
        policy = [[]]
    assert decided(identity=policy if isinstance(policy, list) else [policy]) == UNKNOWN
    assert decided(identity=[allow()], boundary=[policy]) == UNKNOWN
