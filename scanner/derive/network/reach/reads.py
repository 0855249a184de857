"""What questions on reachability read, so that exactly this is collected."""

from __future__ import annotations

from scanner.derive.network.reach import index

_MEMBERS = {
    index.VPC: "CidrBlock CidrBlockAssociationSet Ipv6CidrBlockAssociationSet VpcId OwnerId",
    index.SUBNET: "AvailabilityZone AvailabilityZoneId CidrBlock Ipv6CidrBlockAssociationSet OwnerId SubnetId VpcId",
    index.TABLE: "Associations OwnerId RouteTableId Routes VpcId",
    index.ACL: "Associations Entries NetworkAclId OwnerId",
    index.INTERFACE: (
        "Attachment DenyAllIgwTraffic Description Groups InterfaceType Ipv4Prefixes Ipv6Addresses Ipv6Prefixes "
        "NetworkInterfaceId OwnerId PrivateIpAddress PrivateIpAddresses Association SourceDestCheck SubnetId VpcId"
    ),
    index.GROUP: "GroupId IpPermissions IpPermissionsEgress OwnerId VpcId",
    index.LISTS: "Entries OwnerId PrefixListId PrefixListName",
    index.INSTANCE: (
        "InstanceId NetworkInterfaces PrivateIpAddress PublicIpAddress SecurityGroups State SubnetId VpcId"
    ),
    index.NAT: "NatGatewayAddresses NatGatewayId State SubnetId VpcId ConnectivityType",
    index.PEERING: "AccepterVpcInfo RequesterVpcInfo Status VpcPeeringConnectionId",
    index.IGW: "Attachments InternetGatewayId",
    index.EIGW: "Attachments EgressOnlyInternetGatewayId",
    index.VGW: "State Type VpcAttachments VpnGatewayId",
    index.ENDPOINT: "NetworkInterfaceIds OwnerId ServiceName State SubnetIds VpcEndpointId VpcEndpointType VpcId",
    index.SERVICE: "NetworkLoadBalancerArns ServiceId ServiceName",
    index.TGW: "OwnerId State TransitGatewayId",
    index.ATTACHMENT: (
        "Association PeeringAttachment ResourceId ResourceType State TransitGatewayAttachmentId "
        "TransitGatewayId TransitGatewayOwnerId VpcAttachment"
    ),
    index.TGW_TABLE: "Associations PrefixListReferences Routes TransitGatewayId TransitGatewayRouteTableId",
    index.OPTIONS: "InternetGatewayBlockMode",
    index.EXCLUSION: "ExclusionId InternetGatewayExclusionMode ResourceArn State",
    index.DATABASE: (
        "AvailabilityZone DBInstanceIdentifier DBSubnetGroup DbInstancePort Endpoint PubliclyAccessible "
        "VpcSecurityGroups"
    ),
    index.BALANCER: "AvailabilityZones DNSName IpAddressType LoadBalancerArn Scheme SecurityGroups State Type VpcId",
    index.LISTENER: "DefaultActions ListenerArn LoadBalancerArn Port Protocol",
    index.LISTENER_RULE: "Actions RuleArn",
    index.TARGETS: (
        "LoadBalancerArns Port Protocol TargetGroupArn TargetGroupAttributes TargetType Targets VpcId"
    ),
    index.CLASSIC: (
        "AvailabilityZones DNSName Instances ListenerDescriptions LoadBalancerName Scheme SecurityGroups Subnets VPCId"
    ),
}  # fmt: skip


def named(*types: str) -> tuple[str, ...]:
    """What is read of these types, as `@derives` takes it: `AWS::EC2::Subnet.CidrBlock`."""
    return tuple(f"{type_}.{member}" for type_ in types for member in _MEMBERS[type_].split())


READS = named(*_MEMBERS)
"""All that decides of packets."""

ROUTES = named(
    *(index.VPC, index.SUBNET, index.TABLE, index.IGW, index.EIGW, index.NAT, index.PEERING, index.VGW),
    *(index.ENDPOINT, index.INTERFACE, index.LISTS),
)
"""What decides which routes a subnet has, and whether they lead anywhere."""
