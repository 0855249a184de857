"""Services that may assume a role, and the external ids that other accounts must tell."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Resource, Why

ROLE = "AWS::IAM::Role"
STATES = {"Service": "states.amazonaws.com"}
LONG = "f0f5d5b8-9d1e-4c6b"


def allow(principal: Any, action: Any = "sts:AssumeRole", **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**statement, "Condition": lines} if lines else statement


def role(*statements: Any, unknown: Any = None, **envelope: Any) -> Resource:
    config = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return resource(ROLE, config, unknown, region="global", **envelope)


def services(*statements: Any, unknown: Any = None) -> Partial:
    return fact(role(*statements, unknown=unknown), "service_trusts")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({}, False),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:states:*:{ACCOUNT}:*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:*"}}, False),
        ({"StringLike": {"aws:SourceArn": "*"}}, False),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, True),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringEquals": {"sts:ExternalId": "x"}}, False),
    ],
    ids=str,
)
def test_the_source_of_a_service(lines: dict[str, Any], *, expected: bool) -> None:
    found = services(allow(STATES, **lines))
    assert not found.unknown
    assert [(one["service"], one["source_checked"]) for one in found.value] == [("states.amazonaws.com", expected)]


def test_a_deny_of_other_sources_counts() -> None:
    deny = {**allow("*", "*", StringNotEquals={"aws:SourceAccount": ACCOUNT}), "Effect": "Deny"}
    assert services(allow(STATES), deny).value[0]["source_checked"] is True


def test_only_services_that_may_assume_are_told() -> None:
    assert services(allow({"AWS": ACCOUNT}), allow(STATES, "sts:TagSession")).value == []
    many = allow({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}, "sts:*")
    assert [one["service"] for one in services(many).value] == ["a.amazonaws.com", "b.amazonaws.com"]


def test_services_that_are_not_known() -> None:
    assert services(unknown={"/AssumeRolePolicyDocument": DENIED}).unknown[""].why is Why.DENIED
    place = "/AssumeRolePolicyDocument/Statement/0/Principal"
    found = services({"Effect": "Allow", "Action": "sts:AssumeRole"}, unknown={place: LATER})
    assert found.unknown["/-"].kind == "more"
    place = "/AssumeRolePolicyDocument/Statement/0/Condition"
    assert set(services(allow(STATES), unknown={place: LATER}).unknown) == {"/0/source_checked"}


def weaknesses(text: Any, *others: Resource, operator: str = "StringEquals", incomplete: Any = None) -> list[Any]:
    own = role(allow({"AWS": "222222222222"}, **{operator: {"sts:ExternalId": text}}))
    found = fact(own, "external_ids", *others, incomplete=incomplete)
    assert not found.unknown
    return [one["weakness"] for one in found.value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG, [None]),
        ([LONG, "123"], [None, "is short"]),
        ("", ["is short"]),
        (ACCOUNT, ["holds an account's number"]),
        (f"acme-{ACCOUNT}", ["holds an account's number"]),
        (f"{ACCOUNT}0", [None]),
    ],
)
def test_what_is_easy_to_guess(text: Any, expected: list[Any]) -> None:
    assert weaknesses(text) == expected


def test_the_name_of_the_role() -> None:
    own = role(allow({"AWS": "222222222222"}, StringEquals={"sts:ExternalId": "Auditors"}), name="auditors")
    assert fact(own, "external_ids").value[0]["weakness"] == "is the role's name"


@pytest.mark.parametrize(
    ("account", "expected"), [("222222222222", None), ("333333333333", "is shared by other accounts' roles")]
)
def test_an_id_that_another_party_is_told_as_well(account: str, expected: str | None) -> None:
    other = role(allow({"AWS": f"arn:aws:iam::{account}:root"}, StringEquals={"sts:ExternalId": LONG}), id="other")
    assert weaknesses(LONG, other) == [expected]


def test_other_roles_that_are_not_known() -> None:
    own = role(allow({"AWS": "222222222222"}, StringEquals={"sts:ExternalId": LONG}))
    found = fact(own, "external_ids", incomplete={ROLE: DENIED})
    assert found.unknown["/0/weakness"].why is Why.DENIED
    hidden = role(unknown={"/AssumeRolePolicyDocument": DENIED}, id="other")
    assert fact(own, "external_ids", hidden).unknown["/0/weakness"].why is Why.DENIED
    assert weaknesses("123", incomplete={ROLE: DENIED}) == ["is short"], "what is weak by itself is known"
    place = "/AssumeRolePolicyDocument/Statement/0/Condition/StringEquals/sts:ExternalId"
    later = role(allow({"AWS": "222222222222"}, StringEquals={}), unknown={place: LATER})
    assert fact(later, "external_ids").unknown["/0/weakness"].why is Why.AFTER_APPLY
