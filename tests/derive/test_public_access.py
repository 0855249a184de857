"""How everybody reaches a bucket: policy, ACL and blocks of public access weighed together."""

from __future__ import annotations

from typing import Any

import pytest
from derive_policies import GET, policy
from derive_worlds import DENIED, completes, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Resource

BUCKET, ACCOUNT_SETTINGS = "AWS::S3::Bucket", "AWS::S3::AccountSettings"
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOGS = "http://acs.amazonaws.com/groups/s3/LogDelivery"
PUT = {**GET, "Action": "s3:PutObject"}


def grant(group: str, permission: str) -> dict[str, Any]:
    return {"Grantee": {"Type": "Group", "URI": group}, "Permission": permission}


def block(**flags: bool) -> dict[str, bool]:
    return {**dict.fromkeys(FLAGS, False), **flags}


def account(flags: dict[str, bool] | None, unknown: Any = None) -> Resource:
    return resource(ACCOUNT_SETTINGS, {"PublicAccessBlockConfiguration": flags}, unknown, region="global", id="s3")


def access(config: dict[str, Any], unknown: Any = None, settings_: Resource | None = None, **more: Any) -> Partial:
    return fact(resource(BUCKET, config, unknown), "public_access", settings_ or account(None), **more)


def ways(config: dict[str, Any]) -> list[tuple[str, str]]:
    found = access(config)
    assert found.unknown == {}
    return [(one["what"], "r" * one["reads"] + "w" * one["writes"]) for one in found.value]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:GetObject", "r"),
        ("S3:getobject", "r"),
        ("s3:Get*", "r"),
        ("s3:List*", "r"),
        ("s3:PutObject", "w"),
        ("s3:Put*", "w"),
        ("s3:DeleteObject*", "w"),
        ("s3:AbortMultipartUpload", "w"),
        ("s3:*", "rw"),
        ("*", "rw"),
        (["s3:GetObject", "s3:PutBucketPolicy"], "rw"),
        ("s3:?etObject", "r"),
    ],
)
def test_what_a_public_statement_opens(action: Any, expected: str) -> None:
    assert ways({"Policy": policy({**GET, "Action": action})}) == [("statement 0", expected)]


def test_what_not_action_leaves() -> None:
    statement = {key: value for key, value in GET.items() if key != "Action"}
    assert ways({"Policy": policy({**statement, "NotAction": "s3:Put*"})}) == [("statement 0", "rw")]
    assert ways({"Policy": policy({**statement, "NotAction": ["s3:Get*", "s3:List*"]})}) == [("statement 0", "w")]
    assert ways({"Policy": policy({**statement, "NotAction": "s3:*"})}) == []


@pytest.mark.parametrize(
    ("permission", "expected"),
    [("READ", "r"), ("READ_ACP", "r"), ("WRITE", "w"), ("WRITE_ACP", "w"), ("FULL_CONTROL", "rw")],
)
@pytest.mark.parametrize(("group", "name"), [(ALL_USERS, "AllUsers"), (AUTHENTICATED, "AuthenticatedUsers")])
def test_what_a_grant_to_a_group_opens(permission: str, expected: str, group: str, name: str) -> None:
    assert ways({"Acl": {"Grants": [grant(group, permission)]}}) == [(f"{permission} for {name}", expected)]


def test_grants_to_others_open_nothing() -> None:
    owner = {"Grantee": {"Type": "CanonicalUser", "ID": "0a"}, "Permission": "FULL_CONTROL"}
    assert ways({"Acl": {"Grants": [owner, grant(LOGS, "WRITE")]}}) == []


@pytest.mark.parametrize("where", ["bucket", "account"])
@pytest.mark.parametrize(
    ("flag", "left"),
    [
        ("RestrictPublicBuckets", ["acl"]),
        ("IgnorePublicAcls", ["policy"]),
        ("BlockPublicPolicy", ["policy", "acl"]),
        ("BlockPublicAcls", ["policy", "acl"]),
    ],
)
def test_which_block_stops_what(flag: str, left: list[str], where: str) -> None:
    config = {"Policy": policy(GET), "Acl": {"Grants": [grant(ALL_USERS, "READ")]}}
    mine, theirs = (block(**{flag: True}), None) if where == "bucket" else (None, block(**{flag: True}))
    found = access({**config, "PublicAccessBlockConfiguration": mine}, settings_=account(theirs))
    assert [one["via"] for one in found.value] == left


def test_a_restricted_statement_opens_nothing() -> None:
    assert ways({"Policy": policy({**GET, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}})}) == []


