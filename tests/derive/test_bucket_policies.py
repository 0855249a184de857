"""Buckets: lockouts, organizations in conditions, what is held back by one block alone, access points."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, REGION, fact, resource

from scanner.model import Partial, Resource, Why

BUCKET, POINT, MULTI = "AWS::S3::Bucket", "AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"
SETTINGS, MEMBERSHIP = "AWS::S3::AccountSettings", "AWS::Organizations::Membership"
BLOCK = "PublicAccessBlockConfiguration"
ARN = "arn:aws:s3:::data"


def statement(effect: str, action: Any = "s3:*", place: Any = (ARN, f"{ARN}/*"), **more: Any) -> dict[str, Any]:
    places = list(place) if isinstance(place, tuple) else place
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": places, **more}


def bucket(*statements: Any, unknown: Any = None, **config: Any) -> Resource:
    policy = {} if "/Policy" in (unknown or {}) else {"Policy": {"Statement": list(statements)}}
    return resource(BUCKET, {"Name": "data", **policy, **config}, unknown, id=ARN, name="data")


def settings(**flags: bool) -> Resource:
    return resource(SETTINGS, {BLOCK: flags}, region="global", id="settings")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (statement("Deny"), True),
        (statement("Deny", "*", "*"), True),
        (statement("Deny", "s3:*", f"{ARN}/*"), True),
        (statement("Deny", "s3:*", f"{ARN}/private/*"), False),
        (statement("Deny", "s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}), False),
        (statement("Deny", "s3:GetObject"), False),
        (statement("Allow"), False),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": ARN}, False),
        ({**statement("Deny"), "Principal": {"AWS": "222222222222"}}, False),
        (statement("Deny", Condition={}), True),
    ],
    ids=str,
)
def test_lockouts(one: dict[str, Any], *, expected: bool) -> None:
    found = fact(bucket(one), "locks_out")
    assert not found.unknown
    assert bool(found.value) is expected


def test_a_lockout_that_is_not_known() -> None:
    assert fact(bucket(unknown={"/Policy": DENIED}), "locks_out").unknown[""].why is Why.DENIED
    found = fact(bucket(statement("Deny"), unknown={"/Policy/Statement/0/Condition": LATER}), "locks_out")
    assert found.unknown["/0"].kind == "maybe"


OURS = resource(
    MEMBERSHIP, {"Organization": {"Id": "o-ours", "MasterAccountId": ACCOUNT}, "Accounts": []}, region="global", id="m"
)


def organizations(effect: str, operator: str, value: Any, key: str = "aws:PrincipalOrgID") -> Partial:
    return fact(bucket(statement(effect, Condition={operator: {key: value}})), "organization_conditions", OURS)


@pytest.mark.parametrize(
    ("effect", "operator", "value", "expected"),
    [
        ("Allow", "StringEquals", "o-ours", [True]),
        ("Allow", "StringEquals", ["o-ours", "o-others"], [True, False]),
        ("Allow", "StringLike", "o-*", [False]),
        ("Allow", "StringEquals", "${aws:ResourceOrgID}", [True]),
        ("Allow", "StringEqualsIfExists", "o-ours", [False]),
        ("Allow", "StringNotEquals", "o-ours", [False]),
        ("Allow", "ForAllValues:StringEquals", "o-ours", [False]),
        ("Deny", "StringNotEquals", "o-ours", [True]),
        ("Deny", "StringNotEqualsIfExists", "o-ours", [True]),
        ("Deny", "StringNotEquals", "o-others", [False]),
        ("Allow", "Null", "false", []),
    ],
)
def test_organizations(effect: str, operator: str, value: Any, expected: list[bool]) -> None:
    found = organizations(effect, operator, value)
    assert not found.unknown
    assert [one["own"] for one in found.value] == expected


def test_paths_and_organizations_that_are_not_known() -> None:
    key = "aws:PrincipalOrgPaths"
    assert organizations("Allow", "ForAnyValue:StringLike", ["o-ours/r-1/*"], key).value[0]["own"] is True
    assert organizations("Allow", "ForAnyValue:StringLike", ["o-*/r-1/*"], key).value[0]["own"] is False
    one = bucket(statement("Allow", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-ours"}}))
    found = fact(one, "organization_conditions", incomplete={MEMBERSHIP: DENIED})
    assert found.unknown["/0/own"].why is Why.DENIED
    assert fact(bucket(unknown={"/Policy": DENIED}), "organization_conditions").unknown[""].why is Why.DENIED


GRANT = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}


@pytest.mark.parametrize(("account", "own"), [(True, True), (True, False), (False, True), (False, False)])
def test_what_is_held_back(*, account: bool, own: bool) -> None:
    one = bucket(statement("Allow"), Acl={"Grants": [GRANT]}, **{BLOCK: {"RestrictPublicBuckets": own}})
    found = fact(one, "latent_public", settings(RestrictPublicBuckets=account, IgnorePublicAcls=True))
    assert not found.unknown
    told = [(way["via"], way["account"], way["bucket"]) for way in found.value]
    assert told == [("policy", account, own), ("acl", True, False)]


def test_blocks_that_are_not_known() -> None:
    one = bucket(statement("Allow"), unknown={f"/{BLOCK}": DENIED})
    found = fact(one, "latent_public", incomplete={SETTINGS: DENIED})
    assert {"/0/account", "/0/bucket"} <= set(found.unknown)
    assert fact(bucket(unknown={"/Policy": DENIED}), "latent_public", settings()).unknown["/-"].why is Why.DENIED


DELEGATES = statement("Allow", Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}})
PUBLIC = statement("Allow", "s3:GetObject", "arn:aws:s3:eu-west-1:111111111111:accesspoint/p/object/*")


def point(*statements: Any, unknown: Any = None, **config: Any) -> Resource:
    own = {"Name": "p", "Bucket": "data", "BucketAccountId": ACCOUNT, "NetworkOrigin": "Internet"}
    policy = {} if "/Policy" in (unknown or {}) else {"Policy": {"Statement": list(statements)}}
    return resource(POINT, {**own, **policy, **config}, unknown, id="p", name="p")


NOT_THROUGH = statement("Deny", Condition={"StringNotEquals": {"s3:DataAccessPointAccount": ACCOUNT}})


@pytest.mark.parametrize(
    ("own", "behind", "expected"),
    [
        (point(PUBLIC), bucket(DELEGATES), True),
        (point(PUBLIC), bucket(DELEGATES, NOT_THROUGH), True),
        (point(PUBLIC), bucket(statement("Allow")), True),
        (point(PUBLIC), bucket(), False),
        (point(PUBLIC), bucket({**DELEGATES, "Principal": {"AWS": ACCOUNT}}), False),
        (point(PUBLIC), bucket(DELEGATES, statement("Deny")), False),
        (point(PUBLIC), bucket(DELEGATES, **{BLOCK: {"RestrictPublicBuckets": True}}), False),
        (point(PUBLIC, **{BLOCK: {"RestrictPublicBuckets": True}}), bucket(DELEGATES), False),
        (point(PUBLIC, NetworkOrigin="VPC"), bucket(DELEGATES), False),
        (point({**PUBLIC, "Principal": {"AWS": "222222222222"}}), bucket(DELEGATES), False),
        (point({**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}), bucket(DELEGATES), False),
        (point({**PUBLIC, "Condition": {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}}), bucket(DELEGATES), True),
        (point(), bucket(DELEGATES), False),
    ],
    ids=str,
)  # fmt: skip
def test_access_points(own: Resource, behind: Resource, *, expected: bool) -> None:
    found = fact(own, "point_public", behind, settings())
    assert not found.unknown
    assert bool(found.value) is expected
    assert not fact(own, "point_public", behind, settings(RestrictPublicBuckets=True)).value


POINT_ARN = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/p"
ITS_OBJECTS = f"{POINT_ARN}/object/*"
ON_BUCKET = (ARN, f"{ARN}/*")


def passed(own: list[Any], behind: list[Any]) -> list[int]:
    """The numbers of the access point's statements that open the bucket."""
    known = point(*own)
    known.id = POINT_ARN
    found = fact(known, "point_public", bucket(*behind), settings())
    assert not found.unknown
    return [int(one["source"].rpartition("/")[2]) for one in found.value]


