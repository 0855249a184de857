"""Which statements let in anybody, in every form that AWS takes."""

from __future__ import annotations

from typing import Any

import pytest
from derive_policies import GET, ME, REFUSED, STRONG, WEAK, policy
from derive_worlds import DENIED, LATER, consistent, cut, fact, hidden, hide, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Unknown, Why

BUCKET, KEY = "AWS::S3::Bucket", "AWS::KMS::Key"


def public(document: Any, unknown: Any = None, type_: str = BUCKET) -> Partial:
    return fact(resource(type_, {"Policy": document}, unknown), "public_statements")


def verdict(document: Any, unknown: Any = None) -> bool | Why:
    """`True` if something surely is public, `False` if surely nothing is, else the reason."""
    found = public(document, unknown)
    if "" in found.unknown:
        return found.unknown[""].why
    if found.value:
        return True
    return found.unknown["/-"].why if found.unknown else False


def with_condition(condition: Any) -> dict[str, Any]:
    return policy({**GET, "Condition": condition})


def with_principal(principal: Any) -> dict[str, Any]:
    return policy({**GET, "Principal": principal})


@pytest.mark.parametrize("type_", [BUCKET, KEY])
def test_what_is_told_of_a_statement(type_: str) -> None:
    deny = {**GET, "Effect": "Deny"}
    statement = {**GET, "Sid": "Open", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    assert public(policy(deny, statement), type_=type_).value == [
        {
            "index": 1,
            "sid": "Open",
            "effect": "Allow",
            "principal": "*",
            "actions": ["s3:GetObject"],
            "not_actions": [],
            "resources": ["arn:aws:s3:::b/*"],
            "not_resources": [],
            "conditions": ["aws:SecureTransport"],
            "source": "/Policy/Statement/1",
        }
    ]


def test_a_single_statement_needs_no_list() -> None:
    found = public({"Statement": GET})
    assert (found.value[0]["index"], found.value[0]["source"]) == (0, "/Policy/Statement")


def test_not_elements_are_told_as_such() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": ME}, "NotAction": ["s3:PutObject"], "NotResource": "x"}
    found = public(policy(statement)).value[0]
    assert (found["principal"], found["actions"], found["not_actions"]) == ("NotPrincipal", [], ["s3:PutObject"])
    assert (found["resources"], found["not_resources"]) == ([], ["x"])


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["*"]}, True),
        ({"AWS": [f"arn:aws:iam::{ME}:root", "*"]}, True),
        ({"AWS": ME, "Federated": "*"}, True),
        ({"CanonicalUser": "*"}, True),
        ({"AWS": ME}, False),
        ({"AWS": 111111111111}, False),
        ({"AWS": f"arn:aws:iam::{ME}:root"}, False),
        ({"AWS": ["AIDAEXAMPLE", f"arn:aws:iam::{ME}:role/r"]}, False),
        ({"Service": "cloudtrail.amazonaws.com"}, False),
        ({"Service": ["delivery.logs.amazonaws.com", "config.amazonaws.com"]}, False),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, False),
        ({"AWS": "arn:aws:iam::*:root"}, Why.ERROR),
        ({"AWS": f"arn:aws:iam::{ME}:user/*"}, Why.ERROR),
        ({"AWS": ["arn:aws:iam::*:root", "*"]}, True),
        ({"AWS": [["*"]]}, Why.ERROR),
        ({}, False),
        (None, Why.ERROR),
        (ME, False),
    ],
)
def test_principals(principal: Any, expected: bool | Why) -> None:
    assert verdict(with_principal(principal)) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({"AWS": ME}, True),
        ({"AWS": [ME, "222222222222"]}, True),
        ({"Service": "s3.amazonaws.com"}, True),
        ("*", False),
        ({"AWS": "*"}, False),
    ],
)
def test_everybody_but_some_is_everybody(others: Any, expected: bool) -> None:
    statement = {name: value for name, value in GET.items() if name != "Principal"} | {"NotPrincipal": others}
    assert verdict(policy(statement)) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, False),
        ({}, False),
        (policy(), False),
        (policy({**GET, "Effect": "Deny"}), False),
        (policy({**GET, "Effect": "allow"}), Why.ERROR),
        (policy({**GET, "Effect": None}), Why.ERROR),
        (policy("Allow *"), Why.ERROR),
        (policy(GET, 7), True),
        (policy({**GET, "NotPrincipal": {"AWS": ME}}), Why.ERROR),
        (policy({"Effect": "Allow", "Principal": "*", "NotAction": "*", "Resource": "*"}), False),
        (policy({"Effect": "Allow", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}), True),
        ("{not json", Why.ERROR),
        (7, Why.ERROR),
        ([GET], Why.ERROR),
    ],
)
def test_documents(document: Any, expected: bool | Why) -> None:
    assert verdict(document) == expected


