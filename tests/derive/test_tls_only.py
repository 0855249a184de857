"""Whether a policy turns away requests without TLS, and how exactly it must say so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from derive_worlds import LATER, consistent, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.access.glob import matches, matches_all_below
from scanner.model import Origin, Partial, Unknown, Why

BUCKET = "AWS::S3::Bucket"
ARN = "arn:aws:s3:::data"
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def tls(*statements: Any, unknown: Any = None, config: Any = None, **envelope: Any) -> Partial:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    found = {"Name": "data", "Policy": document} | (config or {})
    return fact(resource(BUCKET, found, unknown, **envelope), "tls_only")


def halves(found: Partial) -> tuple[Any, Any]:
    return found.value.get("bucket"), found.value.get("objects")


def test_one_statement_for_both() -> None:
    assert tls({"Effect": "Allow"}, DENY).value == {"bucket": True, "objects": True, "source": "/Policy/Statement/1"}


def test_no_policy_asks_for_nothing() -> None:
    assert tls(config={"Policy": None}).value == {"bucket": False, "objects": False, "source": None}


def test_two_statements_for_the_halves() -> None:
    found = tls({**DENY, "Resource": f"{ARN}/*"}, {**DENY, "Resource": ARN})
    assert found.value == {"bucket": True, "objects": True, "source": "/Policy/Statement/0"}


def test_the_source_is_the_statement_that_covers_most() -> None:
    assert tls({**DENY, "Resource": ARN}, DENY).value["source"] == "/Policy/Statement/1"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (ARN, (True, False)),
        (f"{ARN}/*", (False, True)),
        ("*", (True, True)),
        (f"{ARN}*", (True, True)),
        ("arn:aws:s3:::*", (True, True)),
        (f"{ARN}/?*", (False, True)),
        (f"{ARN}/*?", (False, True)),
        (f"{ARN}/**", (False, True)),
        (f"{ARN}/??*", (False, False)),
        (f"{ARN}/logs/*", (False, False)),
        (f"{ARN}/*.txt", (False, False)),
        (f"{ARN}/\ue000*", (False, False)),
        (f"{ARN}/${{aws:username}}/*", (False, False)),
        ("arn:aws:s3:::other/*", (False, False)),
        ("arn:aws-cn:s3:::data/*", (False, False)),
        ([f"{ARN}/a*", f"{ARN}/*"], (False, True)),
        ([], (False, False)),
    ],
)
def test_resources(resources: Any, expected: tuple[bool, bool]) -> None:
    assert halves(tls({**DENY, "Resource": resources})) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["*"]}}, True),
        ({"Principal": {"AWS": "222222222222"}}, False),
        ({"Principal": {"Service": "*"}}, False),
        ({"Principal": {"CanonicalUser": "*"}}, False),
        ({"Principal": None, "NotPrincipal": {"AWS": "222222222222"}}, False),
        ({"Effect": "Allow"}, False),
        ({"Action": "*"}, True),
        ({"Action": ["S3:*"]}, True),
        ({"Action": "s3:Get*"}, False),
        ({"Action": ["s3:GetObject", "s3:PutObject"]}, False),
        ({"Action": None, "NotAction": "s3:GetObject"}, False),
        ({"Action": None, "NotAction": ["iam:*", "S?:Get*"]}, False),
        ({"Action": None, "NotAction": "*"}, False),
        ({"Action": None, "NotAction": ["iam:*", "sts:AssumeRole"]}, True),
        ({"Resource": None, "NotResource": "arn:aws:s3:::other"}, False),
        ({"Condition": {"Bool": {"aws:securetransport": False}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": ["false"]}}}, True),
        ({"Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}, True),
        ({"Condition": {"bool": {"aws:SecureTransport": "FALSE"}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": []}}}, False),
        ({"Condition": {"Null": {"aws:SecureTransport": "false"}}}, False),
        ({"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}}, False),
        ({"Condition": {**DENY["Condition"], "StringNotEquals": {"aws:SourceVpc": "vpc-1"}}}, False),  # type: ignore[dict-item]
        ({"Condition": {**DENY["Condition"], "NumericLessThan": {"s3:TlsVersion": "1.2"}}}, False),  # type: ignore[dict-item]
        ({"Condition": {**DENY["Condition"], "NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}}, True),  # type: ignore[dict-item]
        ({"Condition": {"NumericLessThanIfExists": {"s3:TlsVersion": 1.2}}}, True),
        ({"Condition": {"NumericGreaterThanIfExists": {"s3:TlsVersion": 1.2}}}, False),
        ({"Condition": {}}, True),
        ({"Condition": None}, True),
    ],
)
def test_only_a_deny_of_everything_for_everybody_counts(change: dict[str, Any], expected: bool) -> None:
    statement = {name: value for name, value in (DENY | change).items() if value is not None}
    found = tls(statement)
    assert (halves(found), found.unknown) == ((expected, expected), {})


def test_an_allow_with_tls_denies_nothing() -> None:
    allow = {**DENY, "Effect": "Allow", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    assert halves(tls(allow)) == (False, False)


def opaque(token: str) -> Unknown:
    return Unknown(Why.AFTER_APPLY, "opaque", token=token)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws_s3_bucket.b.arn", (True, False)),
        ("${aws_s3_bucket.b.arn}/*", (False, True)),
        ("${aws_s3_bucket.b.arn}*", (True, True)),
        ("${aws_s3_bucket.b.arn}/logs/*", (False, False)),
        ("arn:aws:s3:::${aws_s3_bucket.b.id}/*", (False, True)),
        ("aws_s3_bucket.other.arn", (None, None)),
        ("arn:aws:s3:::${aws_s3_bucket.b.id}-${aws_x.y.id}/*", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_bucket_yet_to_be_made_is_known_by_its_placeholders(token: str, expected: tuple[Any, Any]) -> None:
    unknown = {"/Name": opaque("aws_s3_bucket.b.id"), "/Policy/Statement/0/Resource/0": opaque(token)}
    origin = Origin("terraform", address="aws_s3_bucket.b")
    found = tls({**DENY, "Resource": [None]}, unknown=unknown, config={"Name": None}, origin=origin)
    assert halves(found) == expected
    named = tls({**DENY, "Resource": [None]}, unknown={k: v for k, v in unknown.items() if k != "/Name"}, origin=origin)
    if "b.id" not in token:
        assert halves(named) == expected


def test_a_bucket_without_a_known_name_is_matched_by_what_matches_any() -> None:
    for resources, expected in (
        ("*", (True, True)),
        ("arn:aws:s3:::???*", (True, True)),
        (f"{ARN}/*", (None, None)),
        ("arn:aws:s3:::???/*", (None, None)),
    ):
        found = tls({**DENY, "Resource": resources}, unknown={"/Name": LATER}, config={"Name": None})
        assert halves(found) == expected


def test_what_is_sure_stands_beside_what_is_not() -> None:
    found = tls({**DENY, "Resource": [ARN, None]}, unknown={"/Policy/Statement/0/Resource/1": LATER})
    assert found.value == {"bucket": True, "source": "/Policy/Statement/0"}
    assert list(found.unknown) == ["/objects"]


PATTERNS = st.text(alphabet="ab/*?", max_size=6)


@given(PATTERNS, st.text(alphabet="ab/", max_size=6))
def test_patterns_against_regular_expressions(pattern: str, text: str) -> None:
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    assert matches(pattern, text) == (re.fullmatch(expression, text) is not None)


@given(PATTERNS, st.text(alphabet="ab/", max_size=2))
@settings(max_examples=300)
def test_all_below_against_enumeration(pattern: str, prefix: str) -> None:
    texts = [""]
    for _ in range(4):
        texts += [text + c for text in texts[-(4 ** len(texts[-1])) :] for c in "ab/z"]
    expected = all(matches(pattern, prefix + text) for text in texts if text)
    found = matches_all_below(pattern, prefix)
    assert not found or expected
    if len(pattern) <= 4:
        assert found == expected


def test_a_long_hostile_pattern_is_quick() -> None:
    assert not matches("*a" * 500 + "b", "a" * 2000)


CHANGES = st.sampled_from(
    [
        {},
        {"Resource": ARN},
        {"Resource": f"{ARN}/*"},
        {"Principal": {"AWS": ["*"]}},
        {"Condition": {}},
        {"Effect": "Allow"},
        {"Action": ["s3:*", "s3:Get*"]},
        {"Action": "s3:Put*"},
        {"Action": [], "NotAction": "iam:*"},
        {"Action": [], "NotAction": ["iam:*", "s3:Get*"]},
        {"Resource": ["*", "x"]},
    ]
)


@given(st.data(), st.lists(CHANGES, max_size=3))
@settings(max_examples=300)
def test_a_partial_answer_holds_for_every_completion(data: st.DataObject, changes: list[dict[str, Any]]) -> None:
    full = {"Name": "data", "Policy": {"Statement": [DENY | change for change in changes]}}
    part = data.draw(hidden(full))
    told = fact(resource(BUCKET, part.value, part.unknown), "tls_only")
    truth = fact(resource(BUCKET, full), "tls_only")
    if "" not in told.unknown:
        told.value.pop("source", None)
        told.unknown.pop("/source", None)
        truth.value.pop("source")
        assert consistent(told, truth.value)
