"""Gateways, transit gateways, endpoint services, VPC Block Public Access.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ACCOUNT, ON_CREATION, Constant, Default, after, outside

_UNREAD = "what is not read from code yet"
_ATTACHED = "what attaches it, which may be outside the code"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::InternetGateway": {
        **after(ON_CREATION, "InternetGatewayId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(_ATTACHED, "Attachments"),
    },
    "AWS::EC2::VPNGateway": {
        **after(ON_CREATION, "VpnGatewayId State"),
        # The only type there is: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html
        "Type": Constant("ipsec.1"),
        **outside(_ATTACHED, "VpcAttachments"),
        **outside(_UNREAD, "AmazonSideAsn AvailabilityZone"),
    },
    "AWS::EC2::NatGateway": {
        **after(ON_CREATION, "NatGatewayId State CreateTime DeleteTime FailureCode FailureMessage VpcId"),
        # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
        "ConnectivityType": Constant("public"),
        **outside("the gateway", "SubnetId"),
        **outside(
            _UNREAD,
            "AttachedAppliances AutoProvisionZones AutoScalingIps AvailabilityMode NatGatewayAddresses "
            "ProvisionedBandwidth RouteTableId",
        ),
    },
    "AWS::EC2::TransitGatewayRouteTable": {
        **after(ON_CREATION, "TransitGatewayRouteTableId CreationTime State"),
        **outside("the route table", "TransitGatewayId"),
        **outside(
            _UNREAD,
            "DefaultAssociationRouteTable DefaultPropagationRouteTable Associations Propagations Routes "
            "PrefixListReferences",
        ),
    },
    "AWS::EC2::TransitGatewayAttachment": {
        **after(ON_CREATION, "TransitGatewayAttachmentId CreationTime State"),
        **outside("the attachment", "TransitGatewayId"),
        **outside("the account of the transit gateway", "TransitGatewayOwnerId"),
        **outside(
            _UNREAD,
            "Association NatGatewaySupport ResourceId ResourceOwnerId ResourceType VpcAttachment PeeringAttachment",
        ),
    },
    "AWS::EC2::VPCEndpointService": {
        **after(ON_CREATION, "ServiceId ServiceName ServiceState BaseEndpointDnsNames"),
        **outside("the service", "AcceptanceRequired"),
        **outside("permissions and endpoints that may be outside the code", "AllowedPrincipals VpcEndpointConnections"),
        **outside(
            _UNREAD,
            "AvailabilityZoneIds AvailabilityZones GatewayLoadBalancerArns ManagesVpcEndpoints "
            "NetworkLoadBalancerArns PayerResponsibility PrivateDnsName PrivateDnsNameConfiguration "
            "RemoteAccessEnabled ServiceType SupportedIpAddressTypes SupportedRegions",
        ),
    },
    "AWS::EC2::EC2Fleet": {
        **after(ON_CREATION, "FleetId CreateTime Errors FleetState"),
        **outside(
            _UNREAD,
            "ClientToken Context ExcessCapacityTerminationPolicy "
            "Instances LaunchTemplateConfigs OnDemandOptions ReplaceUnhealthyInstances ReservedCapacityOptions "
            "SpotOptions TargetCapacitySpecification TerminateInstancesWithExpiration Type ValidFrom ValidUntil",
        ),
    },
    "AWS::EC2::VPCBlockPublicAccessOptions": {
        **after(ON_CREATION, "LastUpdateTimestamp Reason State"),
        **outside(ACCOUNT, "AwsAccountId AwsRegion ExclusionsAllowed ManagedBy"),
        **outside("the options", "InternetGatewayBlockMode"),
    },
}