@pytest.mark.parametrize("condition", STRONG, ids=str)
def test_strong_conditions(condition: Any) -> None:
    assert verdict(with_condition(condition)) is False


@pytest.mark.parametrize("condition", WEAK, ids=str)
def test_weak_conditions(condition: Any) -> None:
    assert verdict(with_condition(condition)) is True


@pytest.mark.parametrize("condition", REFUSED, ids=str)
def test_conditions_that_aws_would_refuse(condition: Any) -> None:
    assert verdict(with_condition(condition)) is Why.ERROR


def test_a_deny_neither_hides_nor_opens() -> None:
    deny = {**GET, "Effect": "Deny", "Condition": "nonsense"}
    assert verdict(policy(deny)) is False
    assert [one["index"] for one in public(policy(deny, GET, deny)).value] == [1]
    assert public(policy(deny, GET), {"/Policy/Statement/0/Condition": LATER}).unknown == {}


def test_an_unread_policy_is_unknown_with_its_call() -> None:
    found = fact(resource(BUCKET, {}, {"/Policy": DENIED}), "public_statements")
    assert found.unknown == {"": DENIED}


def test_a_public_statement_stays_whatever_else_is_unknown() -> None:
    unsure = {**GET, "Principal": {"AWS": [None]}}
    found = public(policy(GET, unsure), {"/Policy/Statement/1/Principal/AWS/0": LATER})
    assert [one["index"] for one in found.value] == [0]
    assert (found.unknown["/-"].kind, found.unknown["/-"].why) == ("more", Why.AFTER_APPLY)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/Policy/Statement", Why.AFTER_APPLY),
        ("/Policy/Statement/0", Why.AFTER_APPLY),
        ("/Policy/Statement/0/Effect", Why.AFTER_APPLY),
        ("/Policy/Statement/0/Principal", Why.AFTER_APPLY),
        ("/Policy/Statement/0/Condition", Why.AFTER_APPLY),
        ("/Policy/Statement/0/Action", True),
        ("/Policy/Statement/0/Resource", True),
        ("/Policy/Version", True),
    ],
)
def test_a_hidden_part_that_matters_opens_the_list(place: str, expected: bool | Why) -> None:
    document = with_condition({"StringEquals": {"aws:Referer": "x"}})
    part = hide({"Policy": document}, place)
    assert verdict(part.value["Policy"], part.unknown) == expected


def test_hidden_actions_are_hidden_in_the_fact() -> None:
    part = hide({"Policy": policy(GET)}, "/Policy/Statement/0/Action")
    found = public(part.value["Policy"], part.unknown)
    assert "/0/actions" in found.unknown
    assert "actions" not in found.value[0]


def test_further_statements_leave_the_list_open() -> None:
    part = cut({"Policy": policy(GET)}, "/Policy/Statement", 1)
    found = public(part.value["Policy"], part.unknown)
    assert (len(found.value), list(found.unknown)) == (1, ["/-"])


def opaque(token: str) -> Unknown:
    return Unknown(Why.AFTER_APPLY, "opaque", token=token)


