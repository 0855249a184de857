"""Gateways, interfaces and fleets of EC2, and what else lies at a VPC's edge.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
"""

from __future__ import annotations

from scanner.iac.rows.language import Plain, row

_NAT, _INTERFACE = "AWS::EC2::NatGateway", "AWS::EC2::NetworkInterface"
ROWS = (
    Plain(
        "AWS::EC2::InternetGateway",
        "aws_internet_gateway",
        "AWS::EC2::InternetGateway",
        (),
        {"InternetGatewayId": "id"},
        {"InternetGatewayId": "InternetGatewayId"},
        owner="OwnerId",
    ),
    Plain(
        "AWS::EC2::VPNGateway",
        "aws_vpn_gateway",
        "AWS::EC2::VPNGateway",
        (row("AmazonSideAsn", "amazon_side_asn", kind="number"), row("Type", "", "Type")),
        {"VpnGatewayId": "id"},
        {"VpnGatewayId": "VPNGatewayId"},
    ),
    Plain(
        "AWS::EC2::VPCEndpointService",
        "aws_vpc_endpoint_service",
        "AWS::EC2::VPCEndpointService",
        (
            row("AcceptanceRequired", "acceptance_required", kind="flag"),
            row("NetworkLoadBalancerArns", "network_load_balancer_arns", kind="ids"),
            row("GatewayLoadBalancerArns", "gateway_load_balancer_arns", kind="ids"),
        ),
        {"ServiceId": "id"},
        {"ServiceId": "ServiceId"},
    ),
    Plain(
        _NAT,
        "aws_nat_gateway",
        _NAT,
        (
            row("ConnectivityType", "connectivity_type"),
            row("SubnetId", "subnet_id", kind="id"),
            row("VpcId", "vpc_id", kind="id"),
        ),
        {"NatGatewayId": "id"},
        {"NatGatewayId": "NatGatewayId"},
    ),
    Plain(
        _INTERFACE,
        "aws_network_interface",
        _INTERFACE,
        (
            row("Description", "description"),
            row("InterfaceType", "interface_type"),
            row("SourceDestCheck", "source_dest_check", kind="flag"),
            row("SubnetId", "subnet_id", kind="id"),
        ),
        {"NetworkInterfaceId": "id"},
        {"NetworkInterfaceId": "Id"},
        owner="OwnerId",
    ),
    Plain(
        "AWS::EC2::TransitGatewayRouteTable",
        "aws_ec2_transit_gateway_route_table",
        "AWS::EC2::TransitGatewayRouteTable",
        (row("TransitGatewayId", "transit_gateway_id", kind="id"),),
        {"TransitGatewayRouteTableId": "id"},
        {"TransitGatewayRouteTableId": "TransitGatewayRouteTableId"},
    ),
    Plain(
        "AWS::EC2::TransitGatewayAttachment",
        "aws_ec2_transit_gateway_vpc_attachment",
        "AWS::EC2::TransitGatewayAttachment",
        (
            row("TransitGatewayId", "transit_gateway_id", kind="id"),
            row("ResourceId", "vpc_id", "VpcId", kind="id"),
        ),
        {"TransitGatewayAttachmentId": "id"},
        {"TransitGatewayAttachmentId": "Id"},
    ),
    Plain(
        "AWS::EC2::EC2Fleet",
        "aws_ec2_fleet",
        "AWS::EC2::EC2Fleet",
        (row("Type", "type"),),
        {"FleetId": "id"},
        {"FleetId": "FleetId"},
        label="fleet",
    ),
    Plain(
        "AWS::EC2::VPCBlockPublicAccessOptions",
        "aws_vpc_block_public_access_options",
        "AWS::EC2::VPCBlockPublicAccessOptions",
        (row("InternetGatewayBlockMode", "internet_gateway_block_mode"),),
        tags="",
    ),
)
