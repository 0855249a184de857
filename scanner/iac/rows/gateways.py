"""What joins VPCs to other networks: gateways, transit gateways, endpoint services, VPC Block Public Access.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
"""

from __future__ import annotations

from scanner.iac.rows.language import Plain, Row, row


def _ec2(name: str, terraform: str, id_: str, *rows: Row, after: str = "", owner: str = "") -> Plain:
    """A type of EC2 that its id names; `after`: the attribute of the id in CloudFormation, empty for `Ref`."""
    type_ = f"AWS::EC2::{name}"
    return Plain(type_, terraform, type_, rows, {id_: "id"}, {id_: after}, owner=owner)


_TRANSIT = row("TransitGatewayId", "transit_gateway_id", kind="id")
ROWS = (
    _ec2("InternetGateway", "aws_internet_gateway", "InternetGatewayId", owner="OwnerId"),
    _ec2("VPNGateway", "aws_vpn_gateway", "VpnGatewayId", row("Type", "")),
    _ec2(
        "NatGateway",
        "aws_nat_gateway",
        "NatGatewayId",
        row("SubnetId", "subnet_id", kind="id"),
        row("ConnectivityType", "connectivity_type"),
    ),
    _ec2("TransitGatewayRouteTable", "aws_ec2_transit_gateway_route_table", "TransitGatewayRouteTableId", _TRANSIT),
    _ec2("TransitGatewayAttachment", "aws_ec2_transit_gateway_vpc_attachment", "TransitGatewayAttachmentId", _TRANSIT),
    _ec2(
        "VPCEndpointService",
        "aws_vpc_endpoint_service",
        "ServiceId",
        row("AcceptanceRequired", "acceptance_required", kind="flag"),
    ),
    # A template's tags may be of the instances alone, which says nothing of the fleet.
    Plain("AWS::EC2::EC2Fleet", "aws_ec2_fleet", "", (), {"FleetId": "id"}),
    Plain(
        "AWS::EC2::VPCBlockPublicAccessOptions",
        "aws_vpc_block_public_access_options",
        "AWS::EC2::VPCBlockPublicAccessOptions",
        (row("InternetGatewayBlockMode", "internet_gateway_block_mode"),),
        tags="",
    ),
)
