"""The instances that an IAM role's permissions reach through an instance profile."""

from __future__ import annotations

from scanner.derive.everywhere import everywhere
from scanner.derive.joined import listed
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_INSTANCE = "AWS::EC2::Instance"


@derives(
    "AWS::IAM::Role",
    "running_instances",
    gives=list[str],
    reads=("InstanceProfileList", f"{_INSTANCE}.IamInstanceProfile", f"{_INSTANCE}.State"),
)
def running_instances(role: Resource, context: Context) -> Partial:
    """By the ARN of the profile, in every region that was read; one that is stopped starts again with its role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
    """
    users = context.once(("running_instances", role.account), lambda: _Users(context, role.account))
    doubts: list[Unknown] = list(users.doubts)
    words: set[str] = set()
    for profile in each(Node.of(role, "InstanceProfileList")):
        arn = profile if isinstance(profile, Unknown) else profile.member("Arn")
        if isinstance(arn, Unknown) or not identity(arn):
            doubts += [arn] if isinstance(arn, Unknown) else [arn.unknown] if arn.unknown else []
        else:
            words.update(users.by_profile.get(identity(arn), ()))
    return listed(words, doubts)


class _Users:
    """The instances of an account by the ARN of their profile."""

    def __init__(self, context: Context, account: str) -> None:
        found = everywhere(context, _INSTANCE, account)
        self.doubts: list[Unknown] = [found.incomplete] if found.incomplete else []
        self.by_profile: dict[str, list[str]] = {}
        for one in found.resources:
            profile = Node.of(one, "IamInstanceProfile").member("Arn")
            if Node.of(one, "State").member("Name").value == "terminated":
                continue
            if identity(profile):
                self.by_profile.setdefault(identity(profile), []).append(one.name or one.id)
            elif profile.unknown:
                self.doubts.append(profile.unknown)
