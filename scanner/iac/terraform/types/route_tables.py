"""Route tables: routes inside and beside, and the subnets and gateways that they hold for.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTableAssociation.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, convert, more, names
from scanner.iac.terraform.joins import Owners, owners_of
from scanner.iac.terraform.lists import Listed, is_more
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown, Why

_TYPE, _VPC, _ENDPOINT = "AWS::EC2::RouteTable", "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint"
_TABLE = Table(_TYPE, (Field("VpcId", "vpc_id", values.identifier),), {"RouteTableId": "id"}, owner="OwnerId")
_DESTINATIONS = (("DestinationCidrBlock", "cidr_block"), ("DestinationIpv6CidrBlock", "ipv6_cidr_block"))
_TARGETS = (
    ("GatewayId", "gateway_id"),
    ("GatewayId", "vpc_endpoint_id"),
    ("NatGatewayId", "nat_gateway_id"),
    ("TransitGatewayId", "transit_gateway_id"),
    ("VpcPeeringConnectionId", "vpc_peering_connection_id"),
    ("EgressOnlyInternetGatewayId", "egress_only_gateway_id"),
    ("NetworkInterfaceId", "network_interface_id"),
    ("InstanceId", "instance_id"),
    ("LocalGatewayId", "local_gateway_id"),
    ("CarrierGatewayId", "carrier_gateway_id"),
    ("CoreNetworkArn", "core_network_arn"),
)
"""Of these a route names one; a route to an endpoint is told by AWS like one to a gateway."""
_TYPES = ("aws_route_table", "aws_default_route_table")
_OWNERS = Owners(_TYPES, ("id", "arn"), re.compile(r"route_table(_id)?$"))
_OF_VPC = (".default_route_table_id", ".main_route_table_id")
_MADE = {"Origin": "CreateRoute", "State": "active"}
_LOCAL = {"GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"}


def _rows(prefix: str) -> tuple[Field, ...]:
    """`prefix` stands before the destinations in a resource of its own, not in the block."""
    return (
        *(Field(member, f"{prefix}{attribute}", values.text) for member, attribute in _DESTINATIONS),
        Field("DestinationPrefixListId", "destination_prefix_list_id", values.identifier),
        *(Field(member, attribute, values.identifier) for member, attribute in _TARGETS),
    )


_BLOCK, _RESOURCE = _rows(""), _rows("destination_")


def _routes(cell: Cell) -> list[Any]:
    """The `route` blocks of a table, or the one of an `aws_route`."""
    if cell.resource.type == "aws_route":
        return [_route(cell, _RESOURCE)]
    inner = cell["route"]
    if inner.state in (State.NULL, State.COMPUTED):
        return []
    if inner.state is not State.KNOWN:
        return [more(inner)]
    return [_route(item, _BLOCK) if item.state is State.KNOWN else more(item) for item in inner.elements()]


def _route(cell: Cell, rows: tuple[Field, ...]) -> dict[str, Any]:
    """Blocks have an empty text for what is not set."""
    found = {member: value for member, value in convert(cell, rows).items() if value != ""}
    return {**found, **({**_LOCAL} if found.get("GatewayId") == "local" else _MADE)}


def _destination(route: Any) -> Any:
    """Of each destination a table has one route."""
    return [route.get(member) for member in (*dict(_DESTINATIONS), "DestinationPrefixListId")]


_ROUTES = Listed("Routes", _routes, _destination)


def _table(planned: Planned) -> Draft:
    draft = _TABLE.read(planned)
    if planned.type == "aws_default_route_table":
        own = values.identifier(Cell.of(planned, "default_route_table_id"))
        if own is not None:
            draft.config["RouteTableId"] = own
        draft.parts["main"] = [True]
    draft.parts["own Routes"] = _routes(Cell.of(planned))
    # What a refresh reads of a table is all that was written, and a default one loses what is not.
    draft.parts["exclusive Routes"] = [True]
    gateways = names(Cell.of(planned, "propagating_vgws")) or ()
    draft.parts["propagating"] = list(gateways)
    return draft


def _association(draft: Draft, planned: Planned) -> None:
    cell = Cell.of(planned)
    found = {
        member: values.identifier(cell[name])
        for member, name in (("SubnetId", "subnet_id"), ("GatewayId", "gateway_id"))
    }
    draft.parts.setdefault("associations", []).append({member: id_ for member, id_ in found.items() if id_ is not None})


def _main(draft: Draft, _: Planned) -> None:
    draft.parts["main"] = [True]


def _doubtful(draft: Draft, _: Planned, reason: Unknown) -> None:
    draft.parts.setdefault("associations", []).append(Unknown(reason.why, "more", message=reason.message))


def _propagation(draft: Draft, planned: Planned) -> None:
    gateway = values.identifier(Cell.of(planned, "vpn_gateway_id"))
    draft.parts.setdefault("propagating", []).append(
        more(Cell.of(planned, "vpn_gateway_id")) if gateway is None else gateway
    )


def _finish(draft: Draft, drafts: Drafts) -> None:
    own = draft.config.get("RouteTableId")
    if "VpcId" not in draft.config and isinstance(own, Unknown) and own.token.endswith(_OF_VPC):
        # what `aws_vpc.x.default_route_table_id` names is that VPC's
        found = drafts.get(own.token.rpartition(".")[0])
        if found is not None:
            draft.config["VpcId"] = found.config.get("VpcId")
    propagating = draft.parts.get("propagating", [])
    if propagating:
        learned = Unknown(Why.AFTER_APPLY, "more", message="the routes that a virtual private gateway propagates")
        _ROUTES.add(draft, [learned])
    if not draft.outside:
        _ROUTES.add(draft, [*_local(draft, drafts), *_to_endpoints(draft, drafts)])
        draft.config["PropagatingVgws"] = [one if is_more(one) else {"GatewayId": one} for one in propagating]
    _ROUTES.finish(draft)
    _associations(draft)


def _local(draft: Draft, drafts: Drafts) -> list[Any]:
    """The routes within the VPC, which every table has; not read anew where a refresh has them."""
    vpc = drafts.find(_VPC, draft.config.get("VpcId"), "VpcId")
    if vpc is None:
        why = Unknown(Why.OUT_OF_SCOPE, message="the address ranges of the VPC")
        return [{"DestinationCidrBlock": why, **_LOCAL}]
    found: list[Any] = (
        [{"DestinationCidrBlock": vpc.config["CidrBlock"], **_LOCAL}] if "CidrBlock" in vpc.config else []
    )
    later = vpc.config.get("Ipv6CidrBlockAssociationSet")
    ranges = [{"Ipv6CidrBlock": later}] if isinstance(later, Unknown) else later or []
    return [*found, *({"DestinationIpv6CidrBlock": one["Ipv6CidrBlock"], **_LOCAL} for one in ranges)]


def _to_endpoints(draft: Draft, drafts: Drafts) -> Iterator[Any]:
    """The routes of gateway endpoints that name the table: to lists of the services' addresses."""
    for endpoint in drafts.of(_ENDPOINT):
        for owner in owners_of(endpoint.planned, "route_table_ids", _OWNERS):
            if owner.resource is draft.planned:
                yield _to_endpoint(endpoint.config.get("VpcEndpointId"))
            elif any(one is draft.planned for one in owner.candidates):
                yield Unknown(Why.AFTER_APPLY, "more", message=f"{endpoint.planned.address} may name this table")


