"""The access of a snapshot: each policy that there is has its say, and what was not read leaves the answer open."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.access.managed import packed
from scanner.derive.access.world import naming
from scanner.derive.access.world.answers import can, who
from scanner.errors import UsageError
from scanner.model import Resource, Unknown, Why
from tests.derive import world_snapshots as w

TEAM = f"arn:aws:iam::{w.OWN}:policy/team"
OBJECT = "arn:aws:s3:::data/report"
FULL = w.doc(w.allow())
READ = w.doc(w.allow("s3:GetObject"))
ANYBODY = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::data/*", Principal="*"))
LATER = Unknown(Why.AFTER_APPLY, message="known only after apply")


def answered(
    principal: str,
    *resources: Resource,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    context: dict[str, tuple[str, ...]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    found = w.world(*resources, **more)
    return can(found, naming.asker(found, principal), action, resource, context or {})


def allowed(principal: str, *resources: Resource, **more: Any) -> bool | None:
    answer: bool | None = answered(principal, *resources, **more)["allowed"]
    return answer


DATA = w.bucket("data")


@pytest.mark.parametrize(
    ("expected", "resources"),
    [
        (False, [w.user("ann")]),
        (True, [w.user("ann", READ)]),
        (True, [w.user("ann", w.ADMIN), w.managed(w.ADMIN, FULL)]),
        (True, [w.user("ann", w.ADMIN)]),
        (False, [w.user("ann", f"{w.ADMIN}Strange"), w.managed(f"{w.ADMIN}Strange", w.doc())]),
        (None, [w.user("ann", f"{w.ADMIN}Strange")]),
        (None, [w.user("ann", TEAM)]),
        (True, [w.user("ann", GroupList=["staff"]), w.group("staff", READ)]),
        (None, [w.user("ann", GroupList=["staff"])]),
        (False, [w.user("ann", READ, GroupList=["staff"]), w.group("staff", w.doc(w.deny("s3:*")))]),
        (False, [w.user("ann", READ, PermissionsBoundary={"PermissionsBoundaryArn": w.ADMIN}), w.managed(w.ADMIN, w.doc(w.allow("ec2:*")))]),
        (True, [w.user("ann", READ, PermissionsBoundary={"PermissionsBoundaryArn": w.ADMIN}), w.managed(w.ADMIN, FULL)]),
        (None, [w.user("ann", READ, PermissionsBoundary={"PermissionsBoundaryArn": TEAM})]),
        (False, [w.user("ann", PermissionsBoundary={"PermissionsBoundaryArn": TEAM})]),
    ],
)  # fmt: skip
def test_identity_policies_groups_and_boundaries(expected: bool | None, resources: list[Resource]) -> None:
    assert allowed("ann", DATA, *resources) is expected


def test_what_was_not_read_leaves_open_only_what_it_could_change() -> None:
    unread = {"AttachedManagedPolicies": w.DENIED}
    assert allowed("ann", DATA, w.hidden(w.user("ann"), **unread)) is None
    assert allowed("ann", DATA, w.hidden(w.user("ann", READ), **unread)) is None
    assert allowed("ann", DATA, w.hidden(w.user("ann", w.doc(w.deny("s3:*"))), **unread)) is False
    answer = answered("ann", DATA, w.user("ann", TEAM), unlisted={"AWS::IAM::ManagedPolicy": w.DENIED})
    assert [one["why"] for one in answer["unknown"]] == ["denied"]
    assert allowed("ann", w.hidden(w.bucket("data"), Policy=w.DENIED), w.user("ann", READ)) is None
    denying = w.user("ann", w.doc(w.deny("s3:*")))
    assert allowed("ann", w.hidden(w.bucket("data"), Policy=w.DENIED), denying) is False


@pytest.mark.parametrize(
    ("expected", "place", "statement"),
    [
        (True, "/Statement/0/Sid", w.allow("s3:GetObject")),
        (None, "/Statement/0/Resource", w.allow("s3:GetObject")),
        (False, "/Statement/0/Resource", w.allow("ec2:*")),
        (None, "/Statement/0/Resource/1", w.allow("s3:GetObject", ["arn:aws:s3:::other/*", None])),
        (True, "/Statement/0/Resource/1", w.allow("s3:GetObject", ["arn:aws:s3:::data/*", None])),
        (None, "/Statement/0/Condition/StringEquals/aws:SourceVpc",
         w.allow("s3:GetObject", Condition={"StringEquals": {"aws:SourceVpc": None}})),
        (None, "/Statement/0/Effect", w.allow("s3:GetObject")),
        (None, "/Statement/-", w.allow("s3:GetObject")),
        (None, "/Statement", w.allow("s3:GetObject")),
    ],
)  # fmt: skip
def test_parts_that_only_the_deploy_tells(expected: bool | None, place: str, statement: Any) -> None:
    ann = w.user("ann", w.doc(statement), unknown={f"/UserPolicyList/0/PolicyDocument{place}": LATER})
    assert allowed("ann", DATA, ann) is expected


@pytest.mark.parametrize(
    ("expected", "statements"),
    [
        (True, [w.allow("s3:GetObject")]),
        (None, [w.allow("s3:GetObject", "arn:aws:s3:::data/${aws:username}*")]),
        (None, [w.allow("s3:GetObject", "arn:aws:s3:::data/${aws:username, 'report'}")]),
        (True, [w.allow("s3:GetObject"), w.allow("s3:GetObject", "arn:aws:s3:::data/${aws:username}*")]),
        (None, [w.allow("s3:GetObject", Condition={"StringEquals": {"aws:username": "${aws:username}"}})]),
        (None, [w.allow("s3:GetObject"), w.deny(NotResource="arn:aws:s3:::data/${aws:username, 'report'}", resource="")]),
        (False, [w.allow("s3:GetObject"), w.deny(resource=["arn:aws:s3:::data/*", "arn:aws:s3:::${aws:username}"]), w.deny()]),
        (False, [w.allow("ec2:*", "arn:aws:ec2:*:*:instance/${aws:username}")]),
    ],
)  # fmt: skip
def test_without_its_version_a_policy_may_have_variables_or_not(expected: bool | None, statements: list[Any]) -> None:
    body = {"Statement": statements}
    ann = w.user("report", body, unknown={"/UserPolicyList/0/PolicyDocument/Version": LATER})
    assert allowed("report", DATA, ann) is expected


def test_a_version_that_does_not_exist_leaves_every_statement_open() -> None:
    for statements in ([w.allow()], [w.allow(), {"Effect": "Allow"}]):
        body = {"Version": "2020-01-01", "Statement": [*statements, w.deny("ec2:*")]}
        assert allowed("ann", DATA, w.user("ann", body)) is None


@pytest.mark.parametrize(
    ("expected", "policies"),
    [
        (True, [("SERVICE", "r-rrrr", FULL), ("SERVICE", "ou-rrrr-uuuuuuuu", FULL), ("SERVICE", w.OWN, FULL)]),
        (False, [("SERVICE", "r-rrrr", FULL), ("SERVICE", w.OWN, FULL)]),
        (False, [("SERVICE", "r-rrrr", w.doc(w.allow(), w.deny("s3:*"))), ("SERVICE", "ou-rrrr-uuuuuuuu", FULL), ("SERVICE", w.OWN, FULL)]),
        (False, [("RESOURCE", "r-rrrr", w.doc(w.deny("s3:GetObject", Principal="*"))), ("RESOURCE", "r-rrrr", w.doc(w.allow(Principal="*"))),
                 ("RESOURCE", "ou-rrrr-uuuuuuuu", w.doc(w.allow(Principal="*"))), ("RESOURCE", w.OWN, w.doc(w.allow(Principal="*")))]),
    ],
)  # fmt: skip
def test_every_level_of_the_organization_must_allow(expected: bool, policies: list[tuple[str, str, Any]]) -> None:
    assert allowed("ann", DATA, w.user("ann", READ), *w.organization(*policies)) is expected
    linked = w.role("aws-service-role/x.amazonaws.com/AWSServiceRoleForX", READ)
    assert allowed(linked.id, DATA, linked, *w.organization(*policies)) is True


def test_policies_of_an_organization_that_nobody_read_are_an_assumption() -> None:
    member = w.organization()[1]
    answer = answered("ann", DATA, w.user("ann", READ), member)
    assert answer["allowed"] is True
    assert "service" in answer["assumptions"][0]
    assert w.OWN in answer["assumptions"][0]
    assert answered("ann", DATA, w.user("ann"), member)["assumptions"] == []


def test_the_management_account_is_out_of_reach() -> None:
    boss = w.user("boss", READ, account=w.MANAGER)
    nothing = w.organization(("SERVICE", "r-rrrr", w.doc(w.deny())))
    assert allowed("boss", w.bucket("data", account=w.MANAGER), boss, *nothing) is True


def test_a_denial_names_what_alone_prevents() -> None:
    denying = w.bucket("data", w.doc(w.deny("s3:*", Principal="*", Sid="Closed")))
    answer = answered("ann", denying, w.user("ann", READ))
    assert [(one["policy"], one["sid"]) for one in answer["deciding"]] == [("bucket policy of data", "Closed")]
    assert answer["deciding"][0]["text"]["Effect"] == "Deny"
    limited = w.user("ann", READ, PermissionsBoundary={"PermissionsBoundaryArn": w.ADMIN})
    answer = answered("ann", DATA, limited, w.managed(w.ADMIN, w.doc(w.allow("ec2:*"))))
    assert {one["side"] for one in answer["deciding"]} >= {"permissions boundary"}
    levels = [
        ("SERVICE", "r-rrrr", FULL),
        ("SERVICE", "ou-rrrr-uuuuuuuu", w.doc(w.allow("ec2:*"))),
        ("SERVICE", w.OWN, FULL),
    ]
    answer = answered("ann", DATA, w.user("ann", READ), *w.organization(*levels))
    assert [one["side"] for one in answer["deciding"]] == ["service control policies of ou-rrrr-uuuuuuuu"]


def test_a_condition_is_a_witness_and_can_be_fixed() -> None:
    ann = w.user("ann", w.doc(w.allow("s3:*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}, Sid="Inside")))
    answer = answered("ann", DATA, ann)
    assert answer["allowed"] is True
    assert answer["witness"]["context"] == {"aws:sourcevpc": ["vpc-1"]}
    assert answer["deciding"][0]["sid"] == "Inside"
    assert allowed("ann", DATA, ann, context={"aws:sourcevpc": ("vpc-2",)}) is False
    assert allowed("ann", DATA, ann, context={"aws:sourcevpc": ()}) is False
    assert allowed("ann", DATA, ann, context={"aws:sourcevpc": ("vpc-1",)}) is True


def test_tags_and_organization_of_an_identity_are_as_they_are() -> None:
    def tagged(key: str, value: str, **condition: Any) -> bool | None:
        ann = w.user("ann", w.doc(w.allow("s3:*", Condition=condition)), tags={key: value})
        return allowed("ann", DATA, ann, *w.organization(*ALL_LEVELS))

    team = {"StringEquals": {"aws:PrincipalTag/team": "ops"}}
    assert tagged("team", "ops", **team) is True
    assert tagged("team", "dev", **team) is False
    assert tagged("other", "ops", **team) is False
    assert tagged("a", "b", StringEquals={"aws:PrincipalOrgID": "o-aa"}) is True
    assert tagged("a", "b", StringEquals={"aws:PrincipalOrgID": "o-bb"}) is False
    passing = w.doc(w.allow(["sts:AssumeRole", "sts:TagSession"], "", Principal={"AWS": w.OWN}))
    worker = w.role("worker", w.doc(w.allow("s3:*", Condition=team)), AssumeRolePolicyDocument=passing)
    assert allowed("worker", DATA, worker) is True
    assert allowed("worker", DATA, w.role("worker", w.doc(w.allow("s3:*", Condition=team)))) is False


ALL_LEVELS = [("SERVICE", target, FULL) for target in ("r-rrrr", "ou-rrrr-uuuuuuuu", w.OWN)]


def test_the_id_of_a_role_s_session_is_the_role_s() -> None:
    def denying(values: Any) -> dict[str, Any]:
        return w.doc(w.deny("s3:*", Principal="*", Condition={"StringNotLike": {"aws:userId": values}}))

    worker = w.role("worker", READ, RoleId="AROAWORKER")
    assert allowed("worker", w.bucket("data", denying("AROAWORKER:*")), worker) is True
    assert allowed("worker", w.bucket("data", denying("AROAWORKER:night")), worker) is True
    assert allowed("worker", w.bucket("data", denying("AROAOTHER:*")), worker) is False


def test_across_accounts_both_sides_must_allow() -> None:
    theirs = w.bucket("data", w.doc(w.allow("s3:GetObject", Principal={"AWS": w.OWN})), account=w.OTHER)
    assert allowed("ann", theirs, w.user("ann", READ)) is True
    assert allowed("ann", theirs, w.user("ann")) is False
    assert allowed("ann", w.bucket("data", account=w.OTHER), w.user("ann", READ)) is False
    assert allowed("ann", w.user("ann", READ)) is None, "a bucket that the snapshot does not hold"


def test_keys_by_policy_by_grant_and_by_alias() -> None:
    own_root = w.doc(w.allow("kms:*", Principal={"AWS": w.OWN}))
    key, ann = w.key("k1", own_root), w.user("ann")
    asked = {"action": "kms:Decrypt", "resource": key.id}
    assert allowed("ann", key, ann, **asked) is False
    assert allowed("ann", key, w.user("ann", FULL), **asked) is True
    assert allowed("ann", w.key("k1", w.doc()), w.user("ann", FULL), **asked) is False
    given = w.grant(key, ann.id, "Decrypt")
    assert allowed("ann", key, ann, given, **asked) is True
    assert allowed("ann", key, ann, given, **{**asked, "action": "kms:Encrypt"}) is False
    bound = w.user("ann", PermissionsBoundary={"PermissionsBoundaryArn": w.ADMIN})
    assert allowed("ann", key, bound, given, w.managed(w.ADMIN, w.doc(w.allow("ec2:*"))), **asked) is True
    assert allowed("ann", key, w.user("ann", w.doc(w.deny("kms:*"))), given, **asked) is False
    answer = answered(
        "ann", key, ann, w.grant(key, ann.id, "Decrypt", Constraints={"EncryptionContextSubset": {"App": "a"}}), **asked
    )
    assert answer["witness"]["context"] == {"kms:encryptioncontext:app": ["a"]}
    assert (
        allowed(
            "ann",
            key,
            ann,
            w.grant(key, ann.id, "Encrypt", RetiringPrincipal=ann.id),
            **{**asked, "action": "kms:RetireGrant"},
        )
        is True
    )
    assert allowed("ann", key, ann, unlisted={"AWS::KMS::Grant": w.DENIED}, **asked) is None
    alias = w.made(
        "AWS::KMS::Alias", f"arn:aws:kms:{w.REGION}:{w.OWN}:alias/app", {"TargetKeyId": "k1"}, region=w.REGION
    )
    assert answered("ann", key, ann, given, alias, action="kms:Decrypt", resource=alias.id)["resource"] == key.id
    assert allowed("ann", key, ann, given, alias, action="kms:Decrypt", resource=alias.id) is True


def acl(*grants: tuple[Any, str], **more: Any) -> Resource:
    each = [{"Grantee": {"URI": g} if str(g).startswith("http") else {"ID": g}, "Permission": p} for g, p in grants]
    return w.bucket("data", OwnershipControls=None, Acl={"Owner": {"ID": "me"}, "Grants": each}, **more)


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LIST = {"action": "s3:ListBucket", "resource": "arn:aws:s3:::data"}


def test_acls_let_in_groups_and_accounts() -> None:
    assert allowed("anonymous", acl((ALL_USERS, "READ")), w.block(), **LIST) is True
    assert allowed("anonymous", acl((ALL_USERS, "WRITE")), w.block(), **LIST) is False
    assert allowed("anonymous", acl((SIGNED_IN, "READ")), w.block(), **LIST) is False
    assert allowed(w.OTHER, acl((SIGNED_IN, "READ")), w.block(), **LIST) is True
    assert allowed("anonymous", acl((ALL_USERS, "READ")), w.block(IgnorePublicAcls=True), **LIST) is False
    assert (
        allowed("anonymous", acl((ALL_USERS, "READ")), unlisted={"AWS::S3::AccountSettings": w.DENIED}, **LIST) is None
    )
    theirs = w.bucket("theirs", account=w.OTHER, Acl={"Owner": {"ID": "them"}, "Grants": []})
    ann = w.user("ann", FULL, account=w.OTHER)
    assert allowed("ann", acl(("them", "READ")), theirs, ann, w.block(), **LIST) is True
    assert allowed("ann", acl(("somebody", "READ")), theirs, ann, w.block(), **LIST) is False
    enforced = w.bucket("data", Acl={"Grants": [{"Grantee": {"URI": ALL_USERS}, "Permission": "READ"}]})
    assert allowed("anonymous", enforced, w.block(), **LIST) is False


def test_a_block_of_public_access_leaves_services_and_the_own_account() -> None:
    public, closed = w.bucket("data", ANYBODY), w.block(RestrictPublicBuckets=True)
    assert allowed("anonymous", public, w.block()) is True
    assert allowed("anonymous", public, closed) is False
    assert allowed(w.OTHER, public, closed) is False
    assert allowed("ann", public, closed, w.user("ann")) is True
    assert allowed("logging.s3.amazonaws.com", public, closed) is True
    not_public = w.bucket("data", w.doc(w.allow("s3:GetObject", Principal={"AWS": w.OTHER})))
    assert allowed(w.OTHER, not_public, closed) is True
    assert allowed("anonymous", public, unlisted={"AWS::S3::AccountSettings": w.DENIED}) is None


def point(policy: Any, **more: Any) -> Resource:
    arn = f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/door"
    config = {"Name": "door", "Bucket": "data", "NetworkOrigin": "Internet", "Policy": policy, **more}
    return w.made("AWS::S3::AccessPoint", arn, config, region=w.REGION)


DELEGATING = w.doc(
    w.allow("s3:*", ["arn:aws:s3:::data", "arn:aws:s3:::data/*"], Principal="*",
            Condition={"StringEquals": {"s3:DataAccessPointAccount": w.OWN}})
)  # fmt: skip
OPEN_DOOR = w.doc(w.allow("s3:GetObject", f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/door/object/*", Principal="*"))


def test_an_access_point_and_its_bucket_must_both_allow() -> None:
    through = f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/door/object/report"
    delegating = w.bucket("data", DELEGATING)
    assert allowed("anonymous", delegating, point(OPEN_DOOR), w.block(), resource=through) is True
    assert allowed("anonymous", delegating, point(OPEN_DOOR), w.block()) is False
    assert allowed("anonymous", w.bucket("data"), point(OPEN_DOOR), w.block(), resource=through) is False
    assert allowed("anonymous", delegating, point(None), w.block(), resource=through) is False
    origin = {"NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-1"}}
    answer = answered("anonymous", delegating, point(OPEN_DOOR, **origin), w.block(), resource=through)
    assert answer["witness"]["context"]["aws:sourcevpc"] == ["vpc-1"]
    found = who(w.world(delegating, point(OPEN_DOOR), w.block()), "s3:GetObject", OBJECT, {})
    ways = {one["principal"]: one.get("through") for one in found["principals"]}
    assert ways == {"anonymous": through, f"arn:aws:iam::{w.OWN}:root": None}


def test_names_sessions_and_strangers() -> None:
    resources = [DATA, w.role("worker", READ), w.user("ann"), w.user("ann", account=w.OTHER)]
    found = w.world(*resources)
    with pytest.raises(UsageError, match="2 users and roles are called ann"):
        naming.asker(found, "ann")
    with pytest.raises(UsageError, match="Near it: worker"):
        naming.asker(found, "workr")
    with pytest.raises(UsageError, match="is no user or role of this snapshot"):
        naming.asker(found, f"arn:aws:iam::{w.OWN}:user/nobody")
    with pytest.raises(UsageError, match="is no ARN of a principal"):
        naming.asker(found, "arn:aws")
    assert allowed(f"arn:aws:sts::{w.OWN}:assumed-role/worker/job", *resources) is True
    assert allowed("arn:aws:iam::777788889999:user/x", *resources) is False
    third = w.bucket("data", w.doc(w.allow("s3:GetObject", Principal={"AWS": "777788889999"})))
    assert allowed("arn:aws:iam::777788889999:user/x", third) is None
    assert allowed("777788889999", third) is True


def test_a_root_user_assumes_no_role_and_nobody_unsigned_decrypts() -> None:
    worker = w.role("worker")
    answer = answered(w.OWN, worker, action="sts:AssumeRole", resource=worker.id)
    assert (answer["allowed"], answer["deciding"][0]["reason"]) == (False, "a root user cannot assume roles")
    key = w.key("k1", w.doc(w.allow("kms:*", Principal="*")))
    assert allowed("anonymous", key, action="kms:Decrypt", resource=key.id) is False


def test_trust_decides_who_becomes_a_role_and_nothing_else_on_it() -> None:
    worker = w.role("worker", AssumeRolePolicyDocument=w.doc(w.allow("sts:AssumeRole", "", Principal={"AWS": w.OWN})))
    ann = w.user("ann", FULL)
    assert allowed("ann", worker, ann, action="sts:AssumeRole", resource=worker.id) is True
    assert allowed("ann", worker, w.user("ann"), action="sts:AssumeRole", resource=worker.id) is False
    closed = w.role("worker", AssumeRolePolicyDocument=w.doc(w.deny("*", "", Principal="*")))
    assert allowed("ann", closed, ann, action="sts:AssumeRole", resource=closed.id) is False
    assert allowed("ann", closed, ann, action="iam:DeleteRole", resource=closed.id) is True


def test_policies_that_are_not_collected_are_an_assumption_at_home_and_unknown_abroad() -> None:
    table = f"arn:aws:dynamodb:{w.REGION}:{w.OWN}:table/t"
    ann, stranger = w.user("ann", FULL), w.user("stranger", FULL, account=w.OTHER)
    answer = answered("ann", ann, action="dynamodb:GetItem", resource=table)
    assert (answer["allowed"], len(answer["assumptions"])) == (True, 1)
    answer = answered("ann", w.user("ann"), action="dynamodb:GetItem", resource=table)
    assert (answer["allowed"], len(answer["assumptions"])) == (False, 1)
    assert allowed("stranger", stranger, action="dynamodb:GetItem", resource=table) is None
    assert (
        allowed(
            "stranger", stranger, action="ec2:StopInstances", resource=f"arn:aws:ec2:{w.REGION}:{w.OWN}:instance/i-1"
        )
        is False
    )
    version = f"arn:aws:lambda:{w.REGION}:{w.OWN}:function:f:1"
    assert allowed("stranger", stranger, action="lambda:InvokeFunction", resource=version) is None


def test_a_file_system_without_a_policy_is_open_to_whoever_mounts_it() -> None:
    arn = f"arn:aws:elasticfilesystem:{w.REGION}:{w.OWN}:file-system/fs-1"
    plain = w.made("AWS::EFS::FileSystem", arn, {"FileSystemPolicy": None}, region=w.REGION)
    mounting = {"action": "elasticfilesystem:ClientMount", "resource": arn}
    assert allowed("anonymous", plain, **mounting) is True
    assert allowed("anonymous", plain, action="elasticfilesystem:DeleteFileSystem", resource=arn) is False
    ruled = w.made("AWS::EFS::FileSystem", arn, {"FileSystemPolicy": w.doc()}, region=w.REGION)
    assert allowed("anonymous", ruled, **mounting) is False


def test_a_grant_to_a_service_for_one_resource() -> None:
    key = w.key("k1", w.doc(w.allow("kms:*", Principal={"AWS": w.OWN})))
    source = f"arn:aws:rds:{w.REGION}:{w.OWN}:db:d1"
    given = w.grant(key, "", "Decrypt", "DescribeKey", Constraints={"SourceArn": source})
    given.config.update(GranteePrincipal=None, GranteeServicePrincipal="rds.amazonaws.com")
    asked = {"resource": key.id, "action": "kms:Decrypt"}
    assert answered("rds.amazonaws.com", key, given, **asked)["witness"]["context"] == {"aws:sourcearn": [source]}
    assert allowed("rds.amazonaws.com", key, given, **asked, context={"aws:sourcearn": ()}) is False
    assert allowed("ec2.amazonaws.com", key, given, **asked) is False


def test_a_bucket_that_was_not_listed_may_be_anybody_s() -> None:
    answer = answered("ann", w.user("ann", READ), unlisted={"AWS::S3::Bucket": w.DENIED})
    assert (answer["allowed"], answer["unknown"][0]["why"]) == (None, "denied")


def test_what_no_policy_changes_is_told_as_such() -> None:
    found = answered("ann", w.user("ann", w.doc(w.deny())), action="sts:GetCallerIdentity", resource="*")
    assert found["allowed"] is True
    assert [(one["side"], one["reason"]) for one in found["deciding"]] == [
        ("AWS", "whoever has credentials may do this")
    ]


def test_a_managed_policy_of_aws_that_was_not_read_is_told_with_its_day() -> None:
    answer = answered("ann", DATA, w.user("ann", w.ADMIN))
    assert answer["deciding"][0]["policy"] == f"managed policy {w.ADMIN} as of {packed.as_of()}"
    assert answer["deciding"][0]["text"]["Action"] == "*"
