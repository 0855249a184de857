"""VPCs and their subnets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.index import SUBNET, VPC, Index, Place, place_of, sound
from scanner.derive.network.reach.packets import Interval
from scanner.derive.node import Node, identity
from scanner.model import Resource, Unknown

_GONE = ("disassociated", "disassociating", "failed", "failing")


class Vpc(NamedTuple):
    """`place` is its owner's; with a `doubt` it may have further blocks."""

    id: str
    place: Place
    blocks: tuple[Interval, ...] = ()
    doubt: Unknown | None = None


class Subnet(NamedTuple):
    """`place` is its owner's, who alone sees its routes and ACL; `zone` is that of the availability zone."""

    id: str
    vpc: str
    place: Place
    zone: str = ""
    blocks: tuple[Interval, ...] = ()


class Vpcs:
    """The VPCs and subnets of a snapshot."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._made: dict[str, Vpc] = {}

    def vpc(self, id_: str) -> Vpc | None:
        """`None` where it is in no account that was read."""
        if id_ not in self._made:
            resource = self._index.all(VPC).get(id_)
            if resource is None:
                return None
            blocks, doubt = _blocks(resource)
            self._made[id_] = Vpc(id_, _owner(resource), blocks, doubt)
        return self._made[id_]

    @cached_property
    def subnets(self) -> Mapping[str, Subnet]:
        """By id."""
        return {id_: _subnet(id_, one) for id_, one in self._index.all(SUBNET).items()}

    @cached_property
    def by_vpc(self) -> Mapping[str, list[Subnet]]:
        """The subnets of each VPC."""
        found: dict[str, list[Subnet]] = {}
        for one in self.subnets.values():
            found.setdefault(one.vpc, []).append(one)
        return found

    @cached_property
    def unplaced(self) -> Unknown | None:
        """Why a subnet may be of any VPC."""
        nodes = (Node.of(one, "VpcId") for one in self._index.all(SUBNET).values())
        return next((node.unknown for node in nodes if node.unknown and not identity(node)), None)

    def subnet_at(self, vpc: str, address: int) -> Subnet | None:
        """The subnet of a VPC that holds an address."""
        held = self.by_vpc.get(vpc, ())
        return next((one for one in held if any(low <= address < high for low, high in one.blocks)), None)


def _subnet(id_: str, resource: Resource) -> Subnet:
    node = Node.of(resource)
    texts = [node.member("CidrBlock")]
    texts += [
        one.member("Ipv6CidrBlock")
        for one in sound(node.member("Ipv6CidrBlockAssociationSet"))
        if one.member("Ipv6CidrBlockState").member("State").value not in _GONE
    ]
    blocks = tuple(one for text in texts if text.value and (one := block(str(text.value))))
    zone = identity(node.member("AvailabilityZoneId")) or identity(node.member("AvailabilityZone"))
    return Subnet(id_, identity(node.member("VpcId")), _owner(resource), zone, blocks)


def _owner(resource: Resource) -> Place:
    owner = resource.config.get("OwnerId")
    place = place_of(resource)
    return place._replace(account=owner) if isinstance(owner, str) and owner and place.account else place


def _blocks(resource: Resource) -> tuple[tuple[Interval, ...], Unknown | None]:
    node = Node.of(resource)
    texts = [node.member("CidrBlock")]
    doubts: list[Unknown] = []
    for member, key in (("CidrBlockAssociationSet", "CidrBlock"), ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock")):
        listed = node.member(member)
        doubts += [why for why in (listed.unknown, listed.more) if why]
        alive = (one for one in sound(listed) if one.member(f"{key}State").member("State").value not in _GONE)
        texts += [one.member(key) for one in alive]
    doubts += [text.unknown for text in texts if text.unknown]
    blocks = dict.fromkeys(span for text in texts if text.value and (span := block(str(text.value))))
    return tuple(blocks), doubts[0] if doubts else None
