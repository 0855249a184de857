# ruff: noqa: T201 - printing is what a script is for, and chance here is a seed
"""Who can come by what, in a generated account: administrators and paths, then who-can questions.

    python tests/bench/bench_access.py [principals] [resource policies]

Prints seconds of processor time and the peak of memory; a second run at twice the size tells how both grow.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from scanner.model import Resource, Shard
from scanner.snapshot.memory import MemoryInventory

ACCOUNT, REGION = "111122223333", "eu-west-1"
_SERVICES = ("lambda", "ec2", "ecs-tasks", "codebuild", "glue", "states", "cloudformation", "sagemaker")
_WORK = (
    "s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:*", "sns:Publish", "dynamodb:*Item", "kms:Decrypt",
    "logs:*", "cloudwatch:Put*", "ec2:Describe*", "secretsmanager:GetSecretValue", "ssm:GetParameter*", "events:*",
)  # fmt: skip
_RISKY = (
    ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], ["iam:PassRole", "ec2:RunInstances"],
    ["iam:CreateAccessKey"], ["iam:PutRolePolicy"], ["iam:AttachUserPolicy"], ["iam:CreatePolicyVersion"],
    ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], ["ssm:SendCommand"], ["sts:AssumeRole"], ["iam:*"],
    ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"], ["iam:UpdateAssumeRolePolicy"],
)  # fmt: skip

_QUESTIONS = 100
_ASKED = (
    ("s3:GetObject", "arn:aws:s3:::data-{number}/report"),
    ("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{{account}}:data-{{number}}"),
    ("iam:PassRole", "arn:aws:iam::{account}:role/role-{number}"),
    ("sts:AssumeRole", "arn:aws:iam::{account}:role/role-{number}"),
    ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{{account}}:function:data-{{number}}"),
)


def generated(principals: int, guarded: int, seed: int = 7) -> MemoryInventory:
    """An account: a third users, two thirds roles, a policy of its own for each, and `guarded` resource policies."""
    chance = random.Random(seed)
    iam, other = Shard(ACCOUNT, "global", "iam"), Shard(ACCOUNT, REGION, "all")
    users, roles = principals // 3, principals - principals // 3
    iam.resources += [_managed(chance, number, roles) for number in range(principals // 8)]
    iam.resources += [_group(chance, number, principals // 8) for number in range(20)]
    iam.resources += [_user(chance, number, roles, principals // 8) for number in range(users)]
    iam.resources += [_role(chance, number, roles, users, principals // 8) for number in range(roles)]
    other.resources += list(_guarded(chance, guarded, roles))
    for name in ("User", "Role", "Group", "ManagedPolicy", "InstanceProfile", "CredentialReport", "AccessKey"):
        iam.listed[f"AWS::IAM::{name}"] = None
    for type_ in sorted({one.type for one in other.resources} | {"AWS::EC2::Instance", "AWS::CodeBuild::Project"}):
        other.listed[type_] = None
    return MemoryInventory([iam, other], taken_at="2026-01-01T00:00:00Z", source="live")


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def _statements(chance: random.Random, roles: int) -> list[dict[str, Any]]:
    found = []
    for _ in range(chance.randint(1, 4)):
        bucket = f"arn:aws:s3:::data-{chance.randrange(200)}"
        where = chance.choice(["*", [bucket, f"{bucket}/*"], f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-*"])
        found.append({"Effect": "Allow", "Action": chance.sample(_WORK, 3), "Resource": where})
    if chance.random() < 0.15:
        narrow = [_arn("role", f"role-{chance.randrange(roles)}") for _ in range(3)] + ["arn:aws:lambda:*:*:function:*"]
        where = chance.choice(["*", narrow, _arn("role", f"role-{chance.randrange(10)}*")])
        found.append({"Effect": "Allow", "Action": chance.choice(_RISKY), "Resource": where})
    if chance.random() < 0.1:
        found.append({"Effect": "Deny", "Action": "iam:*", "Resource": "*", **_mfa(chance)})
    return found


def _mfa(chance: random.Random) -> dict[str, Any]:
    return {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}} if chance.random() < 0.7 else {}


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _inline(chance: random.Random, roles: int) -> list[dict[str, Any]]:
    if chance.random() < 0.005:
        return [
            {"PolicyName": "all", "PolicyDocument": _document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])}
        ]
    return [{"PolicyName": "own", "PolicyDocument": _document(_statements(chance, roles))}]


def _attached(chance: random.Random, policies: int) -> list[dict[str, str]]:
    names = {f"policy-{chance.randrange(policies)}" for _ in range(chance.randint(0, 3))}
    return [{"PolicyName": name, "PolicyArn": _arn("policy", name)} for name in sorted(names)]


def _resource(kind: str, name: str, config: dict[str, Any]) -> Resource:
    type_ = {"user": "User", "role": "Role", "group": "Group", "policy": "ManagedPolicy"}[kind]
    return Resource(
        f"AWS::IAM::{type_}", _arn(kind, name), name, ACCOUNT, "global", {"Arn": _arn(kind, name), **config}
    )


def _managed(chance: random.Random, number: int, roles: int) -> Resource:
    name = f"policy-{number}"
    return _resource("policy", name, {"PolicyName": name, "PolicyDocument": _document(_statements(chance, roles))})


def _group(chance: random.Random, number: int, policies: int) -> Resource:
    name = f"group-{number}"
    config = {"GroupName": name, "GroupPolicyList": [], "AttachedManagedPolicies": _attached(chance, policies)}
    return _resource("group", name, config)


def _boundary(chance: random.Random, policies: int) -> dict[str, Any]:
    if chance.random() > 0.1:
        return {}
    return {"PermissionsBoundary": {"PermissionsBoundaryArn": _arn("policy", f"policy-{chance.randrange(policies)}")}}


def _user(chance: random.Random, number: int, roles: int, policies: int) -> Resource:
    name = f"user-{number}"
    return _resource("user", name, {
        "UserName": name, "UserPolicyList": _inline(chance, roles), "GroupList": [f"group-{chance.randrange(20)}"],
        "AttachedManagedPolicies": _attached(chance, policies), **_boundary(chance, policies),
    })  # fmt: skip


def _role(chance: random.Random, number: int, roles: int, users: int, policies: int) -> Resource:
    name = f"role-{number}"
    trusts: dict[str, Any] = chance.choice([
        {"Service": f"{chance.choice(_SERVICES)}.amazonaws.com"},
        {"Service": f"{chance.choice(_SERVICES)}.amazonaws.com"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        {"AWS": [_arn("user", f"user-{chance.randrange(users)}"), _arn("role", f"role-{chance.randrange(roles)}")]},
    ])  # fmt: skip
    trust = {"Effect": "Allow", "Principal": trusts, "Action": "sts:AssumeRole"}
    profile = {"Arn": _arn("instance-profile", name), "InstanceProfileName": name}
    return _resource("role", name, {
        "RoleName": name, "RolePolicyList": _inline(chance, roles), "AssumeRolePolicyDocument": _document([trust]),
        "AttachedManagedPolicies": _attached(chance, policies),
        "InstanceProfileList": [profile] if "ec2" in str(trusts) else [], **_boundary(chance, policies),
    })  # fmt: skip


def _guarded(chance: random.Random, count: int, roles: int) -> Iterator[Resource]:
    for number in range(count):
        who = {"AWS": _arn("role", f"role-{chance.randrange(roles)}")}
        name = f"data-{number}"
        if number % 5 == 0:
            own = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
            config = {"FunctionName": name, "FunctionArn": own, "Role": who["AWS"], "Policy": None}
            yield Resource("AWS::Lambda::Function", own, name, ACCOUNT, REGION, config)
            continue
        own = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}" if number % 2 else f"arn:aws:s3:::{name}"
        action = "sqs:*" if number % 2 else "s3:Get*"
        allow = {"Effect": "Allow", "Principal": who, "Action": action, "Resource": [own, f"{own}/*"]}
        type_ = "AWS::SQS::Queue" if number % 2 else "AWS::S3::Bucket"
        yield Resource(type_, own, name, ACCOUNT, REGION, {"Policy": _document([allow])})


def main() -> int:
    """Time one size."""
    principals = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    guarded = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    inventory = generated(principals, guarded)
    before = _mebibytes()
    print(f"{principals} principals, {guarded} resource policies; {before:.0f} MiB with the account in memory")
    _escalation(inventory)
    _questions(inventory, guarded)
    print(f"peak {_mebibytes():.0f} MiB")
    return 0


def _escalation(inventory: MemoryInventory) -> None:
    from scanner.derive.access.escalation.graph import Graph
    from scanner.derive.access.escalation.told import Told

    graph = Graph(inventory)
    start = time.process_time()
    print(
        f"{len(graph.surely.administrators)} administrators, {len(graph.surely.steps)} others surely reach one: "
        f"{time.process_time() - start:.1f} s"
    )
    start = time.process_time()
    print(f"{len(graph.possibly.steps)} more if what is assumed holds: {time.process_time() - start:.1f} s")
    start = time.process_time()
    answer = Told(graph).answer()
    longest = max((len(path["steps"]) for path in answer["paths"]), default=0)
    print(
        f"{len(answer['paths'])} paths told, the longest of {longest} steps, {len(answer['stopped'])} stopped: "
        f"{time.process_time() - start:.1f} s"
    )


def _questions(inventory: MemoryInventory, guarded: int) -> None:
    from scanner.derive.access.world.who import who_can
    from scanner.derive.access.world.world import World

    world, told = World(inventory), 0
    start = time.process_time()
    for number in range(_QUESTIONS):
        action, of = _ASKED[number % len(_ASKED)]
        told += len(who_can(world, action, of.format(number=number * guarded // _QUESTIONS, account=ACCOUNT), {}))
    print(f"{_QUESTIONS} who-can questions, {told} rows: {time.process_time() - start:.1f} s")


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
