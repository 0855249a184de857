"""What a policy gives to principals of other accounts, and what is only taken for it."""

from __future__ import annotations

from typing import Any

import pytest
from derive_policies import GET, ME, STRONG, WEAK, policy
from derive_worlds import DENIED, LATER, completes, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Resource, Unknown, Why

BUCKET, KEY, MEMBERSHIP = "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Organizations::Membership"
OTHER = "222222222222"
OWN_ORG = "o-a1b2c3d4e5"


def organisation(id_: str | None, unknown: Any = None) -> Resource:
    body = {"Id": id_} if id_ else None
    return resource(MEMBERSHIP, {"Organization": body}, unknown, region="global", id="membership")


def grants(document: Any, unknown: Any = None, type_: str = BUCKET, **more: Any) -> Partial:
    own = more.pop("organisation", organisation(OWN_ORG))
    envelope = {"account": more.pop("account", ME)}
    return fact(resource(type_, {"Policy": document}, unknown, **envelope), "external_grants", own, **more)


def accounts(statement: dict[str, Any], **more: Any) -> list[str]:
    found = grants(policy(statement), **more)
    assert found.unknown == {}
    return [one["account"] for one in found.value]


def to(principal: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    return {**GET, "Principal": principal, "Condition": condition, **more}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": OTHER}, [OTHER]),
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, [OTHER]),
        ({"AWS": [f"arn:aws:iam::{OTHER}:role/r", f"arn:aws:iam::{ME}:root"]}, [OTHER]),
        ({"AWS": [f"arn:aws:sts::{OTHER}:assumed-role/r/s", "333333333333"]}, [OTHER, "333333333333"]),
        ({"AWS": f"arn:aws-us-gov:iam::{OTHER}:user/u"}, [OTHER]),
        ({"Federated": f"arn:aws:iam::{OTHER}:saml-provider/p"}, [OTHER]),
        ("*", ["*"]),
        ({"AWS": "*"}, ["*"]),
        ({"AWS": ME}, []),
        ({"AWS": f"arn:aws:iam::{ME}:role/r"}, []),
        ({"Service": "cloudtrail.amazonaws.com"}, []),
        ({"Federated": "cognito-identity.amazonaws.com"}, []),
        # Deleted principals, CloudFront's identities and the load balancers of us-east-1.
        ({"AWS": ["AROAEXAMPLEEXAMPLEEXA", "AIDAEXAMPLEEXAMPLEEXA"]}, []),
        ({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}, []),
        ({"AWS": "arn:aws:iam::127311923021:root"}, []),
    ],
)
def test_who_is_of_another_account(principal: Any, expected: list[str]) -> None:
    assert accounts(to(principal)) == expected


def test_load_balancers_write_to_buckets_only() -> None:
    assert accounts(to({"AWS": "127311923021"}), type_=KEY) == ["127311923021"]


