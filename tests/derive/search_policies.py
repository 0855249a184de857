"""Small random policies, and every request of a small world to hold them against."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import strategies as st

from scanner.derive.access.decision.request import Principal, Request, principal

OWN, OTHER = "111122223333", "444455556666"
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteBucket", "sqs:SendMessage")
ANN, OUTSIDER = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{OTHER}:user/ann"
WORKER = f"arn:aws:sts::{OWN}:assumed-role/worker/x"
_BUCKETS = ("arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::b")
_OBJECTS = ("arn:aws:s3:::a/x", "arn:aws:s3:::ab/a/x", "arn:aws:s3:::a/ann", "arn:aws:s3:::b/arn:aws:s3:::a/x")
_QUEUES = (f"arn:aws:sqs:eu-west-1:{OWN}:a", f"arn:aws:sqs:us-east-1:{OTHER}:b")
_RESOURCES = {
    "s3:GetObject": _OBJECTS, "s3:PutObject": _OBJECTS, "s3:DeleteBucket": _BUCKETS, "sqs:SendMessage": _QUEUES,
}  # fmt: skip
_CONTEXTS: dict[str, list[tuple[str, ...]]] = {
    "aws:securetransport": [("true",), ("false",)],
    "aws:sourceip": [(), ("10.0.0.1",), ("10.200.0.1",), ("192.0.2.1",)],
    "aws:tagkeys": [(), ("a",), ("b",), ("a", "b")],
    "aws:requesttag/t": [(), ("a",), ("ann",)],
    "s3:max-keys": [(), ("5",), ("10",)],
}


def _some(*texts: str) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(texts), st.lists(st.sampled_from(texts), min_size=1, max_size=3, unique=True))


_actions = _some("*", "s3:*", "s3:Get*", "S3:getobject", "sqs:SendMessage", "s3:*Object", "s3:DeleteBucket", "*:*e*")
_resources = _some(
    "*", "arn:aws:s3:::*", "arn:aws:s3:::a", "arn:aws:s3:::a*", "arn:aws:s3:::a/*", "*/x", "arn:aws:s3:::?b/*",
    "arn:aws:s3:::a/${aws:username}", "arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:eu-*:*:a", "*a*a*",
)  # fmt: skip
_LINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aws:SecureTransport": (("Bool", "BoolIfExists"), ("true", "false")),
    "aws:SourceIp": (("IpAddress", "NotIpAddress", "IpAddressIfExists"), ("10.0.0.0/8", "10.128.0.0/9", "0.0.0.0/0")),
    "aws:TagKeys": (
        ("ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals", "Null"),
        ("a", "b", "true", "false"),
    ),
    "aws:RequestTag/t": (
        ("StringEquals", "StringLike", "StringNotEquals", "StringNotLikeIfExists", "StringEqualsIgnoreCase", "Null"),
        ("a", "a*", "A", "${aws:username}", "*n", "true", "false"),
    ),
    "s3:max-keys": (("NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"), ("5", "7", "10")),
}


@st.composite
def _condition(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key in draw(st.lists(st.sampled_from(sorted(_LINES)), max_size=2, unique=True)):
        operators, values = _LINES[key]
        operator = draw(st.sampled_from(operators))
        wanted = [one for one in values if operator != "Null" or one in ("true", "false")]
        found.setdefault(operator, {})[key] = draw(_some(*wanted))
    return found


_principals = st.one_of(
    st.just("*"),
    _some(ANN, f"arn:aws:iam::{OWN}:role/worker", OTHER, f"arn:aws:iam::{OWN}:root").map(lambda names: {"AWS": names}),
    st.just({"Service": "sns.amazonaws.com"}),
)


@st.composite
def _statement(draw: st.DrawFn, *, named: bool) -> dict[str, Any]:
    inverted = draw(st.integers(0, 9))
    found = {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        "NotAction" if inverted == 0 else "Action": draw(_actions),
        "NotResource" if inverted == 1 else "Resource": draw(_resources),
        "Condition": draw(_condition()),
    }
    return {**found, "Principal": draw(_principals)} if named else found


def policies(*, named: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of up to four statements; `named`: with principals."""
    bodies = st.lists(_statement(named=named), min_size=1, max_size=4)
    return bodies.map(lambda several: {"Version": "2012-10-17", "Statement": several})


def requests(*askers: str) -> Iterator[Request]:
    """Every request of the small world."""
    contexts = [dict(zip(_CONTEXTS, values, strict=True)) for values in product(*_CONTEXTS.values())]
    for who in map(_asker, askers or (ANN, WORKER)):
        for action in ACTIONS:
            for resource in _RESOURCES[action]:
                for number, context in enumerate(contexts):
                    if number % 7 == len(action + resource) % 7 or number < 8:
                        given = {key: values for key, values in context.items() if values}
                        yield Request(who, action, resource, "", given)


def _asker(text: str) -> Principal:
    if text == "anonymous":
        return Principal("Anonymous", "")
    return Principal("Service", text) if text.endswith(".amazonaws.com") else principal(text)
