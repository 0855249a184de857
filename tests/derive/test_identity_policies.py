"""Statements of identity policies that allow too much in some other way: `NotAction`, any database user, unscoped."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Why

POLICY, ROLE, USER = "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"
KEPT = ["account", "iam", "organizations", "sts"]


def allow(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource_}
    return {**statement, "Condition": lines} if lines else statement


def deny(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    return {**allow(action, resource_, **lines), "Effect": "Deny"}


def but(action: Any, effect: str = "Allow", resource_: Any = "*") -> dict[str, Any]:
    return {"Effect": effect, "NotAction": action, "Resource": resource_}


def ask(name: str, *statements: Any, unknown: Any = None) -> Partial:
    return fact(resource(POLICY, {"PolicyDocument": {"Statement": list(statements)}}, unknown), name)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([but("s3:*")], [KEPT]),
        ([but(["iam:*", "organizations:*", "account:*"])], [["sts"]]),
        ([but(["iam:*", "organizations:*", "account:*", "STS:*"])], []),
        ([but(["*:*"])], []),
        ([but("iam:CreateUser")], [KEPT]),
        ([but(["iam:*", "sts:*", "account:*"]), deny("organizations:*")], []),
        ([but(["iam:*", "sts:*", "account:*"]), deny("organizations:*", "arn:aws:s3:::x")], [["organizations"]]),
        ([but("s3:*", resource_="arn:aws:s3:::data/*")], []),
        ([but("s3:*", resource_=["arn:aws:s3:::data/*", "*"])], [KEPT]),
        ([but(["iam:*"], "Deny")], []),
        ([allow("*")], []),
        ([{**but("s3:*"), "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}], [KEPT]),
        ([{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::x"}], [KEPT]),
    ],
    ids=str,
)
def test_allow_with_notaction(statements: list[Any], expected: list[Any]) -> None:
    found = ask("allows_but", *statements)
    assert not found.unknown
    assert [one["leaves"] for one in found.value] == expected


def test_notaction_that_is_not_known() -> None:
    statement = {"Effect": "Allow", "Resource": "*"}
    found = ask("allows_but", statement, unknown={"/PolicyDocument/Statement/0/NotAction": LATER})
    assert found.unknown["/0"].kind == "maybe"
    found = fact(resource(USER, {}, {"/UserPolicyList": DENIED}), "allows_but")
    assert found.unknown["/-"].why is Why.DENIED


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("rds-db:connect")], True),
        ([allow("rds-db:*", f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:*/*")], True),
        ([allow("rds-db:connect", f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:db-ABC/*")], True),
        ([allow("*", f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:db-ABC/**")], True),
        ([allow("rds-db:connect", f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:*/app")], False),
        ([allow("rds-db:connect", f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:db-ABC/app*")], False),
        ([allow("rds-db:connect", "arn:aws:rds-db:*:*:dbuser:*/${aws:username}")], False),
        ([allow("rds-db:connect"), deny("rds-db:connect")], False),
        ([allow("s3:GetObject")], False),
        ([allow("s3:*", "arn:aws:s3:::b/*")], False),
    ],
    ids=str,
)
def test_any_database_user(statements: list[Any], *, expected: bool) -> None:
    found = ask("any_database_user", *statements)
    assert not found.unknown
    assert bool(found.value) is expected


def test_a_resource_that_is_not_known_may_be_any_user() -> None:
    statement = {"Effect": "Allow", "Action": "rds-db:connect"}
    found = ask("any_database_user", statement, unknown={"/PolicyDocument/Statement/0/Resource": LATER})
    assert found.unknown["/0"].kind == "maybe"


@pytest.mark.parametrize(
    ("statements", "changes", "some"),
    [
        ([allow("s3:PutObject")], ["s3:PutObject"], ["s3:PutObject"]),
        ([allow("s3:GetObject")], [], ["s3:GetObject"]),
        ([allow("s3:PutBucketPolicy", "arn:aws:s3:::*")], [], []),
        ([allow("ec2:DescribeInstances")], [], []),
        ([allow("sts:GetCallerIdentity")], [], []),
        ([allow("aws-portal:ViewBilling")], [], []),
        ([allow("nosuch:Thing")], [], []),
        ([allow("s3:PutObject", StringEquals={"aws:ResourceTag/a": "b"})], [], []),
        ([allow("s3:PutObject", StringEquals={"aws:PrincipalTag/a": "b"})], ["s3:PutObject"], ["s3:PutObject"]),
        ([allow("s3:PutObject"), deny("s3:Put*")], [], []),
        ([allow(["s3:PutObject", "s3:GetObject"]), deny("s3:PutObject")], [], ["s3:GetObject"]),
        ([deny("s3:PutObject")], [], []),
    ],
    ids=str,
)
def test_unscoped_grants(statements: list[Any], changes: list[str], some: list[str]) -> None:
    found = ask("unscoped_grants", *statements)
    assert not found.unknown
    assert [action for one in found.value["changes"] for action in one["actions"]] == changes
    assert [action for one in found.value["any"] for action in one["actions"]] == some


def test_five_examples_are_told() -> None:
    for statement in (allow("*"), but("ec2:*"), allow("s3:*")):
        found = ask("unscoped_grants", statement)
        assert [len(one["actions"]) for one in found.value["changes"]] == [5]


def test_actions_that_are_not_known_may_be_unscoped() -> None:
    statement = {"Effect": "Allow", "Resource": "*"}
    found = ask("unscoped_grants", statement, unknown={"/PolicyDocument/Statement/0/Action": LATER})
    assert {found.unknown[place].kind for place in ("/changes/0", "/any/0")} == {"maybe"}


MFA, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
BUT_OWN = {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"], "Resource": "*"}


def when(statement: dict[str, Any], **lines: Any) -> dict[str, Any]:
    return {**statement, "Condition": lines}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([deny("*", Bool={MFA: "false"})], [MFA]),
        ([deny("*", Bool={MFA.lower(): False})], [MFA.lower()]),
        ([deny("*", BoolIfExists={MFA: "false"})], []),
        ([deny("*", **{"ForAnyValue:Bool": {MFA: "false"}})], [MFA]),
        ([deny("*", **{"ForAllValues:Bool": {MFA: "false"}})], []),
        ([deny("*", Bool={MFA: "true"})], []),
        ([deny("*", NumericGreaterThan={AGE: "3600"})], [AGE]),
        ([deny("*", NumericGreaterThanIfExists={AGE: "3600"})], []),
        ([when(BUT_OWN, Bool={MFA: "false"}), when(BUT_OWN, Null={MFA: "true"})], []),
        ([when(BUT_OWN, Bool={MFA: "false"}), when(BUT_OWN, Null={MFA: "false"})], [MFA]),
        ([when(BUT_OWN, Null={MFA: "true"})], [MFA]),
        ([when(BUT_OWN, Null={MFA: "true"}), when(BUT_OWN, Bool={MFA: "true"})], [MFA]),
        ([when(BUT_OWN, Null={MFA: "true"}), when(BUT_OWN, BoolIfExists={MFA: "false"})], []),
        ([deny("*", Null={MFA: "true"}), deny("s3:*", Bool={MFA: "false"}), deny("*", Bool={MFA: "false"})], []),
        ([deny("*", Null={AGE: "true"})], []),
        ([deny("*", Null={MFA: "false"})], []),
        ([allow("*", Null={MFA: "false"})], [MFA]),
        ([allow("*", Null={MFA: "false"}, StringEquals={"ec2:Vpc": "v"})], [MFA]),
        ([allow("*", Null={MFA: "false"}, Bool={MFA: "true"})], []),
        ([allow("*", Null={MFA: "false"}, NumericLessThan={AGE: "3600"})], []),
        ([allow("*", Null={MFA: "false"}, NumericLessThanIfExists={AGE: "3600"})], [MFA, AGE]),
        ([allow("*", Null={AGE: "false"})], []),
        ([allow("*", Null={MFA: "false", AGE: "false"})], []),
        ([allow("*", Null={MFA: "false", AGE: "true"})], [MFA]),
        ([deny("s3:*", Bool={MFA: "false"}), deny("*", BoolIfExists={MFA: "false"})], []),
        ([deny("*", Bool={MFA: "false"}), deny("s3:*", BoolIfExists={MFA: "false"})], [MFA]),
        ([deny("*", Bool={MFA: "false"}), deny("*", Null={"aws:SourceIp": "true"})], [MFA]),
        ([allow("*", Bool={MFA: "true"})], []),
        ([allow("*", BoolIfExists={MFA: "true"})], [MFA]),
        ([allow("*", BoolIfExists={MFA: "true"}, Null={MFA: "false"})], []),
        ([allow("*", StringEqualsIfExists={"ec2:Vpc": "x"})], []),
        ([allow("*", **{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1/r/"}})], ["aws:PrincipalOrgPaths"]),
        ([allow("*", **{"ForAllValues:StringEquals": {"aws:TagKeys": "team"}})], []),
        ([allow("*", **{"ForAllValues:StringEquals": {"aws:Ka": "x"}, "Null": {"aws:KA": "false"}})], []),
        ([deny("*", **{"ForAllValues:StringEquals": {"aws:Ka": "x"}})], []),
        ([allow("*", StringNotEquals={"ec2:ResourceTag/env": "prod"})], ["ec2:ResourceTag/env"]),
        ([allow("*", StringNotEquals={"aws:RequestedRegion": "us-east-1"})], []),
        ([allow("*", StringNotEquals={"ec2:ResourceTag/env": "prod"}, StringEquals={"ec2:Vpc": "v"})], []),
        ([deny("*", StringNotEquals={"ec2:ResourceTag/env": "prod"})], []),
        ([allow("*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})], ["aws:SourceIp"]),
        ([{"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*"}], ["NotPrincipal"]),
        ([{"Effect": "Deny", "NotPrincipal": {"AWS": "1"}, "Action": "*"}], []),
    ],
    ids=str,
)
def test_ineffective_conditions(statements: list[Any], expected: list[str]) -> None:
    found = ask("ineffective_conditions", *statements)
    assert not found.unknown
    assert [one["key"] for one in found.value] == expected


def test_a_role_has_inline_policies_and_a_trust_policy() -> None:
    document = {"Statement": allow("*", BoolIfExists={MFA: "true"})}
    config = {"RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document}], "AssumeRolePolicyDocument": document}
    found = fact(resource(ROLE, config), "ineffective_conditions")
    assert [(one["policy"], one["source"]) for one in found.value] == [
        ("p", "/RolePolicyList/0/PolicyDocument/Statement"),
        (None, "/AssumeRolePolicyDocument/Statement"),
    ]


def test_a_condition_that_is_not_known_may_be_ineffective() -> None:
    place = "/PolicyDocument/Statement/0/Condition"
    assert ask("ineffective_conditions", allow("*"), unknown={place: LATER}).unknown["/-"].kind == "more"
    place += f"/Bool/{MFA}"
    found = ask("ineffective_conditions", deny("*", Bool={}), unknown={place: LATER})
    assert found.unknown["/0"].kind == "maybe"
    effect = "/PolicyDocument/Statement/0/Effect"
    statement = {"Action": "*", "Resource": "*", "Condition": {"Bool": {MFA: "false"}}}
    assert ask("ineffective_conditions", statement, unknown={effect: LATER}).unknown["/0"].kind == "maybe"
