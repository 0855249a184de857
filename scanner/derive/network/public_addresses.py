"""The public IPv4 addresses of an instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


class PublicAddress(TypedDict):
    """`source` is where the instance's configuration tells it."""

    address: str
    source: str


@derives(
    "AWS::EC2::Instance", "public_addresses", gives=list[PublicAddress], reads=("PublicIpAddress", "NetworkInterfaces")
)
def public_addresses(instance: Resource, context: Context) -> Partial:
    """Its own, and those of all its interfaces and their secondary private addresses.

    `PublicIpAddress` speaks of the primary interface alone. A stopped instance keeps elastic
    addresses and loses the others. IPv6 and carrier addresses are not told.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
    """
    del context
    fact = Partial([])
    doubts: list[Unknown] = []
    seen: set[str] = set()
    for node in _places(instance):
        key = node if isinstance(node, Unknown) else identity(node)
        if isinstance(key, Unknown):
            doubts.append(key)
        elif key and key not in seen and isinstance(node, Node):
            seen.add(key)
            if node.unknown:
                fact.unknown[f"/{len(fact.value)}/address"] = node.unknown
                fact.value.append({"source": node.path})
            else:
                fact.value.append({"address": key, "source": node.path})
        elif not key and isinstance(node, Node) and node.unknown:
            doubts.append(node.unknown)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


def _places(instance: Resource) -> Iterator[Node | Unknown]:
    yield Node.of(instance, "PublicIpAddress")
    interfaces = Node.of(instance, "NetworkInterfaces")
    for interface in each(interfaces):
        if isinstance(interface, Unknown):
            yield interface
            continue
        yield interface.member("Association").member("PublicIp")
        for private in each(interface.member("PrivateIpAddresses")):
            yield private if isinstance(private, Unknown) else private.member("Association").member("PublicIp")
