"""Gateways and what is like them, as Terraform plans them."""

from __future__ import annotations

from collections.abc import Callable

from rendering.terraform.parts import Part, plain
from rendering.words import Config, NotInCode


def _gateway(type_: str, member: str) -> Callable[[Config], list[Part]]:
    def render(config: Config) -> list[Part]:
        if config.get(member):
            return [Part(type_, {"vpc_id": config[member][0].get("VpcId", "vpc-0a")})]
        if config.get("State") or member in config:
            raise NotInCode("another plan may attach the gateway, and its state is of a running one")
        return [Part(type_, {})]

    return render


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::EC2::InternetGateway": _gateway("aws_internet_gateway", "Attachments"),
    "AWS::EC2::VPNGateway": _gateway("aws_vpn_gateway", "VpcAttachments"),
    "AWS::EC2::NatGateway": plain("aws_nat_gateway", ("NatGatewayId",)),
    "AWS::EC2::TransitGatewayRouteTable": plain("aws_ec2_transit_gateway_route_table", ("TransitGatewayRouteTableId",)),
    "AWS::EC2::TransitGatewayAttachment": plain(
        "aws_ec2_transit_gateway_vpc_attachment", ("TransitGatewayAttachmentId",)
    ),
    "AWS::EC2::VPCEndpointService": plain("aws_vpc_endpoint_service", ("ServiceId",)),
    "AWS::EC2::EC2Fleet": plain("aws_ec2_fleet", ("FleetId",)),
    "AWS::EC2::VPCBlockPublicAccessOptions": plain("aws_vpc_block_public_access_options"),
}
