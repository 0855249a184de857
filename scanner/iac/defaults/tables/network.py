"""The VPC network: flow logs, network ACLs, endpoints, transit gateways and peerings.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.iac.defaults.language import (
    ACCOUNT,
    ON_CREATION,
    Constant,
    Default,
    Depends,
    after,
    constants,
    nulls,
    off,
    outside,
)


def _last(*, egress: bool) -> dict[str, Any]:
    """What no rule matches is denied.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
    """
    return {
        "CidrBlock": "0.0.0.0/0",
        "Egress": egress,
        "Protocol": "-1",
        "RuleAction": "deny",
        "RuleNumber": 32767,
    }


_GATEWAY: dict[str, Default] = {
    **after(ON_CREATION, "TransitGatewayId TransitGatewayArn CreationTime"),
    **outside(ACCOUNT, "OwnerId"),
    "State": Constant("available"),
    "Description": Constant(None),
    "Options": Constant({}),
    "Options.AmazonSideAsn": Constant(64512),
    "Options.AutoAcceptSharedAttachments": Constant("disable"),
    "Options.DefaultRouteTableAssociation": Constant("enable"),
    "Options.DefaultRouteTablePropagation": Constant("enable"),
    "Options.DnsSupport": Constant("enable"),
    "Options.MulticastSupport": Constant("disable"),
    "Options.SecurityGroupReferencingSupport": Constant("disable"),
    "Options.VpnEcmpSupport": Constant("enable"),
}

_ENDPOINT: dict[str, Default] = {
    **after(ON_CREATION, "VpcEndpointId VpcId CreationTimestamp DnsEntries NetworkInterfaceIds"),
    **outside(ACCOUNT, "OwnerId"),
    "VpcEndpointType": Constant("Gateway"),
    "ServiceName": Depends("the service"),
    "State": Constant("available"),
    "PolicyDocument": Depends("the endpoint's type"),
    **constants([], "RouteTableIds SubnetIds Ipv4Prefixes Ipv6Prefixes PayerResponsibilities"),
    **outside("the VPC's default security group", "Groups"),
    **outside("the service and the subnets", "IpAddressType DnsOptions PrivateDnsEnabled ServiceRegion"),
    **off("RequesterManaged"),
    **nulls("LastError FailureReason ServiceNetworkArn ResourceConfigurationArn"),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::FlowLog": {
        **after(ON_CREATION, "FlowLogId CreationTime"),
        "ResourceId": Depends("what is logged"),
        "FlowLogStatus": Constant("ACTIVE"),
        "DeliverLogsStatus": Constant("SUCCESS"),
        "LogDestinationType": Constant("cloud-watch-logs"),
        "MaxAggregationInterval": Constant(600),
        "LogFormat": Constant(
            "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
            "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
        ),
        **outside("whether the logs can be delivered", "DeliverLogsErrorMessage"),
        **nulls(
            "TrafficType LogGroupName LogDestination DeliverLogsPermissionArn "
            "DeliverCrossAccountRole DestinationOptions TagFieldSpecifications"
        ),
    },
    "AWS::EC2::NetworkAcl": {
        **after(ON_CREATION, "NetworkAclId VpcId"),
        **outside(ACCOUNT, "OwnerId"),
        "IsDefault": Constant(value=False),
        **constants([], "Associations"),
        "Entries": Constant([_last(egress=False), _last(egress=True)]),
    },
    "AWS::EC2::RouteTable": {
        **after(ON_CREATION, "RouteTableId VpcId"),
        **outside(ACCOUNT, "OwnerId"),
        **constants([], "Associations PropagatingVgws Routes"),
    },
    "AWS::EC2::VPCEndpoint": _ENDPOINT,
    "AWS::EC2::TransitGateway": _GATEWAY,
    "AWS::EC2::VPCPeeringConnection": {
        **after(ON_CREATION, "VpcPeeringConnectionId RequesterVpcInfo AccepterVpcInfo"),
        **outside("whether the other side accepts", "Status"),
        **nulls("ExpirationTime MultipathResilienceStatus"),
    },
}
