"""`posture access compare`: two files in, new access and a witness out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
NARROW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
WIDE = {**NARROW, "Action": ["s3:GetObject", "s3:DeleteObject"]}


def write(folder: Path, **policies: Any) -> None:
    for name, body in policies.items():
        text = body if isinstance(body, str) else json.dumps({"Version": "2012-10-17", "Statement": body})
        (folder / f"{name}.json").write_text(text)


def test_new_access_ends_with_one_and_shows_a_request(posture: Run, tmp_path: Path) -> None:
    write(tmp_path, old=NARROW, new=WIDE)
    done = posture("access", "compare", "old.json", "new.json", "--format", "json")
    answer = json.loads(done.out)
    assert (done.code, answer["new_access"]) == (1, True)
    assert answer["witness"]["action"] == "s3:DeleteObject"
    assert answer["witness"]["resource"].startswith("arn:aws:s3:::a/")
    told = posture("access", "compare", "old.json", "new.json")
    assert "does      s3:DeleteObject" in told.out


def test_no_new_access_ends_with_zero(posture: Run, tmp_path: Path) -> None:
    write(tmp_path, old=WIDE, new=NARROW)
    done = posture("access", "compare", "old.json", "new.json", "--format", "json")
    assert (done.code, json.loads(done.out)) == (0, {"new_access": False, "witness": None})


@pytest.mark.parametrize("options", [(), ("--type", "resource")])
def test_policies_that_name_principals_are_of_a_resource(posture: Run, tmp_path: Path, options: Any) -> None:
    write(tmp_path, old={**NARROW, "Principal": {"AWS": "111122223333"}}, new={**NARROW, "Principal": "*"})
    done = posture("access", "compare", "old.json", "new.json", *options, "--format", "json")
    assert done.code == 1
    assert "111122223333" not in str(json.loads(done.out)["witness"]["principal"])


@pytest.mark.parametrize(
    ("policy", "code", "told"),
    [
        ("{", 2, "is no policy document in JSON"),
        ("[" * 100_000, 2, "is no policy document in JSON"),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": 7}}]}',
            3,
            "refuse",
        ),
        ('{"Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "*"}}', 3, "Effect is Allow or Deny"),
    ],
)
def test_what_is_no_policy_is_told(posture: Run, tmp_path: Path, policy: str, code: int, told: str) -> None:
    write(tmp_path, old=NARROW, new=policy)
    done = posture("access", "compare", "old.json", "new.json")
    assert done.code == code
    assert told in done.out + done.err


def test_bytes_that_are_no_text_are_told(posture: Run, tmp_path: Path) -> None:
    write(tmp_path, old=NARROW)
    (tmp_path / "new.json").write_bytes(b'{"Statement": "\xff"}')
    done = posture("access", "compare", "old.json", "new.json")
    assert (done.code, "new.json is no policy document" in done.err) == (2, True)
