"""Network interfaces with all their addresses, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.index import INTERFACE, Index, Place, ids, place_of
from scanner.derive.network.reach.packets import V6, Interval
from scanner.derive.network.reach.vpcs import Subnet, Vpcs
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown, Why

_DEAF = {
    "natgateway": "a NAT gateway accepts no connections",
    "transitgateway": "a transit gateway's interface accepts no connections",
    "lambda": "a function accepts no connections",
    "gatewayloadbalancerendpoint": "an endpoint of a Gateway Load Balancer is no destination",
}
_UNGUARDED = frozenset({"natgateway", "transitgateway", "networkloadbalancer", "gatewayloadbalancer"})
"""Kinds that may have no security group, and then nothing is held back."""


class Address(NamedTuple):
    """An address, or the block that it is in, and what stands for it outside of the VPC: one, or any of many."""

    block: Interval
    public: tuple[Interval, ...] = ()

    @property
    def six(self) -> bool:
        """Whether it is one of IPv6."""
        return self.block[0] >= V6


class Interface(NamedTuple):
    """`doubt` and `address_doubt` say why there may be further groups or addresses.

    `kind` is AWS's `InterfaceType` in lower case without underscores; `owner` an instance, or what a service wrote.
    """

    id: str
    type: str
    subnet: Subnet
    place: Place
    groups: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    kind: str = "interface"
    owner: str = ""
    forwards: bool = False
    closed: bool = False
    primary: bool = True
    doubt: Unknown | None = None
    address_doubt: Unknown | None = None

    @property
    def placed(self) -> bool:
        """Whether its subnet and VPC are known; it may lie anywhere otherwise."""
        return bool(self.subnet.id and self.subnet.vpc)

    @property
    def deaf(self) -> str:
        """Why nothing behind it accepts a connection; empty if something may."""
        return _DEAF.get(self.kind, "")

    @property
    def unguarded(self) -> bool:
        """Whether no security group holds anything back."""
        return not self.groups and self.doubt is None and self.kind in _UNGUARDED

    def blocks(self, *, six: bool) -> list[Interval]:
        """Its own addresses of one family."""
        return [one.block for one in self.addresses if one.six == six]


class Interfaces:
    """The interfaces of a snapshot."""

    def __init__(self, index: Index, vpcs: Vpcs) -> None:
        self._index = index
        self._vpcs = vpcs

    @cached_property
    def all(self) -> Mapping[str, Interface]:
        """By id; of the resources themselves nothing is kept."""
        found: dict[str, Interface] = {}
        for one in self._index.inventory.of(INTERFACE):
            made = self.read(Node.of(one), one)
            if made.id not in found or one.config.get("OwnerId") == one.account:
                found[made.id] = made
        return found

    @cached_property
    def by_owner(self) -> Mapping[str, list[Interface]]:
        """By what they belong to: an instance's id, or the description that a service gives."""
        found: dict[str, list[Interface]] = {}
        for one in self.all.values():
            if one.owner:
                found.setdefault(one.owner, []).append(one)
        return found

    @cached_property
    def by_address(self) -> Mapping[int, list[tuple[Interface, bool]]]:
        """By each address, with whether it is the public one."""
        found: dict[int, list[tuple[Interface, bool]]] = {}
        for one in self.all.values():
            for address in one.addresses:
                if address.block[1] - address.block[0] == 1:
                    found.setdefault(address.block[0], []).append((one, False))
                if len(address.public) == 1:
                    found.setdefault(address.public[0][0], []).append((one, True))
        return found

    def read(self, node: Node, resource: Resource) -> Interface:
        """An interface of its own, or as an instance lists it."""
        place = place_of(resource)
        groups, doubts = ids(node.member("Groups"), "GroupId")
        addresses, why = _addresses(node)
        attachment = node.member("Attachment")
        owner = identity(attachment.member("InstanceId")) or str(node.member("Description").value or "")
        return Interface(
            identity(node.member("NetworkInterfaceId")) or resource.id,
            INTERFACE,
            self.subnet(identity(node.member("SubnetId")), identity(node.member("VpcId")), place),
            place,
            tuple(groups),
            addresses,
            str(node.member("InterfaceType").value or "interface").replace("_", "").lower(),
            owner,
            forwards=node.member("SourceDestCheck").value is False,
            primary=attachment.member("DeviceIndex").value in (0, None),
            closed=node.member("DenyAllIgwTraffic").value is True,
            doubt=doubts[0] if doubts else None,
            address_doubt=why,
        )

    def subnet(self, id_: str, vpc: str, place: Place) -> Subnet:
        """The subnet, or what is known of it from what lies in it."""
        found = self._vpcs.subnets.get(id_)
        return found if found is not None else Subnet(id_, vpc, place)


def _addresses(node: Node) -> tuple[tuple[Address, ...], Unknown | None]:
    found: dict[Address, None] = {}
    doubts: list[Unknown] = []
    listed = node.member("PrivateIpAddresses")
    for one in each(listed):
        if isinstance(one, Unknown):
            doubts.append(one)
        else:
            found |= dict.fromkeys(_pair(one, doubts, node))
    if not listed.present:
        found |= dict.fromkeys(_pair(node, doubts))
    for member, key in (
        ("Ipv6Addresses", "Ipv6Address"),
        ("Ipv4Prefixes", "Ipv4Prefix"),
        ("Ipv6Prefixes", "Ipv6Prefix"),
    ):
        for one in each(node.member(member)):
            text = one if isinstance(one, Unknown) else one.member(key)
            if isinstance(text, Unknown) or text.unknown:
                doubts += [why for why in (text if isinstance(text, Unknown) else text.unknown,) if why]
            elif span := block(str(text.value)):
                found[Address(span)] = None
    return tuple(found), doubts[0] if doubts else None


def _pair(node: Node, doubts: list[Unknown], interface: Node | None = None) -> Iterator[Address]:
    """An address; the association of its interface is that of the primary one, where that says nothing itself."""
    private, association = node.member("PrivateIpAddress"), node.member("Association")
    if interface and not association.present:
        primary = interface.member("PrivateIpAddress")
        doubts += [primary.unknown] if primary.unknown else []
        if private.value == primary.value:
            association = interface.member("Association")
    public, carrier = association.member("PublicIp"), association.member("CarrierIp").value
    if carrier:
        doubts.append(Unknown(Why.UNSUPPORTED, message=f"the carrier address {carrier} is not followed"))
    doubts += [one.unknown for one in (private, public) if one.unknown]
    if private.value and (span := block(str(private.value))):
        yield Address(span, spans(str(public.value or "")))


def spans(text: str) -> tuple[Interval, ...]:
    """An address or block as `Address.public` has it."""
    found = block(text)
    return (found,) if found else ()
