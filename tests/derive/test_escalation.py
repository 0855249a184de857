"""Who is an administrator, and the paths of those who are not: weighed against all that limits them."""

from __future__ import annotations

from typing import Any

import pytest
from escalation_worlds import (
    ACCOUNT,
    ATTACKER,
    EVERYTHING,
    Statement,
    allow,
    arn,
    attached,
    bounded,
    credentials,
    deny,
    document,
    graph,
    group,
    holder,
    managed,
    profile,
    role,
    supposed_ways,
    user,
    ways_of,
)

from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.told import Told
from scanner.model import Resource, Unknown, Why

BOSS = arn("role", "boss")
LAMBDA = {"Service": "lambda.amazonaws.com"}
PASSES = allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
EDITS_S3 = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
POWER_USER = [
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    allow(["iam:CreateServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization"]),
]


def hops(found: Graph, start: str = ATTACKER) -> list[tuple[str, str]]:
    return [(step.primitive.id, step.target.rpartition("/")[2]) for step in found.path(start)]


def organized(*statements: Statement, root: Statement = EVERYTHING) -> list[Resource]:
    """An organization that lays a service control policy over the account."""
    manager = "999988887777"
    told = {"Id": "o-abc", "MasterAccountId": manager}
    membership = {
        "Organization": told,
        "Accounts": [{"Id": ACCOUNT, "Paths": [f"o-abc/r-1/{ACCOUNT}/"]}, {"Id": manager, "Paths": ["o-abc/r-1/"]}],
        "Roots": [{"Id": "r-1", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}],
    }  # fmt: skip
    found = [
        Resource("AWS::Organizations::Membership", f"{one}/m", one, one, "global", config)
        for one, config in ((manager, membership), (ACCOUNT, {"Organization": told}))
    ]
    for name, target, content in (("root", "r-1", [root]), ("own", ACCOUNT, [EVERYTHING, *statements])):
        config = {"Type": "SERVICE_CONTROL_POLICY", "Content": document(*content), "Targets": [{"TargetId": target}]}
        found.append(Resource("AWS::Organizations::Policy", f"p-{name}", name, manager, "global", config))
    return found


@pytest.mark.parametrize(
    ("statements", "is_one"),
    [
        ([EVERYTHING], True),
        ([allow("*:*")], True),
        ([allow(["*"], ["*"])], True),
        ([allow("*", "arn:aws:*")], True),
        ([EDITS_S3], True),
        ([EVERYTHING, deny("s3:DeleteBucket")], True),
        ([EVERYTHING, deny("*", StringNotEquals={"aws:RequestedRegion": "eu-west-1"})], True),
        ([allow("*", **MFA)], True),
        ([EVERYTHING, deny("*")], False),
        ([EVERYTHING, deny("iam:*")], False),
        ([EVERYTHING, {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}], False),
        (POWER_USER, False),
        ([allow("*", StringEquals={"aws:PrincipalTag/team": "platform"})], False),
        ([allow("*", ArnEquals={"aws:PrincipalArn": BOSS})], False),
        ([allow("*", "arn:aws:s3:::*")], False),
        ([allow(["s3:*", "ec2:*", "iam:Get*"])], False),
    ],
)  # fmt: skip
def test_an_administrator_is_who_may_do_everything_however_it_is_spelled(
    statements: list[Statement], is_one: bool
) -> None:
    found = graph(user("attacker", *statements))
    assert (ATTACKER in found.surely.administrators) is is_one


def test_tags_count_as_they_are() -> None:
    statement = allow("*", StringEquals={"aws:PrincipalTag/team": "platform"})
    assert graph(user("attacker", statement, tags={"team": "platform"})).surely.administrators
    assert not graph(user("attacker", statement, tags={"team": "trade"})).surely.administrators


def test_two_policies_together_grant_what_neither_does() -> None:
    found = graph(
        managed("passes", allow("iam:PassRole")),
        group("makers", allow(["lambda:CreateFunction", "lambda:InvokeFunction"])),
        user("attacker", GroupList=["makers"], **attached("passes")),
        role("boss", LAMBDA, EVERYTHING),
    )
    assert hops(found) == [("lambda-001", "boss")]