@pytest.mark.parametrize(
    ("own", "behind", "expected"),
    [
        ([statement("Allow", "*", "*"), statement("Deny", "s3:*", "*")], [DELEGATES], []),
        ([statement("Allow", "*", "*"), statement("Deny", "s3:Get*", "*")], [DELEGATES], [0]),
        ([statement("Allow", "s3:*", "*")], [statement("Allow", "*"), statement("Deny", "s3:*", "*")], []),
        ([statement("Allow", "s3:Get*", ITS_OBJECTS), statement("Deny", "s3:GetObject*", ITS_OBJECTS)], [DELEGATES], []),
        ([statement("Allow", "s3:Get*", ITS_OBJECTS), statement("Deny", "s3:GetObject", ITS_OBJECTS)], [DELEGATES], [0]),
        # what the one allows is not what the other does
        ([statement("Allow", "s3:PutObject", "*")], [statement("Allow", "s3:GetObject", f"{ARN}/*")], []),
        ([statement("Allow", "s3:*", "*")], [statement("Allow", "s3:GetObject", f"{ARN}/*")], [0]),
        ([statement("Allow", "s3:*", POINT_ARN)], [statement("Allow", "s3:*", f"{ARN}/*")], []),
        ([statement("Allow", "s3:*", POINT_ARN)], [statement("Allow", "s3:*", ARN)], [0]),
        ([statement("Allow", "s3:ListBucketMultipartUploads", POINT_ARN)], [statement("Allow", "s3:*", ARN)], [0]),
        ([statement("Allow", "s3:GetObject", POINT_ARN)], [DELEGATES], []),
        ([statement("Allow", "s3:*", f"{POINT_ARN}/object/a/*")], [statement("Allow", "s3:*", f"{ARN}/b/*")], []),
        ([statement("Allow", "s3:*", f"{POINT_ARN}/object/a/*")], [statement("Allow", "s3:*", "arn:aws:s3:::d*/*/b")], [0]),
        ([statement("Allow", "s3:*", ITS_OBJECTS)], [{**statement("Allow", "s3:*"), "NotResource": [ARN, f"{ARN}/*"]} | {"Resource": None}], []),
        # the keys of the access point are what they are
        ([statement("Allow", "s3:*", ITS_OBJECTS, Condition={"StringEquals": {"s3:DataAccessPointAccount": "999999999999"}})], [DELEGATES], []),
        ([statement("Allow", "s3:*", ITS_OBJECTS)], [DELEGATES, statement("Deny", "s3:*", Condition={"StringEquals": {"s3:DataAccessPointArn": POINT_ARN}})], []),
        ([statement("Allow", "s3:*", ITS_OBJECTS)], [DELEGATES, statement("Deny", "s3:*", Condition={"StringNotEquals": {"s3:DataAccessPointArn": POINT_ARN}})], [0]),
        ([statement("Allow", "s3:GetObject", ITS_OBJECTS), statement("Allow", "s3:PutObject", ITS_OBJECTS)], [DELEGATES, statement("Deny", "s3:Get*")], [1]),
    ],
    ids=str,
)  # fmt: skip
def test_denials_of_both_policies_are_taken_off_exactly(own: list[Any], behind: list[Any], expected: list[int]) -> None:
    behind = [{name: value for name, value in one.items() if value is not None} for one in behind]
    assert passed(own, behind) == expected


