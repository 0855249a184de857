"""Gateways and what is like them, as a template writes them."""

from __future__ import annotations

from collections.abc import Callable

from rendering.cloudformation.parts import MAIN, Resources, main, plain
from rendering.words import Config, NotInCode

_GATEWAYS = {
    "AWS::EC2::InternetGateway": ("InternetGatewayId", "Attachments"),
    "AWS::EC2::VPNGateway": ("VpnGatewayId", "VpcAttachments"),
}


def _gateway(type_: str) -> Callable[[Config], Resources]:
    id_, member = _GATEWAYS[type_]

    def render(config: Config) -> Resources:
        if not config.get(member):
            if config.get("State") or member in config:
                raise NotInCode("another stack may attach the gateway, and its state is of a running one")
            return main(type_, {})
        network = config[member][0].get("VpcId", "vpc-0a")
        beside = {"VpcId": network, id_: {"Ref": MAIN}}
        return main(type_, {}, Beside={"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": beside})

    return render


TYPES: dict[str, Callable[[Config], Resources]] = {
    **{type_: _gateway(type_) for type_ in _GATEWAYS},
    **{
        f"AWS::EC2::{name}": plain(f"AWS::EC2::{name}", drop)
        for name, drop in (
            ("NatGateway", ("NatGatewayId",)),
            ("TransitGatewayRouteTable", ("TransitGatewayRouteTableId",)),
            ("TransitGatewayAttachment", ("TransitGatewayAttachmentId",)),
            ("VPCEndpointService", ("ServiceId",)),
            ("VPCBlockPublicAccessOptions", ()),
        )
    },
}
