"""Databases and their parameter groups by name, as others refer to them."""

from __future__ import annotations

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Neighbours, Resource, Unknown, Why

INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
GROUP, CLUSTER_GROUP = "AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"
_NAMES = {
    INSTANCE: "DBInstanceIdentifier",
    CLUSTER: "DBClusterIdentifier",
    GROUP: "DBParameterGroupName",
    CLUSTER_GROUP: "DBClusterParameterGroupName",
}


def named(context: Context, type_: str, beside: Resource, name: str, region: str = "") -> Resource | Unknown:
    """The neighbour of that name in the account and region of another (or in `region`), or why it is not known.

    Of what code has yet to make the name is its `identity`.
    """
    account, region = beside.account, region or beside.region
    found, incomplete = context.once(
        ("named", type_, account, region), lambda: _by_name(type_, context.neighbours(type_, account, region))
    )
    missing = Unknown(Why.NOT_COLLECTED, message=f"{type_} {name} was not found in {region}")
    return found.get(name) or incomplete or missing


def of_that_name(elements: Node, member: str, name: str) -> Node | Unknown | None:
    """The element of that name, why there may be one that is not known, or `None`."""
    if elements.unknown:
        return elements.unknown
    doubt = elements.more
    for one in elements.elements():
        own = one.member(member)
        if identity(own) == name:
            return one
        doubt = doubt or own.unknown
    return doubt


def _by_name(type_: str, neighbours: Neighbours) -> tuple[dict[str, Resource], Unknown | None]:
    """Identifiers are stored in lower case; the first of a name stands."""
    found: dict[str, Resource] = {}
    for one in neighbours.resources:
        found.setdefault(identity(Node.of(one, _NAMES[type_])), one)
    return found, neighbours.incomplete
