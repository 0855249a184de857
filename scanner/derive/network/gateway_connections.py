"""The Direct Connect connections over which a gateway is reached."""

from __future__ import annotations

from scanner.derive.everywhere import everywhere
from scanner.derive.joined import listed
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_INTERFACE = "AWS::DirectConnect::VirtualInterface"
_GONE = frozenset({"deleted", "deleting", "rejected"})


@derives(
    "AWS::DirectConnect::DirectConnectGateway",
    "gateway_connections",
    gives=list[str],
    reads=(
        "directConnectGatewayId",
        *(f"{_INTERFACE}.{name}" for name in ("directConnectGatewayId", "connectionId", "virtualInterfaceState")),
    ),
)
def gateway_connections(gateway: Resource, context: Context) -> Partial:
    """By the virtual interfaces that belong to it, in every region that was read.

    https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html
    """
    own = identity(Node.of(gateway, "directConnectGatewayId"))
    found = everywhere(context, _INTERFACE, gateway.account)
    words: set[str] = set()
    doubts: list[Unknown] = [found.incomplete] if found.incomplete else []
    for one in found.resources:
        names = ("directConnectGatewayId", "virtualInterfaceState", "connectionId")
        owner, state, connection = (Node.of(one, name) for name in names)
        if state.value in _GONE or not (owner.unknown or owner.value == own):
            continue
        unknown = owner.unknown or state.unknown or connection.unknown
        if unknown:
            doubts.append(unknown)
        elif isinstance(connection.value, str):
            words.add(connection.value)
    return listed(words, doubts)
