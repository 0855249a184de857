"""Versions of a launch template that groups and fleets use although they protect less than the default one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypedDict

from scanner.derive.compute.template_users import READS, uses
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown, Unknowns

_SETTINGS = "AWS::EC2::AccountSettings"
Loss = Literal["IMDSv2", "no public address", "encrypted disks", "no secret in user data"]


class Weaker(TypedDict):
    """A version by its number, what the default one has and it lacks, and which groups and fleets use it."""

    version: int
    lacks: list[Loss]
    used_by: list[str]


@derives(
    "AWS::EC2::LaunchTemplate",
    "weaker_versions",
    gives=list[Weaker],
    reads=(
        "LaunchTemplateId",
        "LaunchTemplateName",
        "DefaultVersionNumber",
        "LatestVersionNumber",
        "LaunchTemplateData",
        "Versions",
        f"{_SETTINGS}.InstanceMetadataDefaults",
        f"{_SETTINGS}.EbsEncryptionByDefault",
        *READS,
    ),
)
def weaker_versions(template: Resource, context: Context) -> Partial:
    """By what the versions say, and what the region's settings add to the one in use.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
    """
    if Node.of(template, "LatestVersionNumber").value == 1:
        return Partial([])
    used, missing = _used(template, context)
    default = Node.of(template, "LaunchTemplateData")
    settings = the_neighbour(context, _SETTINGS, template.account, template.region)
    region = settings if isinstance(settings, Unknown) else Node.of(settings)
    found: list[Weaker] = []
    unknown: Unknowns = {}
    if missing:
        unknown["/-"] = as_kind(missing, "more")
    versions = _by_number(template)
    if isinstance(versions, Unknown):
        return Partial([], {"/-": as_kind(versions, "more")} if used else unknown)
    for number in sorted(used):
        losses = (
            {loss: _lacks(loss, default, versions[number], region) for loss in _STRONG} if number in versions else {}
        )
        sure: list[Loss] = [loss for loss, lacks in losses.items() if lacks is True]
        doubt = next((lacks for lacks in losses.values() if isinstance(lacks, Unknown)), None)
        if sure:
            found.append(Weaker(version=number, lacks=sure, used_by=sorted(used[number])))
        elif doubt:
            unknown["/-"] = as_kind(doubt, "more")
    return Partial(found, unknown)


def _used(template: Resource, context: Context) -> tuple[dict[int, set[str]], Unknown | None]:
    """By number who uses a version that is not the default one."""
    place = uses(context, template)
    default, latest = (Node.of(template, name) for name in ("DefaultVersionNumber", "LatestVersionNumber"))
    numbers = {"": default, "$Default": default, "$Latest": latest}
    found: dict[int, set[str]] = {}
    missing = place.missing or default.unknown
    names = {identity(Node.of(template, name)) for name in ("LaunchTemplateId", "LaunchTemplateName")} - {""}
    for use in (use for name in sorted(names) for use in place.by_template.get(name, ())):
        node = numbers.get(use.version)
        missing = missing or (node.unknown if node else None)
        number = int(use.version) if node is None and use.version.isdecimal() else node and node.value
        if isinstance(number, int) and number != default.value:
            found.setdefault(number, set()).add(use.user)
    return found, missing


def _by_number(template: Resource) -> dict[int, Node] | Unknown:
    found: dict[int, Node] = {}
    for one in each(Node.of(template, "Versions")):
        if isinstance(one, Unknown):
            return one
        if isinstance(number := one.member("VersionNumber").value, int):
            found[number] = one.member("LaunchTemplateData")
    return found


def _lacks(loss: Loss, default: Node, version: Node, region: Node | Unknown) -> Maybe:
    """The default version says so itself; what the other leaves open comes from the region's settings."""
    strong = _STRONG[loss]
    return both((strong(default, _NOTHING), negate(strong(version, region))))


def _tokens(data: Node, region: Node | Unknown) -> Maybe:
    own = data.member("MetadataOptions").member("HttpTokens")
    if own.unknown or own.value is not None:
        return own.unknown or own.value == "required"
    if isinstance(region, Unknown):
        return region
    theirs = region.member("InstanceMetadataDefaults").member("HttpTokens")
    return theirs.unknown or theirs.value == "required"


def _no_address(data: Node, _: Node | Unknown) -> Maybe:
    return negate(either(_values(data.member("NetworkInterfaces"), "AssociatePublicIpAddress", of=(True,))))


def _encrypted(data: Node, region: Node | Unknown) -> Maybe:
    disks = data.member("BlockDeviceMappings")
    said = either(_values(disks, "Ebs", "Encrypted", of=(True,)))
    plain = either(_values(disks, "Ebs", "Encrypted", of=(False,)))
    if isinstance(region, Unknown):
        always: Maybe = region
    else:
        setting = region.member("EbsEncryptionByDefault")
        always = setting.unknown or setting.value is True
    return either((always, both((said, negate(plain)))))


def _no_secret(data: Node, _: Node | Unknown) -> Maybe:
    node = data.member("UserData")
    contains = node.member("contains")
    return node.unknown or contains.unknown or not contains.value


def _values(items: Node, *path: str, of: tuple[bool, ...]) -> Iterator[Maybe]:
    """Of each element whether its member has such a value."""
    for one in each(items):
        if isinstance(one, Unknown):
            yield one
            continue
        for name in path:
            one = one.member(name)  # noqa: PLW2901  one step down
        yield one.unknown or one.value in of


_NOTHING = Node(None)
_STRONG: dict[Loss, Callable[[Node, Node | Unknown], Maybe]] = {
    "IMDSv2": _tokens,
    "no public address": _no_address,
    "encrypted disks": _encrypted,
    "no secret in user data": _no_secret,
}
