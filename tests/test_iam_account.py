"""An account's IAM, as a scan sees it: collected from embedded moto and judged by the built-in rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import scanner

ACCOUNT, THEM = "123456789012", "444455556666"
AWS = "arn:aws:iam::aws:policy/"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: Any, **lines: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document({**statement, "Condition": lines} if lines else statement)


POLICIES = {
    "all": [allow("*")],
    "spelt": [allow(["s3:GetObject", "*:*"])],
    "nothing": [allow("*"), {"Effect": "Deny", "Action": "*", "Resource": "*"}],
    "iam": [allow("IAM:?*")],
    "pass": [allow("iam:PassRole")],
    "pass-to-ec2": [allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})],
    "hop": [allow("sts:AssumeRole", "arn:aws:iam::*:role/*")],
    "decrypt": [allow("kms:Decrypt")],
    "spare": [allow("*")],
}


def build() -> None:
    iam = boto3.client("iam")
    iam.create_user(UserName="ada")
    iam.create_login_profile(UserName="ada", Password="Not-used-anywhere-1")
    iam.create_access_key(UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document(allow("*")))
    iam.create_user(UserName="bob")
    for _ in range(2):
        iam.create_access_key(UserName="bob")
    for name in ("dev", "empty"):
        iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName="dev", UserName="bob")
    iam.put_group_policy(GroupName="dev", PolicyName="iam", PolicyDocument=document(allow("iam:*")))
    roles = {
        "anybody": trust({"AWS": "*"}),
        # The account is in no organization, so this one is somebody else's.
        "others": trust({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
        "vendor": trust({"AWS": f"arn:aws:iam::{THEM}:root"}),
        "careful": trust({"AWS": THEM}, StringEquals={"sts:ExternalId": "x1"}),
        "service": trust({"Service": "ec2.amazonaws.com"}),
    }
    for name, policy in roles.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    for name, statements in POLICIES.items():
        iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))
        if name != "spare":
            iam.attach_role_policy(RoleName="service", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/{name}")
    iam.attach_role_policy(RoleName="careful", PolicyArn=f"{AWS}ReadOnlyAccess")
    iam.attach_group_policy(GroupName="dev", PolicyArn=f"{AWS}AdministratorAccess")


@pytest.fixture(scope="module")
def verdicts() -> Iterator[dict[tuple[str, str], str]]:
    with pytest.MonkeyPatch.context() as patch, mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        build()
        snapshot = scanner.collect(regions=["us-east-1"], services=["account", "iam", "organizations"])
        report = scanner.check(snapshot)
        findings = [one for one in report.findings if one.params == report.rules[one.rule_id]["params"]]
        yield {(one.rule_id, one.resource_id.rpartition("/")[2]): str(one.verdict) for one in findings}


@pytest.mark.parametrize(
    ("rule", "failing", "passing"),
    [
        ("iam-user-console-mfa", {"ada"}, set()),
        ("iam-user-any-mfa", {"ada", "bob"}, set()),
        ("iam-access-key-created-at-setup", {"ada"}, set()),
        ("iam-user-multiple-active-keys", {"bob"}, {"ada"}),
        ("iam-access-key-rotation", set(), {"ada", "bob"}),
        ("iam-user-direct-policies", {"ada"}, {"bob"}),
        ("iam-user-in-group", {"ada"}, {"bob"}),
        ("iam-group-empty", {"empty"}, {"dev"}),
        ("iam-policy-inline-admin-user", {"ada"}, {"bob"}),
        ("iam-policy-full-iam-group", {"dev"}, {"empty"}),
        ("iam-policy-aws-managed-admin-attached-group", {"dev"}, {"empty"}),
        ("iam-policy-customer-admin", {"all", "spelt"}, set(POLICIES) - {"all", "spelt", "spare"}),
        ("iam-policy-unattached-admin", {"spare"}, set()),
        ("iam-policy-full-iam", {"iam"}, {"nothing", "pass", "pass-to-ec2", "hop", "decrypt"}),
        ("iam-policy-service-wildcard", {"iam"}, set(POLICIES) - {"iam"}),
        ("iam-policy-passrole-wildcard", {"pass"}, {"nothing", "pass-to-ec2", "hop", "decrypt"}),
        ("iam-policy-assume-role-wildcard", {"hop"}, {"nothing", "iam", "pass", "pass-to-ec2", "decrypt"}),
        (
            "kms-iam-decrypt-all-managed-policy",
            {"all", "spelt", "spare", "decrypt"},
            {"nothing", "iam", "pass", "pass-to-ec2", "hop"},
        ),
        ("iam-role-trust-any-principal", {"anybody"}, {"others", "vendor", "careful", "service"}),
        ("iam-role-trust-external-without-externalid", {"others", "vendor"}, {"careful"}),
        ("iam-role-cross-account-readonly", {"careful"}, {"anybody", "others", "vendor"}),
        ("iam-policy-unused", {"spare"}, set(POLICIES) - {"spare"}),
        ("iam-group-inline-policies", {"dev"}, {"empty"}),
        ("iam-role-inline-policies", set(), {"anybody", "others", "vendor", "careful", "service"}),
        ("iam-password-policy-strong", {"AWS::IAM::AccountPasswordPolicy"}, set()),
        ("iam-root-mfa-enabled", {f"arn:aws:iam::{ACCOUNT}:root"}, set()),
        ("iam-root-access-key-absent", set(), {f"arn:aws:iam::{ACCOUNT}:root"}),
        ("iam-password-policy-min-length", {"AWS::IAM::AccountPasswordPolicy"}, set()),
        ("iam-password-policy-exists", {"AWS::IAM::AccountPasswordPolicy"}, set()),
        ("iam-support-role", {"AWS::Account::Settings"}, set()),
        ("account-security-contact-registered", {"AWS::Account::Settings"}, set()),
        ("account-in-organization", {"AWS::Organizations::Membership"}, set()),
    ],
)
def test_verdicts(verdicts: dict[tuple[str, str], str], rule: str, failing: set[str], passing: set[str]) -> None:
    assert {name for (id_, name), verdict in verdicts.items() if (id_, verdict) == (rule, "fail")} == failing
    assert {name for (id_, name), verdict in verdicts.items() if (id_, verdict) == (rule, "pass")} == passing


def test_what_the_emulator_does_not_report_is_unknown(verdicts: dict[tuple[str, str], str]) -> None:
    unknown = {rule for (rule, _), verdict in verdicts.items() if verdict == "unknown"}
    assert unknown == {
        "iam-root-central-management-enabled",
        "iam-root-recent-use",
        "iam-root-signing-certificates-absent",
        "iam-service-specific-credentials",
    }
