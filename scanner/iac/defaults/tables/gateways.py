"""Gateways, interfaces and fleets of EC2.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ACCOUNT, ON_CREATION, Constant, Default, after, constants, nulls, outside

_UNREAD = "what is not read from code yet"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::InternetGateway": {
        **after(ON_CREATION, "InternetGatewayId InternetGatewayId"),
        **constants([], "Attachments"),
        **outside(ACCOUNT, "OwnerId"),
    },
    "AWS::EC2::VPNGateway": {
        **after(ON_CREATION, "VpnGatewayId VpnGatewayId"),
        "State": Constant("available"),
        "Type": Constant("ipsec.1"),
        **constants([], "VpcAttachments"),
        **outside("AWS, where it is not told", "AmazonSideAsn"),
        **outside(_UNREAD, "AvailabilityZone"),
    },
    "AWS::EC2::VPCEndpointService": {
        **after(
            ON_CREATION,
            "ServiceId ServiceName ServiceState VpcEndpointConnections BaseEndpointDnsNames ServiceId ServiceId",
        ),
        **constants([], "AllowedPrincipals NetworkLoadBalancerArns GatewayLoadBalancerArns"),
        **outside("the service", "AcceptanceRequired"),
        **outside(
            _UNREAD,
            "AvailabilityZoneIds AvailabilityZones ManagesVpcEndpoints PayerResponsibility "
            "PrivateDnsName PrivateDnsNameConfiguration RemoteAccessEnabled ServiceType "
            "SupportedIpAddressTypes SupportedRegions",
        ),
    },
    "AWS::EC2::NatGateway": {
        **after(ON_CREATION, "CreateTime NatGatewayAddresses NatGatewayId NatGatewayId"),
        "State": Constant("available"),
        "ConnectivityType": Constant("public"),
        "AvailabilityMode": Constant("zonal"),
        **nulls("DeleteTime FailureCode FailureMessage"),
        **outside("the subnet", "SubnetId VpcId"),
        **outside(_UNREAD, "AttachedAppliances AutoProvisionZones AutoScalingIps ProvisionedBandwidth RouteTableId"),
    },
    "AWS::EC2::NetworkInterface": {
        **after(
            ON_CREATION,
            "Attachment Association MacAddress PrivateIpAddress PrivateIpAddresses PrivateDnsName "
            "Status NetworkInterfaceId NetworkInterfaceId",
        ),
        "SourceDestCheck": Constant(value=True),
        "InterfaceType": Constant("interface"),
        "RequesterManaged": Constant(value=False),
        **nulls("Description"),
        **outside("the subnet", "SubnetId VpcId AvailabilityZone AvailabilityZoneId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(
            _UNREAD,
            "AssociatedSubnets ConnectionTrackingConfiguration DenyAllIgwTraffic Groups Ipv4Prefixes "
            "Ipv6Address Ipv6Addresses Ipv6Native Ipv6Prefixes Operator OutpostArn PublicDnsName "
            "PublicIpDnsNameOptions RequesterId",
        ),
    },
    "AWS::EC2::TransitGatewayRouteTable": {
        **after(ON_CREATION, "TransitGatewayRouteTableId TransitGatewayRouteTableId"),
        **outside(
            _UNREAD,
            "Associations CreationTime DefaultAssociationRouteTable DefaultPropagationRouteTable "
            "PrefixListReferences Propagations Routes State TransitGatewayId",
        ),
    },
    "AWS::EC2::TransitGatewayAttachment": {
        **after(ON_CREATION, "TransitGatewayAttachmentId TransitGatewayAttachmentId"),
        **outside(
            _UNREAD,
            "Association CreationTime NatGatewaySupport PeeringAttachment ResourceId ResourceOwnerId "
            "ResourceType State TransitGatewayId TransitGatewayOwnerId VpcAttachment",
        ),
    },
    "AWS::EC2::EC2Fleet": {
        **after(ON_CREATION, "FleetId FleetId"),
        **outside(
            _UNREAD,
            "ClientToken Context CreateTime Errors ExcessCapacityTerminationPolicy FleetState "
            "Instances LaunchTemplateConfigs OnDemandOptions ReplaceUnhealthyInstances "
            "ReservedCapacityOptions SpotOptions TargetCapacitySpecification "
            "TerminateInstancesWithExpiration Type ValidFrom ValidUntil",
        ),
    },
    "AWS::EC2::VPCBlockPublicAccessOptions": {
        **outside("the settings", "InternetGatewayBlockMode"),
        **outside(_UNREAD, "AwsAccountId AwsRegion ExclusionsAllowed LastUpdateTimestamp ManagedBy Reason State"),
    },
}
