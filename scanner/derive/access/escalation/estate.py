"""What ways need to know besides policies: what runs with a role, who has which credentials, what hangs on whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from scanner.derive.logic import Maybe, weightiest
from scanner.derive.node import Node, each
from scanner.model import GLOBAL, Inventory, Resource, Unknown, Why

_MOST_KEYS = 2
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


class Holder(NamedTuple):
    """How a type of resource names the role that it runs with.

    `member` leads to the role's ARN, or to an instance profile (its ARN or name); `service` assumes the role.
    """

    member: tuple[str, ...]
    service: str
    by_profile: bool = False


_EC2 = "ec2.amazonaws.com"
HOLDERS: Mapping[str, Holder] = {
    "AWS::Lambda::Function": Holder(("Role",), "lambda.amazonaws.com"),
    "AWS::EC2::Instance": Holder(("IamInstanceProfile", "Arn"), _EC2, by_profile=True),
    "AWS::EC2::LaunchTemplate": Holder(("LaunchTemplateData", "IamInstanceProfile"), _EC2, by_profile=True),
    "AWS::AutoScaling::LaunchConfiguration": Holder(("IamInstanceProfile",), _EC2, by_profile=True),
    "AWS::CodeBuild::Project": Holder(("serviceRole",), "codebuild.amazonaws.com"),
    "AWS::CloudFormation::Stack": Holder(("RoleARN",), "cloudformation.amazonaws.com"),
    "AWS::ECS::TaskDefinition": Holder(("taskRoleArn",), "ecs-tasks.amazonaws.com"),
}
"""The types that are collected."""
_OVER = frozenset({"terminated", "DELETE_COMPLETE", "INACTIVE"})


class Held(NamedTuple):
    """A resource and the role that it runs with."""

    resource: Resource
    role: str


class Estate:
    """One snapshot, looked at from its roles and users; nothing is read before it is asked for."""

    def __init__(self, inventory: Inventory) -> None:
        """Reads nothing yet."""
        self._inventory = inventory
        self._held: dict[str, dict[str, list[Held]]] = {}
        self._others: dict[tuple[str, str], list[Resource]] = {}

    def holding(self, type_: str, role: str) -> Sequence[Held]:
        """The resources of a collected type that run with a role, in order."""
        if type_ not in self._held:
            found: dict[str, list[Held]] = {}
            for resource in self._inventory.of(type_):
                for arn in self._roles_of(resource, HOLDERS[type_]) if _lives(resource) else ():
                    found.setdefault(arn, []).append(Held(resource, arn))
            self._held[type_] = found
        return self._held[type_].get(role, ())

    def others(self, type_: str, account: str) -> Sequence[Resource]:
        """The resources of a type in an account, whichever role they run with."""
        key = (type_, account)
        if key not in self._others:
            self._others[key] = [one for one in self._inventory.of(type_, account) if _lives(one)]
        return self._others[key]

    def unread(self, type_: str, account: str) -> Unknown | None:
        """Why there may be more resources of a type in an account than were read."""
        reasons = [why for owner, _, why in self._inventory.listings(type_) if owner == account]
        if not reasons:
            return Unknown(Why.NOT_COLLECTED, message=f"{type_} was not read in {account}")
        doubts = [why for why in reasons if why]
        return weightiest(doubts) if doubts else None

    def role_of(self, instance: Resource) -> str | Unknown | None:
        """The ARN of the role that an instance runs with; `None` if it has none."""
        profile = Node.of(instance, *HOLDERS[instance.type].member)
        if profile.unknown or profile.value is None:
            return profile.unknown
        found = self._profiles.get(str(profile.value))
        return found or self.unread("AWS::IAM::Role", instance.account) or self._hidden_profile

    def has_profile(self, role: str, account: str) -> Maybe:
        """Whether an instance profile holds a role."""
        if role in self._profiles.values():
            return True
        resource = self._inventory.get(role)
        told = Node.of(resource, "InstanceProfileList") if resource else None
        if told is not None and (told.unknown or told.more):
            return told.unknown or told.more or False
        if told is not None and told.value is None:
            return self.unread("AWS::IAM::InstanceProfile", account) or False
        return False

    def keys(self, user: str, account: str) -> int | Unknown:
        """How many access keys a user has, active or not."""
        row = self._report.get(user)
        if row is not None:
            ages = [row.config.get(f"access_key_{number}_last_rotated") for number in range(1, _MOST_KEYS + 1)]
            active = [row.config.get(f"access_key_{number}_active") for number in range(1, _MOST_KEYS + 1)]
            return sum(age not in (None, "N/A") or on in ("true", True) for age, on in zip(ages, active, strict=True))
        if self.unread("AWS::IAM::AccessKey", account) is None:
            return sum(f"{user}/access-key/" in key.id for key in self.others("AWS::IAM::AccessKey", account))
        return Unknown(Why.NOT_COLLECTED, message=f"the credentials of {user} were not read")

    def login(self, user: str) -> Maybe:
        """Whether a user has a password."""
        row = self._report.get(user)
        told = None if row is None else row.config.get("password_enabled")
        if told is None:
            return Unknown(Why.NOT_COLLECTED, message=f"the credentials of {user} were not read")
        return told in ("true", True)

    @cached_property
    def _report(self) -> Mapping[str, Resource]:
        return {str(row.config.get("arn")): row for row in self._inventory.of("AWS::IAM::CredentialReport")}

    @cached_property
    def _profiles(self) -> Mapping[str, str]:
        """ARN and name (with the account) of each instance profile → its role."""
        found: dict[str, str] = {}
        for role in self._inventory.of("AWS::IAM::Role"):
            for profile in _known(Node.of(role, "InstanceProfileList")):
                _note(found, profile, role.id, role.account)
        for listed in self._inventory.of("AWS::IAM::InstanceProfile"):
            for holder in _known(Node.of(listed, "Roles")):
                _note(found, Node.of(listed), str(holder.member("Arn").value), listed.account)
        return found

    @cached_property
    def _hidden_profile(self) -> Unknown | None:
        """Why a role may be in any profile."""
        listed = [Node.of(role, "InstanceProfileList") for role in self._inventory.of("AWS::IAM::Role")]
        profiles = [one for places in listed for one in each(places)]
        every = (one if isinstance(one, Unknown) else one.unknown or one.member("Arn").unknown for one in profiles)
        return next((why for why in every if why), None)

    def _roles_of(self, resource: Resource, holder: Holder) -> Iterator[str]:
        place = Node.of(resource, *holder.member)
        if not holder.by_profile:
            if isinstance(place.value, str):
                yield place.value
            return
        for name in (place.value, place.member("Arn").value, place.member("Name").value):
            role = self._profiles.get(str(name)) or self._profiles.get(f"{resource.account}/{name}")
            if name and role:
                yield role
                return


def _lives(resource: Resource) -> bool:
    state = resource.config.get("State")
    named = state.get("Name") if isinstance(state, dict) else resource.config.get("StackStatus")
    return named not in _OVER and resource.config.get("status") not in _OVER


def _known(places: Node) -> Iterator[Node]:
    yield from (one for one in each(places) if isinstance(one, Node) and not one.unknown)


def _note(found: dict[str, str], profile: Node, role: str, account: str) -> None:
    found[str(profile.member("Arn").value)] = role
    found[f"{account}/{profile.member('InstanceProfileName').value}"] = role


def group_arn(account: str, partition: str, name: str, inventory: Inventory) -> str:
    """The ARN of a group of an account."""
    for group in inventory.of("AWS::IAM::Group", account, GLOBAL):
        if group.name == name:
            return group.id
    return f"arn:{partition}:iam::{account}:group/{name}"
