"""Errors and security warnings of policies as facts: certain where they are, unknown where a part is."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st
from test_validation import CASES

from scanner.derive.access.validation.codes import CATEGORY
from scanner.model import Unknown, Why

TYPO = {"Effect": "Allow", "Action": ["s3:GetObjct"], "Resource": "*"}
SOUND = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
SPOOFED = {**SOUND, "Condition": {"StringEquals": {"aws:Referer": "a"}}}
PASSES = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


def doc(*statements: Any, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def managed(document: Any, unknown: Any = None) -> Any:
    return fact(resource("AWS::IAM::ManagedPolicy", {"PolicyDocument": document}, unknown), "policy_findings")


def codes(found: Any, kind: str = "errors") -> list[tuple[str, str]]:
    return [(one["code"], one["source"]) for one in found.value[kind]]


def test_findings_say_what_and_where():
    found = managed(doc(SOUND, TYPO))
    (error,) = found.value["errors"]
    assert error["code"] == "INVALID_ACTION"
    assert error["source"] == "/PolicyDocument/Statement/1/Action/0"
    assert "s3:GetObject" in error["message"]
    assert not found.unknown
    assert managed(doc(SOUND)).value == {"errors": [], "security_warnings": []}
    assert codes(managed(doc(SPOOFED)), "security_warnings") == [
        ("UNTRUSTWORTHY_CONDITION_KEY", "/PolicyDocument/Statement/0/Condition/StringEquals/aws:Referer")
    ]


def test_what_other_rules_are_about_is_left_to_them():
    assert managed(doc(PASSES)).value["security_warnings"] == []


def test_inline_policies_are_named_and_trust_policies_are_read():
    role = resource(
        "AWS::IAM::Role",
        {
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": doc(TYPO)}],
            "AssumeRolePolicyDocument": doc({**TRUST, "Resource": "*"}),
        },
    )
    found = fact(role, "policy_findings")
    assert [(one["code"], one["policy"]) for one in found.value["errors"]] == [
        ("INVALID_ACTION", "own"),
        ("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", None),
    ]


@pytest.mark.parametrize(("type_", "action"), [("AWS::S3::Bucket", "kms:Decrypt"), ("AWS::KMS::Key", "s3:GetObject")])
def test_policies_of_resources_are_judged_as_such(type_, action):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    found = fact(resource(type_, {"Policy": doc(statement)}), "policy_findings")
    assert codes(found) == [("UNSUPPORTED_ACTION_IN_POLICY", "/Policy/Statement/0/Action")]
    assert fact(resource(type_, {"Policy": None}), "policy_findings").value["errors"] == []


@pytest.mark.parametrize(
    ("document", "unknown", "sure"),
    [
        # the whole
        (None, {"/PolicyDocument": DENIED}, []),
        (doc(TYPO), {"/PolicyDocument/Version": LATER}, []),
        ("text", {}, []),
        # another statement
        (doc(TYPO, {**SOUND, "Resource": None}), {"/PolicyDocument/Statement/1/Resource": LATER}, ["INVALID_ACTION"]),
        (doc(TYPO), {"/PolicyDocument/Statement/-": LATER}, ["INVALID_ACTION"]),
        (doc(), {"/PolicyDocument/Statement/-": LATER}, []),
        # a part of the statement that has no say
        (doc({**TYPO, "Resource": None}), {"/PolicyDocument/Statement/0/Resource": LATER}, ["INVALID_ACTION"]),
        (
            doc({**TYPO, "Action": ["s3:GetObjct", None]}),
            {"/PolicyDocument/Statement/0/Action/1": LATER},
            ["INVALID_ACTION"],
        ),
        # one that has
        (doc({**SOUND, "Action": [None]}), {"/PolicyDocument/Statement/0/Action/0": LATER}, []),
        (doc({**SOUND, "Resource": None}), {"/PolicyDocument/Statement/0/Resource": LATER}, []),
        ({**doc(), "Statement": None}, {"/PolicyDocument/Statement": LATER}, []),
        (
            doc({**SOUND, "Sid": "a"}, {**SOUND, "Sid": "a"}),
            {"/PolicyDocument/Statement/0": Unknown(Why.AFTER_APPLY, "maybe")},
            [],
        ),
        (doc(TYPO), {"/PolicyDocument/Statement/0": Unknown(Why.AFTER_APPLY, "maybe")}, []),
    ],
)
def test_unknown_parts_take_away_only_what_they_could_change(document, unknown, sure):
    found = managed(document, unknown)
    assert [one["code"] for one in found.value["errors"]] == sure
    assert "/errors/-" in found.unknown
    # no security warning asks for the resource
    assert ("/security_warnings/-" in found.unknown) == (not any("Resource" in place for place in unknown))


def opaque(token):
    return Unknown(Why.AFTER_APPLY, "opaque", token=token)


def test_arns_with_a_name_to_come_are_taken_for_arns():
    document = doc({**SOUND, "Resource": [None, "bucket"]}, {**TYPO, "Resource": None})
    places = ("/PolicyDocument/Statement/0/Resource/0", "/PolicyDocument/Statement/1/Resource")
    found = managed(document, dict.fromkeys(places, opaque("arn:aws:s3:::${B}/*")))
    assert [one["code"] for one in found.value["errors"]] == ["MISSING_ARN_FIELD", "INVALID_ACTION"]
    assert not found.unknown
    del document["Statement"][1]["Resource"]
    assert managed(document, dict.fromkeys(places, opaque("arn:aws:s3:::${B}/*"))).value == found.value
    assert document["Statement"][0]["Resource"][0] is None
    key = doc({"Effect": "Allow", "Principal": {"AWS": None}, "Action": "kms:*", "Resource": "*"})
    own = resource("AWS::KMS::Key", {"Policy": key}, {"/Policy/Statement/0/Principal/AWS": opaque("account.root")})
    assert not fact(own, "policy_findings").unknown
    beyond = managed(doc(SOUND), {"/PolicyDocument/Statement/0/Action/7": opaque("arn:aws:s3:::${B}")})
    assert "/errors/-" in beyond.unknown
    name = managed(doc({**SOUND, "Resource": None}), {"/PolicyDocument/Statement/0/Resource": opaque("Bucket")})
    assert "/errors/-" in name.unknown


def test_unread_inline_policies_leave_more_unknown():
    for unknown in ({"/UserPolicyList": DENIED}, {"/UserPolicyList/-": DENIED}):
        found = fact(resource("AWS::IAM::User", {"UserPolicyList": []}, unknown), "policy_findings")
        assert found.unknown["/errors/-"].why == Why.DENIED


def test_codes_that_are_named_exist():
    from scanner.derive.access import policy_findings

    assert set(CATEGORY) >= policy_findings._LOCAL
    assert all(any(code.startswith(each) for code in CATEGORY) for each in policy_findings._ELSEWHERE)


_TYPES = {"identity": "AWS::IAM::ManagedPolicy", "resource": "AWS::S3::Bucket", "trust": "AWS::IAM::Role"}
_MEMBERS = {"identity": "PolicyDocument", "resource": "Policy", "trust": "AssumeRolePolicyDocument"}
_JUDGED = [case for case in CASES if case[1] in _TYPES]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_what_is_certain_of_a_part_is_so_of_the_whole(data):
    """The law: a finding given of what is known is there however the rest turns out to be."""
    _, type_, has, has_not = data.draw(st.sampled_from(_JUDGED))
    statements = [one for each in (has, has_not) for one in _listed(each.get("Statement"))]
    config = {_MEMBERS[type_]: {**has, "Statement": statements}}
    part = data.draw(hidden(config))
    whole = _told(fact(resource(_TYPES[type_], config), "policy_findings"))
    sure = fact(resource(_TYPES[type_], part.value, part.unknown), "policy_findings")
    assert _told(sure) <= whole
    assert _told(sure) == whole or "/errors/-" in sure.unknown


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _told(found: Any) -> set[tuple[str, str]]:
    if "" in found.unknown:
        return set()
    return {pair for kind in ("errors", "security_warnings") for pair in codes(found, kind)}
