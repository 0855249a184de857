"""The VPC network: groups, networks, subnets, prefix lists."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ACCOUNT, ON_CREATION, Constant, Default, Depends, after, nulls, outside

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
_SECURITY_GROUP: dict[str, Default] = {
    **after(ON_CREATION, "GroupId GroupName SecurityGroupArn"),
    **outside(ACCOUNT, "OwnerId"),
    "VpcId": Depends("the region's default VPC"),
    "Description": Constant(""),
    "IpPermissions": Constant([]),
    # What AWS adds to every new group; Terraform takes it away again.
    "IpPermissionsEgress": Constant(
        [
            {
                "IpProtocol": "-1",
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [],
            },
        ],
    ),
}

_VPC: dict[str, Default] = {
    **after(ON_CREATION, "VpcId CidrBlock CidrBlockAssociationSet DhcpOptionsId"),
    **outside(ACCOUNT, "OwnerId"),
    **outside("the peers of its groups", "StaleSecurityGroups"),
    "InstanceTenancy": Constant("default"),
    "IsDefault": Constant(value=False),
    "State": Constant("available"),
    "Ipv6CidrBlockAssociationSet": Constant([]),
    **outside("the region's VPC Block Public Access options", "BlockPublicAccessStates"),
    **outside("the region's VPC encryption controls", "EncryptionControl"),
}

_SUBNET: dict[str, Default] = {
    **after(
        ON_CREATION,
        "SubnetId SubnetArn VpcId CidrBlock AvailabilityZone AvailabilityZoneId AvailableIpAddressCount "
        "PrivateDnsNameOptionsOnLaunch",
    ),
    **outside(ACCOUNT, "OwnerId"),
    **outside("the region's VPC Block Public Access options", "BlockPublicAccessStates"),
    "State": Constant("available"),
    "DefaultForAz": Constant(value=False),
    "MapPublicIpOnLaunch": Constant(value=False),
    "AssignIpv6AddressOnCreation": Constant(value=False),
    "EnableDns64": Constant(value=False),
    "Ipv6Native": Constant(value=False),
    "MapCustomerOwnedIpOnLaunch": Constant(value=False),
    "Ipv6CidrBlockAssociationSet": Constant([]),
    **nulls("CustomerOwnedIpv4Pool OutpostArn EnableLniAtDeviceIndex Type"),
}

_PREFIX_LIST: dict[str, Default] = {
    **after(ON_CREATION, "PrefixListId PrefixListArn PrefixListName AddressFamily MaxEntries Version"),
    **outside(ACCOUNT, "OwnerId"),
    "State": Constant("create-complete"),
    "Entries": Constant([]),
    **nulls("StateMessage IpamPrefixListResolverTargetId IpamPrefixListResolverSyncEnabled"),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::SecurityGroup": _SECURITY_GROUP,
    "AWS::EC2::VPC": _VPC,
    "AWS::EC2::Subnet": _SUBNET,
    "AWS::EC2::PrefixList": _PREFIX_LIST,
}
