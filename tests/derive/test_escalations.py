"""What one policy opens by itself: sets of actions however they are spelled, and what takes them away."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, hidden, resource
from escalation_worlds import Statement, allow, deny, document
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.access.escalation.primitives import Primitive, primitives

POLICY, USER = "AWS::IAM::ManagedPolicy", "AWS::IAM::User"
ALONE = [way for way in primitives() if "aside" not in way.via]
LAMBDA = ["lambda:CreateFunction", "lambda:InvokeFunction"]
SELF = "arn:aws:iam::*:user/${aws:username}"


def ways(*statements: Statement) -> set[str]:
    found = fact(resource(POLICY, {"PolicyDocument": document(*statements)}), "escalations")
    assert not found.unknown
    return {one["primitive"] for one in found.value}


@pytest.mark.parametrize("way", ALONE, ids=lambda way: way.id)
def test_all_actions_of_a_way_open_it_and_all_but_one_do_not(way: Primitive) -> None:
    needed = [need.action for need in way.needs]
    assert way.id in ways(allow(needed))
    assert way.id in ways(*(allow(action) for action in needed))
    for one in set(needed):
        assert way.id not in ways(allow([action for action in needed if action != one] or "s3:GetObject"))
        assert way.id not in ways(allow(needed), deny(one))


@pytest.mark.parametrize(
    "statement",
    [
        allow("*"),
        allow("iam:*"),
        allow("iam:Put*"),
        allow("IAM:p?tuserpolicy"),
        allow("i*:PutUserPolicy"),
        allow("*:*UserPolicy"),
        allow("iam:PutUserPolicy", SELF),
        allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:*"),
        allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/*"),
        {"Effect": "Allow", "NotAction": ["s3:*", "iam:Create*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::*:user/admin"},
        allow("iam:PutUserPolicy", Bool={"aws:MultiFactorAuthPresent": "true"}),
        allow("iam:PutUserPolicy", StringNotEquals={"aws:RequestedRegion": "us-east-1"}),
    ],
)
def test_an_action_is_recognised_however_it_is_spelled(statement: Statement) -> None:
    assert "iam-007" in ways(statement)


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:Get*")],
        [allow("iam:PutUserPolicy", "arn:aws:iam::111111111111:user/dev-*")],
        [allow("iam:PutUserPolicy", "arn:aws:iam::999999999999:user/*")],
        [allow("iam:PutUserPolicy", "arn:aws:s3:::*")],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        [allow("*"), deny("iam:*")],
        [allow("iam:PutUserPolicy"), deny("*", "arn:aws:iam::*:user/*")],
        [allow("iam:PutUserPolicy", IpAddress={"aws:SourceIp": "198.51.100.0/24"})],
        [allow("iam:PutUserPolicy", StringEquals={"aws:ResourceTag/team": "x"})],
        [allow("iam:PutUserPolicy", StringEquals={"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"})],
        [deny("iam:PutUserPolicy")],
    ],
)
def test_what_is_not_allowed_to_anybody_on_anything_opens_nothing(statements: list[Statement]) -> None:
    assert "iam-007" not in ways(*statements)


def test_passing_a_role_counts_where_it_may_be_passed_to_the_service() -> None:
    assert ways(allow("iam:PassRole")) == set()
    assert ways(allow(["iam:PassRole", *LAMBDA])) == {"lambda-001"}

    def limited(service: str) -> set[str]:
        return ways(allow("iam:PassRole", StringEquals={"iam:PassedToService": service}), allow(LAMBDA))

    assert limited("lambda.amazonaws.com") == {"lambda-001"}
    assert limited("ec2.amazonaws.com") == set()
    named = allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/app")
    assert ways(named, allow(LAMBDA)) == set()


def test_attaching_counts_where_any_policy_may_be_attached() -> None:
    assert ways(allow("iam:AttachUserPolicy")) == {"iam-008"}
    readonly = {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    assert ways(allow("iam:AttachUserPolicy", ArnEquals=readonly)) == set()


def test_inline_policies_are_told_by_name_and_place() -> None:
    inline = [{"PolicyName": name, "PolicyDocument": document(allow(action))} for name, action in (("a", "s3:*"), ("b", "iam:PutUserPolicy"))]  # fmt: skip
    found = fact(resource(USER, {"UserPolicyList": inline}), "escalations")
    (way,) = found.value
    assert way == {
        "policy": "b",
        "primitive": "iam-007",
        "title": "write an inline policy into one's own user",
        "actions": ["iam:PutUserPolicy"],
        "source": "/UserPolicyList/1/PolicyDocument",
    }


def test_what_was_not_read_leaves_it_open() -> None:
    denied = fact(resource(POLICY, {}, {"/PolicyDocument": DENIED}), "escalations")
    assert denied.value == []
    assert denied.unknown["/-"].why == DENIED.why
    later = resource(POLICY, {"PolicyDocument": document(allow("iam:PutUserPolicy"))}, {"/PolicyDocument/Statement/0/Resource": LATER})  # fmt: skip
    found = fact(later, "escalations")
    assert {found.unknown[f"/{index}"].kind for index in range(len(found.value))} == {"maybe"}


_ACTIONS = ["*", "iam:*", "iam:PutUserPolicy", "iam:PassRole", "lambda:*", "s3:GetObject", "ssm:SendCommand"]
_STATEMENTS = st.builds(
    lambda effect, negated, actions, resources, condition: {
        "Effect": effect,
        "NotAction" if negated else "Action": actions,
        "Resource": resources,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from([False, False, True]),
    st.lists(st.sampled_from(_ACTIONS), min_size=1, max_size=2),
    st.sampled_from(["*", [SELF], ["arn:aws:iam::111111111111:role/app", "*"], "arn:aws:s3:::*"]),
    st.sampled_from([None, None, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"Bool": {"aws:SecureTransport": "true"}}]),
)  # fmt: skip


@settings(max_examples=80)
@given(st.lists(_STATEMENTS, min_size=1, max_size=3), st.data())
def test_a_part_that_is_known_holds_for_the_whole(statements: list[Any], data: st.DataObject) -> None:
    config = {"PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    whole = {one["primitive"] for one in fact(resource(POLICY, config), "escalations").value}
    partial = data.draw(hidden(config))
    part = fact(resource(POLICY, partial.value, partial.unknown), "escalations")
    told = [one["primitive"] for one in part.value]
    unsure = {place for place, why in part.unknown.items() if why.kind == "maybe"}
    assert {one for index, one in enumerate(told) if f"/{index}" not in unsure} <= whole, (
        "what is surely there is there"
    )
    assert whole <= set(told) or "/-" in part.unknown, "what is there is told, or doubted"
