"""Direct Connect: lines to own premises, what runs over them, and the gateways that lead on from there."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:directconnect:{region}:{account}:"
_GATEWAY = {"directConnectGatewayId": "directConnectGatewayId"}

TABLE = (
    Collect(
        "AWS::DirectConnect::Connection",
        "directconnect",
        "describe_connections",
        "connections[]",
        id=_ARN + "dxcon/{connectionId}",
        name="connectionName",
        volatile=("rateLimiterStatus", "prefixPoolUnallocatedCountIpv4", "prefixPoolUnallocatedCountIpv6"),
    ),
    # The key of a BGP session comes with the interface, with each peer, and in the router's configuration.
    Collect(
        "AWS::DirectConnect::VirtualInterface",
        "directconnect",
        "describe_virtual_interfaces",
        "virtualInterfaces[]",
        id=_ARN + "dxvif/{virtualInterfaceId}",
        name="virtualInterfaceName",
        ordered=("contains",),
        secret=(
            "virtualInterfaces[].authKey",
            "virtualInterfaces[].bgpPeers[].authKey",
            "virtualInterfaces[].customerRouterConfig",
        ),
        volatile=("bgpStatus", "prefixPoolAllocatedCountIpv4", "prefixPoolAllocatedCountIpv6"),
    ),
    # Gateways belong to no region: every one names them all
    # (https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html).
    Collect(
        "AWS::DirectConnect::DirectConnectGateway",
        "directconnect",
        "describe_direct_connect_gateways",
        "directConnectGateways[]",
        id="arn:{partition}:directconnect::{account}:dx-gateway/{directConnectGatewayId}",
        name="directConnectGatewayName",
        scope="global",
        volatile=("totalPrefixPoolAllocations",),
        then=(
            Then(
                "Associations",
                "describe_direct_connect_gateway_associations",
                _GATEWAY,
                "directConnectGatewayAssociations",
            ),
            Then(
                "Attachments",
                "describe_direct_connect_gateway_attachments",
                _GATEWAY,
                "directConnectGatewayAttachments",
            ),
        ),
    ),
)
