"""Accepted gaps: what stays unread leaves a run complete, and every verdict that hangs on it unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

ACCOUNT = "111122223333"
NOW = ("--now", "2026-11-24T06:00:00Z")
SAID = 'reason = "another team"\nowner = "kms@example.org"\nexpires = 2027-03-31\n'
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k1"
REFUSED = "User: arn:aws:sts::1:assumed-role/a is not authorized to perform: {} with an explicit deny in a service control policy"


def gap(*lines: str, said: str = SAID) -> str:
    return "[[accepted_gaps]]\n" + "".join(f"{line}\n" for line in lines) + said


class Recording:
    """Recorded answers; `denied` and `closed` are refusals, the second by a service control policy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answer(self, path: str, content: Any) -> None:
        file = self.folder / ACCOUNT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))

    def denied(self, path: str, message: str = "no") -> None:
        self.answer(path, {"Error": {"Code": "AccessDeniedException", "Message": message}})

    def closed(self, region: str, *operations: str) -> None:
        for each in operations:
            service, operation = each.split(":")
            self.denied(f"{service}/{region}/{operation}.json", REFUSED.format(each))


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "answers")


@pytest.fixture
def keys(recording: Recording) -> Recording:
    """A region with a key whose rotation is not told."""
    recording.answer("kms/eu-west-1/list_keys.json", {"Keys": [{"KeyId": "k1", "KeyArn": KEY}]})
    recording.answer("kms/eu-west-1/list_aliases.json", {"Aliases": []})
    about = {"KeyId": "k1", "Arn": KEY, "KeyManager": "CUSTOMER", "KeyState": "Enabled", "Origin": "AWS_KMS",
             "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": False}  # fmt: skip
    recording.answer("kms/eu-west-1/describe_key@KeyId=k1.json", {"KeyMetadata": about})
    recording.denied("kms/eu-west-1/get_key_rotation_status@KeyId=k1.json")
    return recording


