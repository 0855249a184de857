"""The network of a whole snapshot: everything that packets meet, read once and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from scanner.derive.network.reach.acls import Acls
from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.gates import Gates
from scanner.derive.network.reach.groups import Groups
from scanner.derive.network.reach.index import INSTANCE, NAT, PEERING, Index, ids, place_of, sound
from scanner.derive.network.reach.interfaces import Address, Interface, Interfaces, spans
from scanner.derive.network.reach.lists import Lists
from scanner.derive.network.reach.tables import Tables
from scanner.derive.network.reach.targets import Targets
from scanner.derive.network.reach.transit import Transit
from scanner.derive.network.reach.vpcs import Vpcs
from scanner.derive.node import Node, identity
from scanner.model import Inventory, Resource

_SIDES = ("RequesterVpcInfo", "AccepterVpcInfo")


class Network:
    """The parts, each by what it decides."""

    def __init__(self, inventory: Inventory) -> None:
        self.index = Index(inventory)
        self.lists = Lists(self.index)
        self.vpcs = Vpcs(self.index)
        self.interfaces = Interfaces(self.index, self.vpcs)
        self.groups = Groups(self.index, self.lists)
        self.acls = Acls(self.index)
        self.tables = Tables(self.index, self.lists, Targets(self.index))
        self.gates = Gates(self.index)
        self.transit = Transit(self.index, self.lists)

    def interface(self, id_: str) -> Interface | None:
        """The interface with an id, or the first of the instance with that id."""
        return self.interfaces.all.get(id_) or next(iter(self.of_instance(id_)), None)

    def of_instance(self, id_: str) -> list[Interface]:
        """All interfaces of an instance, as they are listed or as the instance lists them."""
        if found := self.interfaces.by_owner.get(id_):
            return found
        resource = self.index.all(INSTANCE).get(id_)
        if resource is None:
            return []
        node = Node.of(resource)
        listed = [self.interfaces.read(one, resource) for one in sound(node.member("NetworkInterfaces"))]
        if listed:
            return listed
        # code describes instances without their interfaces
        alone = self.interfaces.read(node, resource)
        groups, doubts = ids(node.member("SecurityGroups"), "GroupId")
        address = node.member("PublicIpAddress")
        public = spans(str(address.value or ""))
        made = alone._replace(
            id=resource.id,
            groups=tuple(groups),
            addresses=tuple(one._replace(public=public) for one in alone.addresses[:1]),
            doubt=doubts[0] if doubts else None,
            address_doubt=address.unknown or alone.address_doubt,
        )
        return [made] if alone.subnet.id else []

    @cached_property
    def nats(self) -> Mapping[str, Interface]:
        """The NAT gateways by id, as the interface that each is."""
        return {id_: self._nat(id_, one) for id_, one in self.index.all(NAT).items()}

    def _nat(self, id_: str, resource: Resource) -> Interface:
        node = Node.of(resource)
        addresses = [
            Address(private, spans(str(one.member("PublicIp").value or "")))
            for one in sound(node.member("NatGatewayAddresses"))
            if (private := block(str(one.member("PrivateIp").value)))
        ]
        place = place_of(resource)
        subnet = self.interfaces.subnet(identity(node.member("SubnetId")), identity(node.member("VpcId")), place)
        return Interface(id_, NAT, subnet, place, addresses=tuple(addresses), kind="natgateway")

    def peers(self, peering: str) -> tuple[str, ...]:
        """The VPCs at both ends of a peering connection."""
        found = self.index.all(PEERING).get(peering)
        return tuple(identity(Node.of(found, side, "VpcId")) for side in _SIDES) if found else ()

    def refers(self, peering: str) -> bool:
        """Whether rules may refer to groups at the other end: within a region only.

        https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
        """
        found = self.index.all(PEERING).get(peering)
        regions = {identity(Node.of(found, side, "Region")) for side in _SIDES} if found else set()
        return len(regions - {""}) <= 1

    def between(self, vpc: str, other: str) -> list[str]:
        """The peering connections between two VPCs, alive or not."""
        return self._peerings.get(frozenset((vpc, other)), [])

    @cached_property
    def _peerings(self) -> Mapping[frozenset[str], list[str]]:
        found: dict[frozenset[str], list[str]] = {}
        for id_ in self.index.all(PEERING):
            found.setdefault(frozenset(self.peers(id_)), []).append(id_)
        return found
