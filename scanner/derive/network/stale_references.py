"""Rules of a security group that name a group which is not there any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_GROUP, _PEERING = "AWS::EC2::SecurityGroup", "AWS::EC2::VPCPeeringConnection"
_ENDED = ("deleted", "rejected", "expired", "failed")


class Stale(TypedDict):
    """The group that a rule names, where (`/IpPermissions/0/UserIdGroupPairs/1`), and why nobody has it."""

    group: str
    path: str
    reason: str


@derives(
    _GROUP,
    "stale_references",
    gives=list[Stale],
    reads=(
        "IpPermissions",
        "IpPermissionsEgress",
        "OwnerId",
        f"{_GROUP}.GroupId",
        f"{_PEERING}.VpcPeeringConnectionId",
        f"{_PEERING}.Status",
    ),
)
def stale_references(group: Resource, context: Context) -> Partial:
    """References within the account to a group that no listing has, and over a peering connection that ended.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html#vpc-peering-stale-groups
    """
    place = (group.account, group.region)
    known, whole = context.once(("stale_references", *place), lambda: _groups(context, *place))
    ended = context.once(("stale_references.peerings", *place), lambda: _peerings(context, *place))
    found = [
        Stale(group=named, path=one.path, reason=reason)
        for member in ("IpPermissions", "IpPermissionsEgress")
        for one, named in _pairs(Node.of(group, member))
        if (reason := _reason(one, named, group, known, ended, whole=whole))
    ]
    return Partial(found)


def _pairs(permissions: Node) -> Iterator[tuple[Node, str]]:
    for permission in each(permissions):
        if not isinstance(permission, Unknown):
            for one in each(permission.member("UserIdGroupPairs")):
                if not isinstance(one, Unknown) and (named := identity(one.member("GroupId"))):
                    yield one, named


def _reason(one: Node, named: str, group: Resource, known: set[str], ended: dict[str, str], *, whole: bool) -> str:  # noqa: PLR0913 - what decides
    peering = identity(one.member("VpcPeeringConnectionId"))
    status = str(one.member("PeeringStatus").value or ended.get(peering, ""))
    if peering and status in _ENDED:
        return f"the peering connection {peering} is {status}"
    owner = one.member("UserId").value or group.account
    if whole and owner == group.account and not peering and named not in known:
        return "no group of the account has this id"
    return ""


def _groups(context: Context, account: str, region: str) -> tuple[set[str], bool]:
    """The ids that are taken, and whether those are all."""
    listing = context.neighbours(_GROUP, account, region)
    return {_id(one) for one in listing.resources}, listing.incomplete is None


def _peerings(context: Context, account: str, region: str) -> dict[str, str]:
    found = context.neighbours(_PEERING, account, region).resources
    return {
        identity(Node.of(one, "VpcPeeringConnectionId")) or one.id: str(Node.of(one, "Status", "Code").value or "")
        for one in found
    }


def _id(group: Resource) -> str:
    return identity(Node.of(group, "GroupId")) or group.id
