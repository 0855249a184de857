"""Transit gateways: which attachment hands a packet to which.

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.derive.network.reach.bounds import SHUT, unsure
from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.index import ATTACHMENT, TGW_TABLE, Index, Place, ids, place_of, sound
from scanner.derive.network.reach.lists import Lists
from scanner.derive.network.reach.packets import ADDRESSES, Interval, overlap
from scanner.derive.network.reach.routes import BY_LIST, PROPAGATED, STATIC, Decision, Route, Target, decisions
from scanner.derive.network.reach.stages import Stage, stage
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown

_ALIVE = ("available", "modifying", None)
_ON_PREMISES = ("vpn", "direct-connect-gateway", "connect", "vpn-concentrator", "client-vpn")
_STATES = ("active", "blackhole", None)


class Attachment(NamedTuple):
    """`kind` is as AWS's `ResourceType`, `vpc` and `subnets` those of a VPC; `referring`: groups are known across."""

    id: str
    gateway: str
    kind: str
    vpc: str
    subnets: tuple[str, ...]
    place: Place
    alive: bool
    referring: bool
    peers: tuple[str, ...]
    doubt: Unknown | None

    @property
    def on_premises(self) -> bool:
        """Whether it leads out of AWS."""
        return self.kind in _ON_PREMISES


class Hop(NamedTuple):
    """An attachment that a packet leaves by, and the stages up to there; `lacking`: no route leads to it."""

    attachment: Attachment
    stages: tuple[Stage, ...]
    lacking: bool = False


class Transit:
    """The transit gateways of a snapshot."""

    def __init__(self, index: Index, lists: Lists) -> None:
        self._index = index
        self._lists = lists
        self._decided: dict[str, tuple[Decision, ...]] = {}

    @cached_property
    def attachments(self) -> Mapping[tuple[str, str], Attachment]:
        """By gateway and id: both ends of a peering have the same id."""
        made = (_attachment(one) for one in self._index.inventory.of(ATTACHMENT))
        return {(one.gateway, one.id): one for one in made}

    def of_vpc(self, vpc: str, gateway: str = "") -> list[Attachment]:
        """The attachments of a VPC, to one gateway or any."""
        mine = self._of_vpc.get(vpc, ())
        return [one for one in mine if one.alive and gateway in ("", one.gateway)]

    def of_gateway(self, gateway: str) -> list[Attachment]:
        """What is attached to a gateway."""
        return [one for one in self.attachments.values() if one.gateway == gateway and one.alive]

    def unlisted(self, place: Place) -> Unknown | None:
        """Why there may be attachments that are not known."""
        return self._index.missing(ATTACHMENT, place, "the attachments of transit gateways")

    def across(
        self, entered: Attachment, towards: Iterable[Interval], *, back: bool, seen: tuple[str, ...] = ()
    ) -> Iterator[Hop]:
        """Where the packets that enter by an attachment leave."""
        towards = list(towards)
        table = self._tables.get((entered.gateway, entered.id))
        if table is None or entered.id in seen:
            why = self._index.missing(TGW_TABLE, entered.place, f"the route table of {entered.id}")
            bounds = unsure(why) if why else SHUT
            told = "" if why else f"{entered.id} is associated with no route table"
            for other in self.of_gateway(entered.gateway):
                if other.id != entered.id and entered.id not in seen:
                    yield Hop(other, (stage(TGW_TABLE, entered.gateway, bounds, told, back=back),), lacking=True)
            return
        name = identity(Node.of(table, "TransitGatewayRouteTableId")) or table.id
        chosen = [one for one in self._decisions(table) if overlap(one.most, towards)]
        for one in chosen:
            bounds = SHUT if one.dead else one.bounds
            told = f"{one.told} ({one.dead})" if one.dead else one.told
            here = stage(TGW_TABLE, name, bounds, told, back=back)
            yield from self._leave(one.target, here, entered, towards, back=back, seen=seen)
        reached = {one.target.id for one in chosen}
        others = ", ".join(one.told for one in chosen) or "none for the destination"
        for other in self.of_gateway(entered.gateway):
            if other.id not in reached and other.id != entered.id:
                yield Hop(
                    other, (stage(TGW_TABLE, name, SHUT, f"no route to {other.id}: {others}", back=back),), lacking=True
                )

    def _leave(  # noqa: PLR0913 - what a hop is made of
        self, target: Target, here: Stage, entered: Attachment, towards: list[Interval], *, back: bool,
        seen: tuple[str, ...],
    ) -> Iterator[Hop]:  # fmt: skip
        others = [one for one in self.of_gateway(entered.gateway) if one.id != entered.id]
        known = self.attachments.get((entered.gateway, target.id))
        for one in [known] if known else others if target.kind == "?" else []:
            if one.kind not in ("peering", "tgw-peering"):
                yield Hop(one, (here,))
                continue
            for other in self._other_sides(one):
                for hop in self.across(other, towards, back=back, seen=(*seen, entered.id)):
                    yield hop._replace(stages=(here, *hop.stages))

    def _other_sides(self, peering: Attachment) -> list[Attachment]:
        """The same peering as the gateway at its other end has it: both are listed under one id or joined by peers."""
        return [
            one
            for one in self.attachments.values()
            if one.kind in ("peering", "tgw-peering")
            and one.gateway in peering.peers
            and one.gateway != peering.gateway
        ]

    @cached_property
    def _of_vpc(self) -> Mapping[str, list[Attachment]]:
        found: dict[str, list[Attachment]] = {}
        for one in self.attachments.values():
            if one.vpc:
                found.setdefault(one.vpc, []).append(one)
        return found

    @cached_property
    def _tables(self) -> Mapping[tuple[str, str], Resource]:
        """The table that holds for what enters by an attachment."""
        found: dict[tuple[str, str], Resource] = {}
        for table in self._index.all(TGW_TABLE).values():
            gateway = identity(Node.of(table, "TransitGatewayId"))
            for one in sound(Node.of(table, "Associations")):
                if one.member("State").value in ("associated", "associating", None):
                    found[gateway, identity(one.member("TransitGatewayAttachmentId"))] = table
        for resource in self._index.inventory.of(ATTACHMENT):
            node = Node.of(resource)
            key = identity(node.member("TransitGatewayId")), identity(node.member("TransitGatewayAttachmentId"))
            name = identity(node.member("Association").member("TransitGatewayRouteTableId"))
            if key not in found and (associated := self._index.all(TGW_TABLE).get(name)):
                found[key] = associated
        return found

    def _decisions(self, table: Resource) -> tuple[Decision, ...]:
        if table.id not in self._decided:
            routes: list[Route] = []
            doubts: list[Unknown] = []
            node = Node.of(table)
            for one in each(node.member("Routes")):
                if isinstance(one, Unknown):
                    doubts.append(one)
                elif one.member("State").value in _STATES:
                    routes += _route(one)
            for one in each(node.member("PrefixListReferences")):
                if isinstance(one, Unknown):
                    doubts.append(one)
                else:
                    routes += self._reference(one, table)
            self._decided[table.id] = tuple(decisions(routes, doubts))
        return self._decided[table.id]

    def _reference(self, node: Node, table: Resource) -> Iterator[Route]:
        id_ = identity(node.member("PrefixListId"))
        dead = "blackhole" if node.member("Blackhole").value is True else ""
        attachment = identity(node.member("TransitGatewayAttachment").member("TransitGatewayAttachmentId"))
        listed = self._lists.of(id_, place_of(table))
        target, told = Target("attachment", attachment), f"{id_} → {attachment or dead}"
        for one in listed.blocks:
            yield Route(one, target, told, BY_LIST, dead)
        if listed.doubt:
            yield Route(ADDRESSES, target, told, BY_LIST, dead, listed.doubt)


