"""`posture access simulate`: cases in, decisions out, in order; what is no case loses none of the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
CASE = {
    "id": "first",
    "request": {"principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:ListAllMyBuckets", "resource": "*"},
    "policies": {"identity": [{"Statement": {"Effect": "Allow", "Action": "s3:List*", "Resource": "*", "Sid": "S"}}]},
}


def test_cases_are_decided_in_order_and_name_what_decided(posture: Run, tmp_path: Path) -> None:
    denied = {**CASE, "id": "second", "policies": {}}
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(CASE)}\n\n{json.dumps(denied)}\n")
    done = posture("access", "simulate", "cases.jsonl")
    first, second = map(json.loads, done.out.splitlines())
    assert (done.code, first["id"], first["decision"], second["id"]) == (0, "first", "Allowed", "second")
    assert first["deciding"] == [
        {"policy": "identity[0]", "reason": "allows", "statement": 0, "sid": "S", "effect": "Allow"}
    ]
    assert (second["decision"], second["deciding"][0]["policy"]) == ("ImplicitlyDenied", "identity")


def test_what_is_no_case_is_answered_and_told_with_its_line(posture: Run) -> None:
    lines = ["{", json.dumps(CASE), json.dumps({"id": 3, "request": {}}), '"\x1b[2J"']
    done = posture("access", "simulate", stdin="\n".join(lines).encode())
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [one["decision"] for one in answers] == ["Unknown", "Allowed", "Unknown", "Unknown"]
    assert (done.code, answers[2]["id"]) == (3, 3)
    assert "line 1: this is no JSON" in done.err
    assert "line 3: request.principal" in done.err
    assert "\x1b" not in done.err


def test_help_and_typos(posture: Run) -> None:
    assert posture("access", "simulate", "nowhere.jsonl").code == 2
    assert "simulate" in posture("access", "--help").out