@pytest.fixture
def scan(posture: Run, tmp_path: Path) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Scan the recording, and give the result and the report."""

    def run(settings: str, *arguments: str) -> tuple[Any, dict[str, Any]]:
        (tmp_path / "posture.toml").write_text(settings)
        result = posture("scan", "--replay", "answers", *NOW, "-o", "json=r.json", "-o", "sarif=r.sarif", *arguments)
        assert result.code != 2, result.err
        return result, json.loads((tmp_path / "r.json").read_text())

    return run


ROTATION = ("--rule", "kms-key-rotation-enabled")


def accepted(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in report["gaps"] if item["accepted"]]


def test_a_denied_call_that_is_accepted(scan: Any, keys: Recording, tmp_path: Path) -> None:
    result, report = scan("", *ROTATION)
    assert (result.code, accepted(report)) == (3, [])
    assert sarif(tmp_path)["executionSuccessful"] is False
    result, report = scan(gap('service = "kms"', 'operation = "GetKeyRotation*"'), *ROTATION)
    assert result.code == 0, result.out
    [found] = accepted(report)
    assert found["operation"] == "GetKeyRotationStatus"
    assert found["accepted"]["owner"] == "kms@example.org"
    assert [f["verdict"] for f in report["findings"] if f["resource_id"] == KEY] == ["unknown"]
    [entry] = report["accepted_gaps"]
    assert (entry["gaps"], entry["problems"], entry["source"]) == (1, [], "posture.toml: accepted_gaps[1]")
    assert sarif(tmp_path)["executionSuccessful"] is True
    text = " ".join(result.out.split())
    assert "Accepted by kms@example.org until 2027-03-31: another team." in text
    assert "1 gap is accepted." in text
    assert "incomplete" not in text


def sarif(folder: Path) -> dict[str, Any]:
    invocation: dict[str, Any] = json.loads((folder / "r.sarif").read_text())["runs"][0]["invocations"][0]
    return invocation


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (('service = "kms"',), 0),
        (('service = "s3"',), 3),
        (('operation = "getkeyrotationstatus"',), 3),
        ((f'account = "{ACCOUNT}"', 'region = "eu-*"'), 0),
        ((f"account = {ACCOUNT}",), 0),
        (('account = "9*"',), 3),
        (('region = "us-*"',), 3),
        ((f'resource = "{KEY}"',), 0),
        (('resource = "*key/k2"',), 3),
    ],
)
def test_matchers(scan: Any, keys: Recording, lines: tuple[str, ...], code: int) -> None:
    result, _ = scan(gap(*lines), *ROTATION)
    assert result.code == code


@pytest.mark.parametrize(
    ("entry", "problems", "words"),
    [
        (gap('service = "kms"').replace("2027-03-31", "2026-11-23"), ["expired"], "expired on 2026-11-23"),
        (gap('service = "kms"', 'region = "eu-west-1"', 'operation = "GetKeyPolicy"'), ["unused"], "matches nothing"),
        (gap('service = "*"'), ["too_broad"], "name a service, a call, an account, a region or a resource"),
        (gap(), ["too_broad"], "covers nothing"),
        (gap('service = "ec2"'), [], ""),
        (gap('region = "us-east-1"'), [], ""),
    ],
)
def test_what_does_nothing_is_told(scan: Any, keys: Recording, entry: str, problems: list[str], words: str) -> None:
    result, report = scan(entry, *ROTATION)
    assert result.code == 3
    assert report["accepted_gaps"][0]["problems"] == problems
    assert words in " ".join(result.out.split())
    assert words in (keys.folder.parent / "r.sarif").read_text()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (gap('servce = "kms"'), ("accepted_gaps[1]", "servce'", "Did you mean service?")),
        (gap('service = "kms"', said='owner = "x"\nexpires = 2027-01-01\n'), ("accepted_gaps[1].reason is missing",)),
        (gap('service = "kms"').replace("2027-03-31", "2027"), ("accepted_gaps[1].expires must be a date",)),
        ("accepted_gaps = 3\n", ("accepted_gaps must be a list of tables",)),
    ],
)
def test_a_wrong_entry_is_a_wrong_setting(posture: Run, tmp_path: Path, entry: str, words: tuple[str, ...]) -> None:
    (tmp_path / "posture.toml").write_text(entry)
    result = posture("config", "show")
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    for word in ("posture.toml", *words):
        assert word in result.err


@pytest.mark.parametrize("name", ["broken.yaml", "./broken.yaml", "infra"])
def test_an_input_that_cannot_be_read(posture: Run, template: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "infra").mkdir()
    for folder in (tmp_path, tmp_path / "infra"):
        (folder / "broken.yaml").write_text("AWSTemplateFormatVersion: '2010-09-09'\nResources: {A: [\n")
    path = "infra/broken.yaml" if name == "infra" else "broken.yaml"
    arguments = ("gate", template.name, name, "--fail-on", "none", *NOW)
    assert posture(*arguments).code == 3
    (tmp_path / "posture.toml").write_text(gap(f'resource = "{path}"'))
    result = posture(*arguments)
    assert result.code == 0, result.out
    assert path in result.err, "it is still told"
    assert "Accepted by kms@example.org" in " ".join(result.out.split())
    (tmp_path / "posture.toml").write_text(gap('resource = "other.yaml"'))
    assert posture(*arguments).code == 3


VPC = ("ec2:describe_security_groups", "ec2:describe_managed_prefix_lists", "ec2:describe_vpcs")
SSH = ("--rule", "sg-ingress-ssh")


@pytest.fixture
def closed(recording: Recording, posture: Run) -> Recording:
    """Two regions: one that answers, one in which a service control policy refuses every call."""
    for name, answer in (("security_groups", "SecurityGroups"), ("managed_prefix_lists", "PrefixLists")):
        recording.answer(f"ec2/eu-west-1/describe_{name}.json", {answer: []})
    recording.closed("ap-east-1", "ec2:describe_security_groups", "ec2:describe_managed_prefix_lists")
    return recording


def test_a_region_that_the_organisation_closed_is_one_accepted_gap(
    scan: Any, closed: Recording, tmp_path: Path
) -> None:
    result, report = scan("", *SSH)
    assert result.code == 0, result.out
    [found] = accepted(report)
    assert (found["region"], found["operation"], found["rules"]) == ("ap-east-1", "", ["sg-ingress-ssh"])
    assert found["accepted"]["owner"] == "the organisation"
    assert [gap["region"] for gap in report["gaps"]] == ["ap-east-1"]
    verdicts = {f["region"]: f["verdict"] for f in report["findings"]}
    assert verdicts["ap-east-1"] == "unknown"
    assert sarif(tmp_path)["executionSuccessful"] is True
    text = " ".join(result.out.split())
    assert f"every call was refused by a service control policy in {ACCOUNT}, ap-east-1" in text
    assert "Grant" not in text


def test_the_acceptance_of_closed_regions_can_be_switched_off(scan: Any, closed: Recording) -> None:
    result, report = scan("accept_region_deny = false\n", *SSH)
    assert (result.code, accepted(report), len(report["gaps"])) == (3, [], 1)
    result, report = scan("accept_region_deny = false\n" + gap('region = "ap-east-1"'), *SSH)
    assert (result.code, accepted(report)[0]["accepted"]["owner"]) == (0, "kms@example.org")


def test_one_answer_and_the_region_is_not_closed(scan: Any, closed: Recording) -> None:
    closed.answer("ec2/ap-east-1/describe_managed_prefix_lists.json", {"PrefixLists": []})
    result, report = scan("", *SSH)
    assert (result.code, accepted(report)) == (3, [])
    assert report["gaps"][0]["operation"] == "DescribeSecurityGroups"


def test_a_refusal_by_the_roles_own_policy_closes_no_region(scan: Any, closed: Recording) -> None:
    closed.denied("ec2/ap-east-1/describe_managed_prefix_lists.json", "no identity-based policy allows it")
    result, report = scan("", *SSH)
    assert (result.code, accepted(report), len(report["gaps"])) == (3, [], 2)


def test_account_settings_are_no_answer(scan: Any, recording: Recording) -> None:
    """They are there for every region, however little of them was read."""
    calls = ("get_instance_metadata_defaults", "get_ebs_encryption_by_default", "describe_launch_templates")
    recording.closed("ap-east-1", *(f"ec2:{name}" for name in calls))
    recording.answer("ec2/eu-west-1/get_instance_metadata_defaults.json", {"AccountLevel": {"HttpTokens": "required"}})
    recording.answer("ec2/eu-west-1/describe_launch_templates.json", {"LaunchTemplates": []})
    result, report = scan("", "--rule", "ec2-launch-template-imdsv2")
    assert [item["region"] for item in accepted(report)] == ["ap-east-1"], result.out


def test_a_resource_that_is_known_to_be_there_keeps_its_region_open(scan: Any, recording: Recording) -> None:
    """A bucket is listed from elsewhere: that nothing could be read of it is the reader's to accept."""
    recording.answer("s3/us-east-1/list_buckets.json", {"Buckets": [{"Name": "b", "BucketRegion": "ap-east-1"}]})
    recording.denied("s3/us-east-1/get_bucket_versioning@Bucket=b.json", REFUSED.format("s3:GetBucketVersioning"))
    recording.denied("s3/ap-east-1/get_bucket_versioning@Bucket=b.json", REFUSED.format("s3:GetBucketVersioning"))
    result, report = scan("", "--rule", "s3-bucket-versioning")
    assert (result.code, accepted(report)) == (3, [])
    assert [item["region"] for item in report["gaps"]] == ["ap-east-1"]


def test_collect_counts_what_nobody_accepted(posture: Run, closed: Recording, tmp_path: Path) -> None:
    def collect(settings: str, *more: str) -> int:
        (tmp_path / "posture.toml").write_text(settings)
        arguments = ("--replay", "answers", "--region", "ap-east-1", "--service", "vpc", "-s", "s.posture", "--force")
        code: int = posture("collect", *arguments, *more).code
        return code

    assert collect("") == 0
    assert collect("accept_region_deny = false\n") == 3
    assert collect("accept_region_deny = false\n" + gap('service = "ec2"').replace("2027", "2999")) == 3
    assert collect("accept_region_deny = false\n" + gap('region = "ap-*"').replace("2027", "2999")) == 0
