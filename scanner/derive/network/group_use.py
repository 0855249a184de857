"""Whether anything uses a security group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind, either, weightiest
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why, pointer

_GROUP = "AWS::EC2::SecurityGroup"
_ATTACHED = ("AWS::EC2::NetworkInterface.Groups", "AWS::EC2::Instance.SecurityGroups")
_REFERRED = (
    f"{_GROUP}.IpPermissions",
    f"{_GROUP}.IpPermissionsEgress",
    "AWS::EC2::LaunchTemplate.LaunchTemplateData",
    "AWS::RDS::DBInstance.VpcSecurityGroups",
    "AWS::RDS::DBCluster.VpcSecurityGroups",
)
_FOREIGN = Unknown(Why.OUT_OF_SCOPE, message="the group belongs to another account, which may use it")
_NO_ID = Unknown(Why.AFTER_APPLY, message="the group's id is not known")


class GroupUse(TypedDict):
    """`attached`: to a network interface; `referred`: by a rule of another group, a template or a database."""

    attached: bool
    referred: bool


@derives(_GROUP, "group_use", gives=GroupUse, reads=("GroupId", "OwnerId", *_ATTACHED, *_REFERRED))
def group_use(group: Resource, context: Context) -> Partial:
    """Attached is what interfaces say: those of endpoints, functions and load balancers are listed with all others.

    What is stopped or starts later has no interface yet, so rules of other groups, launch templates
    and databases are looked at as well. A group that another account shares may be in use there.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-sharing.html
    """
    key = identity(Node.of(group, "GroupId"))
    owner = Node.of(group, "OwnerId").value
    place = (group.account, group.region)
    foreign = _FOREIGN if group.account and isinstance(owner, str) and owner != group.account else False
    fact = Partial({})
    for name, members in (("attached", _ATTACHED), ("referred", _REFERRED)):
        uses = context.once(("group_use", name, *place), lambda members=members: _Uses(context, members, *place))  # type: ignore[misc]  # a default binds the value of this turn
        found = either((uses.of(key, group.id), foreign)) if key else _NO_ID
        if isinstance(found, Unknown):
            fact.unknown[pointer(name)] = as_kind(found, "any")
        else:
            fact.value[name] = found
    return fact


class _Uses:
    """Which groups the resources of one account and region name in some of their members."""

    def __init__(self, context: Context, members: tuple[str, ...], account: str, region: str) -> None:
        self._by: dict[str, set[str]] = {}
        doubts: list[Unknown] = []
        incomplete: dict[str, Unknown | None] = {}
        for member in members:
            type_, _, name = member.partition(".")
            listed = context.neighbours(type_, account, region)
            incomplete[type_] = listed.incomplete
            for one in listed.resources:
                for found in _named(Node.of(one, name), name):
                    if isinstance(found, Unknown):
                        doubts.append(found)
                    else:
                        self._by.setdefault(found, set()).add(one.id)
        doubts += [why for why in incomplete.values() if why]
        self._doubt = weightiest(doubts) if doubts else None

    def of(self, key: str, own: str) -> Maybe:
        """Whether another resource names the group."""
        return bool(self._by.get(key, set()) - {own}) or self._doubt or False


def _named(node: Node, member: str) -> Iterator[str | Unknown]:
    if member == "LaunchTemplateData":
        yield from _ids(node.member("SecurityGroupIds"), "")
        for interface in each(node.member("NetworkInterfaces")):
            yield from [interface] if isinstance(interface, Unknown) else _ids(interface.member("Groups"), "")
    elif member.startswith("IpPermissions"):
        for permission in each(node):
            pairs = permission if isinstance(permission, Unknown) else permission.member("UserIdGroupPairs")
            yield from [pairs] if isinstance(pairs, Unknown) else _ids(pairs, "GroupId")
    else:
        yield from _ids(node, "VpcSecurityGroupId" if member == "VpcSecurityGroups" else "GroupId")


def _ids(groups: Node, member: str) -> Iterator[str | Unknown]:
    for one in each(groups):
        if isinstance(one, Unknown):
            yield one
            continue
        node = one.member(member) if member else one
        key = identity(node)
        if key:
            yield key
        elif node.unknown:
            yield node.unknown
