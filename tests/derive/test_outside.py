"""Who outside gets in: everybody, accounts, organizations; what looks open and is not, and what is although it does not look so."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.outside.answers import outside
from scanner.derive.access.outside.passage import rests
from scanner.derive.access.search.strings import OutOfBudgetError
from scanner.derive.facts import Facts
from scanner.model import Resource, Unknown, Why
from tests.derive import world_snapshots as w

ALL, NOBODY = "*", ""
ALL_USERS = {
    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
    "Permission": "READ",
}
WRITER = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}


def policy(condition: Any = None, *more: Any, principal: Any = "*", **named: Any) -> dict[str, Any]:
    first = w.allow("s3:GetObject", "arn:aws:s3:::data/*", Principal=principal, Condition=condition or {})
    return w.doc({**first, **named}, *more)


def refuse(condition: Any, **more: Any) -> dict[str, Any]:
    both = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
    return w.deny("s3:*", both, Principal="*", Condition=condition, **more)


def let_in(scope: Any, *resources: Resource, trusted: Any = (), **more: Any) -> dict[str, list[str]]:
    answer = outside(w.world(*resources, **more), scope, trusted)
    found = {row["resource"]: [way["who"] for way in row["access"]] for row in answer["resources"]}
    return {**found, **{row["resource"]: ["?"] for row in answer["unknown"]}}


def who(document: Any, scope: Any = "external", *more: Resource, **settings: Any) -> list[str]:
    return let_in(scope, w.bucket("data", document, **settings), *more).get("arn:aws:s3:::data", [])


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        ({}, True),
        # what everybody can bring
        ({"StringEquals": {"aws:Referer": "https://example.com"}}, True),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}, True),
        ({"StringEquals": {"aws:PrincipalTag/team": "a"}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-bb"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-bb/*"}}, True),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, True),
        # what is somebody's
        ({"StringEquals": {"aws:PrincipalOrgID": "o-bb"}}, False),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-bb/r-1/*"}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{w.OTHER}:role/*"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": w.OTHER}}, False),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, False),
    ],
)  # fmt: skip
def test_a_condition_keeps_everybody_out_only_by_what_is_somebodys(condition: Any, public: bool) -> None:
    assert (who(policy(condition), "public") == [ALL]) is public


@pytest.mark.parametrize(
    ("denial", "public"),
    [
        (refuse({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), False),
        (refuse({"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}), False),
        (refuse({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpce": "false"}}), True),
        (refuse({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/48"]}}), False),
        (refuse({"StringNotEquals": {"aws:PrincipalOrgID": "o-aa"}}), False),
        (refuse({"Bool": {"aws:SecureTransport": "false"}}), True),
        (refuse({}, Action="s3:GetObject"), False),
        (refuse({}, Action="s3:PutObject"), True),
        (refuse({}, Resource="arn:aws:s3:::data/secret/*"), True),
        (refuse({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{w.OWN}:*"}}), False),
    ],
)
def test_denials_are_taken_off(denial: Any, public: bool) -> None:
    denial["Action"] = denial.pop("Action")
    assert (who(policy({}, denial), "public") == [ALL]) is public


def test_a_resource_is_not_reached_by_a_statement_on_another() -> None:
    assert who(policy(Resource="arn:aws:s3:::other/*"), "public") == []
    assert who(policy(Resource="arn:aws:s3:::dat?/*"), "public") == [ALL]


@pytest.mark.parametrize(
    ("resource", "condition", "public"),
    [
        # A role has no name of a user, and a user of any account has.
        ("home/${aws:username}/*", {}, True),
        ("home/${aws:username}/*", {"StringLike": {"aws:username": "a*"}}, True),
        ("${aws:PrincipalTag/team}/*", {}, True),
        ("home/${aws:username}/*", {"StringEquals": {"aws:PrincipalOrgID": "o-bb"}}, False),
        ("home/${aws:username}/*", {"Null": {"aws:username": "true"}}, False),
    ],
)
def test_a_variable_lets_in_whoever_has_it(resource: str, condition: Any, public: bool) -> None:
    document = {**policy(condition, Resource=f"arn:aws:s3:::data/{resource}"), "Version": "2012-10-17"}
    assert who(document, "public") == ([ALL] if public else [])


@pytest.mark.parametrize(
    ("principal", "named"),
    [
        ({"AWS": w.OTHER}, [w.OTHER]),
        ({"AWS": [f"arn:aws:iam::{w.OTHER}:role/r", w.OWN]}, [w.OTHER]),
        ({"AWS": w.OWN}, []),
        ({"Service": "logging.s3.amazonaws.com"}, []),
        ({"CanonicalUser": "ab" * 32}, ["ab" * 32]),
        ("*", [ALL]),
    ],
)
def test_accounts_that_are_named(principal: Any, named: list[str]) -> None:
    assert who(policy(principal=principal)) == named


def test_members_and_trusted_accounts_are_not_outside() -> None:
    shared = w.bucket("data", policy(principal={"AWS": [w.OTHER, w.MANAGER]}))
    assert let_in("external", shared)[shared.id] == [w.OTHER, w.MANAGER]
    assert let_in("external", shared, *w.organization())[shared.id] == [w.OTHER]
    assert let_in("external", shared, *w.organization(), trusted=[w.OTHER]) == {}


def test_an_organization_is_outside_unless_it_is_ones_own() -> None:
    of = policy({"StringEquals": {"aws:PrincipalOrgID": "o-aa"}})
    assert who(of) == ["o-aa"]
    assert who(of, "external", *w.organization()) == []
    other = policy({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-bb/*"}})
    assert who(other, "external", *w.organization()) == ["o-bb"]


def test_a_trusted_organization_is_not_outside_nor_are_its_members() -> None:
    def trusting(found: Resource, *trusted: str) -> list[str]:
        return let_in("external", found, *w.organization(), trusted=trusted).get(found.id, [])

    both = w.bucket("data", policy({"StringEquals": {"aws:PrincipalOrgID": ["o-bb", "o-cc"]}}))
    assert (trusting(both), trusting(both, "o-bb")) == (["o-bb", "o-cc"], ["o-cc"])
    assert trusting(both, "o-bb", "o-cc") == []
    open_ = w.bucket("data", policy())
    assert trusting(open_, "o-bb") == [ALL], "who is trusted is not everybody"

    # an account of which nothing is known but that the policy asks it to be of the organization
    member = w.bucket("data", policy({"StringEquals": {"aws:PrincipalOrgID": "o-bb"}}, principal={"AWS": w.OTHER}))
    assert (trusting(member), trusting(member, "o-cc")) == ([w.OTHER], [w.OTHER])
    assert trusting(member, "o-bb") == []
    unit = w.bucket("data", policy({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-bb/r-1/*"}}))
    assert (trusting(unit), trusting(unit, "o-bb")) == (["o-bb"], [])

    theirs = w.made(
        "AWS::Organizations::Membership", f"{w.OTHER}/m", {"Organization": {"Id": "o-bb"}, "Accounts": None}, w.OTHER
    )
    shared = w.bucket("data", policy(principal={"AWS": w.OTHER}))
    assert let_in("external", shared, *w.organization(), theirs, trusted=["o-bb"]) == {}
    assert let_in("external", shared, *w.organization(), theirs, trusted=["o-cc"]) == {shared.id: [w.OTHER]}


def perimeter(operator: str, services: str, **more: Any) -> list[Resource]:
    """The organization with a resource control policy that keeps out whoever is not its own, as AWS shows it."""
    lines = {operator: {"aws:PrincipalOrgID": "o-aa", **more}, services: {"aws:PrincipalIsAWSService": "false"}}
    every = w.doc(w.allow(Principal="*"))
    limits = w.doc(w.allow(Principal="*"), w.deny("s3:*", Principal="*", Condition=lines))
    return w.organization(
        ("RESOURCE", "r-rrrr", limits), ("RESOURCE", "ou-rrrr-uuuuuuuu", every), ("RESOURCE", w.OWN, every)
    )


@pytest.mark.parametrize(
    ("around", "public", "external"),
    [
        (perimeter("StringNotEqualsIfExists", "BoolIfExists"), [], []),
        # an unsigned request lacks the key, so that nothing is denied to it
        (perimeter("StringNotEquals", "Bool"), [ALL], [ALL]),
        (perimeter("StringNotEqualsIfExists", "BoolIfExists", **{"aws:PrincipalAccount": w.OTHER}), [], [w.OTHER]),
        (perimeter("StringNotEqualsIfExists", "BoolIfExists", **{"aws:SourceVpc": "vpc-1"}), [], []),
    ],
)
def test_resource_control_policies_keep_strangers_out(
    around: list[Resource], public: list[str], external: list[str]
) -> None:
    data = w.bucket("data", policy())
    for scope, expected in (("public", public), ("external", external)):
        assert let_in(scope, data, *around).get(data.id, []) == expected


def test_who_is_told_apart_is_asked_apart() -> None:
    for key, value, told in (
        ("aws:PrincipalType", "Anonymous", [ALL]),
        ("aws:userid", "anonymous", [ALL]),
        ("aws:PrincipalIsAWSService", "true", []),
    ):
        assert who(policy({"StringEquals": {key: value}}), "public") == told
    assert who(policy({"Null": {"aws:PrincipalArn": "true"}}), "public") == [ALL]
    assert who(policy({"Null": {"aws:PrincipalOrgID": "true"}}), "public") == [ALL]


def test_a_share_with_an_organization() -> None:
    at = f"arn:aws:organizations::{w.MANAGER}:"
    image = w.made("AWS::EC2::Image", "arn:aws:ec2:eu-west-1::image/i", {"Public": False, "LaunchPermissions": [
        {"OrganizationArn": f"{at}organization/o-aa"}, {"OrganizationalUnitArn": f"{at}ou/o-bb/ou-1"},
        {"UserId": w.MANAGER},
    ]}, region=w.REGION)  # fmt: skip
    ours = w.organization()
    assert let_in("external", image, *ours) == {image.id: [f"{at}ou/o-bb/ou-1"]}
    assert let_in("external", image, *ours, trusted=["o-bb"]) == {}
    assert let_in("public", image, *ours) == {}
    del image.config["LaunchPermissions"][2]
    unread = w.hidden(
        w.made("AWS::Organizations::Membership", f"{w.OWN}/m", {"Accounts": None}, w.OWN), Organization=w.DENIED
    )
    found = outside(w.world(image, unread), "external", ["o-bb"])
    assert [one["reasons"][0]["message"] for one in found["unknown"]] == [
        f"whether o-aa is the organization of account {w.OWN} was not read"
    ]


def test_everybody_but_those_left_out() -> None:
    left_out = policy()
    left_out["Statement"][0]["NotPrincipal"] = {"AWS": w.OTHER}
    del left_out["Statement"][0]["Principal"]
    assert who(left_out, "public") == [ALL]


def test_acls_and_blocks_of_public_access() -> None:
    acl = {"Grants": [ALL_USERS], "Owner": {"ID": "own"}}
    assert who(None, "public", OwnershipControls=WRITER, Acl=acl) == [ALL]
    assert who(None, "public", Acl=acl) == []
    assert who(None, "public", w.block(IgnorePublicAcls=True), OwnershipControls=WRITER, Acl=acl) == []
    assert who(policy(), "public", w.block(RestrictPublicBuckets=True)) == []


def test_a_bucket_that_is_public_only_through_an_access_point() -> None:
    delegating = w.allow(
        "*", ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
        Principal="*", Condition={"StringEquals": {"s3:DataAccessPointAccount": w.OWN}},
    )  # fmt: skip
    arn = f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/p"
    opened = w.doc(w.allow("s3:GetObject", f"{arn}/object/*", Principal="*"))
    point = w.made("AWS::S3::AccessPoint", arn, {
        "Bucket": "data", "NetworkOrigin": "Internet", "Policy": opened, "PublicAccessBlockConfiguration": None,
    }, region=w.REGION)  # fmt: skip
    assert let_in("public", w.bucket("data", w.doc(delegating)), point) == {arn: [ALL]}
    # a bucket that does not delegate keeps them out
    assert let_in("public", w.bucket("data", None), point) == {}


POINT = f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/p"


def point(statement: Any) -> Resource:
    config = {"Bucket": "data", "NetworkOrigin": "Internet", "Policy": w.doc(statement)}
    return w.made("AWS::S3::AccessPoint", POINT, {**config, "PublicAccessBlockConfiguration": None}, region=w.REGION)


THROUGH = {"StringEquals": {"s3:DataAccessPointAccount": w.OWN}}


@pytest.mark.parametrize(
    ("own", "behind", "expected"),
    [
        # the first action that the one allows is not what the other does
        (w.allow("s3:*", "*"), w.allow("s3:GetObject", "arn:aws:s3:::data/*", Condition=THROUGH), [ALL]),
        (w.allow("s3:PutObject", "*"), w.allow("s3:GetObject", "arn:aws:s3:::data/*", Condition=THROUGH), []),
        (w.allow("s3:*", f"{POINT}/object/*"), w.allow("s3:*", "arn:aws:s3:::data/open/*", Condition=THROUGH), [ALL]),
        (w.allow("s3:*", f"{POINT}/object/a*"), w.allow("s3:*", "arn:aws:s3:::data/open/*", Condition=THROUGH), []),
        (w.allow("s3:*", f"{POINT}/object/*"), w.allow("s3:*", "arn:aws:s3:::data", Condition=THROUGH), []),
        # somebody's condition of the bucket's keeps everybody out, and is told as theirs
        (w.allow("s3:*", "*"), w.allow("s3:*", "*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-bb"}}), ["o-bb"]),
        (w.allow("s3:*", "*"), w.allow("s3:*", "*", Principal={"AWS": w.OTHER}), [w.OTHER]),
    ],
)  # fmt: skip
def test_access_point_and_bucket_allow_one_request(own: Any, behind: Any, expected: list[str]) -> None:
    through = point({"Principal": "*", **own})
    data = w.bucket("data", w.doc({"Principal": "*", **behind}))
    found = outside(w.world(through, data, *w.organization()), "external", ())
    rows = {row["resource"]: row["access"] for row in found["resources"]}
    assert [one["who"] for one in rows.get(POINT, [])] == expected
    assert not [one for one in found["unknown"] if one["resource"] == POINT]
    for one in rows.get(POINT, []):
        assert one["witness"]["resource"].startswith(POINT)


def test_a_bucket_that_was_not_read_leaves_its_access_point_open() -> None:
    through = point(w.allow("s3:GetObject", "*", Principal="*"))
    found = outside(w.world(through, w.hidden(w.bucket("data"), Policy=w.DENIED)), "public", ())
    assert (found["resources"], {one["resource"] for one in found["unknown"]}) == ([], {POINT, "arn:aws:s3:::data"})


def test_what_is_left_of_a_pattern_is_what_matches() -> None:
    chance = random.Random(5)
    for _ in range(3000):
        pattern = "".join(chance.choices("ab*?", k=chance.randint(0, 6)))
        begin, end = ("".join(chance.choices("ab", k=chance.randint(0, 4))) for _ in range(2))
        assert any(matches(rest, end) for rest in rests(pattern, begin)) is matches(pattern, begin + end)
    assert rests("data/${aws:username}", "data/", variables=True) == {"${aws:username}"}
    for pattern in ("da${aws:username}", "*${aws:username}"):
        assert not [rest for rest in rests(pattern, "data/") if rest == ""]
        with pytest.raises(OutOfBudgetError):
            rests(pattern, "data/", variables=True)


def test_keys_and_grants() -> None:
    managed = w.allow(
        ["kms:Decrypt"], "*", Principal={"AWS": "*"},
        Condition={"StringEquals": {"kms:CallerAccount": w.OWN, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    )  # fmt: skip
    root = w.allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{w.OWN}:root"})
    key = w.key("k", w.doc(root, managed))
    assert let_in("external", key) == {}
    granted = w.grant(key, f"arn:aws:iam::{w.OTHER}:role/r", "Decrypt")
    assert let_in("external", key, granted) == {key.id: [w.OTHER]}
    wide = w.key("k", w.doc(root, {**managed, "Condition": {"StringLike": {"kms:ViaService": "s3.*"}}}))
    assert let_in("public", wide) == {wide.id: [ALL]}


def trust(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> Resource:
    statement = w.allow(action, "", Principal=principal, Condition=condition)
    return w.role("r", AssumeRolePolicyDocument=w.doc(statement))


@pytest.mark.parametrize(
    ("role", "outsiders"),
    [
        (trust({"AWS": "*"}), [ALL]),
        (trust({"AWS": w.OTHER}), [w.OTHER]),
        (trust({"AWS": w.OWN}), []),
        (trust({"Service": "ec2.amazonaws.com"}), []),
        (trust({"AWS": "*"}, StringEquals={"aws:PrincipalAccount": [w.OWN, w.OTHER]}), [w.OTHER]),
        (trust({"Federated": "accounts.google.com"}, "sts:AssumeRoleWithWebIdentity"), ["accounts.google.com"]),
        (trust({"AWS": "*"}, StringLike={"sts:ExternalId": "*"}), [ALL]),
    ],
)
def test_roles(role: Resource, outsiders: list[str]) -> None:
    assert let_in("external", role).get(role.id, []) == outsiders


def test_shares_of_snapshots_and_images() -> None:
    snapshot = w.made("AWS::EC2::Snapshot", "arn:aws:ec2:eu-west-1::snapshot/s", {
        "CreateVolumePermissions": [{"Group": "all"}, {"UserId": w.OTHER}],
    }, region=w.REGION)  # fmt: skip
    copy = w.made("AWS::RDS::DBSnapshot", f"arn:aws:rds:eu-west-1:{w.OWN}:snapshot:d", {
        "Attributes": [{"AttributeName": "restore", "AttributeValues": [w.OTHER]}],
    }, region=w.REGION)  # fmt: skip
    assert let_in("external", snapshot, copy) == {snapshot.id: [ALL, w.OTHER], copy.id: [w.OTHER]}
    blocked = w.made(
        "AWS::EC2::AccountSettings", "x", {"SnapshotBlockPublicAccessState": "block-all-sharing"}, region=w.REGION
    )
    assert let_in("public", snapshot, blocked) == {}


def test_what_was_not_read_is_not_known() -> None:
    hidden = w.hidden(w.bucket("data"), Policy=w.DENIED)
    assert let_in("public", hidden) == {hidden.id: ["?"]}
    part = w.bucket("data", policy(principal={"AWS": w.OTHER}))
    part.unknown["/Policy/Statement/-"] = Unknown(Why.AFTER_APPLY)
    # a further statement may let others in, or keep everybody out
    assert let_in("external", part) == {part.id: ["?"]}
    assert let_in("public", part) == {part.id: ["?"]}


def test_each_way_shows_a_request_and_its_statement() -> None:
    answer = outside(w.world(w.bucket("data", policy({"StringEquals": {"aws:Referer": "here"}}))), "public", ())
    (way,) = answer["resources"][0]["access"]
    assert way["witness"]["context"] == {"aws:referer": ["here"]}
    assert way["witness"]["action"] == "s3:GetObject"
    assert way["statements"][0]["policy"] == "bucket policy of data"
    assert way["statements"][0]["text"]["Condition"] == {"StringEquals": {"aws:Referer": "here"}}


@pytest.mark.parametrize(
    ("statement", "more", "reads", "writes"),
    [
        ({}, [], True, False),
        ({"Action": "s3:*"}, [], True, True),
        # denials that only together, or by what they leave out, take it away
        ({"Action": "s3:*"}, [refuse({}, NotAction="s3:Put*")], False, True),
        ({}, [refuse({}, Resource="arn:aws:s3:::data/a*"), refuse({}, NotResource="arn:aws:s3:::data/a*")], False, False),
        ({}, [refuse({"Bool": {"aws:SecureTransport": "true"}}), refuse({"Bool": {"aws:SecureTransport": "false"}})], False, False),
        ({"Resource": "arn:aws:s3:::other/*"}, [], False, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}, [refuse({}, Action="s3:GetObject*")], True, True),
    ],
)  # fmt: skip
def test_what_of_a_public_statement_is_left(statement: Any, more: Any, reads: bool, writes: bool) -> None:
    for one in more:
        if "NotAction" in one:
            del one["Action"]
        if "NotResource" in one:
            del one["Resource"]
    bucket = w.bucket("data", policy({}, *more, **statement))
    facts = Facts(w.inventory(bucket, w.block()))
    facts.document(bucket, ["public_access"])
    found = facts.fact(bucket, "public_access")
    assert not found.unknown
    assert (any(one["reads"] for one in found.value), any(one["writes"] for one in found.value)) == (reads, writes)
