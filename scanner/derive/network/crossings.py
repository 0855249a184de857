"""Which attachments of a transit gateway reach which, by their tags: what segments have to do with each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.network.reach.index import ATTACHMENT, LISTS, TGW_TABLE
from scanner.derive.network.reach.reads import named
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns

_MOST = 2000


class Crossing(TypedDict):
    """A route from one attachment to another: a tag of each (`segment=a > segment=b`), and which they are."""

    tags: str
    source: str
    target: str
    route: str


@derives(
    "AWS::EC2::TransitGateway",
    "crossings",
    gives=list[Crossing],
    reads=("TransitGatewayId", *named(ATTACHMENT, TGW_TABLE, LISTS)),
)
def crossings(gateway: Resource, context: Context) -> Partial:
    """By the active routes of the table that each attachment is associated with.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
    """
    id_ = identity(Node.of(gateway, "TransitGatewayId")) or gateway.id
    place = (gateway.account, gateway.region)
    attachments = context.neighbours(ATTACHMENT, *place)
    tables = context.neighbours(TGW_TABLE, *place)
    by_id = {_id(one): one for one in attachments.resources if _gateway(one) == id_}
    found: list[Crossing] = []
    unknown: Unknowns = {}
    for table in tables.resources:
        if _gateway(table) == id_:
            _of_table(table, by_id, found, unknown)
    for why in (attachments.incomplete, tables.incomplete):
        if why:
            unknown["/-"] = as_kind(why, "more")
    return Partial(found[:_MOST], unknown)


def _of_table(table: Resource, by_id: dict[str, Resource], found: list[Crossing], unknown: Unknowns) -> None:
    associated = [id_ for one in each(Node.of(table, "Associations")) if not isinstance(one, Unknown)
                  for id_ in [identity(one.member("TransitGatewayAttachmentId"))] if id_ in by_id]  # fmt: skip
    for route, targets in _routes(table, unknown):
        for source in associated:
            for target in targets:
                if target != source and target in by_id:
                    told = f"{route} in {table.name}"
                    found += [
                        Crossing(tags=f"{a} > {b}", source=source, target=target, route=told)
                        for a in _tags(by_id[source], unknown)
                        for b in _tags(by_id[target], unknown)
                    ]


def _routes(table: Resource, unknown: Unknowns) -> Iterator[tuple[str, list[str]]]:
    for one in each(Node.of(table, "Routes")):
        if isinstance(one, Unknown):
            unknown["/-"] = as_kind(one, "more")
        elif one.member("State").value in (None, "active"):
            held = each(one.member("TransitGatewayAttachments"))
            targets = [identity(at.member("TransitGatewayAttachmentId")) for at in held if not isinstance(at, Unknown)]
            yield str(one.member("DestinationCidrBlock").value or one.member("PrefixListId").value), targets


def _tags(attachment: Resource, unknown: Unknowns) -> list[str]:
    if attachment.tags_unknown:
        unknown.setdefault("/-", as_kind(attachment.tags_unknown, "more"))
    return [f"{key}={value}" for key, value in sorted(attachment.tags.items())]


def _id(attachment: Resource) -> str:
    return identity(Node.of(attachment, "TransitGatewayAttachmentId")) or attachment.id


def _gateway(resource: Resource) -> str:
    return identity(Node.of(resource, "TransitGatewayId"))
