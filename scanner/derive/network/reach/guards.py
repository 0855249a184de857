"""What the security groups of an interface do, as stages."""

from __future__ import annotations

from functools import partial

from scanner.derive.network.reach.bounds import OPEN, unsure
from scanner.derive.network.reach.groups import Way
from scanner.derive.network.reach.index import GROUP
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import Packet
from scanner.derive.network.reach.stages import Stage

_NOBODY: frozenset[str] = frozenset()


def guard(network: Network, interface: Interface, way: Way, peer: Interface | None = None) -> Stage:
    """What the groups let in or out; answers to what they let through are let through too.

    With a `peer` rules may refer to its groups
    (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing).
    """
    if interface.unguarded:
        return Stage(GROUP, interface.id, OPEN, "no security group")
    peers = frozenset(peer.groups) if peer else _NOBODY
    bounds = network.groups.lets(interface.groups, way, interface.place, peers)
    doubts = [one for one in (interface.doubt, peer.doubt if peer else None) if one]
    for why in doubts[:1]:
        bounds |= unsure(why)
    told = partial(_decided, network, interface, way, peers)
    return Stage(GROUP, ", ".join(interface.groups) or interface.id, bounds, told)


def both(network: Network, interface: Interface) -> tuple[Stage, Stage]:
    """What they let in and out again, of an interface that hands packets on."""
    return guard(network, interface, "ingress"), guard(network, interface, "egress")


def _decided(network: Network, interface: Interface, way: Way, peers: frozenset[str], packet: Packet) -> str:
    found = network.groups.decided(interface.groups, way, interface.place, packet, peers)
    return found or f"no {way} rule"
