"""The smaller resources of EC2 and the VPC.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ACCOUNT, ON_CREATION, Constant, Default, after, nulls, outside

_UNREAD = "what is not read from code yet"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::CarrierGateway": {
        **after(ON_CREATION, "CarrierGatewayId State CarrierGatewayId CarrierGatewayId"),
        **outside("the VPC", "VpcId"),
        **outside(ACCOUNT, "OwnerId"),
    },
    "AWS::EC2::CapacityReservation": {
        **after(ON_CREATION, "CapacityReservationArn CapacityReservationId CapacityReservationId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(
            _UNREAD,
            "AdjustmentDetails AdjustmentStatus AvailabilityZone AvailabilityZoneId "
            "CapacityAllocations CapacityBlockId CapacityReservationFleetId CommitmentInfo CreateDate "
            "DeliveryPreference EbsOptimized EndDate EndDateType EphemeralStorage "
            "InstanceMatchCriteria InstancePlatform InstanceType Interruptible "
            "InterruptibleCapacityAllocation InterruptionInfo LaunchStatus OriginalStartDate "
            "OutpostArn PlacementGroupArn ReservationType StartDate State Tenancy TotalInstanceCount "
            "UnusedReservationBillingOwnerId ZeroSizePreference",
        ),
    },
    "AWS::EC2::CustomerGateway": {
        **after(ON_CREATION, "CustomerGatewayId State CustomerGatewayId CustomerGatewayId"),
        **outside(_UNREAD, "BgpAsn BgpAsnExtended CertificateArn DeviceName IpAddress Type"),
    },
    "AWS::EC2::DHCPOptions": {
        **after(ON_CREATION, "DhcpOptionsId DhcpOptionsId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(_UNREAD, "DhcpConfigurations"),
    },
    "AWS::EC2::NetworkInsightsPath": {
        **after(ON_CREATION, "NetworkInsightsPathArn NetworkInsightsPathId NetworkInsightsPathId"),
        **outside(
            _UNREAD,
            "CreatedDate Destination DestinationArn DestinationIp DestinationPort FilterAtDestination "
            "FilterAtSource Protocol Source SourceArn SourceIp",
        ),
    },
    "AWS::EC2::NetworkInsightsAnalysis": {
        **after(ON_CREATION, "NetworkInsightsAnalysisArn NetworkInsightsAnalysisId NetworkInsightsAnalysisId"),
        **outside(_UNREAD, "NetworkInsightsPathId NetworkPathFound StartDate Status"),
    },
    "AWS::EC2::NetworkInsightsAccessScope": {
        **after(ON_CREATION, "NetworkInsightsAccessScopeId NetworkInsightsAccessScopeId"),
        **outside(_UNREAD, "CreatedDate NetworkInsightsAccessScopeArn UpdatedDate"),
    },
    "AWS::EC2::TrafficMirrorFilter": {
        **after(ON_CREATION, "TrafficMirrorFilterId TrafficMirrorFilterId"),
        **outside(_UNREAD, "Description EgressFilterRules IngressFilterRules NetworkServices"),
    },
    "AWS::EC2::TrafficMirrorTarget": {
        **after(ON_CREATION, "TrafficMirrorTargetId TrafficMirrorTargetId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(_UNREAD, "Description GatewayLoadBalancerEndpointId NetworkInterfaceId NetworkLoadBalancerArn Type"),
    },
    "AWS::EC2::TrafficMirrorSession": {
        **after(ON_CREATION, "TrafficMirrorSessionId TrafficMirrorSessionId"),
        **outside(ACCOUNT, "OwnerId"),
        **outside(
            _UNREAD,
            "Description NetworkInterfaceId PacketLength SessionNumber TrafficMirrorFilterId "
            "TrafficMirrorTargetId VirtualNetworkId",
        ),
    },
    "AWS::EC2::ClientVpnEndpoint": {
        **after(ON_CREATION, "ClientVpnEndpointId CreationTime DnsName ClientVpnEndpointId ClientVpnEndpointId"),
        "Status": Constant({"Code": "pending-associate"}),
        "SplitTunnel": Constant(value=False),
        **nulls("Description VpcId"),
        **outside("the endpoint", "ConnectionLogOptions ClientCidrBlock ServerCertificateArn"),
        **outside(
            _UNREAD,
            "AssociatedTargetNetworks AuthenticationOptions AuthorizationRules ClientConnectOptions "
            "ClientLoginBannerOptions ClientRouteEnforcementOptions DeletionTime DevicePostureOptions "
            "DisconnectOnSessionTimeout DnsServers EndpointIpAddressType Routes SecurityGroupIds "
            "SelfServicePortalUrl SessionTimeoutHours TargetNetworks TrafficIpAddressType "
            "TransitGatewayConfiguration TransportProtocol VpnPort VpnProtocol",
        ),
    },
    "AWS::AccessAnalyzer::Analyzer": {
        **after(ON_CREATION, "Arn createdAt statusReason name ActiveFindings Arn Arn"),
        "status": Constant("ACTIVE"),
        **outside("the analyzer", "type"),
        **outside(_UNREAD, "ArchiveRules configuration managedBy"),
    },
    "AWS::IAM::ServerCertificate": {
        **after(
            ON_CREATION,
            "Arn ServerCertificateId ServerCertificateName UploadDate Arn ServerCertificateName Arn "
            "ServerCertificateName",
        ),
        "Path": Constant("/"),
        **outside("the certificate", "Expiration"),
    },
}
