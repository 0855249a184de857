"""Small accounts with somebody in them who wants more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scanner.derive.access.escalation.estate import HOLDERS
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.primitives import Primitive
from scanner.model import Resource, Shard, Unknown
from scanner.snapshot.memory import MemoryInventory

ACCOUNT, REGION = "111122223333", "eu-west-1"
ATTACKER = f"arn:aws:iam::{ACCOUNT}:user/attacker"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_IAM = ("User", "Role", "Group", "ManagedPolicy", "InstanceProfile", "CredentialReport", "AccessKey")
_ELSEWHERE = (*HOLDERS, "AWS::ECR::Repository")
Statement = dict[str, Any]


def allow(actions: str | Sequence[str], resource: str | Sequence[str] = "*", **condition: Any) -> Statement:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def deny(actions: str | Sequence[str], resource: str | Sequence[str] = "*", **condition: Any) -> Statement:
    return {**allow(actions, resource, **condition), "Effect": "Deny"}


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def arn(kind: str, name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:{kind}/{name}"


def user(name: str, *statements: Statement, tags: dict[str, str] | None = None, **members: Any) -> Resource:
    inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    config = {
        "UserName": name, "Arn": arn("user", name), "Path": "/", "UserPolicyList": inline, "GroupList": [],
        "AttachedManagedPolicies": [], **members,
    }  # fmt: skip
    return Resource("AWS::IAM::User", arn("user", name), name, ACCOUNT, "global", config, tags or {})


def role(
    name: str, trusts: dict[str, Any], *statements: Statement, account: str = ACCOUNT, tags: dict[str, str] | None = None,
    **members: Any,
) -> Resource:  # fmt: skip
    inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    trust = {"Effect": "Allow", "Principal": trusts, "Action": "sts:AssumeRole"}
    config = {
        "RoleName": name, "Arn": arn("role", name, account), "Path": "/", "RolePolicyList": inline,
        "AttachedManagedPolicies": [], "AssumeRolePolicyDocument": document(trust), "InstanceProfileList": [],
        **members,
    }  # fmt: skip
    return Resource("AWS::IAM::Role", arn("role", name, account), name, account, "global", config, tags or {})


def group(name: str, *statements: Statement) -> Resource:
    inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    config = {"GroupName": name, "Arn": arn("group", name), "GroupPolicyList": inline, "AttachedManagedPolicies": []}
    return Resource("AWS::IAM::Group", arn("group", name), name, ACCOUNT, "global", config)


def managed(name: str, *statements: Statement) -> Resource:
    config = {"PolicyName": name, "Arn": arn("policy", name), "PolicyDocument": document(*statements)}
    return Resource("AWS::IAM::ManagedPolicy", arn("policy", name), name, ACCOUNT, "global", config)


def attached(*names: str) -> dict[str, Any]:
    return {"AttachedManagedPolicies": [{"PolicyName": one, "PolicyArn": arn("policy", one)} for one in names]}


def bounded(name: str) -> dict[str, Any]:
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy", name)}
    return {"PermissionsBoundary": boundary}


def profile(role_name: str) -> dict[str, Any]:
    held = {"Arn": arn("instance-profile", role_name), "InstanceProfileName": role_name, "Roles": []}
    return {"InstanceProfileList": [held]}


def credentials(name: str, *, password: bool = False, keys: int = 0) -> Resource:
    own = arn("user", name)
    row = {"user": name, "arn": own, "password_enabled": str(password).lower()}
    for number in (1, 2):
        row[f"access_key_{number}_active"] = str(number <= keys).lower()
        row[f"access_key_{number}_last_rotated"] = "2026-01-01T00:00:00+00:00" if number <= keys else "N/A"
    return Resource("AWS::IAM::CredentialReport", f"{own}/credential-report", name, ACCOUNT, "global", row)


def holder(type_: str, role_name: str) -> Resource:
    """Something of a type that runs with a role."""
    service = {
        "AWS::Lambda::Function": "lambda", "AWS::CodeBuild::Project": "codebuild", "AWS::ECS::TaskDefinition": "ecs",
        "AWS::CloudFormation::Stack": "cloudformation", "AWS::AutoScaling::LaunchConfiguration": "autoscaling",
    }.get(type_, "ec2")  # fmt: skip
    kind = {
        "lambda": "function:it", "codebuild": "project/it", "ecs": "task-definition/it", "cloudformation": "stack/it/1",
        "autoscaling": "launchConfiguration:1:launchConfigurationName/it",
    }.get(service, "instance/i-1" if type_.endswith("Instance") else "launch-template/lt-1")  # fmt: skip
    own = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}"
    table = HOLDERS[type_]
    config: Any = arn("instance-profile" if table.by_profile else "role", role_name)
    if type_ == "AWS::EC2::LaunchTemplate":
        config = {"Name": role_name}
    for name in reversed(table.member):
        config = {name: config}
    return Resource(type_, own, "it", ACCOUNT, REGION, {**config, "buildBatchConfig": {"serviceRole": "x"}})


def inventory(resources: Iterable[Resource], unlisted: dict[str, Unknown] | None = None) -> MemoryInventory:
    """All of it listed, save what `unlisted` says."""
    everything = list(resources)
    places: dict[tuple[str, str], Shard] = {}
    for account in sorted({one.account for one in everything}):
        places[account, "global"] = Shard(account, "global", "iam")
        places[account, REGION] = Shard(account, REGION, "all")
        for type_ in (*(f"AWS::IAM::{name}" for name in _IAM), *_ELSEWHERE):
            place = places[account, "global" if "::IAM::" in type_ else REGION]
            place.listed[type_] = (unlisted or {}).get(type_)
    for one in everything:
        places.setdefault((one.account, one.region), Shard(one.account, one.region, "all")).resources.append(one)
    return MemoryInventory(places.values(), taken_at="2026-01-01T00:00:00Z", source="live")


def graph(*resources: Resource, unlisted: dict[str, Unknown] | None = None) -> Graph:
    return Graph(inventory(resources, unlisted))


def ways_of(found: Graph, start: str = ATTACKER) -> set[str]:
    """The ids of the first steps of somebody that assume nothing."""
    return {step.primitive.id for step in found.every_first(start) if not step.assumptions}


def supposed_ways(found: Graph, start: str = ATTACKER) -> set[str]:
    """The ids of the first steps that assume something."""
    return {step.primitive.id for step in found.every_first(start) if step.assumptions}


def case(primitive: Primitive, statements: Sequence[Statement], **limits: Any) -> list[Resource]:
    """An account in which a way leads to an administrator, if the statements allow what it needs."""
    acts_as_role = primitive.target == "self-role"
    start = arn("role" if acts_as_role else "user", "attacker")
    policies = [
        managed("mine", *statements),
        managed("theirs", allow("s3:ListAllMyBuckets")),
        managed("wide", EVERYTHING),
    ]
    members: dict[str, Any] = {**attached("mine"), **limits}
    if primitive.gain == "no-boundary":
        members |= bounded("narrow")
        policies.append(managed("narrow", allow(["iam:*", "s3:*"])))
    denying = [deny("*", "*", StringNotEquals={"aws:PrincipalTag/team": "x"})] if primitive.gain == "tags" else []
    if primitive.gain.startswith("no-") and primitive.gain not in ("no-boundary", "no-scp"):
        denying = [deny(["iam:Put*", "iam:Attach*", "iam:Create*", "iam:Update*"])]
    return [*policies, *_start(primitive, members, denying, start), *_goals(primitive, start)]


def _start(primitive: Primitive, members: dict[str, Any], denying: list[Statement], start: str) -> Iterable[Resource]:
    inline = denying if primitive.gain in ("no-inline", "tags") else []
    if primitive.gain == "no-attached":
        yield managed("denies", *denying)
        both = [*members["AttachedManagedPolicies"], *attached("denies")["AttachedManagedPolicies"]]
        members = {**members, "AttachedManagedPolicies": both}
    yield group("team", *(denying if primitive.gain == "no-group" else []))
    yield group("bosses", EVERYTHING)
    if ":role/" in start:
        yield role("attacker", {"Service": "lambda.amazonaws.com"}, *inline, **members)
    else:
        yield user("attacker", *inline, GroupList=["team"], **members)


def _goals(primitive: Primitive, start: str) -> Iterable[Resource]:
    """A role and a user who may do everything, or only little where the way gives them everything."""
    own = [allow("s3:ListAllMyBuckets")] if primitive.gain == "all" else [EVERYTHING]
    trusts: dict[str, Any] = {"Service": [*primitive.services, "unrelated.amazonaws.com"]}
    if "trusts-asker" in primitive.via:
        trusts["AWS"] = start
    if "trusts-saml" in primitive.via:
        trusts["Federated"] = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"
    if primitive.target == "role":
        yield role("boss", trusts, *own, **attached("theirs"), **profile("boss"))
        for type_ in (primitive.holder, primitive.other):
            if type_ in HOLDERS:
                yield holder(type_, "boss")
    if primitive.target == "user":
        yield user("chief", *own)
        yield credentials("chief", password="login" in primitive.via, keys=2 if "keys=2" in primitive.via else 0)
