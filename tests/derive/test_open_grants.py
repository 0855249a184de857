"""What a policy allows on every resource, by sets of actions and whatever it is spelled like."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.access.granted import action_sets
from scanner.model import Partial, Unknown, Why

POLICY, USER = "AWS::IAM::ManagedPolicy", "AWS::IAM::User"
KINDS = ("credentials", "data", "marketplace", "cloudtrail", "kms")


def allow(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource_}
    return {**statement, "Condition": lines} if lines else statement


def deny(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    return {**allow(action, resource_, **lines), "Effect": "Deny"}


def grants(*statements: Any, unknown: Any = None) -> Partial:
    config = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
    return fact(resource(POLICY, config, unknown), "open_grants")


def given_actions(*statements: Any) -> dict[str, list[str]]:
    found = grants(*statements)
    assert not found.unknown
    told = {kind: [action for one in found.value[kind] for action in one["actions"]] for kind in KINDS}
    return {kind: actions for kind, actions in told.items() if actions}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], {}),
        ([allow("s3:GetObject")], {"data": ["s3:GetObject"]}),
        ([allow("s3:getobject", "arn:aws:s3:::*")], {"data": ["s3:GetObject"]}),
        ([allow("s3:Get*", "arn:aws:s3:::*/*")], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject", "arn:aws:s3:::data/*")], {}),
        ([allow("s3:GetObject", "arn:aws:s3:::data*")], {}),
        ([allow("s3:ListAllMyBuckets")], {}),
        ([allow("s3:GetObject"), deny("s3:*")], {}),
        ([allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::vault/*")], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject"), deny("s3:*", Bool={"aws:SecureTransport": "false"})], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject", StringEquals={"s3:ExistingObjectTag/a": "b"})], {}),
        ([allow("s3:GetObject", StringLike={"s3:ExistingObjectTag/a": "*"})], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject", StringEqualsIfExists={"s3:ExistingObjectTag/a": "b"})], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject", StringNotEquals={"s3:ExistingObjectTag/a": "b"})], {"data": ["s3:GetObject"]}),
        ([allow("s3:GetObject", Bool={"aws:MultiFactorAuthPresent": "true"})], {"data": ["s3:GetObject"]}),
        ([allow("ssm:GetParameter?", f"arn:aws:ssm:*:{ACCOUNT}:parameter/*")], {"data": ["ssm:GetParameters"]}),
        ([allow("ssm:GetParameter", "arn:aws:ssm:*:222222222222:parameter/*")], {}),
        ([allow("ssm:GetParameter", "arn:aws:ssm:eu-west-1:*:parameter/*")], {}),
        ([allow("secretsmanager:*", "arn:aws:secretsmanager:*:*:secret:*")], {"data": ["secretsmanager:GetSecretValue"]}),
        ([allow(["sts:GetSessionToken", "ecr:GetAuthorizationToken", "sts:GetCallerIdentity"])], {}),
        ([allow("sts:AssumeRole", "arn:aws:iam::*:role/*")], {"credentials": ["sts:AssumeRole"]}),
        ([allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*")], {}),
        ([allow("sts:AssumeRole", "arn:aws:iam::*:role/audit")], {}),
        ([allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/*")], {"credentials": ["iam:CreateAccessKey"]}),
        ([allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")], {}),
        ([allow("aws-marketplace:*")], {"marketplace": ["aws-marketplace:Subscribe"]}),
        ([allow("aws-marketplace:View*")], {}),
        ([allow("aws-marketplace:Subscribe", StringEquals={"aws-marketplace:ProductId": "p-1"})], {}),
        ([allow("cloudtrail:*")], {"cloudtrail": ["cloudtrail:*"]}),
        ([allow("CloudTrail:**", "arn:aws:cloudtrail:*:*:trail/*")], {"cloudtrail": ["cloudtrail:*"]}),
        ([allow("cloudtrail:*", "arn:aws:cloudtrail:eu-west-1:*:trail/x")], {}),
        ([allow("cloudtrail:*"), deny("cloudtrail:StopLogging")], {"cloudtrail": ["cloudtrail:*"]}),
        ([allow("cloudtrail:*"), deny("cloudtrail:*")], {}),
        ([allow(["cloudtrail:Get*", "cloudtrail:Describe*"])], {}),
        ([allow("kms:*")], {"kms": ["kms:*"]}),
        ([allow("kms:*", f"arn:aws:kms:*:{ACCOUNT}:key/*")], {"kms": ["kms:*"]}),
        ([allow("kms:*", "arn:aws:kms:eu-west-1:111111111111:key/k")], {}),
        ([allow("kms:*", StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"})], {}),
        ([{"Effect": "Allow", "NotAction": ["s3:*", "kms:*", "ssm:*", "secretsmanager:*", "aws-marketplace:*",
                                            "iam:*", "sts:*", "rds-db:*", "ec2:*", "connect:*", "codepipeline:*",
                                            "lightsail:*", "gamelift:*", "mediapackage:*", "redshift:*",
                                            "cognito-identity:*"], "Resource": "*"}], {"cloudtrail": ["cloudtrail:*"]}),
        ([allow("kms:*", "arn:aws:kms:*:*:key/k"), allow("kms:*")], {"kms": ["kms:*"]}),
        ([{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::vault/*"}], {"data": ["s3:GetObject"]}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_allowed_on_every_resource(statements: list[Any], expected: dict[str, list[str]]) -> None:
    assert given_actions(*statements) == expected


def test_all_that_everything_allows() -> None:
    found = given_actions(allow("*"))
    assert found["credentials"] == list(action_sets.CREDENTIALS)
    assert found["data"] == list(action_sets.DATA)
    assert set(found) == set(KINDS)


def test_each_statement_is_told_with_its_own_actions() -> None:
    found = grants({**allow("s3:GetObject"), "Sid": "One"}, allow("sts:AssumeRole"), allow("ssm:GetParameter"))
    assert [(one["sid"], one["actions"], one["source"]) for one in found.value["data"]] == [
        ("One", ["s3:GetObject"], "/PolicyDocument/Statement/0"),
        (None, ["ssm:GetParameter"], "/PolicyDocument/Statement/2"),
    ]
    assert found.value["credentials"][0]["policy"] == "it"


def test_inline_policies_are_told_by_name() -> None:
    document = {"Statement": allow("kms:*")}
    config = {"UserPolicyList": [{"PolicyName": "a"}, {"PolicyName": "b", "PolicyDocument": document}]}
    found = fact(resource(USER, config), "open_grants")
    assert [(one["policy"], one["source"]) for one in found.value["kms"]] == [
        ("b", "/UserPolicyList/1/PolicyDocument/Statement")
    ]
    denied = fact(resource(USER, {}, {"/UserPolicyList": DENIED}), "open_grants")
    assert {denied.unknown[f"/{kind}/-"].why for kind in KINDS} == {Why.DENIED}


def test_what_is_not_known_leaves_its_own_question_open() -> None:
    place = "/PolicyDocument/Statement/0/Resource"
    found = grants({"Effect": "Allow", "Action": ["s3:GetObject", "kms:*"]}, allow("ssm:GetParameters"),
                   unknown={place: LATER})  # fmt: skip
    assert found.unknown["/data/0"].kind == "maybe"
    assert "/data/1" not in found.unknown
    assert found.unknown["/kms/0"].kind == "maybe"
    assert found.value["credentials"] == []


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("bucket.arn", False),
        ("${bucket.arn}/*", False),
        ("arn:aws:s3:::${bucket}/*", False),
        ("arn:${AWS::Partition}:s3:::*", True),
        ("arn:aws:s3:::*${suffix}", False),
    ],
)
def test_a_name_yet_to_be_made_is_not_every_name(token: str, *, expected: bool) -> None:
    place = "/PolicyDocument/Statement/0/Resource"
    why = Unknown(Why.AFTER_APPLY, "opaque", token=token)
    found = grants({"Effect": "Allow", "Action": "s3:GetObject"}, unknown={place: why})
    assert not found.unknown
    assert bool(found.value["data"]) is expected


STATEMENTS = st.lists(
    st.builds(
        lambda effect, action, place: {"Effect": effect, "Action": action, "Resource": place},
        st.sampled_from(["Allow", "Deny"]),
        st.sampled_from(["*", "kms:*", ["s3:GetObject", "iam:CreateAccessKey"], "sts:*"]),
        st.sampled_from(["*", "arn:aws:s3:::b/*", ["arn:aws:s3:::b/*", "arn:aws:s3:::*"]]),
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(STATEMENTS, st.data())
def test_a_part_that_is_known_holds_for_the_whole(statements: list[Any], data: st.DataObject) -> None:
    config = {"PolicyDocument": {"Statement": statements}}
    whole = fact(resource(POLICY, config), "open_grants").value
    partial = data.draw(hidden(config))
    part = fact(resource(POLICY, partial.value, partial.unknown), "open_grants")
    for kind in KINDS:
        unsure = {place for place, why in part.unknown.items() if why.kind == "maybe"}
        sure = [index for index in range(len(part.value[kind])) if f"/{kind}/{index}" not in unsure]
        doubt = any(place.startswith(f"/{kind}/") for place in part.unknown)
        assert not sure or whole[kind], "what is surely there is there"
        assert not whole[kind] or part.value[kind] or doubt, "what is there is told, or doubted"