@pytest.mark.parametrize(
    "limit",
    [
        {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        {"StringLike": {"iam:PassedToService": "ecs*"}},
        {"Null": {"iam:PassedToService": "true"}},
    ],
)
def test_a_role_that_may_only_be_passed_elsewhere_is_not_passed(limit: dict[str, Any]) -> None:
    makes = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
    world = [role("boss", LAMBDA, EVERYTHING)]
    assert not hops(graph(*world, user("attacker", allow("iam:PassRole", **limit), makes)))
    fits = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert hops(graph(*world, user("attacker", allow("iam:PassRole", **fits), makes)))


def test_the_role_must_trust_the_service_and_the_statement_must_mean_the_role() -> None:
    passes = allow("iam:PassRole", arn("role", "app-*"))
    makes = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
    attacker = user("attacker", passes, makes)
    assert not hops(graph(attacker, role("boss", LAMBDA, EVERYTHING)))
    assert not hops(graph(attacker, role("app-boss", {"Service": "ec2.amazonaws.com"}, EVERYTHING)))
    assert hops(graph(attacker, role("app-boss", LAMBDA, EVERYTHING))) == [("lambda-001", "app-boss")]


def test_what_is_created_must_be_what_is_invoked() -> None:
    functions = f"arn:aws:lambda:*:{ACCOUNT}:function:"
    statements = [allow("iam:PassRole"), allow("lambda:CreateFunction", f"{functions}dev-*")]
    boss = role("boss", LAMBDA, EVERYTHING)
    other = user("attacker", *statements, allow("lambda:InvokeFunction", f"{functions}prod-*"))
    same = user("attacker", *statements, allow("lambda:InvokeFunction", f"{functions}dev-x*"))
    assert not hops(graph(other, boss))
    assert hops(graph(same, boss)) == [("lambda-001", "boss")]


def test_a_path_of_four_hops_is_the_shortest_one() -> None:
    found = graph(
        user("attacker", allow("sts:AssumeRole", arn("role", "one"))),
        role("one", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, allow("iam:CreateAccessKey", arn("user", "two"))),
        user("two", allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"])),
        credentials("two"),
        holder("AWS::Lambda::Function", "three"),
        role("three", LAMBDA, allow("iam:PutRolePolicy", arn("role", "three"))),
        role("detour", {"AWS": arn("role", "three")}, EVERYTHING),
    )
    assert hops(found) == [("sts-001", "one"), ("iam-002", "two"), ("lambda-004", "three"), ("iam-005", "three")]


def test_within_an_account_a_trust_policy_that_names_the_asker_is_enough_and_across_accounts_it_is_not() -> None:
    trusts = {"AWS": ATTACKER}
    assert hops(graph(user("attacker", allow("s3:*")), role("boss", trusts, EVERYTHING)))
    abroad = role("boss", trusts, EVERYTHING, account="222233334444")
    assert not hops(graph(user("attacker", allow("s3:*")), abroad))
    assert hops(graph(user("attacker", allow("sts:AssumeRole")), abroad)) == [("sts-001", "boss")]


def test_a_condition_of_the_trust_policy_is_weighed() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": ATTACKER}, "Action": "sts:AssumeRole"}

    def world(condition: dict[str, Any]) -> Graph:
        boss = role("boss", {}, EVERYTHING, AssumeRolePolicyDocument=document({**trust, "Condition": condition}))
        return graph(user("attacker", allow("s3:*")), boss)

    assert not hops(world({"StringEquals": {"aws:PrincipalAccount": "222233334444"}}))
    assert not hops(world({"StringEquals": {"aws:PrincipalTag/team": "platform"}}))
    found = world({"StringEquals": {"sts:ExternalId": "x-1"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}})
    (step,) = found.path(ATTACKER)
    assert step.granted[0].free == {"sts:externalid": ("x-1",), "aws:multifactorauthpresent": ("true",)}


def test_a_deny_a_boundary_and_an_organization_each_stop_a_path_and_are_told() -> None:
    boss, fence = role("boss", LAMBDA, EVERYTHING), managed("fence", allow(["lambda:*", "s3:*"]))
    cases = {
        "inline policy own": [user("attacker", PASSES, deny("iam:PassRole", BOSS))],
        f"permissions boundary {fence.id}": [user("attacker", PASSES, **bounded("fence"))],
        f"service control policy own at {ACCOUNT}": [user("attacker", PASSES), *organized(deny("iam:PassRole"))],
    }
    assert hops(graph(boss, user("attacker", PASSES))) == [("lambda-001", "boss")]
    for policy, attacker in cases.items():
        found = graph(boss, fence, *attacker)
        assert not hops(found), policy
        (stop,) = Told(found).answer()["stopped"]
        assert (stop["from"], stop["to"], stop["primitive"]) == (ATTACKER, BOSS, "lambda-001")
        assert policy in [one["policy"] for one in stop["by"]]


def test_what_one_writes_into_ones_own_policy_is_limited_by_ones_boundary() -> None:
    fence = managed("fence", allow(["iam:PutUserPolicy", "s3:*"]))
    attacker = user("attacker", allow("iam:PutUserPolicy"), **bounded("fence"))
    found = graph(attacker, fence)
    assert not hops(found)
    (stop,) = Told(found).answer()["stopped"]
    assert stop["by"] == [{"policy": f"permissions boundary {fence.id}", "reason": "limits what is gained"}]
    frees = allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary", "s3:*"])
    freed = graph(user("attacker", frees, **bounded("fence")), managed("fence", frees))
    (step,) = freed.path(ATTACKER)
    assert (step.primitive.id, step.then and step.then.id) == ("extra-boundary-1", "iam-007")


def test_attaching_counts_only_where_a_wide_policy_can_be_attached() -> None:
    def attaches(policy: str, *more: Statement) -> set[str]:
        limit = {"ArnLike": {"iam:PolicyARN": policy}}
        return ways_of(graph(user("attacker", allow("iam:AttachUserPolicy", **limit), *more)))

    assert attaches("arn:aws:iam::aws:policy/*") == {"iam-008"}
    assert not attaches("arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert not attaches(arn("policy", "team-*"))
    assert attaches(arn("policy", "team-*"), allow("iam:CreatePolicy", arn("policy", "team-*"))) == {"iam-008"}


def test_new_principals_that_must_be_bounded_are_no_gain() -> None:
    making = ["iam:CreateRole", "iam:PutRolePolicy"]
    bound = {"StringEquals": {"iam:PermissionsBoundary": arn("policy", "fence")}}
    fresh = arn("role", "new-*")
    assert ways_of(graph(user("attacker", allow(making, fresh)))) == {"extra-new-role-2"}
    assert not ways_of(graph(user("attacker", allow(making, fresh, **bound))))


def test_a_group_that_one_can_join_brings_its_policies() -> None:
    joins = user("attacker", allow("iam:AddUserToGroup", arn("group", "ops")))
    assert hops(graph(joins, group("ops", EVERYTHING))) == [("iam-013", "attacker")]
    (step,) = graph(joins, group("ops", allow("iam:PutUserPolicy"))).path(ATTACKER)
    assert (step.primitive.id, step.then and step.then.id) == ("iam-013", "iam-007")
    assert not hops(graph(joins, group("ops", allow("s3:*")), group("bosses", EVERYTHING)))


def test_credentials_decide_which_way_there_is() -> None:
    keys = user("attacker", allow("iam:CreateAccessKey"))
    chief = user("chief", EVERYTHING)
    assert ways_of(graph(keys, chief, credentials("chief", keys=1))) == {"iam-002"}
    assert not ways_of(graph(keys, chief, credentials("chief", keys=2)))
    passwords = user("attacker", allow(["iam:CreateLoginProfile", "iam:UpdateLoginProfile"]))
    assert ways_of(graph(passwords, chief, credentials("chief"))) == {"iam-004"}
    assert ways_of(graph(passwords, chief, credentials("chief", password=True))) == {"iam-006"}


def test_what_was_not_read_is_neither_taken_nor_dropped() -> None:
    denied = Unknown(Why.DENIED, message="lambda:ListFunctions was denied", permission="lambda:ListFunctions")
    updates = user("attacker", allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]))
    boss = role("boss", LAMBDA, EVERYTHING)
    assert not hops(graph(updates, boss)), "no function is a fact"
    found = graph(updates, boss, unlisted={"AWS::Lambda::Function": denied})
    assert not ways_of(found)
    assert "lambda-004" in supposed_ways(found)
    (path,) = Told(found).answer()["paths"]
    assert not path["certain"]
    assert "lambda:ListFunctions was denied" in path["steps"][0]["assumptions"][0]


def test_a_policy_that_was_not_read_makes_nothing_certain() -> None:
    attacker = user("attacker", PASSES, **attached("gone"))
    attacker.unknown["/AttachedManagedPolicies/-"] = Unknown(Why.DENIED, "more", message="not all listed")
    found = graph(attacker, role("boss", LAMBDA, EVERYTHING), unlisted={"AWS::IAM::ManagedPolicy": Unknown(Why.DENIED)})
    assert not ways_of(found), "an unread policy may deny"
    answer = Told(found).answer()
    assert [one["principal"] for one in answer["unknown"]].count(ATTACKER) >= 1
    assert all(not path["certain"] for path in answer["paths"])


def test_a_type_that_is_not_collected_is_assumed_aloud() -> None:
    opens = user("attacker", allow("sagemaker:CreatePresignedNotebookInstanceUrl"))
    found = graph(opens, role("boss", {"Service": "sagemaker.amazonaws.com"}, EVERYTHING))
    assert (ways_of(found), supposed_ways(found)) == (set(), {"sagemaker-004"})
    assert not supposed_ways(graph(opens, role("boss", LAMBDA, EVERYTHING)))


def test_service_linked_roles_cannot_be_changed() -> None:
    linked = role("AWSServiceRoleForIt", LAMBDA, EVERYTHING, Path="/aws-service-role/lambda.amazonaws.com/")
    rewrites = allow(["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"], linked.id)
    assert not hops(graph(user("attacker", rewrites), linked))


def test_outsiders_come_in_where_trust_lets_them() -> None:
    def sources(trust: dict[str, Any], action: str = "sts:AssumeRole", **condition: Any) -> list[str]:
        statement = {"Effect": "Allow", "Principal": trust, "Action": action, "Condition": condition}
        found = graph(role("boss", {}, EVERYTHING, AssumeRolePolicyDocument=document(statement)))
        return [step.source for step in found.entries]

    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    federate, sub = "sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com:sub"
    assert sources({"AWS": "*"}) == ["*"]
    assert sources({"AWS": "*"}, StringEquals={"aws:PrincipalAccount": ACCOUNT}) == []
    assert sources({"AWS": "arn:aws:iam::222233334444:role/deploy"}) == ["arn:aws:iam::222233334444:role/deploy"]
    assert sources({"AWS": "222233334444"}) == ["arn:aws:iam::222233334444:root"]
    assert sources({"AWS": "222233334444"}, StringEquals={"aws:PrincipalAccount": ACCOUNT}) == []
    assert sources({"Federated": provider}, federate) == [provider]
    assert sources({"Federated": provider}, federate, StringLike={sub: "repo:*"}) == [provider]
    assert sources({"Federated": provider}, federate, StringLike={sub: "repo:northwind/*"}) == []


def test_tags_of_what_exists_are_as_they_are() -> None:
    def tagged(key: str, **tags: str) -> list[tuple[str, str]]:
        machine = holder("AWS::EC2::Instance", "boss")
        machine.tags = tags
        runs = allow(
            ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"], StringEquals={key: "dev"}
        )
        boss = role("boss", {"Service": "ec2.amazonaws.com"}, EVERYTHING, **profile("boss"))
        return hops(graph(user("attacker", runs), boss, machine))

    for key in ("aws:ResourceTag/Stage", "ec2:ResourceTag/Stage"):
        assert tagged(key, Stage="dev") == [("ec2-002", "boss")]
        assert not tagged(key, Stage="prod")
        assert not tagged(key)
    edits = allow("iam:UpdateAssumeRolePolicy", StringEquals={"iam:ResourceTag/open": "yes"})
    assert not hops(graph(user("attacker", edits), role("boss", LAMBDA, EVERYTHING)))
    assert hops(graph(user("attacker", edits), role("boss", LAMBDA, EVERYTHING, tags={"open": "yes"})))