@pytest.mark.parametrize(
    ("condition", "token", "expected"),
    [
        ({"StringEquals": {"aws:SourceVpce": None}}, "aws_vpc_endpoint.s3.id", False),
        ({"ArnLike": {"aws:SourceArn": None}}, "aws_sns_topic.t.arn", False),
        ({"StringEquals": {"aws:SourceAccount": None}}, "AWS::AccountId", False),
        ({"ArnLike": {"aws:SourceArn": None}}, "arn:aws:cloudfront::${AWS::AccountId}:distribution/*", False),
        ({"StringEquals": {"aws:PrincipalOrgID": None}}, "${Org}*", Why.AFTER_APPLY),
        ({"StringEquals": {"aws:PrincipalArn": None}}, "${Role.Arn}${aws:username}", Why.AFTER_APPLY),
        ({"IpAddress": {"aws:SourceIp": None}}, "Nat.PublicIp", Why.AFTER_APPLY),
        ({"IpAddress": {"aws:SourceIp": None}}, "${Nat.PublicIp}/32", False),
        ({"IpAddress": {"aws:SourceIp": None}}, "${Nat.PublicIp}/0", Why.AFTER_APPLY),
        ({"StringEquals": {"aws:Referer": None}}, "aws_x.y.id", True),
    ],
)
def test_values_yet_to_be_made(condition: dict[str, Any], token: str, expected: bool | Why) -> None:
    ((operator, keys),) = condition.items()
    place = f"/Policy/Statement/0/Condition/{operator}/{next(iter(keys))}"
    assert verdict(with_condition({operator: {}}), {place: opaque(token)}) == expected


def test_a_principal_yet_to_be_made_is_not_everybody() -> None:
    assert (
        verdict(with_principal({"AWS": [None]}), {"/Policy/Statement/0/Principal/AWS/0": opaque("aws_iam_role.r.arn")})
        is False
    )
    assert verdict(with_principal({}), {"/Policy/Statement/0/Principal/AWS": opaque("aws_iam_role.r.arn")}) is False


CONDITIONS = st.one_of(st.sampled_from(STRONG), st.sampled_from(WEAK), st.sampled_from(REFUSED))
PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": "*"},
        {"AWS": [ME, "*"]},
        {"AWS": ME},
        {"Service": "s3.amazonaws.com"},
        {"AWS": ["arn:aws:iam::*:root"]},
        7,
    ]
)
STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny", "allow"]),
        "Action": st.sampled_from(["s3:*", ["s3:GetObject", "s3:PutObject"]]),
        "Resource": st.just("*"),
    },
    optional={"Condition": CONDITIONS, "Principal": PRINCIPALS, "NotPrincipal": PRINCIPALS, "Sid": st.just("s")},
)


@given(st.data(), st.lists(STATEMENTS, max_size=3))
@settings(max_examples=500)
def test_a_partial_answer_holds_for_every_completion(data: st.DataObject, statements: list[dict[str, Any]]) -> None:
    full = {"Policy": policy(*statements)}
    part = data.draw(hidden(full))
    told = fact(resource(BUCKET, part.value, part.unknown), "public_statements")
    if "" in told.unknown:
        return
    truth = public(full["Policy"])
    real = {one["source"]: one for one in truth.value}
    for place, element in enumerate(told.value):
        below = {k.removeprefix(f"/{place}"): v for k, v in told.unknown.items() if k.startswith(f"/{place}/")}
        assert consistent(Partial(element, below), real[element["source"]])
    if "/-" not in told.unknown:
        assert "/-" not in truth.unknown
        assert set(real) == {one["source"] for one in told.value}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "*", "Allow", "AWS", ME]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Statement",
                    "Effect",
                    "Principal",
                    "AWS",
                    "Condition",
                    "StringEquals",
                    "aws:SourceIp",
                    "IpAddress",
                    "-",
                    "0",
                    "",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=200)
def test_nonsense_never_raises(document: Any) -> None:
    for name in ("public_statements", "tls_only"):
        fact(resource(BUCKET, {"Policy": document, "Name": document}), name)
    fact(
        resource(BUCKET, {"Policy": policy({**GET, "Principal": document, "Condition": document, "Action": document})}),
        "public_statements",
    )
