"""Snapshots and images that are shared by an attribute, not by a policy.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolumePermission.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchPermission.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshotAttribute.html
https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.derive.node import Node, each
from scanner.model import Inventory, Resource, Unknown

_EVERYBODY = "*"
_SETTINGS = "AWS::EC2::AccountSettings"


class Shared(NamedTuple):
    """One copy: with whom it is shared (`*`: everybody, else accounts or ARNs), by which member; why maybe others.

    `everybody_known`: what is not known is only with which accounts.
    """

    resource: Resource
    member: str
    who: tuple[str, ...]
    unknown: Unknown | None
    everybody_known: bool


def shares(inventory: Inventory) -> Iterator[Shared]:
    """Every snapshot and image that can be shared, by type and id."""
    for type_, members, read in _KINDS:
        for resource in inventory.of(type_):
            found = [one for member in members for one in each(Node.of(resource, member))]
            told = Node.of(resource, "RestorableByAll" if type_ == "AWS::EC2::Snapshot" else "Public")
            listed = {name for one in found if isinstance(one, Node) for name in read(one)}
            who = sorted(listed | ({_EVERYBODY} if told.value is True else set()))
            unknown = next((one for one in found if isinstance(one, Unknown)), None)
            if type_ == "AWS::EC2::Snapshot" and _EVERYBODY in who:
                who, doubt = _unblocked(inventory, resource, who)
                unknown = unknown or doubt
            known = told.value is False and not told.unknown
            yield Shared(resource, members[0], tuple(who), unknown, known)


def organization_of(arn: str) -> str:
    """The id in the ARN of an organization or of a unit of it; empty for anything else.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html
    """
    parts = arn.split(":", 5)
    if len(parts) < len(("arn", "aws", "organizations", "", "account", "organization/o-x")):
        return ""
    return parts[5].split("/")[1] if parts[2] == "organizations" and "/" in parts[5] else ""


def _unblocked(inventory: Inventory, snapshot: Resource, who: list[str]) -> tuple[list[str], Unknown | None]:
    """Under `block-all-sharing` nobody sees a public snapshot."""
    for settings in inventory.of(_SETTINGS, snapshot.account, snapshot.region):
        state = Node.of(settings, "SnapshotBlockPublicAccessState")
        if state.unknown or state.value == "block-all-sharing":
            return [name for name in who if name != _EVERYBODY], state.unknown
    return who, None


def _permission(one: Node) -> Iterator[str]:
    """An entry of `CreateVolumePermissions` or `LaunchPermissions`."""
    if one.member("Group").value == "all":
        yield _EVERYBODY
    for name in ("UserId", "OrganizationArn", "OrganizationalUnitArn"):
        if isinstance(one.member(name).value, str):
            yield one.member(name).value


def _attribute(one: Node) -> Iterator[str]:
    """An entry of a database snapshot's attributes: who may restore it."""
    if one.member("AttributeName").value != "restore":
        return
    for value in each(one.member("AttributeValues")):
        if isinstance(value, Node) and isinstance(value.value, str):
            yield _EVERYBODY if value.value == "all" else value.value


_KINDS: tuple[tuple[str, tuple[str, ...], Callable[[Node], Iterator[str]]], ...] = (
    ("AWS::EC2::Snapshot", ("CreateVolumePermissions", "SharedWith"), _permission),
    ("AWS::EC2::Image", ("LaunchPermissions",), _permission),
    ("AWS::RDS::DBSnapshot", ("Attributes",), _attribute),
    ("AWS::RDS::DBClusterSnapshot", ("Attributes",), _attribute),
)
