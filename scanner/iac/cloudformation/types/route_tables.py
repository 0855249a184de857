"""Route tables with their routes, and the subnets and gateways that they hold for.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later, outside
from scanner.iac.cloudformation.shape import Convert, items, ordered_last, tags, text, told
from scanner.iac.cloudformation.stack import Draft, Entry, Satellite, Stack
from scanner.model import Why

_TABLE, _ROUTE = "AWS::EC2::RouteTable", "AWS::EC2::Route"
_SUBNETS, _GATEWAYS = "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::GatewayRouteTableAssociation"
_PROPAGATION = "AWS::EC2::VPNGatewayRoutePropagation"
_MEMBERS: dict[str, tuple[str, Convert]] = {
    **{
        name: (name, text)
        for name in (
            "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId", "GatewayId", "NatGatewayId",
            "TransitGatewayId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId", "NetworkInterfaceId",
            "InstanceId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn",
        )
    },
    "VpcEndpointId": ("GatewayId", text),
}  # fmt: skip
"""AWS tells a route to an endpoint like one to a gateway."""
_MADE = {"Origin": "CreateRoute", "State": "active"}
_LOCAL = {"GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"}


def _table(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::RouteTable` with the routes and associations that the template gives it."""
    own = attribute(f"{entry.logical}.RouteTableId")
    vpc = entry.get("VpcId", text, later("the VPC"))
    propagating = [*_gateways(entry, stack)]
    routes = [*_local(stack, vpc), *_routes(entry, stack), *_to_endpoints(entry, stack)]
    if propagating:
        routes.append(More(Why.AFTER_APPLY, "the routes that a virtual private gateway propagates"))
    config = {
        "RouteTableId": own,
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        "VpcId": vpc,
        "Routes": ordered_last(routes),
        "Associations": ordered_last([*_associations(entry, stack, own)]),
        "PropagatingVgws": ordered_last(propagating),
    }
    found = entry.get("Tags", tags, {})
    name = found.get("Name", "") if isinstance(found, dict) else ""
    yield Draft(_TABLE, entry, config, name=name, tags=found)


def _open(doubt: Hole) -> More:
    return More(doubt.why, doubt.message)


def _route(entry: Entry) -> dict[str, Any]:
    return {**told(entry.props, _MEMBERS), **_MADE}


def _routes(entry: Entry, stack: Stack) -> Iterator[Any]:
    for item in stack.satellites(entry, _ROUTE, "RouteTableId"):
        yield _open(item.doubt) if item.doubt else _route(item.entry)


def _local(stack: Stack, vpc: Any) -> Iterator[Any]:
    """The routes within the VPC, which every table has."""
    found = stack.owner(vpc, "AWS::EC2::VPC")
    block = found.get("CidrBlock", text) if found else None
    yield {"DestinationCidrBlock": outside("the address ranges of the VPC") if block is None else block, **_LOCAL}
    for item in stack.satellites(found, "AWS::EC2::VPCCidrBlock", "VpcId") if found else ():
        yield from _further(item)


def _further(item: Satellite) -> Iterator[Any]:
    """A further range of the VPC."""
    if item.doubt:
        yield _open(item.doubt)
    elif item.entry.props.get("CidrBlock") is not None:
        yield {"DestinationCidrBlock": item.entry.get("CidrBlock", text), **_LOCAL}
    else:
        yield {"DestinationIpv6CidrBlock": later("the IPv6 range is assigned at the deploy"), **_LOCAL}


def _to_endpoints(entry: Entry, stack: Stack) -> Iterator[Any]:
    """The routes of gateway endpoints that name the table: to lists of the services' addresses."""
    for endpoint, sure in _naming(entry, stack, "AWS::EC2::VPCEndpoint"):
        prefixes = later("the prefix list of the endpoint's service")
        route = {"DestinationPrefixListId": prefixes, "GatewayId": attribute(f"{endpoint.logical}.Id"), **_MADE}
        yield route if sure else _may(endpoint)


def _naming(entry: Entry, stack: Stack, type_: str) -> Iterator[tuple[Entry, bool]]:
    """The resources of a type whose list of tables has this one, and whether it surely does."""
    for one in stack.of(type_):
        listed = one.get("RouteTableIds", items(text, ordered=False), [])
        named = listed if isinstance(listed, list) else [listed]
        owners = [stack.owner(table, _TABLE) for table in named]
        exists = one.condition is None or entry.scope.conditions.truth(one.condition)
        if exists is False:
            continue
        if any(owner is entry for owner in owners):
            yield one, exists is True
        elif any(owner is None and not isinstance(table, str) for owner, table in zip(owners, named, strict=True)):
            yield one, False


def _may(one: Entry) -> More:
    return More(Why.AFTER_APPLY, f"{one.logical} may name this table")


def _associations(entry: Entry, stack: Stack, own: Any) -> Iterator[Any]:
    for type_, member in ((_SUBNETS, "SubnetId"), (_GATEWAYS, "GatewayId")):
        for item in stack.satellites(entry, type_, "RouteTableId"):
            named = {member: item.entry.get(member, text, later("what the table holds for"))}
            state = {"Main": False, "AssociationState": {"State": "associated"}}
            yield _open(item.doubt) if item.doubt else {"RouteTableId": own, **named, **state}


def _gateways(entry: Entry, stack: Stack) -> Iterator[Any]:
    """The virtual private gateways whose routes the table learns."""
    for one, sure in _naming(entry, stack, _PROPAGATION):
        yield {"GatewayId": one.get("VpnGatewayId", text, later("the gateway"))} if sure else _may(one)


def _outside(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """A route or association of a table that the template does not make: that table, with open lists."""
    if stack.is_inside(entry, _TABLE, "RouteTableId"):
        return
    own = entry.get("RouteTableId", text, later("the table"))
    elsewhere = More(Why.OUT_OF_SCOPE, "the table is outside the template and may have others")
    config: dict[str, Any] = {"RouteTableId": own, "Routes": [elsewhere], "Associations": [elsewhere]}
    if entry.type == _ROUTE:
        config["Routes"].insert(0, _route(entry))
    else:
        member = "SubnetId" if entry.type == _SUBNETS else "GatewayId"
        named = {member: entry.get(member, text, later("what the table holds for"))}
        config["Associations"].insert(0, {"RouteTableId": own, **named, "Main": False})
    yield Draft(_TABLE, entry, config, new=False)


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS = {
    _TABLE: _table,
    _ROUTE: _outside,
    _SUBNETS: _outside,
    _GATEWAYS: _outside,
    _PROPAGATION: _part,
}
