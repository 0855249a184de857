"""What goes wrong is one line that says where and what to do; never a traceback, never lost results."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

RULE = """\
id: own-rule
title: Buckets have names
severity: low
since: "0.1"
resource: AWS::S3::Bucket
responsibility: customer
covers: [s3_bucket_versioning]
expect: {expect}
message: "{{Name}} has no name"
why: A name is needed.
fix: {{cli: "true", terraform: "x", cloudformation: "x"}}
references: [https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html]
frameworks:
  cis-aws-7.0: ["{control}"]
examples:
  pass: [{{Name: a}}]
  fail: [{{Name: null}}]
"""


def one_line(result: Any, *parts: str) -> None:
    assert "Traceback" not in result.err
    lines = [line for line in result.err.splitlines() if line.startswith("posture: ")]
    assert len(lines) == 1, result.err
    for part in parts:
        assert part in lines[0], lines[0]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("check", "missing.posture"), ("missing.posture", "No such file")),
        (("check", "text.posture"), ("text.posture", "not a snapshot")),
        (("check", "broken.json"), ("broken.json: this is a plan or a template", "posture gate broken.json")),
        (("check", "broken.yaml"), ("broken.yaml: this is a plan or a template", "posture gate broken.yaml")),
        (("check", "report.json"), ("report.json: this is a report", "posture report report.json")),
        (("gate", "report.json"), ("report.json: this is a report", "posture report report.json")),
        (("gate", "sealed.gz"), ("sealed.gz: this is a snapshot or an export", "posture check sealed.gz")),
        (("export", "sealed.gz", "x"), ("sealed.gz: this is an export already",)),
        (("check", "foreign.posture"), ("foreign.posture", "not a snapshot of aws-posture")),
        (("check", "folder"), ("folder",)),
        (("gate", "-"), ("stdin: this is empty", "plan")),
        (("gate", "missing.json"), ("missing.json", "No such file")),
        (("gate", "broken.json"), ("broken.json",)),
        (("gate", "state.json"), ("state.json",)),
        (("gate", "broken.yaml"), ("broken.yaml:4",)),
        (("gate", "empty"), ("empty", "no plan and no template")),
        (("gate", "broken.yaml", "-o", "htm=x"), ("'htm'", "html")),
        (("gate", "broken.yaml", "-o", "json"), ("FORMAT=PATH",)),
        (("gate", "broken.yaml", "-o", "json=no/such/x.json"), ("no/such/x.json", "folder does not exist")),
        (("gate", "broken.yaml", "--now", "tomorrow"), ("--now", "tomorrow")),
        (("gate", "broken.yaml", "--rule", "s3-bucket-versionin"), ("s3-bucket-versionin", "s3-bucket-versioning")),
        (("report", "broken.json", "-o", "html=x.html"), ("broken.json",)),
        (("explain", "s3-bucket-versionin"), ("Did you mean s3-bucket-versioning?",)),
        (("scan",), ("no AWS credentials",)),
        (("collect", "-s", "x.posture"), ("no AWS credentials",)),
        (("collect",), ("collect needs a file",)),
        (("scan", "--profile", "nobody"), ("nobody",)),
        (("scan", "--replay", "empty"), ("empty",)),
        (("gate", "broken.yaml", "--config", "bad.toml"), ("bad.toml", "fail_on")),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_fatal_errors(posture: Run, tmp_path: Path, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    (tmp_path / "text.posture").write_text("hello")
    db = sqlite3.connect(tmp_path / "foreign.posture")
    db.execute("CREATE TABLE t (x)")
    db.close()
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.json").write_text('{"format_version": "1.2", "terraform_version": "1.9", "resource_changes": [')
    (tmp_path / "state.json").write_text('{"version": 4, "terraform_version": "1.9", "resources": []}')
    (tmp_path / "broken.yaml").write_text("Resources:\n  A:\n   - b: [\n")
    (tmp_path / "report.json").write_text('{\n "tool": {"name": "aws-posture", "version": "0.1.0"}}')
    (tmp_path / "sealed.gz").write_bytes(gzip.compress(b"[]"))
    (tmp_path / "bad.toml").write_text('fail_on = "hgih"')
    result = posture(*arguments)
    assert result.code == 2
    assert result.out == ""
    one_line(result, *parts)
    assert not (tmp_path / "x.posture").exists()


def test_a_wrong_region_is_named(posture: Run) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    result = posture(
        "scan", "--region", "eu-wset-1", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1", **keys
    )
    assert result.code == 2
    one_line(result)


@pytest.mark.parametrize("typo", ["scna", "chekc"])
def test_a_mistyped_command_is_suggested(posture: Run, typo: str) -> None:
    result = posture(typo)
    assert result.code == 2
    assert "Did you mean" in result.err


def test_good_inputs_are_judged_beside_bad_ones(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("Resources: [")
    (tmp_path / "plan.json").write_text('{"format_version": "9.0", "resource_changes": [], "planned_values": {}}')
    result = posture("gate", str(template), "broken.yaml", "plan.json", "-o", "json=out.json", "--fail-on", "none")
    assert result.code == 3
    assert "Traceback" not in result.err
    report = json.loads((tmp_path / "out.json").read_text())
    assert {gap["resource_id"].split(":")[0] for gap in report["gaps"]} == {"broken.yaml", "plan.json"}
    failed = {(f["rule_id"], f["verdict"]) for f in report["findings"]}
    assert ("sg-ingress-ssh", "fail") in failed


def test_a_folder_keeps_its_good_files(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: {Type: [}\n")
    result = posture("gate", ".", "-o", "json=-", "--fail-on", "none")
    assert result.code == 3
    assert any(f["rule_id"] == "sg-ingress-ssh" for f in json.loads(result.out)["findings"])
    assert "broken.yaml" in result.err


def test_a_misspelt_member_is_found_by_lint(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(RULE.format(expect="VersioningConfiguration.Satus == 'Enabled'", control="2.4"))
    result = posture("rules", "lint", "own.yaml")
    assert result.code == 1
    assert "own.yaml:8" in result.out
    assert "Status" in result.out


def test_an_unknown_control_id_is_found_by_lint(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(RULE.format(expect="Name", control="99.99"))
    result = posture("rules", "lint", "own.yaml")
    assert result.code == 1
    assert "own.yaml:14" in result.out
    assert "99.99" in result.out


def test_malformed_yaml_of_a_rule_is_one_line_and_the_rest_goes_on(
    posture: Run, template: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bad.yaml").write_text("id: [\n")
    (tmp_path / "own" / "good.yaml").write_text(RULE.format(expect="Name", control="2.4"))
    result = posture("gate", str(template), "--rules", "own", "-o", "json=-", "--fail-on", "none")
    assert result.code == 3
    one_line(result, "bad.yaml:")
    assert "own-rule" in {f["rule_id"] for f in json.loads(result.out)["findings"]}


def test_a_broken_framework_of_a_pack_is_told(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "own" / "frameworks").mkdir(parents=True)
    (tmp_path / "own" / "frameworks" / "x.yaml").write_text("id: [\n")
    (tmp_path / "own" / "good.yaml").write_text(RULE.format(expect="Name", control="2.4"))
    result = posture("gate", str(template), "--rules", "own", "-o", "json=-", "--fail-on", "none")
    assert result.code == 3
    one_line(result, "own/frameworks/x.yaml:")
    assert "own-rule" in {f["rule_id"] for f in json.loads(result.out)["findings"]}


def test_packs_lie_beside_the_settings(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "conf" / "own").mkdir(parents=True)
    (tmp_path / "conf" / "own" / "good.yaml").write_text(RULE.format(expect="Name", control="2.4"))
    (tmp_path / "conf" / "posture.toml").write_text('packs = ["own"]\n')
    result = posture("gate", str(template), "--config", "conf/posture.toml", "-o", "json=-", "--fail-on", "none")
    assert "own-rule" in {f["rule_id"] for f in json.loads(result.out)["findings"]}, result.err
