"""`posture types`: what is collected, as somebody who writes a rule or a query asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_every_type_is_listed_under_its_service(posture: Run) -> None:
    result = posture("types")
    lines = result.out.splitlines()
    assert (result.code, result.err) == (0, "")
    row = next(line for line in lines[lines.index("kms") :] if line.split()[0] == "AWS::KMS::Key")
    assert {"ListKeys,", "DescribeKey,", "GetKeyPolicy,"} <= set(row.split())
    only = posture("types", "--service", "s3").out.splitlines()
    assert only[0] == "s3"
    assert all(line.split()[0].startswith("AWS::S3") for line in only[1:])


def test_a_type_tells_its_members_their_kinds_and_calls(posture: Run) -> None:
    lines = posture("types", "AWS::KMS::Key").out.splitlines()
    assert lines[:2] == ["AWS::KMS::Key (kms)", "id: {Arn}"]
    described = lines.index("kms:DescribeKey (kms:DescribeKey): 1 a resource")
    kinds = dict(line.split(maxsplit=1) for line in lines[described + 1 :] if line.startswith("  "))
    assert kinds["KeyState"].startswith("string: Creating, Enabled, Disabled")
    assert kinds["Enabled"] == "boolean"
    asked = next(index for index, line in enumerate(lines) if line.startswith("kms:GetKeyRotationStatus ("))
    assert "where KeyManager != 'AWS'" in lines[asked]
    assert lines[asked + 1].startswith("  Rotation  structure (KeyRotationEnabled, ")
    assert kinds["tags"] == "map of string"


def test_a_mistyped_type_is_one_line(posture: Run) -> None:
    result = posture("types", "AWS::KMS::Kye")
    assert result.code == 2
    assert result.err == "posture: no type 'AWS::KMS::Kye'. Did you mean AWS::KMS::Key?\n"


def test_an_extra_says_how_to_get_it(posture: Run) -> None:
    assert "asked for with --with access-advisor" in posture("types", "AWS::IAM::Role").out
