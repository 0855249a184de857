"""What outside tools rely on: streams, formats, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

FINDING = {
    "rule_id", "resource_id", "resource_type", "account", "region", "verdict", "severity", "message", "evidence",
    "origin", "params", "fingerprint", "waiver", "change",
}  # fmt: skip


def test_json_alone_on_standard_output(posture: Run, template: Path) -> None:
    result = posture("gate", str(template), "-o", "json=-")
    report = json.loads(result.out)
    assert result.code == 1
    assert {"tool", "snapshot", "rules", "frameworks", "coverage", "gaps", "resources", "findings"} <= report.keys()
    assert {"taken_at", "accounts", "regions", "source"} <= report["snapshot"].keys()
    for finding in report["findings"]:
        assert finding.keys() >= FINDING
        assert finding["verdict"] in ("pass", "fail", "unknown")
    order = [
        (f["account"], f["region"], f["resource_type"], f["resource_id"], f["rule_id"]) for f in report["findings"]
    ]
    assert order == sorted(order)
    counts = report["coverage"]["rules"]["s3-bucket-acl-public-read"]
    assert counts == {"pass": 0, "fail": 0, "unknown": 0, "not_applicable": 1}


def test_the_same_input_gives_the_same_bytes(posture: Run, template: Path) -> None:
    for name in ("json", "sarif", "html"):
        arguments = ("gate", str(template), "--now", "2026-01-01T00:00:00Z", "-o", f"{name}=-")
        assert posture(*arguments, PYTHONHASHSEED="1").out == posture(*arguments, PYTHONHASHSEED="2").out


def test_a_saved_report_renders_the_same(posture: Run, template: Path, tmp_path: Path) -> None:
    posture("gate", str(template), "-o", "json=r.json", "-o", "html=a.html", "-o", "sarif=a.sarif")
    posture("report", "r.json", "-o", "json=s.json", "-o", "html=b.html", "-o", "sarif=b.sarif")
    for first, second in (("r.json", "s.json"), ("a.html", "b.html"), ("a.sarif", "b.sarif")):
        assert (tmp_path / first).read_bytes() == (tmp_path / second).read_bytes()


def test_lines_of_a_template(posture: Run, template: Path) -> None:
    report = json.loads(posture("gate", template.name, "-o", "json=-").out)
    origins = {f["resource_id"]: f["origin"] for f in report["findings"]}
    assert origins["template.yaml#Open"]["file"] == "template.yaml"
    assert origins["template.yaml#Open"]["line"] == 5
    assert origins["template.yaml#Open"]["address"] == "Open"


def test_fail_on_and_settings(posture: Run, template: Path, tmp_path: Path) -> None:
    assert posture("gate", str(template)).code == 1
    assert posture("gate", str(template), "--fail-on", "none").code == 0
    assert posture("gate", str(template), "--fail-on", "critical").code == 0
    (tmp_path / "posture.toml").write_text('fail_on = "none"\n')
    assert posture("gate", str(template)).code == 0
    assert posture("gate", str(template), "--fail-on", "medium").code == 1


def test_quiet_says_nothing(posture: Run, template: Path) -> None:
    result = posture("gate", str(template), "-q", "-o", "json=x.json")
    assert (result.out, result.err) == ("", "")


def test_standard_input(posture: Run, template: Path) -> None:
    report = json.loads(posture("gate", "-", "-o", "json=-", stdin=template.read_bytes()).out)
    assert any(f["rule_id"] == "sg-ingress-ssh" and f["verdict"] == "fail" for f in report["findings"])


def test_rules_list_as_json(posture: Run) -> None:
    rules = json.loads(posture("rules", "list", "--format", "json").out)
    assert len(rules) >= 15
    for rule in rules:
        assert {"id", "covers", "service", "severity", "resource", "frameworks"} <= rule.keys()
        assert rule["covers"]


def test_rules_lint_and_test_are_clean(posture: Run) -> None:
    lint = posture("rules", "lint")
    assert (lint.code, lint.out) == (0, "")
    test = posture("rules", "test")
    assert test.code == 0, test.out
    assert " 0 wrong" in test.err


def test_explain(posture: Run) -> None:
    text = posture("explain", "sg-ingress-ssh").out
    for part in (
        "sg-ingress-ssh",
        "high",
        "Passes when",
        "Mend with the AWS CLI",
        "cis-aws-7.0",
        "https://docs.aws.amazon.com",
    ):
        assert part in text


def test_terminal_output_loses_control_sequences(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(
        json.dumps({"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {
            "BucketName": "\x1b]0;owned\x07\x1b[31mred\u202e", "VersioningConfiguration": {"Status": "Suspended"}}}}})
    )  # fmt: skip
    result = posture("gate", "t.json", "--fail-on", "none")
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err
    assert "red" in result.out
