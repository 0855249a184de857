"""`posture access can` and `who-can`: questions on a snapshot, answered with the statement or with what lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanner.model import Unknown, Why
from tests.cli.cli_snapshots import estate, write
from tests.derive import world_snapshots as w

Run = Callable[..., Any]
OBJECT = "arn:aws:s3:::data/report"
READ = w.doc(w.allow("s3:GetObject", Sid="Read"))
INSIDE = w.doc(w.allow("s3:*", Sid="Inside", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
CLOSED = w.doc(w.deny("s3:*", Principal="*", Sid="Closed", Condition={"StringEquals": {"aws:PrincipalType": "User"}}))


def asked(posture: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = posture("access", *arguments, "--format", "json")
    return done.code, json.loads(done.out)


def test_yes_with_the_statement(posture: Run, tmp_path: Path) -> None:
    path = str(w.written(tmp_path / "a.posture", w.bucket("data"), w.role("reader", READ)))
    done = posture("access", "can", "reader", "s3:GetObject", OBJECT, path)
    assert (done.code, done.err) == (0, "")
    assert f"s3:GetObject on {OBJECT}: allowed" in done.out
    assert 'statement "Read" of inline policy p0 allows' in done.out
    assert '"Action": "s3:GetObject"' in done.out
    code, answer = asked(posture, "can", "reader", "s3:GetObject", OBJECT, path)
    assert (code, answer["allowed"], answer["unknown"], answer["assumptions"]) == (0, True, [], [])
    assert answer["deciding"][0]["sid"] == "Read"


def test_no_with_what_lacks(posture: Run, tmp_path: Path) -> None:
    path = str(w.written(tmp_path / "a.posture", w.bucket("data", CLOSED), w.role("reader"), w.user("ann", READ)))
    done = posture("access", "can", "ann", "s3:GetObject", OBJECT, path)
    assert (done.code, "not allowed" in done.out) == (0, True)
    assert 'statement "Closed" of bucket policy of data denies' in done.out
    lacking = posture("access", "can", "reader", "s3:GetObject", OBJECT, path)
    assert "its own policies: there are none" in lacking.out
    assert "no statement allows it to this principal (bucket policy of data)" in lacking.out


def test_yes_in_some_requests_only(posture: Run, tmp_path: Path) -> None:
    path = str(w.written(tmp_path / "a.posture", w.bucket("data"), w.role("reader", INSIDE)))
    question = ("can", "reader", "s3:GetObject", OBJECT, path)
    code, answer = asked(posture, *question)
    assert (code, answer["witness"]["context"]) == (0, {"aws:sourcevpc": ["vpc-1"]})
    assert "for example in a request with aws:sourcevpc = vpc-1" in posture("access", *question).out
    assert asked(posture, *question, "--context", "aws:SourceVpc=vpc-2")[1]["allowed"] is False
    assert asked(posture, *question, "--context", "aws:SourceVpc=")[1]["allowed"] is False
    told = posture("access", *question, "--context", "aws:SourceVpc=vpc-2").out
    assert 'statement "Inside" of inline policy p0 would allow it, but its condition cannot hold here' in told


def test_not_known_is_exit_3_and_names_the_call(posture: Run, tmp_path: Path) -> None:
    denied = Unknown(
        Why.DENIED, message="not allowed", service="s3", operation="GetBucketPolicy", permission="s3:GetBucketPolicy"
    )
    data = w.hidden(w.bucket("data"), Policy=denied)
    path = str(w.written(tmp_path / "a.posture", data, w.user("ann", READ)))
    code, answer = asked(posture, "can", "ann", "s3:GetObject", OBJECT, path)
    assert (code, answer["allowed"]) == (3, None)
    assert answer["unknown"][0]["permission"] == "s3:GetBucketPolicy"
    done = posture("access", "can", "ann", "s3:GetObject", OBJECT, path)
    assert (done.code, "GetBucketPolicy needs s3:GetBucketPolicy" in done.out) == (3, True)
    code, answer = asked(posture, "who-can", "s3:GetObject", OBJECT, path)
    assert code == 3
    assert f"arn:aws:iam::{w.OWN}:user/ann" in [one["principal"] for one in answer["unknown"]]


def test_who_can_with_statements_and_strangers(posture: Run, tmp_path: Path) -> None:
    open_ = w.bucket("data", w.doc(w.allow("s3:GetObject", f"{OBJECT}*", Principal={"AWS": w.OTHER}, Sid="Partner")))
    path = str(w.written(tmp_path / "a.posture", open_, w.block(), w.user("ann", READ), w.user("eve")))
    code, answer = asked(posture, "who-can", "s3:GetObject", OBJECT, path)
    assert code == 0
    assert [(one["principal"], one["outside"]) for one in answer["principals"]] == [
        (f"arn:aws:iam::{w.OWN}:root", False),
        (f"arn:aws:iam::{w.OWN}:user/ann", False),
        (f"arn:aws:iam::{w.OTHER}:root", True),
    ]
    assert len(answer["assumptions"]) == 1
    text = posture("access", "who-can", "s3:GetObject", OBJECT, path).out
    assert f"3 could s3:GetObject on {OBJECT}" in text
    assert 'statement "Partner" of bucket policy of data allows' in text
    assert posture("access", "who-can", "s3:GetObject", OBJECT, path).out == text


def test_everybody_in_words(posture: Run, tmp_path: Path) -> None:
    members = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-else"}}}
    for name, more, wanted in (
        ("a", {}, "everybody, anonymous requests too (Anonymous, not of this snapshot)"),
        ("b", members, "any account of the organization o-else (Account, not of this snapshot)"),
        (
            "c",
            {"Condition": {"Null": {"aws:PrincipalArn": "false"}}},
            "any AWS account (Account, not of this snapshot)",
        ),
    ):
        open_ = w.bucket("data", w.doc(w.allow("s3:GetObject", OBJECT, Principal="*", **more)))
        path = str(w.written(tmp_path / f"{name}.posture", open_, w.block()))
        assert wanted in posture("access", "who-can", "s3:GetObject", OBJECT, path).out.splitlines()


def test_a_resource_with_wildcards_means_any_of_them(posture: Run, tmp_path: Path) -> None:
    some = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::data/logs/*"))
    path = str(w.written(tmp_path / "a.posture", w.bucket("data"), w.user("ann", some)))
    code, answer = asked(posture, "can", "ann", "s3:GetObject", "arn:aws:s3:::data/*", path)
    assert (code, answer["allowed"]) == (0, True)
    assert answer["witness"]["resource"].startswith("arn:aws:s3:::data/logs/")
    assert asked(posture, "can", "ann", "s3:GetObject", "arn:aws:s3:::data/reports/*", path)[1]["allowed"] is False


def test_the_example_s_key_is_open_from_outside_through_a_grant_alone(posture: Run, tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.posture"))
    stranger = "arn:aws:iam::999988887777:role/importer"
    grants = [one for one in estate().values() if one.config.get("GranteePrincipal") == stranger]
    key, _, grant = grants[0].id.partition("/grant/")
    code, answer = asked(posture, "who-can", "kms:Decrypt", key, path)
    outside = [one for one in answer["principals"] if one["outside"]]
    assert (code, [one["principal"] for one in outside]) == (0, [stranger])
    assert outside[0]["deciding"][0]["policy"] == f"grant {grants[0].name or grant}"


def test_hostile_names_are_text(posture: Run, tmp_path: Path) -> None:
    evil = w.bucket("data", w.doc(w.deny("s3:*", Principal="*", Sid="\x1b[2J\u202e")))
    path = str(w.written(tmp_path / "a.posture", evil, w.user("ann", READ)))
    done = posture("access", "can", "ann", "s3:GetObject", OBJECT, path)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_what_is_no_question(posture: Run, tmp_path: Path) -> None:
    path = str(w.written(tmp_path / "a.posture", w.user("ann"), w.user("ann", account=w.OTHER)))
    for arguments, wanted in (
        (("ann", "s3:GetObject", OBJECT), "2 users and roles are called ann"),
        (("nobody", "s3:GetObject", OBJECT), "is called nobody"),
        ((w.OWN, "s3:Get*", OBJECT), "is no action"),
        ((w.OWN, "s3", OBJECT), "is no action"),
        ((w.OWN, "s3:GetObject", "data"), "is no resource"),
        ((w.OWN, "s3:GetObject", OBJECT, "--context", "x"), "--context takes KEY=VALUE"),
        ((w.OWN, "s3:GetObject", "arn:aws:s3:::*"), "means several resources"),
    ):
        done = posture("access", "can", *arguments[:3], path, *arguments[3:])
        assert (done.code, done.out) == (2, "")
        assert wanted in done.err
    passing = ("can", w.OWN, "iam:PassRole", f"arn:aws:iam::{w.OWN}:role/*", path)
    assert asked(posture, *passing)[1]["allowed"] is True
    typo = posture("access", "can", w.OWN, "s3:GetObjct", OBJECT, path)
    assert "did you mean s3:GetObject" in typo.err
    assert posture("access", "can", w.OWN, "s3:GetObject", OBJECT, "nowhere.posture").code == 2
