"""Whose tokens a role takes from identity providers."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Unknown, Why

ROLE = "AWS::IAM::Role"
WEB, SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
GITHUB = "token.actions.githubusercontent.com"
SUB, AUD = f"{GITHUB}:sub", f"{GITHUB}:aud"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"


def provider(issuer: str, kind: str = "oidc-provider") -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{issuer}"


def allow(name: Any, action: Any = WEB, **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Federated": name}, "Action": action}
    return {**statement, "Condition": lines} if lines else statement


def found(*statements: Any, unknown: Any = None) -> Partial:
    config = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return fact(resource(ROLE, config, unknown, region="global"), "federated")


def asked(*statements: Any) -> list[tuple[bool, bool]]:
    told = found(*statements)
    assert not told.unknown
    return [(one["audience"], one["subject"]) for one in told.value]


AUDIENCE = {AUD: "sts.amazonaws.com"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({}, (False, False)),
        ({"StringEquals": AUDIENCE}, (True, False)),
        ({"StringEquals": {**AUDIENCE, SUB: "repo:acme/app:ref:refs/heads/main"}}, (True, True)),
        ({"StringLike": {SUB: "repo:acme/app:*"}}, (False, True)),
        ({"StringLike": {SUB: "repo:acme/*"}}, (False, True)),
        ({"StringLike": {SUB: ["repo:acme/app:*", "repo:acme/b:*"]}}, (False, True)),
        ({"StringLike": {SUB: ["repo:acme/app:*", "repo:*"]}}, (False, False)),
        ({"StringLike": {SUB: "repo:acme*/app:*"}}, (False, False)),
        ({"StringLike": {SUB: "repo:acm?/app:*"}}, (False, False)),
        ({"StringLike": {SUB: "*"}}, (False, False)),
        ({"StringLike": {SUB: "repo:*/app:*"}}, (False, False)),
        ({"StringEquals": {SUB: "environment:prod"}}, (False, False)),
        ({"StringEquals": {SUB: "workflow:deploy"}}, (False, False)),
        ({"StringEquals": {SUB: "repository_owner_id:1234:environment:prod"}}, (False, True)),
        ({"StringLike": {SUB: "job_workflow_ref:acme/shared/.github/*"}}, (False, True)),
        ({"StringEquals": {f"{GITHUB}:repository_id": "42"}}, (False, True)),
        ({"StringLike": {f"{GITHUB}:repository": "*/app"}}, (False, False)),
        ({"StringEqualsIfExists": {SUB: "repo:acme/app:x"}}, (False, False)),
        ({"ForAllValues:StringLike": {SUB: "repo:acme/app:*"}}, (False, False)),
        ({"ForAnyValue:StringLike": {SUB: "repo:acme/app:*"}}, (False, True)),
        ({"StringNotEquals": {SUB: "repo:acme/app:x"}}, (False, False)),
        ({"StringEquals": {"token.actions.githubusercontent.com.evil.org:sub": "repo:acme/app:x"}}, (False, False)),
        ({"StringEquals": {SUB.upper(): "repo:acme/app:x"}}, (False, True)),
        ({"StringEquals": {SUB: "repo:acme/${aws:PrincipalTag/x}"}}, (False, False)),
        ({"StringLike": {AUD: "*"}}, (False, False)),
    ],
    ids=str,
)
def test_github(lines: dict[str, Any], expected: tuple[bool, bool]) -> None:
    assert asked(allow(provider(GITHUB), **lines)) == [expected]
    assert found(allow(provider(GITHUB), **lines)).value[0]["kind"] == "github"


@pytest.mark.parametrize(
    ("issuer", "lines", "expected"),
    [
        (EKS, {"StringEquals": {f"{EKS}:sub": "system:serviceaccount:shop:app"}}, (False, True)),
        (EKS, {"StringLike": {f"{EKS}:sub": "system:serviceaccount:shop:*", f"{EKS}:aud": "sts"}}, (True, True)),
        (EKS, {"StringLike": {f"{EKS}:sub": "system:serviceaccount:*:app"}}, (False, False)),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/*"}}, (False, True)),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:*"}}, (False, False)),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:acme:project:*"}}, (False, True)),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:*:project:p"}}, (False, False)),
        ("id.example.com/t", {"StringEquals": {"id.example.com/t:sub": "x"}}, (False, True)),
        ("id.example.com", {"StringLike": {"id.example.com:sub": "*:x"}}, (False, False)),
        ("id.example.com", {"StringEquals": {f"{GITHUB}:sub": "repo:acme/app:x"}}, (False, False)),
    ],
    ids=str,
)
def test_any_other_provider(issuer: str, lines: dict[str, Any], expected: tuple[bool, bool]) -> None:
    assert asked(allow(provider(issuer), **lines)) == [expected]


@pytest.mark.parametrize(
    ("host", "lines", "expected"),
    [
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "66"}}, (True, True)),
        (
            "cognito-identity.amazonaws.com",
            {"StringEquals": {"cognito-identity.amazonaws.com:aud": "p"}},
            (True, False),
        ),
        (
            "cognito-identity.amazonaws.com",
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": "p"},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            (True, True),
        ),
        ("graph.facebook.com", {"StringEquals": {"graph.facebook.com:app_id": "7"}}, (True, True)),
        ("www.amazon.com", {}, (False, False)),
    ],
)
def test_the_providers_that_aws_knows(host: str, lines: dict[str, Any], expected: tuple[bool, bool]) -> None:
    assert asked(allow(host, **lines)) == [expected]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({}, False),
        ({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}, True),
        ({"StringLike": {"SAML:aud": "https://*.signin.aws.amazon.com/saml"}}, False),
        ({"StringEquals": {"SAML:iss": "https://idp.example.com"}}, False),
    ],
)
def test_saml(lines: dict[str, Any], *, expected: bool) -> None:
    told = found(allow(provider("Okta", "saml-provider"), [SAML, "sts:TagSession"], **lines)).value
    assert [(one["kind"], one["issuer"], one["audience"], one["subject"]) for one in told] == [
        ("saml", "Okta", expected, True)
    ]


def test_a_deny_of_all_others_asks_as_much() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": WEB,
        "Condition": {"StringNotLike": {SUB: "repo:acme/*"}},
    }
    assert asked(allow(provider(GITHUB)), deny) == [(False, True)]
    assert asked(allow(provider(GITHUB)), {**deny, "Action": SAML}) == [(False, False)]


@pytest.mark.parametrize("action", ["sts:AssumeRole", SAML, "sts:TagSession"])
def test_who_is_not_let_in_is_not_told(action: str) -> None:
    assert asked(allow(provider(GITHUB), action)) == []


def test_several_providers_are_judged_each() -> None:
    statement = allow([provider(GITHUB), provider("gitlab.com")], StringLike={"gitlab.com:sub": "project_path:a/*"})
    assert asked(statement) == [(False, False), (False, True)]


def test_what_is_not_known() -> None:
    assert found(unknown={"/AssumeRolePolicyDocument": DENIED}).unknown[""].why is Why.DENIED
    place = "/AssumeRolePolicyDocument/Statement/0/Condition"
    told = found(allow(provider(GITHUB)), unknown={place: LATER})
    assert {"/0/audience", "/0/subject"} <= set(told.unknown)
    place = "/AssumeRolePolicyDocument/Statement/0/Principal/Federated"
    later = Unknown(Why.AFTER_APPLY, "opaque", token="aws_iam_openid_connect_provider.github.arn")
    told = found(allow(None, StringLike={SUB: "repo:acme/*"}), unknown={place: later})
    assert told.value[0]["kind"] == "github"
    assert told.value[0]["subject"] is True
    assert set(told.unknown) == {"/0/issuer"}
    told = found(allow(None), unknown={place: later})
    assert set(told.unknown) == {"/0/issuer", "/0/kind"}
    assert told.value[0]["subject"] is False
