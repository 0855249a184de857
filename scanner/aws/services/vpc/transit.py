"""What joins VPCs to other networks: transit gateways, VPNs, client VPNs, virtual private gateways."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

_ARN = "arn:{partition}:ec2:{region}:{account}:"
_ATTACHMENT = {"TransitGatewayAttachmentIds": "[TransitGatewayAttachmentId]"}
_TABLE = {"TransitGatewayRouteTableId": "TransitGatewayRouteTableId"}
# A search has to have a filter: this one leaves nothing out
# (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html).
_ALL_ROUTES = {**_TABLE, "Filters": "[{Name: 'state', Values: ['active', 'blackhole']}]"}
_ENDPOINT = {"ClientVpnEndpointId": "ClientVpnEndpointId"}


def _of_kind(kind: str, member: str, operation: str, answer: str, members: str) -> Then:
    """What the listing of all attachments does not tell of one kind; one call tells it of all of that kind."""
    return Then(
        member,
        operation,
        _ATTACHMENT,
        f"{answer}[0].{members}",
        when=f"ResourceType == '{kind}' && State != 'deleted'",
        together=Together(answer, "TransitGatewayAttachmentId", "TransitGatewayAttachmentId"),
    )


TABLE = (
    Collect(
        "AWS::EC2::TransitGateway",
        "ec2",
        "describe_transit_gateways",
        "TransitGateways[]",
        id="{TransitGatewayArn}",
        name="TransitGatewayId",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::TransitGatewayAttachment",
        "ec2",
        "describe_transit_gateway_attachments",
        "TransitGatewayAttachments[]",
        id=_ARN + "transit-gateway-attachment/{TransitGatewayAttachmentId}",
        page_size=1000,
        gone=("InvalidTransitGatewayAttachmentID.NotFound", "InvalidTransitGatewayAttachmentId.NotFound"),
        then=(
            _of_kind(
                "vpc",
                "VpcAttachment",
                "describe_transit_gateway_vpc_attachments",
                "TransitGatewayVpcAttachments",
                "{VpcId: VpcId, VpcOwnerId: VpcOwnerId, SubnetIds: SubnetIds, Options: Options}",
            ),
            _of_kind(
                "peering",
                "PeeringAttachment",
                "describe_transit_gateway_peering_attachments",
                "TransitGatewayPeeringAttachments",
                "{RequesterTgwInfo: RequesterTgwInfo, AccepterTgwInfo: AccepterTgwInfo, Options: Options}",
            ),
        ),
    ),
    Collect(
        "AWS::EC2::TransitGatewayRouteTable",
        "ec2",
        "describe_transit_gateway_route_tables",
        "TransitGatewayRouteTables[]",
        id=_ARN + "transit-gateway-route-table/{TransitGatewayRouteTableId}",
        page_size=1000,
        gone=("InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"),
        then=(
            Then("Associations", "get_transit_gateway_route_table_associations", _TABLE, "Associations"),
            Then(
                "Propagations",
                "get_transit_gateway_route_table_propagations",
                _TABLE,
                "TransitGatewayRouteTablePropagations",
            ),
            Then("Routes", "search_transit_gateway_routes", _ALL_ROUTES, "Routes"),
            Then(
                "PrefixListReferences",
                "get_transit_gateway_prefix_list_references",
                _TABLE,
                "TransitGatewayPrefixListReferences",
            ),
        ),
    ),
    Collect(
        "AWS::EC2::VPNGateway",
        "ec2",
        "describe_vpn_gateways",
        "VpnGateways[]",
        id=_ARN + "vpn-gateway/{VpnGatewayId}",
    ),
    Collect(
        "AWS::EC2::CustomerGateway",
        "ec2",
        "describe_customer_gateways",
        "CustomerGateways[]",
        id=_ARN + "customer-gateway/{CustomerGatewayId}",
    ),
    # Whoever has a pre-shared key can answer for the other end: it comes with each tunnel, and once more
    # in the configuration for the customer's device.
    Collect(
        "AWS::EC2::VPNConnection",
        "ec2",
        "describe_vpn_connections",
        "VpnConnections[]",
        id=_ARN + "vpn-connection/{VpnConnectionId}",
        ordered=("contains",),
        secret=(
            "VpnConnections[].CustomerGatewayConfiguration",
            "VpnConnections[].Options.TunnelOptions[].PreSharedKey",
        ),
        volatile=("AcceptedRouteCount", "LastStatusChange", "StatusMessage"),
    ),
    Collect(
        "AWS::EC2::ClientVpnEndpoint",
        "ec2",
        "describe_client_vpn_endpoints",
        "ClientVpnEndpoints[]",
        id=_ARN + "client-vpn-endpoint/{ClientVpnEndpointId}",
        page_size=1000,
        gone=("InvalidClientVpnEndpointId.NotFound",),
        then=(
            Then("AuthorizationRules", "describe_client_vpn_authorization_rules", _ENDPOINT, "AuthorizationRules"),
            Then("Routes", "describe_client_vpn_routes", _ENDPOINT, "Routes"),
            Then("TargetNetworks", "describe_client_vpn_target_networks", _ENDPOINT, "ClientVpnTargetNetworks"),
        ),
    ),
)
