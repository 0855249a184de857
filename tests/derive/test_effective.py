"""What users and roles may do by all of their policies together."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, World, fact, resource

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Why

ROLE, USER, GROUP, POLICY = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/"


def allow(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource_}
    return {**statement, "Condition": lines} if lines else statement


def deny(action: Any, resource_: Any = "*", **lines: Any) -> dict[str, Any]:
    return {**allow(action, resource_, **lines), "Effect": "Deny"}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(*statements: Any, name: str = "own") -> list[Any]:
    return [{"PolicyName": name, "PolicyDocument": document(*statements)}]


def attached(*names: str) -> list[Any]:
    return [{"PolicyName": name, "PolicyArn": OWN + name} for name in names]


def policy(name: str, *statements: Any, unknown: Any = None) -> Resource:
    config = {"Arn": OWN + name, **({} if unknown else {"PolicyDocument": document(*statements)})}
    return resource(POLICY, config, unknown, region="global", id=OWN + name, name=name)


def role(*statements: Any, unknown: Any = None, **config: Any) -> Resource:
    given = {"RolePolicyList": inline(*statements), **config}
    given = {name: value for name, value in given.items() if f"/{name}" not in (unknown or {})}
    return resource(ROLE, given, unknown, region="global", id="arn:role", name="app")


def user(*statements: Any, unknown: Any = None, **config: Any) -> Resource:
    given = {"UserPolicyList": inline(*statements), **config}
    given = {name: value for name, value in given.items() if f"/{name}" not in (unknown or {})}
    return resource(USER, given, unknown, region="global", id="arn:user", name="ada")


INSTANCE = {"IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web", "Id": "AIPA"}}
PROFILES = [{"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web", "InstanceProfileName": "web"}]


def instance(*statements: Any, others: tuple[Resource, ...] = (), **config: Any) -> Partial:
    own = role(*statements, InstanceProfileList=PROFILES, **config)
    return fact(resource("AWS::EC2::Instance", INSTANCE), "role_grants", own, *others)


def told(found: Partial) -> dict[str, list[str]]:
    assert not found.unknown
    kinds = {
        kind: [a for one in value for a in one["actions"]] for kind, value in found.value.items() if kind != "role"
    }
    return {kind: actions for kind, actions in kinds.items() if actions}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], {}),
        ([allow("s3:DeleteObject", "arn:aws:s3:::data/*")], {}),
        ([allow("s3:DeleteObject", "arn:aws:s3:::*")], {"destroys": ["s3:DeleteObject"]}),
        ([allow("kms:ScheduleKeyDeletion")], {"destroys": ["kms:ScheduleKeyDeletion"]}),
        ([allow("cloudtrail:*")], {"blinds": [
            "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail"]}),
        ([allow("cloudtrail:StopLogging"), deny("cloudtrail:*")], {}),
        ([allow("s3:PutBucketPolicy")], {"resource_policies": ["s3:PutBucketPolicy"]}),
        ([allow("ec2:AuthorizeSecurityGroup*")], {"network": [
            "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"]}),
        ([allow("ec2:AuthorizeSecurityGroupIngress", StringEquals={"aws:ResourceTag/team": "red"})], {}),
        ([allow("organizations:LeaveOrganization")], {"organization": ["organizations:LeaveOrganization"]}),
        ([allow("rds:ModifyDBInstance")], {"databases": ["rds:ModifyDBInstance"]}),
        ([allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/x")], {}),
        ([allow("sts:AssumeRole")], {"credentials": ["sts:AssumeRole"]}),
        ([allow("ecr:GetAuthorizationToken")], {}),
    ],
    ids=str,
)  # fmt: skip
def test_the_role_of_an_instance(statements: list[Any], expected: dict[str, list[str]]) -> None:
    found = instance(*statements)
    assert told(found) == expected
    assert found.value["role"] == "app"


def test_managed_policies_count_and_denies_of_one_policy_reach_the_others() -> None:
    both = {"AttachedManagedPolicies": attached("stop", "not")}
    stop, forbid = policy("stop", allow("cloudtrail:StopLogging")), policy("not", deny("cloudtrail:*"))
    assert told(instance(others=(stop, policy("not")), **both)) == {"blinds": ["cloudtrail:StopLogging"]}
    assert told(instance(others=(stop, forbid), **both)) == {}


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [
        ([allow("*")], {"blinds": ["cloudtrail:StopLogging"]}),
        ([allow("s3:*")], {}),
        ([allow("*"), deny("cloudtrail:StopLogging")], {}),
        ([allow("cloudtrail:*", StringEquals={"aws:RequestedRegion": "x"})], {"blinds": ["cloudtrail:StopLogging"]}),
    ],
    ids=str,
)
def test_a_boundary_limits(boundary: list[Any], expected: dict[str, list[str]]) -> None:
    limit = {"PermissionsBoundary": {"PermissionsBoundaryArn": OWN + "limit"}}
    assert told(instance(allow("cloudtrail:StopLogging"), others=(policy("limit", *boundary),), **limit)) == expected


MANAGER = "999999999999"


def organization(*levels: list[Any] | None, unknown: Any = None) -> tuple[Resource, ...]:
    """A management account over `ACCOUNT`, with a service control policy at the root and at the account.

    `unknown` is what is not known of the last policy.
    """
    told = {"Id": "o-ours", "MasterAccountId": MANAGER}
    kinds = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    accounts = [{"Id": ACCOUNT, "Paths": [f"o-ours/r-1/{ACCOUNT}/"]}, {"Id": MANAGER, "Paths": ["o-ours/r-1/"]}]
    all_ = {"Organization": told, "Accounts": accounts, "Roots": [{"Id": "r-1", "PolicyTypes": kinds}]}
    member = {"Organization": told, "Accounts": None}
    type_ = "AWS::Organizations::Membership"
    found = [
        resource(type_, all_, region="global", id="m", account=MANAGER),
        resource(type_, member, region="global", id="o"),
    ]
    for number, statements in enumerate(levels):
        config: dict[str, Any] = {
            "Type": "SERVICE_CONTROL_POLICY", "Targets": [{"TargetId": ("r-1", ACCOUNT)[number]}],
            "Content": document(*(statements or [])),
        }  # fmt: skip
        hidden = unknown if number == len(levels) - 1 else None
        config = {name: value for name, value in config.items() if f"/{name}" not in (hidden or {})}
        made = {"region": "global", "id": f"p{number}", "account": MANAGER}
        found.append(resource("AWS::Organizations::Policy", config, hidden, **made))
    return tuple(found)


STOPS = {"blinds": ["cloudtrail:StopLogging"]}
EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/app"}}
OTHERS = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/break-glass"}}


@pytest.mark.parametrize(
    ("root", "own", "expected"),
    [
        ([allow("*")], [allow("*")], STOPS),
        ([allow("*"), deny("cloudtrail:*")], [allow("*")], {}),
        ([allow("*")], [allow("*"), deny("cloudtrail:StopLogging")], {}),
        ([allow("*")], [allow("s3:*")], {}),
        ([allow("*"), deny("cloudtrail:*", **OTHERS)], [allow("*")], {}),
        ([allow("*"), deny("cloudtrail:*", **EXEMPT)], [allow("*")], STOPS),
        ([allow("*"), deny("*", StringNotEquals={"aws:RequestedRegion": "eu-west-1"})], [allow("*")], STOPS),
        ([allow("*"), deny("*", StringNotEquals={"aws:PrincipalOrgID": "o-ours"})], [allow("*")], STOPS),
        ([allow("*"), deny("*", StringEquals={"aws:PrincipalOrgID": "o-ours"})], [allow("*")], {}),
        ([allow("*"), deny("cloudtrail:*", "arn:aws:cloudtrail:*:*:trail/kept")], [allow("*")], STOPS),
        ([{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}, allow("*")], [allow("*")], {}),
    ],
    ids=str,
)
def test_service_control_policies_limit(root: list[Any], own: list[Any], expected: dict[str, list[str]]) -> None:
    assert told(instance(allow("cloudtrail:StopLogging"), others=organization(root, own))) == expected


def test_service_control_policies_limit_whoever_administers_and_stop_at_the_management_account() -> None:
    def administers(*others: Resource, account: str = ACCOUNT) -> Any:
        own = resource(
            ROLE, {"RolePolicyList": inline(allow("*"))}, region="global", id="r", name="app", account=account
        )
        return fact(own, "delegation", *others).value["administers"]

    assert administers() is True
    assert administers(*organization([allow("*")], [allow("*")])) is True
    assert administers(*organization([allow("*"), deny("ec2:*")], [allow("*")])) is True
    denied = organization([allow("*"), deny("iam:*")], [allow("*")])
    found = fact(role(allow("*")), "delegation", *denied)
    assert (found.value["creates"], found.unknown) == (False, {})
    assert administers(*organization([allow("*"), deny("iam:*")], [allow("*")]), account=MANAGER) is True


def test_who_asks_is_told_apart_where_a_service_control_policy_does() -> None:
    spared = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/a"}}
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"

    def creating(*denial: Any) -> dict[str, bool]:
        roles = [
            resource(ROLE, {"RolePolicyList": inline(allow("iam:*"))}, region="global", id=arn, name=arn.split("/")[-1])
            for arn in (f"arn:aws:iam::{ACCOUNT}:role/a", f"arn:aws:iam::{ACCOUNT}:role/b", linked)
        ]
        facts = Facts(World(*roles, *organization([allow("*"), *denial], [allow("*")])))
        return {one.name: facts.fact(one, "delegation").value["creates"] for one in roles}

    assert creating() == {"a": True, "b": True, "AWSServiceRoleForX": True}
    assert creating(deny("iam:*")) == {"a": False, "b": False, "AWSServiceRoleForX": True}
    assert creating(deny("iam:*", **spared)) == {"a": True, "b": False, "AWSServiceRoleForX": True}


def test_service_control_policies_that_are_not_wholly_known() -> None:
    for hidden in ({"/Content": DENIED}, {"/Targets": DENIED}):
        others = organization([allow("*")], [allow("*"), deny("cloudtrail:*")], unknown=hidden)
        found = instance(allow("cloudtrail:StopLogging"), allow("kms:DisableKey"), others=others)
        assert {name: why.why for name, why in found.unknown.items() if why.kind == "maybe"} == {
            "/blinds/0": Why.DENIED,
            "/destroys/0": Why.DENIED,
        }
    key = instance(allow("kms:DisableKey"), others=organization([allow("*")], [allow("*")]))
    assert told(key) == {"destroys": ["kms:DisableKey"]}, "whatever the key's own policy"
    away = organization([allow("*"), deny("cloudtrail:*")], [allow("*")], unknown={"/Content": DENIED})
    assert told(instance(allow("cloudtrail:StopLogging"), others=away)) == {}
    unread = resource("AWS::Organizations::Membership", {}, {"/Organization": DENIED}, region="global", id="o")
    assert told(instance(allow("cloudtrail:StopLogging"), others=(unread,))) == STOPS, "nothing that was read limits"


def test_an_instance_without_a_role() -> None:
    for config in ({}, {"IamInstanceProfile": None}, INSTANCE):
        found = fact(resource("AWS::EC2::Instance", config), "role_grants", role(InstanceProfileList=[]))
        assert found.value["role"] is None
        assert told(found) == {}


def test_what_is_not_known_of_an_instance_and_its_role() -> None:
    one = resource("AWS::EC2::Instance", INSTANCE)
    assert fact(one, "role_grants", incomplete={ROLE: DENIED}).unknown[""].why is Why.DENIED
    assert fact(one, "role_grants", role(unknown={"/InstanceProfileList": LATER})).unknown[""].why is Why.AFTER_APPLY
    later = resource("AWS::EC2::Instance", {}, {"/IamInstanceProfile": LATER})
    assert fact(later, "role_grants").unknown[""].why is Why.AFTER_APPLY
    unread = instance(AttachedManagedPolicies=attached("gone"))
    assert unread.unknown["/blinds/-"].why is Why.NOT_COLLECTED
    denied = policy("gone", unknown={"/PolicyDocument": DENIED})
    found = instance(allow("cloudtrail:StopLogging"), others=(denied,), AttachedManagedPolicies=attached("gone"))
    assert found.unknown["/blinds/0"].kind == "maybe", "the policy may deny it"
    limit = {"PermissionsBoundary": {"PermissionsBoundaryArn": OWN + "gone"}}
    assert instance(allow("cloudtrail:StopLogging"), others=(denied,), **limit).unknown["/blinds/0"].why is Why.DENIED
    assert told(instance(allow("s3:GetObject"), others=(denied,), **limit)) == {}, "a boundary gives nothing"


def test_the_permissions_of_a_user() -> None:
    group = resource(
        GROUP, {"GroupName": "g", "GroupPolicyList": inline(allow("s3:*"))}, id="g", name="g", region="global"
    )
    empty = resource(GROUP, {"GroupName": "h", "GroupPolicyList": []}, id="h", name="h", region="global")

    def ask(*others: Resource, **config: Any) -> bool | Why:
        found = fact(user(**{"UserPolicyList": [], **config}), "has_permissions", group, empty, *others)
        return found.unknown[""].why if found.unknown else bool(found.value)

    assert ask() is False
    assert ask(GroupList=["h"]) is False
    assert ask(GroupList=["h", "g"]) is True
    assert ask(UserPolicyList=inline(deny("*"))) is False
    assert ask(UserPolicyList=inline({"Effect": "Allow", "NotAction": "*", "Resource": "*"})) is False
    assert ask(policy("p", allow("s3:*")), AttachedManagedPolicies=attached("p")) is True
    assert ask(AttachedManagedPolicies=attached("p")) is Why.NOT_COLLECTED
    assert ask(GroupList=["nosuch"]) is Why.NOT_COLLECTED
    denied = user(unknown={"/UserPolicyList": DENIED})
    assert fact(denied, "has_permissions").unknown[""].why is Why.DENIED


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("iam:CreateUser")], ["iam:CreateUser"]),
        ([allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")], []),
        ([allow("iam:AttachUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/*")], ["iam:AttachUserPolicy"]),
        ([allow("iam:AttachUserPolicy", ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"})], []),
        # What the service-authorization page calls Write or Permissions management gives or takes just as well.
        (
            [allow(["iam:CreateSAMLProvider", "iam:DetachRolePolicy"])],
            ["iam:CreateSAMLProvider", "iam:DetachRolePolicy"],
        ),
        ([allow("iam:UpdateAccountPasswordPolicy")], ["iam:UpdateAccountPasswordPolicy"]),
        # One role is enough, and somebody else's access keys.
        ([allow("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/admin")], ["iam:PutRolePolicy"]),
        ([allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/grace")], ["iam:CreateAccessKey"]),
        ([allow("iam:PutRolePolicy", "arn:aws:iam::*:role/app-*"), deny("iam:*", "arn:aws:iam::*:role/*")], []),
        ([allow("iam:PutRolePolicy", "arn:aws:iam::222222222222:role/theirs")], []),
        ([allow("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:user/grace")], []),
        ([allow("iam:PutRolePolicy", "arn:aws:iam::*:role/aws-service-role/x.amazonaws.com/*")], []),
        ([allow("iam:Get*")], []),
        ([allow("iam:*"), deny("iam:*")], []),
    ],
    ids=str,
)
def test_who_edits_iam(statements: list[Any], expected: list[str]) -> None:
    found = fact(user(*statements), "edits_iam")
    assert not found.unknown
    assert found.value == expected


def test_who_edits_nobody_else() -> None:
    own = f"arn:aws:iam::{ACCOUNT}:user/ada"
    config = {"UserPolicyList": inline(allow("iam:CreateAccessKey", own))}
    assert fact(resource(USER, config, region="global", id=own, name="ada"), "edits_iam").value == []
    other = resource(USER, config, region="global", id=own.replace("ada", "grace"), name="grace")
    assert fact(other, "edits_iam").value == ["iam:CreateAccessKey"]
    # In code nobody says which account it will be.
    assert fact(resource(USER, config, account="", region="global", id="u"), "edits_iam").value == [
        "iam:CreateAccessKey"
    ]
    assert fact(resource(USER, config, account="", region="global", id="u", name="ada"), "edits_iam").value == []


def test_further_roles() -> None:
    more = policy("more", allow(["s3:*", "sts:Assume*"], f"arn:aws:iam::{ACCOUNT}:role/x"))
    own = role(allow("sts:GetCallerIdentity"), AttachedManagedPolicies=attached("more"))
    assert [one["policy"] for one in fact(own, "further_roles", more).value] == ["more"]
    assert fact(role(deny("sts:*")), "further_roles").value == []
    assert fact(role(unknown={"/RolePolicyList": DENIED}), "further_roles").unknown["/-"].why is Why.DENIED


TRUST = {
    "AssumeRolePolicyDocument": document(
        {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"}
    )
}
ALONE = resource("AWS::Organizations::Membership", {"Organization": None}, region="global", id="m")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("s3:PutObject")], ["s3:PutObject"]),
        ([allow("s3:PutObject", "arn:aws:s3:::b/*")], []),
        ([allow("s3:Get*")], []),
        ([allow("s3:*"), deny("s3:*")], []),
        ([allow("iam:CreateUser", StringEquals={"iam:PermissionsBoundary": "x"})], []),
        ([allow("iam:CreateUser"), deny("iam:DeleteUser")], ["iam:CreateUser"]),
    ],
    ids=str,
)
def test_what_outsiders_change(statements: list[Any], expected: list[str]) -> None:
    found = fact(role(*statements, **TRUST), "external_changes", ALONE)
    assert not found.unknown
    assert [action for one in found.value for action in one["actions"]] == expected
    assert fact(role(*statements), "external_changes", ALONE).value == []
    assert [
        action for one in fact(role(*statements), "wide_changes", ALONE).value for action in one["actions"]
    ] == expected
    anybody = {"AssumeRolePolicyDocument": document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})}
    assert bool(fact(role(*statements, **anybody), "external_changes", ALONE).value) is bool(expected)


SAGEMAKER = {
    "AssumeRolePolicyDocument": document(
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
}


@pytest.mark.parametrize(
    ("statements", "config", "expected"),
    [
        ([allow("*")], SAGEMAKER, (True, True, 21)),
        ([allow("iam:*")], SAGEMAKER, (True, True, 6)),
        ([allow("*"), deny("iam:*"), deny("*")], SAGEMAKER, (True, False, 0)),
        ([allow("s3:*")], SAGEMAKER, (True, False, 0)),
        ([allow("sts:AssumeRole")], SAGEMAKER, (True, False, 1)),
        ([allow("*")], {}, (False, False, 0)),
        ([allow("*")], TRUST, (False, False, 0)),
    ],
    ids=str,
)
def test_the_role_of_a_notebook(statements: list[Any], config: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = fact(role(*statements, **config), "notebook_role")
    assert not found.unknown
    assert (found.value["is_one"], found.value["administers"], len(found.value["credentials"])) == expected


def test_a_notebook_that_is_not_known() -> None:
    found = fact(role(allow("*"), unknown={"/AssumeRolePolicyDocument": DENIED}), "notebook_role")
    assert found.unknown["/is_one"].why is Why.DENIED
    found = fact(role(unknown={"/RolePolicyList": DENIED}, **SAGEMAKER), "notebook_role")
    assert {"/administers", "/credentials/-"} <= set(found.unknown)


BOUND = {"StringEquals": {"iam:PermissionsBoundary": OWN + "limit"}}
STEPS = ["iam:CreateRole", "iam:AttachRolePolicy"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], (False, True)),
        ([allow("iam:CreateRole")], (False, True)),
        ([allow("iam:AttachRolePolicy")], (False, True)),
        ([allow(STEPS)], (True, False)),
        ([allow(STEPS, f"arn:aws:iam::{ACCOUNT}:role/app-*")], (True, False)),
        ([allow(STEPS, "arn:aws:s3:::b")], (False, True)),
        ([allow(["iam:CreateUser", "iam:PutUserPolicy"])], (True, False)),
        ([allow(["iam:CreateUser", "iam:PutRolePolicy"])], (False, True)),
        ([allow(STEPS, **BOUND)], (True, True)),
        ([allow(STEPS, StringLike={"iam:PermissionsBoundary": "*"})], (True, False)),
        ([allow(STEPS, StringEqualsIfExists=BOUND["StringEquals"])], (True, False)),
        ([allow("iam:CreateRole", **BOUND), allow("iam:AttachRolePolicy")], (True, False)),
        ([allow(STEPS), deny(STEPS, StringNotEquals=BOUND["StringEquals"])], (True, True)),
        ([allow(STEPS), deny("iam:CreateRole", StringNotEquals=BOUND["StringEquals"])], (True, False)),
        ([allow([*STEPS, "iam:DeleteRolePermissionsBoundary"], **BOUND)], (True, False)),
        ([allow(STEPS, **BOUND), allow("iam:Delete*")], (True, False)),
        ([allow(STEPS, **BOUND), allow("iam:Delete*"), deny("iam:Delete*Boundary")], (True, True)),
        ([allow(STEPS, StringEquals={"aws:RequestTag/team": "red"})], (True, False)),
    ],
    ids=str,
)
def test_delegation(statements: list[Any], expected: tuple[bool, bool]) -> None:
    for one in (role(*statements), user(*statements)):
        found = fact(one, "delegation")
        assert not found.unknown
        assert (found.value["creates"], found.value["bounded"]) == expected
        assert found.value["administers"] is False


def test_administrators_and_unread_policies_of_delegation() -> None:
    assert fact(role(allow("*")), "delegation").value["administers"] is True
    found = fact(role(unknown={"/RolePolicyList": DENIED}), "delegation")
    assert found.unknown["/creates"].why is Why.DENIED


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("s3:*")], ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]),
        ([allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::imports", "arn:aws:s3:::imports/*"])], []),
        ([allow("lambda:InvokeFunction", "*")], ["lambda:InvokeFunction"]),
        ([allow("kms:*")], []),
    ],
    ids=str,
)
@pytest.mark.parametrize("type_", ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"])
def test_the_roles_of_a_database(type_: str, statements: list[Any], expected: list[str]) -> None:
    database = resource(type_, {"AssociatedRoles": [{"RoleArn": "arn:role", "FeatureName": "s3Import"}]})
    found = fact(database, "broad_roles", role(*statements))
    assert not found.unknown
    assert [action for one in found.value for action in one["actions"]] == expected
    assert fact(resource(type_, {"AssociatedRoles": []}), "broad_roles").value == []
    assert fact(database, "broad_roles").unknown["/-"].why is Why.NOT_COLLECTED
    assert fact(database, "broad_roles", incomplete={ROLE: DENIED}).unknown["/-"].why is Why.DENIED
    later = resource(type_, {}, {"/AssociatedRoles": LATER})
    assert fact(later, "broad_roles").unknown[""].why is Why.AFTER_APPLY
