"""DB instances as the interfaces that they have, or may have."""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.index import DATABASE, INTERFACE, Place, ids, place_of, sound
from scanner.derive.network.reach.interfaces import Address, Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import EVERYTHING, TCP, V6, Box, Packets
from scanner.derive.node import Node, identity
from scanner.model import Resource, Unknown, Why

DESCRIPTION = "RDSNetworkInterface"


class Served(NamedTuple):
    """The interfaces of a service and what it answers; `one_of`: it has one of them, and it is not known which."""

    interfaces: tuple[Interface, ...]
    answers: Packets
    one_of: bool = False


def of_database(network: Network, resource: Resource) -> Served:
    """A DB instance: in the subnets of its group in its zone, with its groups, public by its flag.

    What RDS made is told apart by subnet, groups and whether it has a public address, so that of databases that
    share all of these each has the others' addresses too.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    node = Node.of(resource)
    groups, doubts = ids(node.member("VpcSecurityGroups"), "VpcSecurityGroupId")
    public = node.member("PubliclyAccessible")
    names = _subnets(node)
    answers = answers_of(resource)
    place = place_of(resource)
    listed = [
        one
        for one in network.interfaces.by_owner.get(DESCRIPTION, ())
        if one.subnet.id in names and set(one.groups) == set(groups) and _is_public(one) == bool(public.value)
    ]
    if listed and public.unknown is None:
        made = [one._replace(id=resource.id, type=DATABASE) for one in listed]
        return Served(tuple(made), answers, one_of=len({one.subnet for one in made}) > 1)
    vpc = identity(node.member("DBSubnetGroup").member("VpcId"))
    first = doubts[0] if doubts else None
    why = public.unknown or (None if groups or doubts else _no_groups(resource))
    found = [_may_be(network, name, vpc, place, public=bool(public.value)) for name in names]
    made = [
        one._replace(id=resource.id, groups=tuple(groups), doubt=first or why, address_doubt=public.unknown)
        for one in found
    ]
    return Served(tuple(made), answers, one_of=len(made) > 1)


def answers_of(resource: Resource) -> Packets:
    """What a DB instance answers: its port, or anything where that is not told."""
    node = Node.of(resource)
    port = node.member("Endpoint").member("Port").value or node.member("DbInstancePort").value
    return Packets([_port(port)]) if isinstance(port, int) and port else EVERYTHING


def _may_be(network: Network, name: str, vpc: str, place: Place, *, public: bool) -> Interface:
    """An interface somewhere in a subnet; of one whose blocks are not known, anywhere."""
    subnet = network.interfaces.subnet(name, vpc, place)
    outside = tuple(flows.internet()[:-1]) if public else ()
    blocks = subnet.blocks or ((10 << 24, 11 << 24),)
    addresses = tuple(Address(one, outside if one[0] < V6 else ()) for one in blocks)
    return Interface("", INTERFACE, subnet, place, addresses=addresses, kind="database")._replace(type=DATABASE)


def _subnets(node: Node) -> list[str]:
    zone = node.member("AvailabilityZone").value
    found = list(sound(node.member("DBSubnetGroup").member("Subnets")))
    near = [one for one in found if zone and one.member("SubnetAvailabilityZone").member("Name").value in (zone, None)]
    return [name for one in near or found if (name := identity(one.member("SubnetIdentifier")))]


def _is_public(interface: Interface) -> bool:
    return any(one.public for one in interface.addresses)


def _port(port: int) -> Box:
    return flows.only(TCP, (port, port + 1)).boxes[0]


def _no_groups(resource: Resource) -> Unknown:
    return Unknown(Why.OUT_OF_SCOPE, message=f"the security groups of {resource.name} are not told")
