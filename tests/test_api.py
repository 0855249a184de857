"""The Python API: typed, and working inside `mock_aws`."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import scanner
from scanner import api
from scanner.errors import InputError, RuleError, UsageError

REGION = "eu-west-1"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        made = boto3.Session(region_name=REGION)
        bucket = {"LocationConstraint": REGION}
        made.client("s3").create_bucket(Bucket="data", CreateBucketConfiguration=bucket)
        policy = {
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
            ]
        }
        made.client("s3").put_bucket_policy(Bucket="data", Policy=json.dumps(policy))
        yield made


def test_collect_and_check(session: boto3.Session) -> None:
    snapshot = scanner.collect(session, regions=[REGION], services=["s3"])
    path = snapshot.path
    assert path.exists()
    report = scanner.check(snapshot)
    found = {f.rule_id: f for f in report.findings if f.resource_id == "arn:aws:s3:::data"}
    public = found["s3-bucket-policy-public"]
    assert public.verdict == "fail"
    assert public.verdict is scanner.Verdict.FAIL
    assert "data" in public.message
    assert public.evidence[0].source.startswith("/Policy/Statement")
    del snapshot, report, found, public
    gc.collect()
    assert not path.exists()


def test_without_a_session_the_environment_decides(session: boto3.Session) -> None:
    snapshot = scanner.collect(regions=[REGION], services=["kms"])
    assert list(snapshot.accounts) == ["123456789012"]


def test_a_path_is_kept_and_opens_again(session: boto3.Session, tmp_path: Path) -> None:
    snapshot = scanner.collect(session, regions=[REGION], services=["s3"], path=tmp_path / "a.posture")
    first = scanner.check(snapshot)
    snapshot.close()
    again = scanner.check(scanner.Snapshot(tmp_path / "a.posture"))
    assert [f.to_json() for f in again.findings] == [f.to_json() for f in first.findings]


def test_rules_by_id_and_of_ones_own(session: boto3.Session, tmp_path: Path) -> None:
    snapshot = scanner.collect(session, regions=[REGION], services=["s3"])
    report = scanner.check(snapshot, rules=["s3-bucket-versionin*"])
    assert set(report.rules) == {"s3-bucket-versioning"}
    with pytest.raises(UsageError, match="s3-nothing"):
        scanner.check(snapshot, rules=["s3-nothing"])
    (tmp_path / "bad.yaml").write_text("id: 3")
    with pytest.raises(RuleError, match=r"bad\.yaml"):
        scanner.check(snapshot, rules=[tmp_path / "bad.yaml"])


def test_waivers(session: boto3.Session, tmp_path: Path) -> None:
    snapshot = scanner.collect(session, regions=[REGION], services=["s3"])
    file = tmp_path / "w.toml"
    file.write_text('[[waivers]]\nrule = "s3-*"\nresource = "data"\nreason = "a"\nowner = "b"\nexpires = 2999-01-01\n')
    report = scanner.check(snapshot, rules="s3-bucket-policy-public", waivers=file)
    assert [f.waiver["owner"] for f in report.findings if f.waiver] == ["b"]
    file.write_text("[[waivers]]\n")
    with pytest.raises(InputError, match=r"w\.toml:1: waiver: reason is missing"):
        scanner.check(snapshot, waivers=[str(file)])
    snapshot.close()


def test_a_service_that_was_not_asked_for_is_a_gap(session: boto3.Session) -> None:
    report = scanner.check(scanner.collect(session, regions=[REGION], services=["s3"]))
    missing = {type_ for gap in report.gaps if gap.reason == "not_collected" for type_ in gap.resource_types}
    assert "AWS::KMS::Key" in missing


def test_importing_costs_nothing() -> None:
    assert set(scanner.__all__) == {"Finding", "Report", "Snapshot", "Verdict", "check", "collect"}
    with pytest.raises(AttributeError):
        _ = scanner.nothing


def test_one_name_is_not_its_letters(session: boto3.Session) -> None:
    snapshot = scanner.collect(session, regions=REGION, services="s3")
    assert {f.rule_id for f in scanner.check(snapshot, rules="s3-bucket-versioning").findings} == {
        "s3-bucket-versioning"
    }


def test_misuse_says_what_is_wanted(session: boto3.Session) -> None:
    wrong: Any = "prod"
    with pytest.raises(TypeError, match=r"boto3\.Session\(profile_name='audit'\)"):
        scanner.collect(wrong)
    with pytest.raises(TypeError, match=r"scanner\.Snapshot\(path\)"):
        scanner.check(wrong)
    snapshot = scanner.collect(session, regions=[REGION], services=["s3"])
    snapshot.close()
    with pytest.raises(ValueError, match="closed"):
        scanner.check(snapshot)


def test_a_rule_that_its_parameters_switch_off_reads_nothing() -> None:
    rules = api.load_rules(globs=["s3-bucket-object-lock"])
    assert "ObjectLockConfiguration.ObjectLockEnabled" in api.needed(rules)["AWS::S3::Bucket"]
    assert api.needed(rules, params={}) == {"AWS::S3::Bucket": frozenset()}
    asked = api.needed(rules, params={"s3-bucket-object-lock": {"required": True}})
    assert asked == api.needed(rules)