def test_everybody_but_some_is_everybody() -> None:
    statement = {key: value for key, value in GET.items() if key != "Principal"}
    assert accounts({**statement, "NotPrincipal": {"AWS": ME}}) == ["*"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": OWN_ORG}}, []),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-others"}}, ["o-others"]),
        ({"StringEquals": {"aws:PrincipalOrgID": [OWN_ORG, "o-others"]}}, ["o-others"]),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{OWN_ORG}/*"}}, []),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-others/r-1/*"}}, ["o-others"]),
        ({"StringEquals": {"aws:PrincipalAccount": ME}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": [ME, OTHER]}}, [OTHER]),
        ({"StringEquals": {"kms:CallerAccount": OTHER}}, [OTHER]),
        ({"StringEquals": {"kms:CallerAccount": ME, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, []),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ME}:role/*"}}, []),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}}, [OTHER]),
        ({"StringEquals": {"aws:SourceAccount": ME}}, []),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, []),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, []),
        ({"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, ["*"]),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": OWN_ORG}}, ["*"]),
        ({"StringNotEquals": {"aws:PrincipalAccount": ME}}, ["*"]),
    ],
)
def test_whom_conditions_leave_of_anybody(condition: Any, expected: list[str]) -> None:
    assert accounts(to("*", condition)) == expected


def test_a_named_stranger_of_the_own_organisation_is_no_stranger() -> None:
    own, others = ({"StringEquals": {"aws:PrincipalOrgID": id_}} for id_ in (OWN_ORG, "o-others"))
    assert accounts(to({"AWS": OTHER}, own)) == []
    assert accounts(to({"AWS": OTHER}, others)) == [OTHER]
    assert accounts(to({"AWS": OTHER}, {"StringEquals": {"aws:SourceVpce": "vpce-1"}})) == [OTHER]


def test_an_account_without_an_organisation_has_none_of_its_own() -> None:
    statement = to("*", {"StringEquals": {"aws:PrincipalOrgID": OWN_ORG}})
    assert accounts(statement, organisation=organisation(None)) == [OWN_ORG]


@pytest.mark.parametrize("condition", STRONG)
def test_what_is_fixed_is_never_anybody(condition: Any) -> None:
    assert "*" not in accounts(to("*", condition))


@pytest.mark.parametrize("condition", WEAK)
def test_what_is_not_fixed_is_anybody(condition: Any) -> None:
    assert "*" in accounts(to("*", condition))


def test_a_deny_for_all_others_takes_anybody_out() -> None:
    deny = {**GET, "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    spare = {"StringNotEquals": {"aws:PrincipalOrgID": OWN_ORG}}
    assert grants(policy(GET, {**deny, "Condition": spare})).value == []
    assert len(grants(policy(GET, {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}})).value) == 1


@pytest.mark.parametrize("change", [{"Effect": "Deny"}, {"Action": None, "NotAction": "*"}])
def test_what_grants_nothing(change: dict[str, Any]) -> None:
    statement = {key: value for key, value in to({"AWS": OTHER}, **change).items() if value is not None}
    assert accounts(statement) == []


@pytest.mark.parametrize(
    ("type_", "action", "expected"),
    [
        (BUCKET, "s3:GetObject", []),
        (BUCKET, "s3:PutBucketPol*", ["s3:PutBucketPolicy"]),
        (BUCKET, ["s3:putobjectacl", "s3:PutObject"], ["s3:PutObjectAcl"]),
        (KEY, "kms:*", ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]),
        (KEY, "kms:Decrypt", []),
    ],
)
def test_which_of_the_actions_administer(type_: str, action: Any, expected: list[str]) -> None:
    found = grants(policy(to({"AWS": OTHER}, Action=action)), type_=type_).value
    assert [one["administers"] for one in found] == [expected]


def test_all_that_is_told_of_a_grant() -> None:
    assert grants(policy(to({"AWS": OTHER}, Sid="Share"))).value == [
        {
            "index": 0,
            "sid": "Share",
            "account": OTHER,
            "principal": OTHER,
            "actions": ["s3:GetObject"],
            "administers": [],
            "source": "/Policy/Statement/0",
        }
    ]


def test_an_organisation_that_was_not_read_leaves_it_in_doubt() -> None:
    statement = to("*", {"StringEquals": {"aws:PrincipalOrgID": OWN_ORG}})
    missing = fact(resource(BUCKET, {"Policy": policy(statement)}), "external_grants", incomplete={MEMBERSHIP: DENIED})
    assert [one["account"] for one in missing.value] == [OWN_ORG]
    assert (missing.unknown["/0"].kind, missing.unknown["/0"].why) == ("maybe", Why.DENIED)
    hidden_ = grants(policy(statement), organisation=organisation(OWN_ORG, {"/Organization": DENIED}))
    assert hidden_.unknown["/0"].kind == "maybe"


def test_where_the_account_is_not_told_a_stranger_is_in_doubt() -> None:
    found = grants(policy(to({"AWS": OTHER})), account="")
    assert [one["account"] for one in found.value] == [OTHER]
    assert found.unknown["/0"].kind == "maybe"


def test_the_own_account_as_a_placeholder() -> None:
    own = Unknown(Why.AFTER_APPLY, "opaque", token="arn:aws:iam::${AWS::AccountId}:root")
    made = Unknown(Why.AFTER_APPLY, "opaque", token="aws_iam_role.r.arn")
    place = "/Policy/Statement/0/Principal/AWS"
    document = policy({**GET, "Principal": {}})
    assert grants(document, {place: own}).unknown == {}
    assert list(grants(document, {place: made}).unknown) == ["/-"]
    condition = policy({**GET, "Condition": {"StringEquals": {}}})
    own = Unknown(Why.AFTER_APPLY, "opaque", token="AWS::AccountId")
    at = "/Policy/Statement/0/Condition/StringEquals/aws:PrincipalAccount"
    assert (grants(condition, {at: own}).value, grants(condition, {at: own}).unknown) == ([], {})


def test_a_canonical_user_may_be_anybodys() -> None:
    assert list(grants(policy(to({"CanonicalUser": "0a" * 32}))).unknown) == ["/-"]


def test_an_unknown_policy_tells_nothing() -> None:
    assert list(grants(None, {"/Policy": DENIED}).unknown) == [""]
    assert grants(None).value == []


def test_what_is_unknown_of_a_statement_stays_within_it() -> None:
    found = grants(policy(to({"AWS": OTHER})), {"/Policy/Statement/0/Action": LATER})
    assert [one["account"] for one in found.value] == [OTHER]
    assert set(found.unknown) == {"/0/actions", "/0/administers/-"}


STATEMENTS = st.builds(
    to,
    st.sampled_from(["*", {"AWS": OTHER}, {"AWS": [ME, OTHER]}, {"Service": "s3.amazonaws.com"}]),
    st.sampled_from([None, *STRONG[:8], *WEAK[2:8], {"StringEquals": {"aws:PrincipalOrgID": "o-others"}}]),
    Effect=st.sampled_from(["Allow", "Allow", "Deny"]),
    Action=st.sampled_from(["s3:GetObject", "s3:*", ["s3:PutBucketPolicy"]]),
)


@settings(max_examples=200)
@given(st.data(), st.lists(STATEMENTS, max_size=2), st.sampled_from([OWN_ORG, None]))
def test_partial_policies_hold_for_every_completion(data: st.DataObject, made: list[Any], own: str | None) -> None:
    config = {"Policy": policy(*made)}
    part = data.draw(hidden(config))
    told = grants(part.value.get("Policy"), part.unknown, organisation=organisation(own))
    assert completes(told, grants(config["Policy"], organisation=organisation(own)).value)
