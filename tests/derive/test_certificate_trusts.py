"""What roles ask of those who take them with a certificate."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Unknown, Why

ANCHOR = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/0a"
SERVICE = {"Service": "rolesanywhere.amazonaws.com"}
CONDITION = "/AssumeRolePolicyDocument/Statement/0/Condition"


def allow(principal: Any = SERVICE, action: Any = "sts:AssumeRole", **lines: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": lines}


def trusts(*statements: Any, unknown: Any = None) -> Partial:
    config = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return fact(resource("AWS::IAM::Role", config, unknown, region="global"), "certificate_trusts")


def judged(*statements: Any) -> list[tuple[bool, bool]]:
    found = trusts(*statements)
    assert not found.unknown
    return [(one["trust_anchor"], one["attribute"]) for one in found.value]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({}, False),
        ({"ArnEquals": {"aws:SourceArn": ANCHOR}}, True),
        ({"StringEquals": {"AWS:sourcearn": [ANCHOR, f"{ANCHOR}b"]}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{ACCOUNT}:trust-anchor/0a"}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/*"}}, False),
        ({"ArnLike": {"aws:SourceArn": [ANCHOR, f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:*"]}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:rolesanywhere:*:*:trust-anchor/0a"}}, False),
        ({"ArnEqualsIfExists": {"aws:SourceArn": ANCHOR}}, False),
        ({"ArnNotEquals": {"aws:SourceArn": ANCHOR}}, False),
        ({"ForAllValues:ArnEquals": {"aws:SourceArn": ANCHOR}}, False),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, False),
    ],
    ids=str,
)
def test_the_trust_anchor(lines: dict[str, Any], *, expected: bool) -> None:
    assert judged(allow(**lines)) == [(expected, False)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "plant"}}, True),
        ({"StringEquals": {"aws:PrincipalTag/x509Issuer/OU": ["a", "b"]}}, True),
        ({"StringLike": {"aws:PrincipalTag/x509SAN/DNS": "*.example.com"}}, True),
        ({"StringEquals": {"sts:SourceIdentity": "plant"}}, True),
        ({"StringLike": {"aws:PrincipalTag/x509Subject/CN": "*"}}, False),
        ({"StringLike": {"aws:PrincipalTag/x509Subject/CN": ["plant", "?*"]}}, False),
        ({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "${aws:PrincipalTag/x509Subject/OU}"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalTag/x509Subject/CN": "plant"}}, False),
        ({"StringNotEquals": {"aws:PrincipalTag/x509Subject/CN": "plant"}}, False),
        ({"Null": {"aws:PrincipalTag/x509Subject/CN": "false"}}, False),
        ({"StringEquals": {"aws:PrincipalTag/team": "plant"}}, False),
    ],
    ids=str,
)
def test_what_the_certificate_says(lines: dict[str, Any], *, expected: bool) -> None:
    assert judged(allow(**lines)) == [(False, expected)]


def test_a_deny_of_all_others_counts() -> None:
    lines = {"ArnNotEquals": {"aws:SourceArn": ANCHOR}}
    assert judged(allow(), {**allow("*", "*", **lines), "Effect": "Deny"}) == [(True, False)]


def test_only_statements_that_admit_the_service() -> None:
    others = (allow({"Service": "ec2.amazonaws.com"}), allow({"AWS": ACCOUNT}), allow(action="sts:TagSession"))
    assert judged(*others, {**allow(), "Effect": "Deny"}) == []
    assert (
        judged(allow({"Service": ["ec2.amazonaws.com", SERVICE["Service"]]}, "sts:*"), allow()) == [(False, False)] * 2
    )
    assert judged(allow(), {**allow("*", "*"), "Effect": "Deny", "Condition": {}}) == []


def test_what_is_not_known() -> None:
    assert trusts(unknown={"/AssumeRolePolicyDocument": DENIED}).unknown[""].why is Why.DENIED
    assert set(trusts(allow(), unknown={CONDITION: LATER}).unknown) == {"/0/trust_anchor", "/0/attribute"}
    place = "/AssumeRolePolicyDocument/Statement/0/Principal"
    assert trusts({"Effect": "Allow", "Action": "sts:*"}, unknown={place: LATER}).unknown["/0"].kind == "maybe"
    later = Unknown(Why.AFTER_APPLY, kind="opaque", token="anchor")
    named = trusts(allow(ArnEquals={}), unknown={f"{CONDITION}/ArnEquals/aws:SourceArn": later})
    assert named.value[0]["trust_anchor"] is True, "the ARN of a resource of the same plan names one thing"
