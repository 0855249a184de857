"""What a route leads to, and whether that is still there."""

from __future__ import annotations

from collections.abc import Callable

from scanner.derive.network.reach.index import (
    EIGW,
    ENDPOINT,
    IGW,
    INTERFACE,
    NAT,
    PEERING,
    VGW,
    Index,
    Place,
)
from scanner.derive.network.reach.routes import Target
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown, Why

UNKNOWN = Target("?", "")
_MEMBERS = {
    "NatGatewayId": "nat",
    "TransitGatewayId": "tgw",
    "VpcPeeringConnectionId": "pcx",
    "EgressOnlyInternetGatewayId": "eigw",
    "NetworkInterfaceId": "eni",
    "InstanceId": "eni",
    "LocalGatewayId": "lgw",
    "CarrierGatewayId": "cagw",
    "CoreNetworkArn": "core",
    "OdbNetworkArn": "odb",
}
_PREFIXES = {"igw-": "igw", "vgw-": "vgw", "vpce-": "endpoint", "eigw-": "eigw", "local": "local", "nat-": "nat"}
_TYPES = {
    "igw": IGW, "eigw": EIGW, "nat": NAT, "pcx": PEERING, "vgw": VGW, "endpoint": ENDPOINT, "appliance": ENDPOINT,
    "eni": INTERFACE,
}  # fmt: skip


class Targets:
    """The targets that the routes of a snapshot name."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def named(self, route: Node) -> tuple[Target, Unknown | None]:
        """The target of a route, or why it is not known."""
        if (id_ := identity(gateway := route.member("GatewayId"))) or gateway.unknown:
            if not id_:
                return UNKNOWN, gateway.unknown
            return self._gateway(id_), None
        for member, kind in _MEMBERS.items():
            node = route.member(member)
            if id_ := identity(node):
                return Target(kind, id_), None
            if node.unknown:
                return UNKNOWN, node.unknown
        return UNKNOWN, None

    def _gateway(self, id_: str) -> Target:
        kind = next((kind for prefix, kind in _PREFIXES.items() if id_.startswith(prefix)), "")
        if not kind:
            kind = next((kind for kind, type_ in _TYPES.items() if id_ in self._index.all(type_)), "?")
        if kind == "endpoint" and (found := self._index.all(ENDPOINT).get(id_)) is not None:
            # an endpoint of a Gateway Load Balancer or a firewall hands on what it inspected
            kind = "appliance" if Node.of(found, "VpcEndpointType").value == "GatewayLoadBalancer" else "endpoint"
        return Target(kind, "" if kind == "local" else id_)

    def dead(self, target: Target, route: Node, vpc: str, place: Place) -> str | Unknown:
        """Why packets are dropped: the target is gone, or not joined to the VPC; empty if they are not."""
        state = route.member("State")
        if state.value == "blackhole":
            return "blackhole"
        type_ = _TYPES.get(target.kind)
        if type_ is None:
            return ""
        found = self._index.all(type_).get(target.id)
        if found is None:
            why = self._index.missing(type_, place, target.id)
            if state.value == "active" and why is not None:
                return ""
            return why or f"{target.id} is gone"
        return _DEAD.get(target.kind, _alive)(found, vpc)


def _alive(resource: Resource, vpc: str) -> str | Unknown:
    del resource, vpc
    return ""


def _attached(resource: Resource, vpc: str) -> str | Unknown:
    """Of a gateway that is attached to VPCs."""
    if not vpc:
        return Unknown(Why.OUT_OF_SCOPE, message="the VPC of the route table is not known")
    node = Node.of(resource)
    listed = node.member("VpcAttachments" if resource.type == VGW else "Attachments")
    doubt: Unknown | None = None
    for one in each(listed):
        if isinstance(one, Unknown):
            doubt = one
            continue
        named = identity(own := one.member("VpcId"))
        if named == vpc:
            return "" if one.member("State").value not in ("detaching", "detached") else "detached"
        doubt = doubt if named else own.unknown or doubt
    return listed.unknown or listed.more or doubt or f"not attached to {vpc}"


def _nat(resource: Resource, vpc: str) -> str | Unknown:
    del vpc
    state = Node.of(resource, "State").value
    return "" if state in (None, "available", "pending") else f"the gateway is {state}"


def _peering(resource: Resource, vpc: str) -> str | Unknown:
    del vpc
    status = Node.of(resource, "Status", "Code")
    if status.unknown:
        return status.unknown
    return "" if status.value in (None, "active") else f"the connection is {status.value}"


def _endpoint(resource: Resource, vpc: str) -> str | Unknown:
    del vpc
    state = Node.of(resource, "State").value
    return "" if state is None or str(state).lower() in ("available", "partial") else f"the endpoint is {state}"


_DEAD: dict[str, Callable[[Resource, str], str | Unknown]] = {
    "igw": _attached,
    "vgw": _attached,
    "eigw": _attached,
    "nat": _nat,
    "pcx": _peering,
    "endpoint": _endpoint,
    "appliance": _endpoint,
}