def test_access_points_that_are_not_known() -> None:
    assert fact(point(PUBLIC), "point_public", settings()).unknown["/0"].why is Why.OUT_OF_SCOPE
    assert fact(point(PUBLIC), "point_public", settings(), incomplete={BUCKET: DENIED}).unknown["/0"].why is Why.DENIED
    hidden = bucket(unknown={"/Policy": DENIED})
    assert fact(point(PUBLIC), "point_public", settings(), hidden).unknown["/0"].why is Why.DENIED
    assert fact(point(PUBLIC), "point_public", bucket(DELEGATES)).unknown["/0"].why is Why.NOT_COLLECTED
    assert fact(point(unknown={"/Policy": DENIED}), "point_public", settings()).unknown[""].why is Why.DENIED


def test_points_of_several_regions() -> None:
    config = {
        "Name": "m",
        "Policy": {"Statement": PUBLIC},
        "Regions": [{"Bucket": "data", "Region": REGION}, {"Bucket": "none", "Region": REGION}],
    }
    multi = resource(MULTI, config, region="global", id="m", name="m")
    other = resource(BUCKET, {"Name": "none", "Policy": None}, id="none", name="none")
    found = fact(multi, "point_public", bucket(DELEGATES), other, settings())
    assert [one["bucket"] for one in found.value] == ["data"]


def test_directory_buckets_grant_to_other_accounts() -> None:
    them = {
        "Effect": "Allow",
        "Principal": {"AWS": "222222222222"},
        "Action": "s3express:CreateSession",
        "Resource": "*",
    }
    one = resource("AWS::S3Express::DirectoryBucket", {"Policy": {"Statement": [them]}})
    found = fact(one, "external_grants", OURS)
    assert [(grant["account"], grant["actions"]) for grant in found.value] == [
        ("222222222222", ["s3express:CreateSession"])
    ]