SPARES = [
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/*"}},
    None,
]
DOES_NOT = [
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringNotEquals": {"aws:Referer": "https://example.com/"}},
    {"NotIpAddress": {"aws:SourceIp": "0.0.0.0/1"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"StringNotLike": {"aws:PrincipalOrgID": "o-*"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
]


def deny(condition: Any, **more: Any) -> dict[str, Any]:
    return {**GET, "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition, **more}


@pytest.mark.parametrize("condition", SPARES)
def test_a_deny_that_spares_only_the_fixed_takes_the_statement_out(condition: Any) -> None:
    assert ways({"Policy": policy(GET, deny(condition))}) == []


@pytest.mark.parametrize("condition", DOES_NOT)
def test_any_other_deny_leaves_it_open(condition: Any) -> None:
    assert ways({"Policy": policy(GET, deny(condition))}) == [("statement 0", "r")]


@pytest.mark.parametrize(
    "more",
    [
        {"Action": "s3:Put*"},
        {"Action": "s3:GetObjec"},
        {"Resource": "arn:aws:s3:::b/private/*"},
        {"Principal": {"AWS": "222222222222"}},
        {"NotAction": "s3:Put*", "Action": None},
        {"NotResource": "arn:aws:s3:::b/x", "Resource": None},
    ],
)
def test_a_deny_of_something_else_leaves_it_open(more: dict[str, Any]) -> None:
    statement = {key: value for key, value in deny(SPARES[0], **more).items() if value is not None}
    assert ways({"Policy": policy(GET, statement)}) == [("statement 0", "r")]


@pytest.mark.parametrize(
    ("named", "expected"),
    [({"AWS": ["1" * 12, f"arn:aws:iam::{'1' * 12}:root"]}, []), ({"AWS": "*"}, [("statement 0", "r")])],
)
def test_a_deny_for_all_but_those_it_names(named: Any, expected: list[Any]) -> None:
    statement = {key: value for key, value in deny(None).items() if key != "Principal"}
    assert ways({"Policy": policy(GET, {**statement, "NotPrincipal": named})}) == expected


def test_a_deny_of_a_part_of_the_actions_leaves_the_rest() -> None:
    both = {**GET, "Action": ["s3:GetObject", "s3:PutObject"]}
    assert ways({"Policy": policy(both, deny(SPARES[0], Action="s3:Get*"))}) == [("statement 0", "rw")]


def test_what_a_block_makes_irrelevant_need_not_be_known() -> None:
    blocked = {"PublicAccessBlockConfiguration": block(RestrictPublicBuckets=True, IgnorePublicAcls=True)}
    found = access(blocked, {"/Policy": DENIED, "/Acl": DENIED, "/OwnershipControls": DENIED})
    assert (found.value, found.unknown) == ([], {})
    enforced = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}, "Policy": None}
    assert access(enforced, {"/Acl": DENIED}).unknown == {}


def test_what_was_not_read_leaves_the_list_open() -> None:
    for place in ("/Policy", "/Acl"):
        found = access({"OwnershipControls": None}, {place: DENIED})
        assert (found.value, {why.operation for why in found.unknown.values()}) == ([], {"GetBucketPolicy"})
        assert list(found.unknown) == ["/-"]


def test_where_the_account_was_not_read_a_statement_may_be_open() -> None:
    found = fact(resource(BUCKET, {"Policy": policy(GET)}), "public_access", incomplete={ACCOUNT_SETTINGS: DENIED})
    assert [one["what"] for one in found.value] == ["statement 0"]
    assert found.unknown["/0"].kind == "maybe"
    assert found.unknown["/0"].why is DENIED.why


ALL_BUT = {"Effect": "Deny", "NotPrincipal": {"AWS": "1" * 12}, "Action": "s3:*", "Resource": "*"}
CONFIGS = st.fixed_dictionaries(
    {
        "Policy": st.lists(
            st.sampled_from(
                [GET, PUT, deny(SPARES[0]), deny(DOES_NOT[0]), {**GET, "Principal": {"AWS": "1" * 12}}, ALL_BUT]
            ),
            max_size=2,
        ).map(lambda items: policy(*items)),
        "Acl": st.lists(
            st.builds(grant, st.sampled_from([ALL_USERS, LOGS]), st.sampled_from(["READ", "WRITE"])), max_size=2
        ).map(lambda items: {"Grants": items}),
        "PublicAccessBlockConfiguration": st.none() | st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}),
        "OwnershipControls": st.just({"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
    }
)


@settings(max_examples=200)
@given(st.data(), CONFIGS)
def test_partial_access_holds_for_every_completion(data: st.DataObject, config: dict[str, Any]) -> None:
    part = data.draw(hidden(config))
    assert completes(access(part.value, part.unknown), access(config).value)
