"""`posture explain` of a finding or a resource: why it failed, passed, cannot be told or does not apply."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_rules import only
from cli_snapshots import ARCHIVE, DENIED, OPEN_SSH, Estate, estate, named, write

pytestmark = pytest.mark.usefixtures("few_rules")

Run = Callable[..., Any]


@pytest.fixture
def report(posture: Run, tmp_path: Path) -> dict[str, Any]:
    """The report of an estate in which one key's policy was denied, against the unchanged one's."""

    def blind(resources: Estate) -> None:
        key = next(each for each in resources.values() if each.config.get("Description") == "partner-exchange")
        del key.config["Policy"]
        key.unknown["/Policy"] = DENIED

    write(tmp_path / "old.posture")
    write(tmp_path / "new.posture", blind)
    posture("check", "old.posture", "-q", "-o", "json=old.json")
    posture("check", "new.posture", "-q", "-o", "json=report.json", "--baseline", "old.json")
    found: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    return found


def one(report: dict[str, Any], rule: str, verdict: str, name: str = "") -> dict[str, Any]:
    return next(
        each
        for each in report["findings"]
        if each["rule_id"] == rule and each["verdict"] == verdict and name in each["resource_id"]
    )


def explain(posture: Run, finding: dict[str, Any], digits: int = 32) -> str:
    result = posture("explain", "--finding", finding["fingerprint"][:digits], "--report", "report.json")
    assert result.code == 0, result.err
    return str(result.out)


def test_why_it_failed(posture: Run, report: dict[str, Any]) -> None:
    bastion = next(each.id for each in estate().values() if each.name == "yard-gate-bastion")
    finding = one(report, "sg-ingress-ssh", "fail", bastion)
    text = explain(posture, finding)
    for part in (
        "✗ fail  sg-ingress-ssh",
        finding["resource_id"],
        finding["message"],
        "Passes when",
        "✗ derived.world_ingress: 1 of them, wanted 0",
        "read by ec2:DescribeSecurityGroups",
        'decided by /IpPermissions/0/IpRanges/0: {"CidrIp": "0.0.0.0/1"',
        'decided by /IpPermissions/0/IpRanges/1: {"CidrIp": "128.0.0.0/1"',
        "Mend with the AWS CLI",
        "revoke-security-group-ingress",
        "existing: it failed in the earlier report of 2026-",
        "cis-aws-7.0",
        "https://docs.aws.amazon.com",
    ):
        assert part in text
    assert explain(posture, finding, digits=12) == text


def test_why_it_passed(posture: Run, report: dict[str, Any]) -> None:
    text = explain(posture, one(report, "kms-key-rotation-enabled", "pass"))
    assert "✓ pass  kms-key-rotation-enabled" in text
    assert "Rotation.KeyRotationEnabled: true, wanted true" in text
    assert "read by kms:GetKeyRotationStatus" in text
    assert "max_rotation_period_days = " in text
    assert "Mend with" not in text


def test_what_would_decide_it(posture: Run, report: dict[str, Any]) -> None:
    text = explain(posture, one(report, "kms-key-policy-public", "unknown"))
    assert "? unknown  kms-key-policy-public" in text
    assert '✓ KeyManager: "CUSTOMER"' in text
    assert "? derived.public_statements: not known, GetKeyPolicy was denied" in text
    assert "What would decide it\n  Allow kms:GetKeyPolicy" in text
    assert "not assessed: it failed in the earlier report" in text


def test_a_finding_that_is_not_there(posture: Run, report: dict[str, Any]) -> None:
    name = one(report, "sg-ingress-ssh", "fail")["fingerprint"]
    typo = name[:20] + ("0" if name[20] != "0" else "1") + name[21:]
    result = posture("explain", "--finding", typo, "--report", "report.json")
    assert result.code == 2
    assert f"Near: {name} (sg-ingress-ssh" in result.err
    nothing = posture("explain", "--finding", "zz", "--report", "report.json")
    assert "posture explain --resource ID --rule ID SNAPSHOT" in nothing.err
    digits = {each["fingerprint"][0] for each in report["findings"]}
    crowded = next(d for d in digits if sum(each["fingerprint"][0] == d for each in report["findings"]) > 1)
    assert "Give more digits" in posture("explain", "--finding", crowded, "--report", "report.json").err


def test_a_finding_of_the_earlier_report(posture: Run, report: dict[str, Any], tmp_path: Path) -> None:
    gone = one(report, "sg-ingress-ssh", "fail")["fingerprint"]
    posture("check", "old.posture", "-q", "--rule", "kms-*", "--baseline", "old.json", "-o", "json=narrow.json")
    result = posture("explain", "--finding", gone, "--report", "narrow.json")
    assert result.code == 2
    assert "is of the earlier report only: sg-ingress-ssh" in result.err
    assert "Its rule was not run" in result.err


def test_why_a_rule_does_not_apply(posture: Run, report: dict[str, Any]) -> None:
    for name in (ARCHIVE, "nwf-bookings-archive"):
        text = posture("explain", "--resource", name, "--rule", "s3-bucket-acl-public-read", "old.posture").out
        assert "not applicable  s3-bucket-acl-public-read" in text
        assert '✗ OwnershipControls.Rules[0].ObjectOwnership: "BucketOwnerEnforced"' in text
        assert "✗ any of:" in text


def test_one_resource_is_judged_again_with_facts_of_its_neighbours(posture: Run, report: dict[str, Any]) -> None:
    ssh = one(report, "sg-ingress-ssh", "fail")
    text = posture("explain", "--resource", ssh["resource_id"], "--rule", "sg-ingress-ssh", "new.posture").out
    saved = explain(posture, ssh)
    assert text == saved.replace(saved[saved.index("Since the earlier") : saved.index("Gives evidence")], "")


def test_a_template(posture: Run, template: Path) -> None:
    text = posture("explain", "--resource", "template.yaml#Open", "--rule", "sg-ingress-ssh", template.name).out
    assert "✗ fail  sg-ingress-ssh" in text
    assert "template.yaml:5 Open" in text


def test_what_cannot_be_explained_says_why(posture: Run, report: dict[str, Any]) -> None:
    rule = ("--rule", "s3-bucket-versioning")
    key = next(each.id for each in estate().values() if each.type == "AWS::KMS::Key")
    for arguments, words in (
        (("--resource", "nope", *rule, "old.posture"), "Every AWS::S3::Bucket that there is, was read"),
        (("--resource", "archive", *rule, "old.posture"), f"Did you mean {ARCHIVE}?"),
        (("--resource", key, *rule, "old.posture"), "judges AWS::S3::Bucket"),
        (("--resource", ARCHIVE, "--rule", "s3-bucket-versionin", "old.posture"), "Did you mean s3-bucket-versioning?"),
        (("--resource", ARCHIVE, "old.posture"), "go together"),
        (("--finding", "ab"), "go together"),
        (("--finding", "ab", "--report", "report.json", "sg-ingress-ssh"), "explained alone"),
        ((), "explain needs a rule"),
        (("--resource", ARCHIVE, *rule, "nowhere"), "cannot be read"),
    ):
        result = posture("explain", *arguments)
        assert result.code == 2, arguments
        assert words in result.err
        assert len(result.err.splitlines()) == 1


def test_a_name_of_several_resources(posture: Run, tmp_path: Path) -> None:
    def twins(resources: Estate) -> None:
        named(resources, "track-portal", "AWS::EC2::SecurityGroup").name = "default"

    write(tmp_path / "new.posture", twins)
    result = posture("explain", "--resource", "default", "--rule", "sg-ingress-ssh", "new.posture")
    assert result.code == 2
    assert "resources are called 'default'. Give an id: arn:aws:ec2:" in result.err


def test_who_accepted_it(posture: Run, report: dict[str, Any], tmp_path: Path) -> None:
    finding = one(report, "sg-ingress-ssh", "fail")
    finding["waiver"] = {"reason": "bastion", "owner": "ops", "expires": "2027-03-31", "source": "posture.toml:9"}
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert "Accepted\n  bastion\n  by ops until 2027-03-31 in posture.toml:9\n" in explain(posture, finding)


def test_hostile_names_stay_text(posture: Run, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e"

    def spoil(resources: Estate) -> None:
        group = named(resources, "track-portal", "AWS::EC2::SecurityGroup")
        group.name = group.config["GroupName"] = evil
        open_to_all = {**OPEN_SSH, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": evil}]}
        group.config["IpPermissions"].insert(0, open_to_all)

    write(tmp_path / "new.posture", spoil)
    rules = only("sg-ingress-ssh", "sg-ingress-rdp", "sg-egress-unrestricted")
    posture("check", "new.posture", "-q", *rules, "-o", "json=report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    (group,) = {id_ for id_, each in report["resources"].items() if each["name"] == evil}
    findings = [each for each in report["findings"] if each["resource_id"] == group]
    assert {"fail", "pass"} == {each["verdict"] for each in findings}
    for finding in findings:
        text = explain(posture, finding)
        assert "owned" in text
        assert all(line.isprintable() for line in text.splitlines())
