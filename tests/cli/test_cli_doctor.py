"""The doctor: what is installed, who we are, and each call as AWS takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from scanner import collecting, installation
from scanner.aws import permissions, plan
from scanner.aws.probe import probe
from scanner.aws.session import LiveSource
from scanner.cli._root import run
from scanner.model import Why

SOME = ["--rule", "kms-*", "--rule", "s3-bucket-versioning", "--rule", "sg-ingress-ssh"]


def refusing(code: str, status: int) -> Any:
    def handler(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
        body = {"Error": {"Code": code, "Message": f"no {code}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("https://recorded.invalid", status, HTTPHeaders(), None), body

    return handler


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[boto3.Session]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    from moto import mock_aws

    with mock_aws():
        made = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1")
        monkeypatch.setattr(collecting, "session_of", lambda *_, **__: made)
        yield made


def rows(out: str) -> dict[str, str]:
    """Call → what was said of it."""
    lines = (line.split(maxsplit=3) for line in out.split("Calls in", 1)[1].splitlines())
    return {line[1]: line[3] for line in lines if len(line) == 4 and line[0] in "✓✗–"}


def test_every_call_that_the_rules_need_is_tried_and_told(session: boto3.Session, capsys: Any) -> None:
    s3 = session.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="one")
    session.client("kms").create_key()
    assert run(["doctor", "-v", *SOME]) == 0
    out = capsys.readouterr().out
    assert "identity     arn:aws:sts::123456789012:user/moto" in out
    assert "source       the calling program" in out
    assert "account      123456789012, partition aws" in out
    assert "secret" not in out
    told = rows(out)
    assert told["kms:GetKeyRotationStatus"] == "answered"
    assert told["s3:GetBucketVersioning"] == "answered"
    assert told["ec2:DescribeSecurityGroups"] == "answered"
    assert "Add this statement" not in out


def test_a_denied_call_is_named_with_its_action_and_the_statement_to_add(session: boto3.Session, capsys: Any) -> None:
    session.client("s3", region_name="us-east-1").create_bucket(Bucket="one")
    session.events.register("before-call.s3.GetBucketVersioning", refusing("AccessDenied", 403))
    session.events.register("before-call.kms.ListKeys", refusing("AccessDeniedException", 400))
    session.events.register("before-call.ec2.DescribeSecurityGroups", refusing("UnsupportedOperation", 400))
    assert run(["doctor", "-v", *SOME]) == 3
    out = capsys.readouterr().out
    told = rows(out)
    assert told["s3:GetBucketVersioning"] == "denied: needs s3:GetBucketVersioning"
    assert told["kms:ListKeys"] == "denied: needs kms:ListKeys"
    assert told["kms:DescribeKey"] == "not tried: no resource to ask about"
    assert told["ec2:DescribeSecurityGroups"] == "not offered there"
    statement = json.loads(out.split("Add this statement to a policy of these credentials:\n")[1])
    assert statement["Action"] == ["kms:ListKeys", "s3:GetBucketVersioning"]
    assert statement["Effect"] == "Allow"


def test_a_service_is_one_line_and_what_is_not_answered_another(session: boto3.Session, capsys: Any) -> None:
    session.client("s3", region_name="us-east-1").create_bucket(Bucket="one")
    session.events.register("before-call.s3.GetBucketVersioning", refusing("AccessDenied", 403))
    assert run(["doctor", *SOME]) == 3
    lines = [line.strip() for line in capsys.readouterr().out.split("Calls in", 1)[1].splitlines()]
    assert any(line.startswith("✓ kms ") and line.endswith(" not tried: no resource to ask about") for line in lines)
    at = next(index for index, line in enumerate(lines) if line.startswith("✗ s3 "))
    assert lines[at].endswith("1 denied")
    assert lines[at + 1].split(maxsplit=3) == [
        "✗",
        "s3:GetBucketVersioning",
        "global",
        "denied: needs s3:GetBucketVersioning",
    ]
    assert not [line for line in lines if "kms:" in line and "not tried" in line]


def test_a_listing_that_several_types_share_is_asked_once(session: boto3.Session, capsys: Any) -> None:
    asked: list[str] = []
    session.events.register("before-call.iam", lambda model, **_: asked.append(model.name))
    session.client("iam").create_user(UserName="one")
    asked.clear()
    assert run(["doctor", "--rule", "iam-user-*"]) == 0
    assert asked.count("GetAccountAuthorizationDetails") == 1
    session.events.register("before-call.iam.GetAccountAuthorizationDetails", refusing("AccessDenied", 403))
    asked.clear()
    assert run(["doctor", "--rule", "iam-user-*"]) == 3
    assert len([line for line in capsys.readouterr().out.splitlines() if "denied: needs iam:GetAcc" in line]) == 1


def test_everything_and_extras_are_tried_when_named(session: boto3.Session, capsys: Any) -> None:
    run(["doctor", "-v", "--all", "--rule", "kms-key-rotation-enabled", "--with", "mfa-devices"])
    told = rows(capsys.readouterr().out)
    assert {"s3:ListBuckets", "iam:ListMFADevices"} <= set(told)
    assert "iam:ListAccessKeys" not in told
    assert run(["doctor", "--use", "nobody"]) == 2


@pytest.mark.parametrize(
    ("refusal", "word", "exit_code"),
    [
        (("ThrottlingException", 400), "throttled", 3),
        (("InternalError", 500), "failed", 3),
        (("NotImplemented", 501), "not offered there", 0),
    ],
)
def test_other_refusals(
    session: boto3.Session, capsys: Any, refusal: tuple[str, int], word: str, exit_code: int
) -> None:
    session.events.register("before-call.kms.ListKeys", refusing(*refusal))
    assert run(["doctor", "-v", "--rule", "kms-key-policy-public"]) == exit_code
    assert rows(capsys.readouterr().out)["kms:ListKeys"].startswith(word)


def test_a_page_as_small_as_may_be_is_asked_for_once(session: boto3.Session, capsys: Any) -> None:
    kms = session.client("kms")
    for _ in range(9):
        kms.create_key()
    asked: list[Any] = []
    session.events.register(
        "before-parameter-build.kms", lambda params, model, **_: asked.append((model.name, dict(params)))
    )
    assert run(["doctor", "--rule", "kms-key-rotation-enabled"]) == 0
    assert [params for name, params in asked if name == "ListKeys"] == [{"Limit": 3}]
    assert len([name for name, _ in asked if name == "DescribeKey"]) == 1, "one resource was enough"


def test_regions_asked_for_are_tried_each(session: boto3.Session, capsys: Any) -> None:
    assert run(["doctor", "-v", "--service", "vpc", "--region", "eu-west-1", "--region", "us-east-1"]) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines() if "ec2:DescribeSecurityGroups" in line]
    assert [line[2] for line in lines] == ["eu-west-1", "us-east-1"]
    assert run(["doctor", "--region", "eu-wset-1"]) == 2
    assert "Did you mean eu-west-1" in capsys.readouterr().out


def test_without_credentials_the_installation_is_told_and_the_way_out(posture: Any, tmp_path: Path) -> None:
    (tmp_path / "posture.toml").write_text('packs = ["own"]\n')
    (tmp_path / "posture.waivers.toml").write_text("")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bad.yaml").write_text("id: [\n")
    result = posture("doctor")
    assert result.code == 2
    assert "✓ settings     posture.toml: valid" in result.out
    assert "✓ pack         own" in result.out
    assert "✗ rules        own/bad.yaml:" in result.out
    assert "✓ waivers      posture.waivers.toml" in result.out
    assert "✗ no AWS credentials were found. Set AWS_PROFILE" in result.out
    (tmp_path / "posture.toml").write_text('fail_on = "hgih"')
    assert "✗ settings     posture.toml: fail_on must be one of" in posture("doctor").out
    assert posture("doctor", PYTHONIOENCODING="ascii").out.isascii()


def test_extras_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    wanted = ['nothing-of-that-name>=1; extra == "far"', 'click>=8; extra == "near"', 'x; extra == "dev"', "boto3>=1"]
    monkeypatch.setattr(metadata, "requires", lambda _: wanted)
    assert installation.extras() == {"far": "lacks nothing-of-that-name", "near": "installed"}


def test_the_settings_choose_the_rules(session: boto3.Session, capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "posture.toml").write_text('rules = ["kms-key-rotation-enabled"]\n')
    assert run(["doctor", "-v"]) == 0
    assert {call.split(":")[0] for call in rows(capsys.readouterr().out)} == {"sts", "ec2", "kms"}
    assert run(["doctor", "-v", "--rule", "sg-ingress-ssh"]) == 0
    assert "kms:ListKeys" not in rows(capsys.readouterr().out)


def test_every_call_of_every_table_can_be_tried(session: boto3.Session) -> None:
    """Parents, marks, reports made in advance: nothing is left out, and nothing breaks."""
    session.client("s3", region_name="us-east-1").create_bucket(Bucket="one")
    kms = session.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_grant(KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:role/x", Operations=["Decrypt"])
    session.client("rds").create_db_instance(DBInstanceIdentifier="one", DBInstanceClass="db.t3.micro", Engine="mysql")
    session.client("iam").create_user(UserName="one")
    outcomes = probe(LiveSource(session), plan.wanted(None), ["eu-west-1"])
    assert {outcome.call for outcome in outcomes} == set(permissions.calls())
    answered = {outcome.call.operation for outcome in outcomes if outcome.tried and not outcome.why}
    assert {"GetCredentialReport", "ListGrants", "GetBucketTagging", "DescribeDBInstances"} <= answered
    assert not [outcome for outcome in outcomes if outcome.why == Why.DENIED]
    assert outcomes == sorted(outcomes, key=lambda one: (one.call, one.region))
