"""Whether anything lives in a VPC."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind, either
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_TYPES = ("AWS::EC2::NetworkInterface", "AWS::EC2::Instance")
_NO_ID = Unknown(Why.AFTER_APPLY, message="the VPC's id is not known")


class VpcUse(TypedDict):
    """`used`: a network interface is in it."""

    used: bool


@derives("AWS::EC2::VPC", "vpc_use", gives=VpcUse, reads=("VpcId", *(f"{type_}.VpcId" for type_ in _TYPES)))
def vpc_use(vpc: Resource, context: Context) -> Partial:
    """Whatever sends or receives in a VPC has an interface there; in code, where none is listed, instances tell.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
    """
    place = (vpc.account, vpc.region)
    uses = context.once(("vpc_use", *place), lambda: _uses(context, *place))
    key = identity(Node.of(vpc, "VpcId"))
    used: Maybe = _NO_ID
    if key:
        used = either((key in uses[0], *uses[1]))
    return Partial({}, {"/used": as_kind(used, "any")}) if isinstance(used, Unknown) else Partial({"used": used})


def _uses(context: Context, account: str, region: str) -> tuple[set[str], list[Unknown]]:
    """The VPCs in which something is, and why it may be others too."""
    found: set[str] = set()
    doubts: list[Unknown] = []
    for type_ in _TYPES:
        listed = context.neighbours(type_, account, region)
        doubts += [listed.incomplete] if listed.incomplete else []
        for one in listed.resources:
            node = Node.of(one, "VpcId")
            found.add(identity(node))
            doubts += [node.unknown] if node.unknown and not identity(node) else []
    return found, doubts
