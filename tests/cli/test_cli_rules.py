"""Rules as people look for, read and begin them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner import assets
from scanner.aws.shapes import shape_of
from scanner.aws.table import tables
from scanner.derive.shapes import shape_of as derived_shape_of
from scanner.engine import examples
from scanner.engine.lint import lint
from scanner.engine.rules import load, load_pack
from scanner.engine.skeleton import start_of, text
from scanner.model import Shape

Run = Callable[..., Any]
TYPES = sorted({entry.type for table in tables().values() for entry in table})


def listed(posture: Run, *arguments: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = json.loads(posture("rules", "list", "--format", "json", *arguments).out)
    return rules


def test_the_list_is_cut_by_severity_framework_and_type(posture: Run) -> None:
    everything = listed(posture)
    high = listed(posture, "--severity", "high", "--severity", "critical")
    assert high == [rule for rule in everything if rule["severity"] in ("high", "critical")]
    cis = listed(posture, "--framework", "cis-aws-5.0", "--resource", "AWS::S3::Bucket")
    assert cis == [
        rule for rule in everything if "cis-aws-5.0" in rule["frameworks"] and rule["resource"] == "AWS::S3::Bucket"
    ]
    assert 0 < len(cis) < len(high) + len(everything)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("list", "--framework", "cis-aws-5"), ("Did you mean cis-aws-5.0?",)),
        (("list", "--resource", "AWS::S3::Buckt"), ("Did you mean AWS::S3::Bucket?",)),
        (("list", "--severity", "hgih"), ("hgih",)),
        (("show", "s3-bucket-versionin"), ("Did you mean s3-bucket-versioning",)),
        (("new", "acme-x", "--resource", "aws::s3::bucket"), ("Did you mean AWS::S3::Bucket",)),
        (("new", "acme", "--resource", "AWS::S3::Bucket"), ("no rule id", "acme-bucket-logging")),
        (("new", "../x-y", "--resource", "AWS::S3::Bucket"), ("no rule id",)),
        (("new", "acme-x", "--resource", "AWS::S3::Bucket", "--service", "../x"), ("no name of a folder",)),
        (("new", "s3-bucket-versioning", "--resource", "AWS::S3::Bucket"), ("built-in rule",)),
        (("new", "acme-x", "--resource", "AWS::S3::Bucket", "--to", "file"), ("file",)),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else None,
)
def test_wrong_words_are_one_line(
    posture: Run, tmp_path: Path, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    result = posture("rules", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    for part in parts:
        assert part in result.err


def test_show_prints_the_file_as_written_and_the_rule_as_published(posture: Run) -> None:
    path = assets.folder("rules") / "kms" / "kms-key-rotation-enabled.yaml"
    assert posture("rules", "show", "kms-key-rotation-enabled").out == path.read_text()
    published = json.loads(posture("rules", "show", "kms-key-rotation-enabled", "--format", "json").out)
    assert published["expect"].startswith("Rotation.KeyRotationEnabled")
    assert published["frameworks"]["cis-aws-5.0"] == ["3.6"]


def test_a_new_rule_lints_tests_and_judges_as_it_is(posture: Run, template: Path, tmp_path: Path) -> None:
    made = posture("rules", "new", "acme-bucket-x", "--resource", "AWS::S3::Bucket")
    assert made.code == 0, made.err
    path = tmp_path / "rules" / "s3" / "acme-bucket-x.yaml"
    assert made.out.startswith("rules/s3/acme-bucket-x.yaml\nNext:\n")
    assert posture("rules", "lint", str(path)).out == ""
    assert posture("rules", "test", str(path)).code == 0
    assert posture("rules", "show", "acme-bucket-x", "--rules", "rules").out == path.read_text()
    report = json.loads(
        posture("gate", template.name, "--rules", "rules", "--rule", "acme-*", "--fail-on", "none", "-o", "json=-").out
    )
    assert report["rules"]["acme-bucket-x"]["service"] == "s3"
    again = posture("rules", "new", "acme-bucket-x", "--resource", "AWS::S3::Bucket")
    assert again.code == 2
    assert "rules/s3/acme-bucket-x.yaml: there is a file already" in again.err


@pytest.mark.parametrize("type_", TYPES)
def test_the_start_of_every_type_lints_and_tells_its_examples_apart(tmp_path: Path, type_: str) -> None:
    shape = shape_of(type_)
    assert shape is not None
    (tmp_path / "acme-start.yaml").write_text(text("acme-start", type_, start_of(shape), "0.1"))
    ruleset = load_pack(tmp_path)
    assert not ruleset.errors
    assert lint(ruleset, shape_of, derived_shape_of) == []
    results = examples.run(ruleset)
    assert len(results) >= 2
    assert [result.problem for result in results if result.problem] == []


@pytest.mark.parametrize(
    ("shape", "expect"),
    [
        (Shape("structure", {"A": Shape("string"), "B": Shape("structure", {"C": Shape("boolean")})}), "B.C"),
        (Shape("structure", {"A": Shape("string", enum=("o'n", "off"))}), r"A == 'o\'n'"),
        (Shape("structure", {"A": Shape("number")}), "A != `null`"),
        (Shape("structure", {"A": Shape("list", element=Shape("string"))}), "A != `null`"),
        (Shape("structure", {"A": Shape("any")}), "A != `null`"),
        (Shape("structure", {}), "derived.name != ''"),
    ],
)
def test_the_plainest_member_is_chosen(tmp_path: Path, shape: Shape, expect: str) -> None:
    start = start_of(shape)
    assert start.expect == expect
    (tmp_path / "acme-start.yaml").write_text(text("acme-start", "AWS::X::Y", start, "0.1"))
    ruleset = load_pack(tmp_path)
    assert not ruleset.errors, ruleset.errors
    assert [result.problem for result in examples.run(ruleset) if result.problem] == []


def test_a_rules_file_is_named_like_the_rule() -> None:
    for rule in load().rules:
        assert (assets.folder("rules").parent / rule.source).stem == rule.id, "completion reads no file"


def test_a_rule_of_a_pack_in_the_settings_is_explained(posture: Run, tmp_path: Path) -> None:
    assert posture("rules", "new", "own-rule", "--resource", "AWS::S3::Bucket", "--to", "own").code == 0
    missing = posture("explain", "own-rule")
    assert missing.code == 2
    assert "needs --rules PATH" in missing.err
    assert "own-rule" in posture("explain", "own-rule", "--rules", "own").out
    (tmp_path / "posture.toml").write_text('packs = ["own"]\n')
    assert "own-rule" in posture("explain", "own-rule").out


def test_spoilt_rules_are_told_when_no_example_notices(posture: Run, tmp_path: Path) -> None:
    rule = tmp_path / "acme-key-kept.yaml"
    posture("rules", "new", "acme-key-kept", "--resource", "AWS::KMS::Key", "--to", ".")
    head = (tmp_path / "kms" / rule.name).read_text().split("\nexpect:")[0]
    rule.write_text(
        f"{head}\nexpect: KeyManager == 'CUSTOMER' && KeyState == 'Enabled'\nmessage: It is not\nwhy: It ought to be.\n"
        "examples:\n  pass: [{KeyManager: CUSTOMER, KeyState: Enabled}]\n  fail: [{KeyManager: AWS, KeyState: Enabled}]\n"
    )
    assert posture("rules", "test", rule.name).code == 0
    result = posture("rules", "test", "--mutants", rule.name)
    assert (result.code, result.out) == (
        1,
        "acme-key-kept: no example notices: expect without (KeyState == 'Enabled')\n",
    )
    assert result.err.endswith("3 mutants, 1 unnoticed\n")
