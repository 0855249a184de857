"""`posture access validate`: policies from files, findings for people and programs, exit codes for a gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SOUND = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}
WARNED = {"Statement": SOUND["Statement"]}
BROKEN = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjct"], "Resource": "*"}
  ]
}
"""


def test_findings_name_file_line_code_and_what_is_meant(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(BROKEN)
    (tmp_path / "sound.json").write_text(json.dumps(SOUND))
    done = posture("access", "validate", "broken.json", "sound.json")
    assert done.code == 1
    assert "broken.json:4:52: error INVALID_ACTION /Statement/0/Action/1\n" in done.out
    assert "did you mean s3:GetObject?" in done.out
    assert "broken.json: policy of an identity: 1 error\n" in done.out
    assert "sound.json: policy of an identity: nothing to find fault with\n" in done.out


def test_json_and_fail_on(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "warned.json").write_text(json.dumps(WARNED))
    done = posture("access", "validate", "warned.json", "--format", "json")
    assert done.code == 0
    (told,) = json.loads(done.out)
    assert told == {
        "file": "warned.json",
        "type": "identity",
        "findings": [
            {
                "code": "MISSING_VERSION",
                "category": "warning",
                "pointer": "",
                "message": "without a Version AWS reads the policy as of 2008, without variables",
                "line": 1,
                "column": 1,
            }
        ],
    }
    assert posture("access", "validate", "warned.json", "--fail-on", "warning").code == 1
    assert posture("access", "validate", "warned.json", "--fail-on", "security-warning").code == 0
    assert posture("access", "validate", "warned.json", "--fail-on", "none").code == 0


def test_type_and_resource_type(posture: Run) -> None:
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    text = json.dumps(trust).encode()
    assert "-: trust policy: 1 error" in posture("access", "validate", "-", stdin=text).out
    assert "UNSUPPORTED_PRINCIPAL" in posture("access", "validate", "-", "--type", "identity", stdin=text).out
    bucket = posture("access", "validate", "-", "--resource-type", "AWS::S3::Bucket", stdin=text).out
    assert "UNSUPPORTED_ACTION_IN_POLICY" in bucket


def test_a_file_that_cannot_be_read_loses_none_of_the_others(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "sound.json").write_text(json.dumps(SOUND))
    done = posture("access", "validate", "nowhere.json", "sound.json")
    assert done.code == 2
    assert "nowhere.json: this file cannot be read" in done.err
    assert "sound.json: policy of an identity" in done.out


@pytest.mark.parametrize("text", [b"\xff", b"{", b"[" * 200_000, b"", b'{"Statement": [{"Sid": "\x1b[2J"}]}'])
def test_what_is_no_policy_is_a_finding(posture: Run, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a.json").write_bytes(text)
    done = posture("access", "validate", "a.json")
    assert done.code == 1
    assert "a.json" in done.out
    assert "\x1b" not in done.out


def test_hostile_names_are_shown_as_text(posture: Run, tmp_path: Path) -> None:
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:\x1b[2J\u202e", "Resource": "*"}}
    (tmp_path / "a.json").write_text(json.dumps(policy))
    done = posture("access", "validate", "a.json")
    assert "INVALID_ACTION" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_a_file_of_no_end_is_refused(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b" " * (5 << 20))
    done = posture("access", "validate", "a.json")
    assert (done.code, "too long for a policy" in done.err) == (2, True)
