"""Why a thing may have an interface that nobody knows: code seldom tells subnets, and a call may be denied.

Where nothing is known of a network, whatever may come in may come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from scanner.derive.network.reach.index import BALANCER, CLASSIC, DATABASE, INSTANCE, INTERFACE, Index, place_of
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown, Why

CLUSTER = "AWS::RDS::DBCluster"
_NOWHERE = Unknown(Why.OUT_OF_SCOPE, message="its network is not known")
_NO_VPC = Unknown(Why.OUT_OF_SCOPE, message="the VPC of its subnet is not known")
_NOT_YET = (Why.AFTER_APPLY, Why.OUT_OF_SCOPE)


def unplaced(resource: Resource, index: Index, held: Sequence[Interface]) -> Unknown | None:
    """Why a thing may have interfaces beside those `held`, or these may lie anywhere."""
    return next(_WHYS[resource.type](resource, index, held), None)


def _interface(resource: Resource, _: Index, held: Sequence[Interface]) -> Iterator[Unknown]:
    subnet = Node.of(resource, "SubnetId")
    if subnet.unknown and not identity(subnet):
        yield subnet.unknown
    elif not held and not subnet.present:
        yield _NOWHERE
    yield from _anywhere(held)


def _instance(resource: Resource, _: Index, held: Sequence[Interface]) -> Iterator[Unknown]:
    """Code says of an instance's first interface all that there is to say; of others it says nothing."""
    node = Node.of(resource)
    listed = node.member("NetworkInterfaces")
    if not held:
        yield from (one for one in (listed.unknown, node.member("SubnetId").unknown) if one)
    if not (listed.unknown and listed.unknown.why in _NOT_YET):
        yield from (one for one in each(listed) if isinstance(one, Unknown))
    yield from _anywhere(held)


def _anywhere(held: Sequence[Interface]) -> Iterator[Unknown]:
    if not all(one.placed for one in held):
        yield _NO_VPC


def _database(resource: Resource, _: Index, held: Sequence[Interface]) -> Iterator[Unknown]:
    """One that is surely not public has no address outside, wherever it lies."""
    node = Node.of(resource)
    public, group = node.member("PubliclyAccessible"), node.member("DBSubnetGroup")
    if public.unknown or public.value is not False:
        yield from unnamed(group, group.member("Subnets"), "SubnetIdentifier")
        yield from _anywhere(held)
        if not held:
            yield _NOWHERE


def _balancer(resource: Resource, _: Index, held: Sequence[Interface]) -> Iterator[Unknown]:
    node = Node.of(resource)
    scheme = node.member("Scheme")
    if scheme.unknown:
        yield scheme.unknown
    if scheme.unknown or scheme.value == "internet-facing":
        zones = resource.type == BALANCER
        listed = node.member("AvailabilityZones" if zones else "Subnets")
        yield from unnamed(node, listed, "SubnetId" if zones else "")
        yield from _anywhere(held)
        if not held:
            yield _NOWHERE


def _cluster(resource: Resource, index: Index, held: Sequence[Interface]) -> Iterator[Unknown]:
    members = index.all(DATABASE)
    for one in each(Node.of(resource, "DBClusterMembers")):
        named = one if isinstance(one, Unknown) else one.member("DBInstanceIdentifier")
        if isinstance(named, Unknown):
            yield named
        elif (found := members.get(identity(named))) is not None:
            yield from _database(found, index, held)
        elif why := named.unknown or index.missing(DATABASE, place_of(resource), "an instance of the cluster"):
            yield why


def unnamed(above: Node, listed: Node, member: str) -> Iterator[Unknown]:
    """Why a list may name further subnets, each by a `member` of its elements."""
    if above.unknown:
        yield above.unknown
    for one in each(listed):
        named = one if isinstance(one, Unknown) or not member else one.member(member)
        if isinstance(named, Unknown):
            yield named
        elif named.unknown and not identity(named):
            yield named.unknown


_WHYS: Mapping[str, Callable[[Resource, Index, Sequence[Interface]], Iterator[Unknown]]] = {
    INTERFACE: _interface,
    INSTANCE: _instance,
    DATABASE: _database,
    CLUSTER: _cluster,
    BALANCER: _balancer,
    CLASSIC: _balancer,
}
