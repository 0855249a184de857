"""What identity policies allow without bounds, whatever it is spelled like."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, cut, fact, hidden, hide, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Why

POLICY, USER = "AWS::IAM::ManagedPolicy", "AWS::IAM::User"
KINDS = ("admin", "iam", "services", "pass_role", "assume_role", "decrypt")
ALL_BUT_SERVICES = set(KINDS) - {"services"}
ROLES = "arn:aws:iam::*:role/*"


def allow(action: Any, resource_: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource_, **more}


def deny(action: Any, resource_: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource_, **more), "Effect": "Deny"}


def but(action: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "NotAction": action, "Resource": "*", **more}


def when(**lines: Any) -> dict[str, Any]:
    return {"Condition": lines}


def grants(*statements: Any, unknown: Any = None) -> Partial:
    config = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
    return fact(resource(POLICY, config, unknown), "wide_grants")


def known(found: Partial) -> dict[str, bool | Why]:
    """By kind: surely granted, surely not, or why that is not known."""
    if "" in found.unknown:
        return dict.fromkeys(KINDS, found.unknown[""].why)
    told: dict[str, bool | Why] = {}
    for kind in KINDS:
        doubts = [why for place, why in found.unknown.items() if place.startswith(f"/{kind}/") and why.kind != "any"]
        sure = any(f"/{kind}/{index}" not in found.unknown for index in range(len(found.value[kind])))
        told[kind] = sure or (doubts[0].why if doubts else False)
    return told


def given_kinds(*statements: Any) -> set[str]:
    told = known(grants(*statements))
    assert all(isinstance(value, bool) for value in told.values()), told
    return {kind for kind, value in told.items() if value}


ADMINS = [
    [allow("*")],
    [allow(["*:*"])],
    [allow("**")],
    [allow(["s3:GetObject", "*"])],
    [allow("?*:*")],
    [allow("*", ["arn:aws:s3:::b", "*"])],
    [allow("*", "arn:aws:*:*:*:*")],
    [allow("*", "arn:*")],
    [but("aws-portal:*")],
    [but(["s3:*", "ec2:*"])],
    [but("iam:DeleteUser")],
    [but("iam:*"), allow("iam:*")],
    [{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::vault/*"}],
    [allow("*", **when(Bool={"aws:MultiFactorAuthPresent": "true"}))],
    [allow("*", **when(IpAddress={"aws:SourceIp": "0.0.0.0/0"}))],
    [allow("*", **when(StringLike={"aws:ResourceTag/team": "*"}))],
    [allow("*", **when(StringEquals={"aws:PrincipalAccount": ACCOUNT}))],
    [allow("*", **when(StringEqualsIfExists={"aws:ResourceTag/team": "red"}))],
    [allow("*", **when(StringEquals={"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}))],
    [allow("*", **when(StringNotEquals={"aws:ResourceTag/team": "red"}))],
    [allow("*"), deny("*", "arn:aws:s3:::vault/*")],
    [allow("*"), deny("s3:*")],
    [allow("*"), deny("*", **when(Bool={"aws:SecureTransport": "false"}))],
]


@pytest.mark.parametrize("statements", ADMINS, ids=str)
def test_what_allows_everything(statements: list[Any]) -> None:
    assert given_kinds(*statements) >= {"admin"}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], set()),
        ([allow("s3:Get*")], set()),
        ([allow("*", "arn:aws:s3:::b/*")], set()),
        ([deny("*")], set()),
        ([allow("*"), deny("*")], set()),
        ([allow("*"), but("iam:*", "Deny")], {"iam", "pass_role"}),
        ([allow("*"), deny("iam:*")], {"admin", "assume_role", "decrypt"}),
        ([but("iam:*")], {"assume_role", "decrypt"}),
        ([but("*")], set()),
        ([but("I?M:*")], {"assume_role", "decrypt"}),
        ([allow("*", **when(IpAddress={"aws:SourceIp": "203.0.113.0/24"}))], set()),
        ([allow("*", **when(StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}))], set()),
        ([allow("*", **when(StringEquals={"ec2:Vpc": "arn:aws:ec2:eu-west-1:1:vpc/v"}))], set()),
        ([allow("iam:*")], {"iam", "services", "pass_role"}),
        ([allow("I?M:*")], {"iam", "services", "pass_role"}),
        ([allow("IAM:*", f"arn:aws:iam::{ACCOUNT}:*")], {"iam", "services", "pass_role"}),
        ([allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/*")], {"services"}),
        ([allow(["iam:Get*", "iam:List*"])], set()),
        ([allow("s3:*", "arn:aws:s3:::b/*")], {"services"}),
        ([allow("s?:*")], {"services"}),
        ([allow("s3:**", **when(Bool={"aws:SecureTransport": "true"}))], {"services"}),
        ([allow("s3:*"), deny("s3:*")], set()),
        ([allow("s3:*"), deny("s3:*", "arn:aws:s3:::b/*")], {"services"}),
        ([allow("iam:PassRole")], {"pass_role"}),
        ([allow("iam:passrole", ROLES)], {"pass_role"}),
        ([allow("iam:Pass*", f"arn:aws:iam::{ACCOUNT}:role/*")], {"pass_role"}),
        ([allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/app-*")], set()),
        ([allow("iam:PassRole", **when(StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}))], set()),
        ([allow("iam:PassRole", **when(StringLike={"iam:PassedToService": "*"}))], {"pass_role"}),
        ([allow("sts:AssumeRole", ROLES)], {"assume_role"}),
        ([allow("sts:*")], {"assume_role", "services"}),
        ([allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*")], set()),
        ([allow("sts:AssumeRole", **when(StringEquals={"aws:ResourceOrgID": "o-1"}))], set()),
        ([allow("sts:AssumeRole", **when(StringEquals={"sts:ExternalId": "x"}))], {"assume_role"}),
        ([allow("kms:Decrypt")], {"decrypt"}),
        ([allow("kms:ReEncrypt*", "arn:aws:kms:*:*:key/*")], {"decrypt"}),
        ([allow("kms:Decrypt", f"arn:aws:kms:*:{ACCOUNT}:key/*")], {"decrypt"}),
        ([allow("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*")], set()),
        ([allow("kms:Decrypt", **when(StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"}))], set()),
        ([allow("kms:Decrypt", **when(StringEquals={"aws:ResourceAccount": ACCOUNT}))], {"decrypt"}),
        ([allow("kms:ReEncryptTo")], set()),
    ],
)
def test_what_is_granted(statements: list[Any], expected: set[str]) -> None:
    assert given_kinds(*statements) == expected


def test_what_is_told_of_a_grant() -> None:
    found = grants(allow("s3:GetObject"), {**allow("*"), "Sid": "All"}).value["admin"]
    assert found == [{"policy": "it", "sid": "All", "source": "/PolicyDocument/Statement/1"}]


def test_a_single_statement_needs_no_list() -> None:
    found = fact(resource(POLICY, {"PolicyName": "p", "PolicyDocument": {"Statement": allow("*")}}), "wide_grants")
    assert found.value["admin"][0]["source"] == "/PolicyDocument/Statement"


@pytest.mark.parametrize(
    ("type_", "member"),
    [(USER, "UserPolicyList"), ("AWS::IAM::Group", "GroupPolicyList"), ("AWS::IAM::Role", "RolePolicyList")],
)
def test_each_inline_policy_is_judged_by_itself(type_: str, member: str) -> None:
    policies = [
        {"PolicyName": "wide", "PolicyDocument": {"Statement": [allow("*")]}},
        {"PolicyName": "none", "PolicyDocument": {"Statement": [deny("*")]}},
        {"PolicyName": "keys", "PolicyDocument": {"Statement": [allow("kms:Decrypt")]}},
    ]
    found = fact(resource(type_, {member: policies}), "wide_grants")
    assert [one["policy"] for one in found.value["admin"]] == ["wide"]
    assert [one["policy"] for one in found.value["decrypt"]] == ["wide", "keys"]
    assert found.value["admin"][0]["source"] == f"/{member}/0/PolicyDocument/Statement/0"


def test_no_inline_policies_grant_nothing() -> None:
    assert set(known(fact(resource(USER, {}), "wide_grants")).values()) == {False}


@pytest.mark.parametrize(
    "document", ["{not json", 7, {"Statement": ["Allow"]}, {"Statement": [{**allow("*"), "Effect": "allow"}]}]
)
def test_what_aws_would_refuse_is_unknown_and_never_granted_nor_denied(document: Any) -> None:
    told = known(fact(resource(POLICY, {"PolicyName": "p", "PolicyDocument": document}), "wide_grants"))
    assert {told[kind] for kind in ALL_BUT_SERVICES} == {Why.ERROR}


def test_a_grant_stands_beside_a_document_that_is_not_known() -> None:
    config = {
        "UserPolicyList": [
            {"PolicyName": "a", "PolicyDocument": {"Statement": [allow("*")]}},
            {"PolicyName": "b"},
        ]
    }
    found = fact(resource(USER, config, {"/UserPolicyList/1/PolicyDocument": DENIED}), "wide_grants")
    assert known(found)["admin"] is True
    assert known(found)["services"] is Why.DENIED


def test_policies_that_were_not_read_are_unknown_with_their_call() -> None:
    assert fact(resource(USER, {}, {"/UserPolicyList": DENIED}), "wide_grants").unknown == {"": DENIED}
    part = cut({"UserPolicyList": [{"PolicyName": "a", "PolicyDocument": {"Statement": []}}]}, "/UserPolicyList", 1)
    told = known(fact(resource(USER, part.value, part.unknown), "wide_grants"))
    assert set(told.values()) == {Why.AFTER_APPLY}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/PolicyDocument", Why.AFTER_APPLY),
        ("/PolicyDocument/Statement/0/Effect", Why.AFTER_APPLY),
        ("/PolicyDocument/Statement/0/Action", Why.AFTER_APPLY),
        ("/PolicyDocument/Statement/0/Action/0", Why.AFTER_APPLY),
        ("/PolicyDocument/Statement/0/Resource", Why.AFTER_APPLY),
        ("/PolicyDocument/Statement/0/Sid", True),
        ("/PolicyDocument/Version", True),
        ("/PolicyName", True),
    ],
)
def test_a_hidden_part_that_matters_leaves_the_grant_in_doubt(place: str, expected: bool | Why) -> None:
    document = {"Version": "2012-10-17", "Statement": [{**allow(["*"]), "Sid": "s"}]}
    part = hide({"PolicyName": "p", "PolicyDocument": document}, place)
    assert known(fact(resource(POLICY, part.value, part.unknown), "wide_grants"))["admin"] == expected


def test_a_deny_that_is_not_known_leaves_the_grant_in_doubt() -> None:
    found = grants(allow("*"), deny(None), unknown={"/PolicyDocument/Statement/1/Action": LATER})
    assert known(found)["admin"] is Why.AFTER_APPLY


STATEMENTS = st.one_of(
    st.sampled_from([statement for statements in ADMINS for statement in statements]),
    st.sampled_from([allow("iam:*"), allow("iam:PassRole", ROLES), allow("sts:*"), allow("kms:Decrypt"), deny("*"), 7]),
)


@given(st.data(), st.lists(STATEMENTS, max_size=3))
@settings(max_examples=300)
def test_what_is_told_of_a_part_holds_for_the_whole(data: st.DataObject, statements: list[Any]) -> None:
    config = {"PolicyName": "p", "PolicyDocument": {"Statement": statements}}
    part = data.draw(hidden(config))
    whole = known(fact(resource(POLICY, config), "wide_grants"))
    told = known(fact(resource(POLICY, part.value, part.unknown), "wide_grants"))
    for kind in KINDS:
        if isinstance(whole[kind], bool) and isinstance(told[kind], bool):
            assert told[kind] == whole[kind]
