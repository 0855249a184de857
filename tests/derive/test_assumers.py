"""Who may assume a role, and whether they must have used MFA."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Why

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
MFA = "aws:MultiFactorAuthPresent"


def allow(principal: Any, action: Any = "sts:AssumeRole", **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**statement, "Condition": lines} if lines else statement


def ask(*statements: Any, unknown: Any = None) -> Partial:
    config = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return fact(resource("AWS::IAM::Role", config, unknown, region="global"), "assumers")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow({"AWS": ROOT})], [(ROOT, False)]),
        ([allow({"AWS": ROOT}, Bool={MFA: "true"})], [(ROOT, True)]),
        ([allow({"AWS": ROOT}, NumericLessThan={"aws:MultiFactorAuthAge": "900"})], [(ROOT, True)]),
        ([allow({"AWS": ROOT}, BoolIfExists={MFA: "true"})], [(ROOT, False)]),
        ([allow({"AWS": ROOT}), {**allow("*", "*", BoolIfExists={MFA: "false"}), "Effect": "Deny"}], [(ROOT, True)]),
        ([allow({"AWS": ROOT}), {**allow("*", "*", Bool={MFA: "false"}), "Effect": "Deny"}], [(ROOT, False)]),
        ([allow("*")], [("*", False)]),
        ([allow({"AWS": [ROOT, ACCOUNT]}, "sts:*")], [(ROOT, False), (ACCOUNT, False)]),
        ([allow({"Service": "ec2.amazonaws.com"})], []),
        ([allow({"AWS": ROOT}, "sts:TagSession")], []),
    ],
    ids=str,
)
def test_who_may_assume(statements: list[Any], expected: list[Any]) -> None:
    found = ask(*statements)
    assert not found.unknown
    assert [(one["principal"], one["mfa"]) for one in found.value] == expected


def test_what_is_not_known() -> None:
    assert ask(unknown={"/AssumeRolePolicyDocument": DENIED}).unknown[""].why is Why.DENIED
    base = "/AssumeRolePolicyDocument/Statement/0"
    assert set(ask(allow({"AWS": ROOT}), unknown={f"{base}/Condition": LATER}).unknown) == {"/0/mfa"}
    assert set(ask(allow({}), unknown={f"{base}/Principal/AWS": LATER}).unknown) == {"/0/principal"}
    assert set(ask({**allow({})}, unknown={f"{base}/Principal": LATER}).unknown) == {"/-"}
