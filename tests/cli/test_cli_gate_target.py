"""`gate --account --region`: where the code is deployed to, which neither plan nor template tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

OWN, OTHER = "111122223333", "222233334444"
RULE = "s3-bucket-policy-cross-account"
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*",
        }
    ],
}
_TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": _POLICY},
        },
    },
}


def _plan(provider: dict[str, Any]) -> dict[str, Any]:
    """A bucket with a policy, made by a provider beside the default one."""

    def change(type_: str, after: dict[str, Any]) -> dict[str, Any]:
        made = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True}}
        return {"address": f"{type_}.b", "mode": "managed", "type": type_, "name": "b", "change": made}

    changes = [
        change("aws_s3_bucket", {"bucket": "data"}),
        change("aws_s3_bucket_policy", {"bucket": "data", "policy": json.dumps(_POLICY)}),
    ]
    key = "aws.other"
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": "b", "provider_config_key": key}
        for one in changes
    ]
    settings = {"name": "aws", "alias": "other", "expressions": provider}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": changes,
        "configuration": {"provider_config": {key: settings}, "root_module": {"resources": resources}},
    }


def judged(posture: Run, path: Path, document: Any, *options: str) -> dict[str, Any]:
    path.write_text(json.dumps(document))
    done = posture("gate", path.name, "--rule", RULE, "--fail-on", "none", "-q", "-o", "json=-", *options)
    assert done.code == 0, done.err
    (finding,) = json.loads(done.out)["findings"]
    return {name: finding[name] for name in ("verdict", "account", "region")}


@pytest.mark.parametrize("document", [_TEMPLATE, _plan({})], ids=["template", "plan"])
def test_who_is_outside_is_known_with_the_account(posture: Run, tmp_path: Path, document: Any) -> None:
    path = tmp_path / "code.json"
    assert judged(posture, path, document)["verdict"] == "unknown"
    here = ("--account", OWN, "--region", "eu-west-1")
    assert judged(posture, path, document, *here) == {"verdict": "fail", "account": OWN, "region": "eu-west-1"}
    assert judged(posture, path, document, "--account", OTHER)["verdict"] == "pass"


@pytest.mark.parametrize("leads", [{"assume_role": [{"role_arn": {}}]}, {"profile": {"references": ["var.profile"]}}])
def test_a_provider_that_may_go_elsewhere_is_not_of_the_account(posture: Run, tmp_path: Path, leads: Any) -> None:
    found = judged(posture, tmp_path / "plan.json", _plan(leads), "--account", OWN)
    assert (found["verdict"], found["account"]) == ("unknown", "")


def test_what_a_plan_tells_itself_goes_before(posture: Run, tmp_path: Path) -> None:
    bound = {"allowed_account_ids": {"constant_value": [OTHER]}, "region": {"constant_value": "eu-north-1"}}
    found = judged(posture, tmp_path / "plan.json", _plan(bound), "--account", OWN, "--region", "eu-west-1")
    assert found == {"verdict": "pass", "account": OTHER, "region": "eu-north-1"}


def test_a_parameter_of_that_name_goes_before(posture: Run, tmp_path: Path) -> None:
    document = {**_TEMPLATE, "Outputs": {"A": {"Value": {"Ref": "AWS::AccountId"}}}}
    options = ("--account", OTHER, "--parameter", f"AWS::AccountId={OWN}")
    assert judged(posture, tmp_path / "t.json", document, *options)["account"] == OWN


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--account", "1111-2222-3333", "12 digits"), ("--region", "mars", "eu-west-1"), ("--account", "१" * 12, "12")],
)
def test_what_is_neither_is_refused(posture: Run, tmp_path: Path, option: str, value: str, said: str) -> None:
    (tmp_path / "t.json").write_text(json.dumps(_TEMPLATE))
    done = posture("gate", "t.json", option, value)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
