"""The VPC network: flow logs, transit gateways and peerings.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnectionVpcInfo.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Kind, Satellite
from scanner.iac.terraform.fields import Field, block, opaque, strings
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.model import Unknown, Why

_LOGGED = (
    "vpc_id",
    "subnet_id",
    "eni_id",
    "transit_gateway_id",
    "transit_gateway_attachment_id",
    "regional_nat_gateway_id",
)
_FLOW_LOGS = Table(
    "AWS::EC2::FlowLog",
    (
        Field("TrafficType", "traffic_type", values.text),
        Field("LogDestinationType", "log_destination_type", values.text),
        Field("LogDestination", "log_destination", values.identifier),
        Field("LogGroupName", "log_group_name", values.identifier),
        Field("LogFormat", "log_format", values.text),
        Field("DeliverLogsPermissionArn", "iam_role_arn", values.identifier),
        Field("DeliverCrossAccountRole", "deliver_cross_account_role", values.identifier),
        Field("MaxAggregationInterval", "max_aggregation_interval", values.number),
        Field(
            "DestinationOptions",
            "destination_options",
            block(
                Field("FileFormat", "file_format", values.text),
                Field("HiveCompatiblePartitions", "hive_compatible_partitions", values.boolean),
                Field("PerHourPartition", "per_hour_partition", values.boolean),
            ),
        ),
    ),
    {"FlowLogId": "id"},
)


def _flow_log(planned: Planned) -> Draft:
    draft = _FLOW_LOGS.read(planned)
    known = (values.identifier(Cell.of(planned, attribute)) for attribute in _LOGGED)
    found = next((value for value in known if value is not None), None)
    if found is not None:
        draft.config["ResourceId"] = found
    return draft


_GATEWAYS = Table(
    "AWS::EC2::TransitGateway",
    (Field("Description", "description", values.text),),
    {"TransitGatewayArn": "arn", "TransitGatewayId": "id"},
    owner="OwnerId",
)
_OPTIONS = (
    Field("AmazonSideAsn", "amazon_side_asn", values.number, 64512),
    Field("AutoAcceptSharedAttachments", "auto_accept_shared_attachments", values.text, "disable"),
    Field("DefaultRouteTableAssociation", "default_route_table_association", values.text, "enable"),
    Field("DefaultRouteTablePropagation", "default_route_table_propagation", values.text, "enable"),
    Field("DnsSupport", "dns_support", values.text, "enable"),
    Field("MulticastSupport", "multicast_support", values.text, "disable"),
    Field("SecurityGroupReferencingSupport", "security_group_referencing_support", values.text, "disable"),
    Field("TransitGatewayCidrBlocks", "transit_gateway_cidr_blocks", strings),
    Field("VpnEcmpSupport", "vpn_ecmp_support", values.text, "enable"),
)


def _gateway(planned: Planned) -> Draft:
    draft = _GATEWAYS.read(planned)
    options = Table("", _OPTIONS).read(planned).config
    made = {"AssociationDefaultRouteTableId": "association_default_route_table_id"}
    made["PropagationDefaultRouteTableId"] = "propagation_default_route_table_id"
    for member, attribute in made.items():
        value = values.text(Cell.of(planned, attribute))
        options[member] = opaque(f"{planned.address}.{attribute}") if value is None else value
    draft.config["Options"] = options
    return draft


_PEERINGS = Table("AWS::EC2::VPCPeeringConnection", (), {"VpcPeeringConnectionId": "id"})
_SIDES = {
    "AccepterVpcInfo": ("accepter", ("peer_vpc_id", "peer_owner_id", "peer_region")),
    "RequesterVpcInfo": ("requester", ("vpc_id", "", "")),
}
_PEERING = block(
    Field("AllowDnsResolutionFromRemoteVpc", "allow_remote_vpc_dns_resolution", values.boolean, default=False)
)


def _peering(planned: Planned) -> Draft:
    draft = _PEERINGS.read(planned)
    for member, (side, attributes) in _SIDES.items():
        info: dict[str, Any] = {}
        for name, attribute in zip(("VpcId", "OwnerId", "Region"), attributes, strict=True):
            value = values.identifier(Cell.of(planned, attribute)) if attribute else None
            info[name] = _elsewhere(planned, name) if value is None else value
        options = _PEERING(Cell.of(planned, side))
        info["PeeringOptions"] = {"AllowDnsResolutionFromRemoteVpc": False} if options is None else options
        draft.config[member] = info
    accepted = values.boolean(Cell.of(planned, "auto_accept"))
    status = values.text(Cell.of(planned, "accept_status"))
    if isinstance(status, str) or accepted is True:
        draft.config["Status"] = {"Code": status if isinstance(status, str) else "active"}
    return draft


def _elsewhere(planned: Planned, name: str) -> Any:
    """What the peering does not say of a side is the provider's."""
    found = {"OwnerId": providers.account, "Region": providers.region}.get(name, lambda _: "")(planned)
    return found or Unknown(Why.OUT_OF_SCOPE, message="the account and region that the code is deployed to")


def _options(draft: Draft, planned: Planned) -> None:
    """`aws_vpc_peering_connection_options` says the options of one or both sides."""
    for member, (side, _) in _SIDES.items():
        found = _PEERING(Cell.of(planned, side))
        if found is None:
            continue
        info = draft.config.setdefault(member, {})
        if isinstance(info, dict):
            info["PeeringOptions"] = found


def _doubtful(draft: Draft, _: Planned, reason: Unknown) -> None:
    for member in _SIDES:
        info = draft.config.get(member)
        if isinstance(info, dict):
            info["PeeringOptions"] = reason


def _outside(draft: Draft, value: str) -> None:
    draft.config["VpcPeeringConnectionId"] = value
    draft.physical_id = value


KINDS = (
    Kind("AWS::EC2::FlowLog", ("aws_flow_log",), _flow_log),
    Kind("AWS::EC2::TransitGateway", ("aws_ec2_transit_gateway",), _gateway),
    Kind(
        "AWS::EC2::VPCPeeringConnection",
        ("aws_vpc_peering_connection",),
        _peering,
        satellites=(
            Satellite(
                "aws_vpc_peering_connection_options",
                "vpc_peering_connection_id",
                ("RequesterVpcInfo", "AccepterVpcInfo"),
                _options,
                doubt=_doubtful,
                repeated=True,
            ),
        ),
        owners=Owners(("aws_vpc_peering_connection",), ("id",), re.compile(r"peering_connection_id$")),
        outside=_outside,
    ),
)
