"""VPC endpoints with their policies, routes, subnets and groups.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
"""

from __future__ import annotations

import copy
import re
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, names
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.lists import Listed, by
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table, each

_ENDPOINTS = Table(
    "AWS::EC2::VPCEndpoint",
    (
        Field("VpcEndpointType", "vpc_endpoint_type", values.text),
        Field("VpcId", "vpc_id", values.identifier),
        Field("ServiceName", "service_name", values.identifier),
        Field("ServiceRegion", "service_region", values.text),
        Field("IpAddressType", "ip_address_type", values.text),
        Field("PrivateDnsEnabled", "private_dns_enabled", values.boolean),
        Field("ResourceConfigurationArn", "resource_configuration_arn", values.identifier),
        Field("ServiceNetworkArn", "service_network_arn", values.identifier),
    ),
    {"VpcEndpointId": "id"},
    owner="OwnerId",
)
_OPEN = {
    "Gateway": {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
    "Interface": {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]},
}
"""The policy of an endpoint that is given none: everything.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""


def _listed(cell: Cell, many: str, one: str) -> list[Any]:
    single = values.identifier(cell[one])
    return list(names(cell[many]) or ()) if single is None else [single]


def _groups(cell: Cell) -> list[Any]:
    return each("GroupId", lambda cell: _listed(cell, "security_group_ids", "security_group_id"))(cell) or []


_LISTS = {
    "route_table_ids": Listed("RouteTableIds", lambda cell: _listed(cell, "route_table_ids", "route_table_id"), by("")),
    "subnet_ids": Listed("SubnetIds", lambda cell: _listed(cell, "subnet_ids", "subnet_id"), by("")),
    "security_group_ids": Listed("Groups", _groups, by("GroupId")),
}


def _endpoint(planned: Planned) -> Draft:
    draft = _ENDPOINTS.read(planned)
    for attribute, listed in _LISTS.items():
        listed.own(draft, attribute)
    policy = document(Cell.of(planned, "policy"))
    if policy is not None:
        draft.config["PolicyDocument"] = policy
    return draft


def _endpoint_policy(draft: Draft, planned: Planned) -> None:
    policy = document(Cell.of(planned, "policy"))
    if policy is not None:
        draft.config["PolicyDocument"] = policy
    else:
        draft.config.pop("PolicyDocument", None)


def _finish_endpoint(draft: Draft, _: Drafts) -> None:
    config = draft.config
    type_ = config.get("VpcEndpointType", "Gateway" if draft.new else None)
    if draft.new and type_ in _OPEN and not draft.outside:
        config.setdefault("PolicyDocument", copy.deepcopy(_OPEN[type_]))
    groups = "own Groups" in draft.parts or "Groups" in draft.parts
    for listed in _LISTS.values():
        # Without a group of its own an interface endpoint gets the VPC's default one; a gateway has none.
        if listed.member != "Groups" or groups or type_ == "Gateway":
            listed.finish(draft)


def _outside(draft: Draft, value: str) -> None:
    draft.config["VpcEndpointId"] = value
    draft.physical_id = value


def _list_satellite(terraform: str, attribute: str) -> Satellite:
    listed = _LISTS[attribute]
    return Satellite(
        terraform, "vpc_endpoint_id", (listed.member,), listed.apply, listed.removed, listed.doubt, repeated=True
    )


KINDS = (
    Kind(
        "AWS::EC2::VPCEndpoint",
        ("aws_vpc_endpoint",),
        _endpoint,
        satellites=(
            Satellite("aws_vpc_endpoint_policy", "vpc_endpoint_id", ("PolicyDocument",), _endpoint_policy),
            _list_satellite("aws_vpc_endpoint_route_table_association", "route_table_ids"),
            _list_satellite("aws_vpc_endpoint_subnet_association", "subnet_ids"),
            _list_satellite("aws_vpc_endpoint_security_group_association", "security_group_ids"),
        ),
        owners=Owners(("aws_vpc_endpoint",), ("id", "arn"), re.compile(r"(^|_)vpc_endpoint(_id)?$")),
        outside=_outside,
        finish=_finish_endpoint,
    ),
)
