"""The attachments after which a volume stays behind."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_INSTANCE = "AWS::EC2::Instance"


class Outlived(TypedDict):
    """An instance whose end the volume outlives."""

    instance: str
    device: str


@derives(
    "AWS::EC2::Volume",
    "outlives",
    gives=list[Outlived],
    reads=("VolumeId", "Attachments", f"{_INSTANCE}.InstanceId", f"{_INSTANCE}.BlockDeviceMappings"),
)
def outlives(volume: Resource, context: Context) -> Partial:
    """Attachments that do not say `DeleteOnTermination`; where one says nothing, the instance's mapping does.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html
    """
    attachments = Node.of(volume, "Attachments")
    if attachments.unknown:
        return Partial(None, {"": as_kind(attachments.unknown, "any")})
    place = (volume.account, volume.region)
    fact = Partial([])
    for one in attachments.elements():
        deleted: Maybe = _flag(one.member("DeleteOnTermination"))
        if one.member("DeleteOnTermination").value is None and not isinstance(deleted, Unknown):
            mapped = context.once(("outlives", *place), lambda: _mapped(context, *place))
            key = (identity(one.member("InstanceId")), identity(Node.of(volume, "VolumeId")))
            unnamed = None if key[0] else one.member("InstanceId").unknown
            deleted = unnamed or mapped.get(key, mapped.get((key[0], ""), mapped["", ""]))
        if deleted is True:
            continue
        if isinstance(deleted, Unknown):
            fact.unknown[pointer(len(fact.value))] = as_kind(deleted, "maybe")
        told = {name: str(one.member(member).value or "") for name, member in _MEMBERS}
        fact.value.append(told)
    if attachments.more:
        fact.unknown["/-"] = attachments.more
    return fact


_MEMBERS = (("instance", "InstanceId"), ("device", "Device"))


def _flag(node: Node) -> Maybe:
    return node.unknown or node.value is True


def _mapped(context: Context, account: str, region: str) -> dict[tuple[str, str], Maybe]:
    """What each instance says of each of its volumes; without a volume's name, what holds of its others, or of all."""
    listed = context.neighbours(_INSTANCE, account, region)
    found: dict[tuple[str, str], Maybe] = {("", ""): listed.incomplete or False}
    for instance in listed.resources:
        own = identity(Node.of(instance, "InstanceId"))
        for mapping in each(Node.of(instance, "BlockDeviceMappings")):
            if isinstance(mapping, Unknown):
                found[own, ""] = mapping
                continue
            volume = mapping.member("Ebs")
            named = volume.member("VolumeId")
            deleted = _flag(volume.member("DeleteOnTermination"))
            found[own, identity(named)] = named.unknown or deleted if not identity(named) else deleted
    return found
