"""The rulebook as pages: one for each rule, whole, and harmless whatever a rule says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanner.engine import builtin

Run = Callable[..., Any]
PARTS = ("## Passes when", "## Reads", "## Judged from", "## Examples: pass", "## Examples: fail", "## Read more")


def test_every_built_in_rule_has_a_whole_page_and_a_line_in_the_index(tmp_path: Path, posture: Run) -> None:
    result = posture("rules", "pages", "book")
    rules = builtin.rules().rules
    assert (result.code, result.err) == (0, f"{len(rules)} pages in book\n")
    index = (tmp_path / "book" / "README.md").read_text(encoding="utf-8")
    for rule in rules:
        text = (tmp_path / "book" / rule.service / f"{rule.id}.md").read_text(encoding="utf-8")
        assert [part for part in PARTS if part not in text] == [], rule.id
        assert text.count("## Mend with") == len(rule.fix)
        assert f"({rule.service}/{rule.id}.md)" in index


def test_the_page_of_one_rule(tmp_path: Path, posture: Run) -> None:
    assert posture("rules", "pages", "book", "--rule", "s3-bucket-versioning").code == 0
    assert [file.name for file in sorted((tmp_path / "book").rglob("*.md"))] == ["README.md", "s3-bucket-versioning.md"]
    text = (tmp_path / "book" / "s3" / "s3-bucket-versioning.md").read_text(encoding="utf-8")
    assert "* `s3 GetBucketVersioning (s3:GetBucketVersioning)`" in text
    assert "* a Terraform plan\n* a CloudFormation template\n" in text
    assert "VersioningConfiguration:\n    Status: Enabled" in text


def test_the_same_rules_give_the_same_bytes(tmp_path: Path, posture: Run) -> None:
    for name in ("a", "b"):
        posture("rules", "pages", name, "--service", "kms")
    one, other = (
        {file.relative_to(tmp_path / name): file.read_bytes() for file in (tmp_path / name).rglob("*.md")}
        for name in "ab"
    )
    assert one == other
    assert len(one) > 10


def test_texts_of_a_pack_are_no_markup(tmp_path: Path, posture: Run) -> None:
    posture("rules", "new", "own-rule", "--resource", "AWS::S3::Bucket", "--service", "s3", "--to", "pack")
    (file,) = (tmp_path / "pack").rglob("own-rule.yaml")
    text = re.sub(r"(?m)^title: .*$", 'title: "<script>alert(1)</script> [x](javascript:y) `z`"', file.read_text())
    file.write_text(text.replace("expect: >-\n  ", "expect: >-\n  '```' != Name && "))
    result = posture("rules", "pages", "book", "--rules", "pack", "--rule", "own-rule")
    assert result.code == 0, result.err
    page = (tmp_path / "book" / "s3" / "own-rule.md").read_text(encoding="utf-8")
    assert page.startswith("# \\<script\\>alert(1)\\</script\\> \\[x\\](javascript:y) \\`z\\`\n")
    assert "````\n'```' != Name" in page


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, posture: Run) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "s3").write_text("a file")
    result = posture("rules", "pages", "book", "--rule", "s3-bucket-versioning")
    assert result.code == 2
    assert "cannot be written" in result.err