def _to_endpoint(endpoint: Any) -> dict[str, Any]:
    prefixes = Unknown(Why.AFTER_APPLY, message="the prefix list of the endpoint's service")
    return {"DestinationPrefixListId": prefixes, "GatewayId": endpoint, **_MADE}


def _endpoint(draft: Draft, planned: Planned) -> None:
    """`aws_vpc_endpoint_route_table_association`."""
    _ROUTES.add(draft, [_to_endpoint(values.identifier(Cell.of(planned, "vpc_endpoint_id")))])


def _associations(draft: Draft) -> None:
    own = {"RouteTableId": draft.config.get("RouteTableId"), "AssociationState": {"State": "associated"}}
    listed = draft.parts.get("associations", [])
    main = [{**own, "Main": True}] if "main" in draft.parts else []
    known = [{**own, "Main": False, **one} for one in listed if not is_more(one)]
    doubts = [one for one in listed if is_more(one)]
    if not draft.new or draft.outside:
        doubts.append(Unknown(Why.OUT_OF_SCOPE, "more", message="others may be associated with it outside the plan"))
    elif main:
        doubts.append(Unknown(Why.OUT_OF_SCOPE, "more", message="the VPC's subnets that name no other table"))
    draft.config["Associations"] = [*ordered([*main, *known]), *doubts[:1]]


def _outside(draft: Draft, value: str) -> None:
    draft.config["RouteTableId"] = value
    draft.physical_id = value


def _default_of_vpc(token: str, drafts: Drafts) -> Draft | None:
    """`aws_vpc.x.default_route_table_id` is the table that `aws_default_route_table` takes over."""
    for draft in drafts.of(_TYPE) if token.endswith(_OF_VPC) else ():
        own = draft.config.get("RouteTableId")
        if (
            "main" in draft.parts
            and isinstance(own, Unknown)
            and own.token.rpartition(".")[0] == token.rpartition(".")[0]
        ):
            return draft
    return None


def _beside(terraform: str, member: str, apply: Any, doubt: Any = _doubtful) -> Satellite:
    return Satellite(terraform, "route_table_id", (member,), apply, doubt=doubt, repeated=True)


def _propagates(draft: Draft, _: Planned, reason: Unknown) -> None:
    draft.parts.setdefault("propagating", []).append(Unknown(reason.why, "more", message=reason.message))


KINDS = (
    Kind(
        _TYPE,
        _TYPES,
        _table,
        satellites=(
            Satellite(
                "aws_route", "route_table_id", ("Routes",), _ROUTES.apply, _ROUTES.removed, _ROUTES.doubt, repeated=True
            ),
            _beside("aws_route_table_association", "Associations", _association),
            _beside("aws_vpc_endpoint_route_table_association", "Routes", _endpoint, _ROUTES.doubt),
            _beside("aws_main_route_table_association", "Associations", _main),
            _beside("aws_vpn_gateway_route_propagation", "PropagatingVgws", _propagation, _propagates),
        ),
        owners=_OWNERS,
        outside=_outside,
        finish=_finish,
        adopt=_default_of_vpc,
    ),
)
