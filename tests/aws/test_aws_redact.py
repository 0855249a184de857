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