def _route(node: Node) -> Iterator[Route]:
    dead = "blackhole" if node.member("State").value == "blackhole" else ""
    listed = node.member("TransitGatewayAttachments").elements()
    targets = [identity(one.member("TransitGatewayAttachmentId")) for one in listed]
    cidr = node.member("DestinationCidrBlock")
    rank = PROPAGATED if node.member("Type").value == "propagated" else STATIC
    found = None if cidr.unknown else block(str(cidr.value))
    for id_ in targets or [""]:
        target = Target("attachment", id_) if id_ or dead else Target("?", "")
        if found or cidr.unknown:
            told = f"{cidr.value or '(not known)'} → {id_ or dead}"
            yield Route(found or ADDRESSES, target, told, rank, dead, cidr.unknown)


def _attachment(resource: Resource) -> Attachment:
    node = Node.of(resource)
    kind = str(node.member("ResourceType").value or "vpc")
    inner = node.member("VpcAttachment")
    subnets, doubts = ids(inner.member("SubnetIds"))
    vpc = identity(node.member("ResourceId")) if kind == "vpc" else ""
    sides = [node.member("PeeringAttachment").member(side) for side in ("RequesterTgwInfo", "AccepterTgwInfo")]
    referring = inner.member("Options").member("SecurityGroupReferencingSupport").value
    state = node.member("State").value
    owner = identity(node.member("TransitGatewayOwnerId"))
    place = place_of(resource)
    return Attachment(
        identity(node.member("TransitGatewayAttachmentId")) or resource.id,
        identity(node.member("TransitGatewayId")),
        kind,
        vpc or identity(inner.member("VpcId")),
        tuple(subnets),
        place._replace(account=owner) if owner and place.account else place,
        state in _ALIVE,
        referring == "enable",
        tuple(identity(side.member("TransitGatewayId")) for side in sides),
        doubts[0] if doubts else None,
    )


def no_attachment(subnet: str, gateway: str, why: Unknown | None, *, back: bool) -> Stage:
    """That nothing joins a subnet's VPC to a transit gateway, as far as is known."""
    told = f"{subnet} has no attachment to {gateway}"
    return stage(ATTACHMENT, gateway, unsure(why) if why else SHUT, "" if why else told, back=back)
