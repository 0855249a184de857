"""Which groups and fleets start instances from which version of a launch template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown

_ENDED = (
    "deleted",
    "deleted_running",
    "deleted_terminating",
    "cancelled",
    "cancelled_running",
    "cancelled_terminating",
)
_SPECIFICATION = "LaunchTemplateSpecification"
_FLEETS = {
    "AWS::EC2::EC2Fleet": ("FleetState", ("LaunchTemplateConfigs",)),
    "AWS::EC2::SpotFleet": ("SpotFleetRequestState", ("SpotFleetRequestConfig", "LaunchTemplateConfigs")),
}
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
READS = (
    f"{_GROUP}.LaunchTemplate",
    f"{_GROUP}.MixedInstancesPolicy",
    *(f"{type_}.{member}" for type_, (state, path) in _FLEETS.items() for member in (state, path[0])),
)


class Use(NamedTuple):
    """A version as it is written (`$Latest`, a number; empty is the default one), and who uses it."""

    version: str
    user: str


class Uses(NamedTuple):
    """By the id, and by the name, of a launch template its uses; why there may be others."""

    by_template: dict[str, list[Use]]
    missing: Unknown | None


def uses(context: Context, near: Resource) -> Uses:
    """Of the place of a resource, read once."""
    return context.once(("template_users", near.account, near.region), lambda: _read(context, near))


def _read(context: Context, near: Resource) -> Uses:
    found: dict[str, list[Use]] = {}
    missing: Unknown | None = None
    for type_ in (_GROUP, *_FLEETS):
        listed = context.neighbours(type_, near.account, near.region)
        missing = missing or listed.incomplete
        for one in listed.resources:
            for given in _specifications(one):
                if isinstance(given, Unknown):
                    missing = missing or given
                    continue
                version = given.member("Version")
                name = identity(given.member("LaunchTemplateId")) or identity(given.member("LaunchTemplateName"))
                missing = missing or version.unknown or (None if name else given.member("LaunchTemplateId").unknown)
                if name and not version.unknown:
                    found.setdefault(name, []).append(Use(str(version.value or ""), one.name or one.id))
    return Uses(found, missing)


def _specifications(user: Resource) -> Iterator[Node | Unknown]:
    """What names a launch template in a group or fleet.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FleetData.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetRequestConfigData.html
    """
    if user.type == _GROUP:
        yield from _known(Node.of(user, "LaunchTemplate"))
        mixed = Node.of(user, "MixedInstancesPolicy", "LaunchTemplate")
        yield from _known(mixed.member(_SPECIFICATION))
        yield from _in(mixed.member("Overrides"))
        return
    state, path = _FLEETS[user.type]
    if Node.of(user, state).value not in _ENDED:
        yield from _in(Node.of(user, *path))


def _in(configs: Node) -> Iterator[Node | Unknown]:
    for one in each(configs):
        if isinstance(one, Unknown):
            yield one
        else:
            yield from _known(one.member(_SPECIFICATION))


def _known(node: Node) -> Iterator[Node | Unknown]:
    if node.unknown:
        yield node.unknown
    elif node.value is not None:
        yield node
