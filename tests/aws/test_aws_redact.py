import base64
import gzip

import pytest

from scanner.aws.redact import judged, redacted

LINES = [
    ("-----BEGIN PRIVATE KEY-----", "private key"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
    ("id = AKIAIOSFODNN7EXAMPLE", "AWS access key id"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS secret access key"),
    ("mysql --password=hunter2", "password"),
    ('"password": "hunter2"', "password"),
    ("api_key: 0123456789abcdef0123", "token"),
    ("postgres://app:hunter2@db.example/app", "credentials in a URL"),
]


@pytest.mark.parametrize(("line", "kind"), LINES, ids=[kind for _, kind in LINES])
@pytest.mark.parametrize("wrap", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_secret_is_named_with_its_line_and_not_kept(line, kind, wrap):
    text = f"#!/bin/sh\necho start\n{line}\n"
    found = judged(base64.b64encode(wrap(text)).decode())
    assert f"{kind} at line 3" in found["contains"]
    assert found["length"] == len(text)
    assert found["redacted"] is True


@pytest.mark.parametrize(
    "line",
    [
        "echo hello",
        "password=$(get-secret)",
        "password=${DB_PASSWORD}",
        'password=""',
        "-----BEGIN PUBLIC KEY-----",
        "NOTAKIAIOSFODNN7EXAMPLES",
        "password={{resolve:secretsmanager:db}}",
        "password=arn:aws:secretsmanager:us-east-1:1:secret:db",
        "reset_password=true",
        "https://db.example:5432/a@b",
        "https://ci:$TOKEN@git.example/x",
    ],
)
def test_what_is_no_secret_is_not_named(line):
    assert judged(line)["contains"] == []


def test_text_that_is_no_base64_is_judged_as_it_is():
    assert judged("password=hunter2\n")["contains"] == ["password at line 1"]


def test_hostile_data_is_bounded():
    bomb = gzip.compress(b"\0" * (64 << 20))
    assert judged(base64.b64encode(bomb).decode())["length"] == 1 << 20
    assert judged(base64.b64encode(b"\x1f\x8bnot gzip").decode())["contains"] == []
    assert judged("password=" + " " * 100_000)["contains"] == []


def test_a_judgement_is_given_back_without_what_does_not_belong_to_it():
    kept = {"redacted": True, "length": 5, "contains": ["password at line 1"]}
    assert judged(kept) == kept
    assert judged({**kept, "value": "hunter2", "contains": [{"x": 1}], "length": "y"}) == {
        "redacted": True,
        "length": 0,
        "contains": [],
    }
    assert judged({"redacted": "true", "value": "password=hunter2"})["length"] > 5


def test_only_the_named_places_are_judged():
    answer = {"V": [{"D": {"U": "abcd", "W": "keep"}}, {"D": None}, {}, "x"], "U": "keep"}
    assert redacted(answer, ["V[].D.U"]) == {
        "V": [{"D": {"U": {"redacted": True, "length": 3, "contains": []}, "W": "keep"}}, {"D": None}, {}, "x"],
        "U": "keep",
    }


def test_a_value_is_judged_by_the_name_that_stands_beside_it_or_above_it():
    answer = {
        "Variables": {"DB_PASSWORD": "hunter2", "HOST": "db.example", "DONE": None},
        "Parameters": [{"ParameterKey": "Password", "ParameterValue": "****", "ResolvedValue": "hunter2"}],
        "environment": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}],
    }
    found = redacted(
        answer,
        ["Variables.*", "Parameters[].ParameterValue", "Parameters[].ResolvedValue", "environment[].value"],
    )
    assert found["Variables"]["DB_PASSWORD"] == {"redacted": True, "length": 7, "contains": ["password at line 1"]}
    assert found["Variables"]["HOST"]["contains"] == []
    assert found["Variables"]["DONE"] is None
    (parameter,) = found["Parameters"]
    assert parameter["ParameterValue"]["contains"] == [], "AWS shows asterisks for NoEcho"
    assert parameter["ResolvedValue"]["contains"] == ["password at line 1"]
    assert found["environment"][0]["value"]["contains"] == ["AWS secret access key at line 1"]
    assert redacted(found, ["Variables.*"]) == found


def test_a_list_is_judged_word_by_word_and_a_long_line_to_its_end():
    assert judged(["run", "--password=hunter2"])["contains"] == ["password at line 2"]
    for before in (4000, 4090, 5000, 70_000):
        assert judged("x" * before + " password=hunter2")["contains"] == ["password at line 1"]
    assert judged("password=hunter2 password=hunter2 " * 500)["contains"] == ["password at line 1"]
