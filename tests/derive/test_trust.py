"""Whom a role's trust policy lets in from outside, and what it asks of them."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, World, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Why

ROLE, MEMBERSHIP = "AWS::IAM::Role", "AWS::Organizations::Membership"
THEM, BOSS = "222222222222", "999999999999"
ORG = {"Id": "o-1", "MasterAccountId": BOSS}
ASSUME = "sts:AssumeRole"


def membership(organization: Any, account: str = ACCOUNT, accounts: Any = None, unknown: Any = None) -> Resource:
    config = {"Organization": organization, "Accounts": accounts}
    config = {k: v for k, v in config.items() if f"/{k}" not in (unknown or {})}
    return resource(MEMBERSHIP, config, unknown, account=account, region="global", id=f"{account}-membership")


ALONE = membership(None)


def allow(principal: Any, action: Any = ASSUME, **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**statement, "Condition": lines} if lines else statement


def deny(action: Any = "*", principal: Any = "*", **lines: Any) -> dict[str, Any]:
    return {**allow(principal, action, **lines), "Effect": "Deny"}


def trust(*statements: Any, others: tuple[Resource, ...] = (ALONE,), unknown: Any = None) -> Partial:
    config = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return fact(resource(ROLE, config, unknown, region="global"), "trust", *others)


def anybody(*statements: Any) -> bool | Why:
    found = trust(*statements)
    doubts = [why.why for place, why in found.unknown.items() if place.startswith("/anybody/")]
    return doubts[0] if doubts else bool(found.value["anybody"])


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("*")], True),
        ([allow({"AWS": "*"})], True),
        ([allow({"AWS": [ACCOUNT, "*"]}, ["sts:TagSession", "STS:assume*"])], True),
        ([allow({"Service": "*"})], True),
        ([allow("*", "*")], True),
        ([allow("*", StringEquals={"sts:ExternalId": "x"})], True),
        ([allow("*", Bool={"aws:MultiFactorAuthPresent": "true"})], True),
        ([allow("*", StringLike={"aws:PrincipalArn": "arn:aws:iam::*:role/x"})], True),
        ([{"Effect": "Allow", "NotPrincipal": {"AWS": THEM}, "Action": ASSUME}], True),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "sts:TagSession"}], True),
        ([allow("*"), deny("sts:TagSession")], True),
        ([allow("*"), deny(ASSUME, StringNotEquals={"sts:ExternalId": "x"})], True),
        ([allow("*"), deny(ASSUME, StringNotLike={"aws:PrincipalOrgID": "*"})], True),
        ([allow("*"), deny(ASSUME, {"AWS": THEM})], True),
        ([allow("*", "sts:TagSession")], False),
        ([allow("*", StringEquals={"aws:PrincipalOrgID": "o-1"})], False),
        ([allow("*"), deny()], False),
        ([allow("*"), deny("sts:*", StringNotEquals={"aws:PrincipalOrgID": "o-1"})], False),
        (
            [
                allow("*"),
                deny(
                    StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-1"},
                    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            False,
        ),
        ([allow({"AWS": f"arn:aws:iam::{THEM}:root"})], False),
        ([allow({"Service": "ec2.amazonaws.com"})], False),
        ([allow({"Federated": "*"}, "sts:AssumeRoleWithSAML")], False),
        ([deny(ASSUME)], False),
        ([], False),
        (["x"], Why.ERROR),
        ([allow({"AWS": "arn:aws:iam::*:root"})], Why.ERROR),
    ],
    ids=str,
)
def test_anybody(statements: list[Any], expected: bool | Why) -> None:
    assert anybody(*statements) == expected


@pytest.mark.parametrize(
    ("principal", "accounts"),
    [
        (f"arn:aws:iam::{THEM}:root", [THEM]),
        (THEM, [THEM]),
        (222222222222, [THEM]),
        (f"arn:aws-us-gov:iam::{THEM}:role/a/b", [THEM]),
        (f"arn:aws:sts::{THEM}:assumed-role/r/s", [THEM]),
        ([f"arn:aws:iam::{THEM}:user/u", f"arn:aws:iam::{BOSS}:root"], [THEM, BOSS]),
        (f"arn:aws:iam::{ACCOUNT}:root", []),
        (ACCOUNT, []),
        ("AROAEXAMPLEID", []),
        ("*", []),
    ],
)
def test_principals_of_other_accounts(principal: Any, accounts: list[str]) -> None:
    found = trust(
        allow({"AWS": principal, "Service": "ec2.amazonaws.com", "Federated": f"arn:aws:iam::{THEM}:saml-provider/x"})
    )
    assert [one["account"] for one in found.value["external"]] == accounts
    assert found.unknown == {}


def test_what_is_told_of_an_account() -> None:
    found = trust({**allow({"AWS": THEM}), "Sid": "Vendor"}).value["external"]
    assert found == [
        {
            "account": THEM,
            "principal": THEM,
            "in_organization": False,
            "external_id": False,
            "mfa": False,
            "sid": "Vendor",
            "source": "/AssumeRolePolicyDocument/Statement/0",
        }
    ]


@pytest.mark.parametrize("statement", [allow({"AWS": THEM}, "sts:TagSession"), deny(ASSUME, {"AWS": THEM})])
def test_who_may_not_assume_is_not_let_in(statement: Any) -> None:
    assert trust(statement).value["external"] == []


def test_only_a_deny_of_everybody_shuts_an_account_out() -> None:
    assert trust(allow({"AWS": THEM}), deny()).value["external"] == []
    kept = trust(allow({"AWS": THEM}), deny(StringNotEquals={"aws:PrincipalAccount": THEM}))
    assert [one["account"] for one in kept.value["external"]] == [THEM]


ASKS = [
    ({"StringEquals": {"sts:ExternalId": "x"}}, (True, False)),
    ({"stringlike": {"STS:ExternalID": ["x", "y"]}}, (True, False)),
    ({"StringLike": {"sts:ExternalId": "*"}}, (False, False)),
    ({"StringEquals": {"sts:ExternalId": "${aws:username}"}}, (False, False)),
    ({"StringEqualsIfExists": {"sts:ExternalId": "x"}}, (False, False)),
    ({"ForAllValues:StringEquals": {"sts:ExternalId": "x"}}, (False, False)),
    ({"StringNotEquals": {"sts:ExternalId": "x"}}, (False, False)),
    ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, (False, True)),
    ({"Bool": {"aws:MultiFactorAuthPresent": True}}, (False, True)),
    ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, (False, False)),
    ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, (False, False)),
    ({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}, (False, True)),
    ({"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}, (False, False)),
]


@pytest.mark.parametrize(("lines", "expected"), ASKS, ids=str)
def test_what_a_condition_asks(lines: Any, expected: tuple[bool, bool]) -> None:
    (one,) = trust(allow({"AWS": THEM}, **lines)).value["external"]
    assert (one["external_id"], one["mfa"]) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"StringNotEquals": {"sts:ExternalId": "x"}}, (True, False)),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, (False, True)),
        # Long-term keys bring no such key, and are not denied.
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, (False, False)),
        ({"StringNotEquals": {"sts:ExternalId": "x"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, (False, False)),
    ],
    ids=str,
)
def test_what_a_deny_asks(lines: Any, expected: tuple[bool, bool]) -> None:
    (one,) = trust(allow({"AWS": THEM}), deny(ASSUME, **lines)).value["external"]
    assert (one["external_id"], one["mfa"]) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((ALONE,), False),
        ((membership({**ORG, "MasterAccountId": THEM}),), True),
        ((membership(ORG),), Why.OUT_OF_SCOPE),
        ((membership(ORG), membership(ORG, THEM)), True),
        ((membership(ORG), membership({**ORG, "Id": "o-2"}, THEM)), False),
        ((membership(ORG), membership(None, THEM)), False),
        ((membership(ORG), membership(ORG, BOSS, [{"Id": THEM}])), True),
        ((membership(ORG), membership(ORG, BOSS, [{"Id": ACCOUNT}])), False),
        ((membership({**ORG, "MasterAccountId": ACCOUNT}, accounts=[{"Id": ACCOUNT}]),), False),
        ((membership(None, unknown={"/Organization": DENIED}),), Why.DENIED),
        ((membership({**ORG, "MasterAccountId": ACCOUNT}, unknown={"/Accounts": DENIED}),), Why.OUT_OF_SCOPE),
    ],
)
def test_whether_an_account_is_of_the_organization(others: tuple[Resource, ...], expected: bool | Why) -> None:
    found = trust(allow({"AWS": THEM}), others=others)
    unknown = found.unknown.get("/external/0/in_organization")
    assert (unknown.why if unknown else found.value["external"][0]["in_organization"]) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-2"}}, None),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, None),
    ],
)
def test_a_condition_keeps_to_the_organization(lines: Any, expected: bool | None) -> None:
    found = trust(allow({"AWS": THEM}, **lines), others=(membership(ORG),))
    assert found.value["external"][0].get("in_organization") is expected
    assert ("/external/0/in_organization" in found.unknown) is (expected is None)


def test_an_unread_policy_is_unknown_with_its_call() -> None:
    one = resource(ROLE, {}, {"/AssumeRolePolicyDocument": DENIED})
    assert fact(one, "trust", ALONE).unknown == {"": DENIED}


def test_an_organization_is_read_once_a_run() -> None:
    class Counting(World):
        asked = 0

        def of(self, type_: str, account: str | None = None, region: str | None = None) -> Any:
            Counting.asked += type_ == MEMBERSHIP
            return super().of(type_, account, region)

    config = {"AssumeRolePolicyDocument": {"Statement": [allow({"AWS": [THEM, BOSS]})]}}
    roles = [resource(ROLE, config, region="global", id=f"r{n}") for n in range(5)]
    facts = Facts(Counting(ALONE, *roles))
    for role in roles:
        facts.fact(role, "trust")
    assert Counting.asked == 1


def told(found: Partial) -> tuple[Any, Any]:
    """Whether anybody, and whether an account without conditions, is surely let in; `None` where in doubt."""
    if "" in found.unknown:
        return None, None
    out = []
    for kind in ("anybody", "external"):
        elements = range(len(found.value[kind]))
        sure = any(f"/{kind}/{index}" not in found.unknown for index in elements)
        out.append(True if sure else None if elements or f"/{kind}/-" in found.unknown else False)
    return out[0], out[1]


STATEMENTS = st.sampled_from(
    [
        allow("*"),
        allow({"AWS": [THEM, ACCOUNT]}, StringEquals={"sts:ExternalId": "x"}),
        allow({"Service": "ec2.amazonaws.com"}),
        deny(),
        deny(ASSUME, StringNotEquals={"aws:PrincipalOrgID": "o-1"}),
        allow({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-1"}),
    ]
)


@given(st.data(), st.lists(STATEMENTS, max_size=3))
@settings(max_examples=300)
def test_what_is_told_of_a_part_holds_for_the_whole(data: st.DataObject, statements: list[Any]) -> None:
    config = {"AssumeRolePolicyDocument": {"Statement": statements}}
    part = data.draw(hidden(config))
    whole = told(fact(resource(ROLE, config), "trust", ALONE))
    found = told(fact(resource(ROLE, part.value, part.unknown), "trust", ALONE))
    assert all(now is None or now == full for now, full in zip(found, whole, strict=True) if full is not None)
