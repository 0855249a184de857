"""Who may come in: endpoint services, VPC Block Public Access, groups associated with further VPCs."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:ec2:{region}:{account}:"

TABLE = (
    Collect(
        "AWS::EC2::VPCEndpointService",
        "ec2",
        "describe_vpc_endpoint_service_configurations",
        "ServiceConfigurations[]",
        id=_ARN + "vpc-endpoint-service/{ServiceId}",
        page_size=1000,
        gone=("InvalidVpcEndpointServiceId.NotFound", "InvalidVpcEndpointService.NotFound"),
        then=(
            Then(
                "AllowedPrincipals",
                "describe_vpc_endpoint_service_permissions",
                {"ServiceId": "ServiceId"},
                "AllowedPrincipals",
            ),
            Then(
                "VpcEndpointConnections",
                "describe_vpc_endpoint_connections",
                {"Filters": "[{Name: 'service-id', Values: [ServiceId]}]"},
                "VpcEndpointConnections",
            ),
        ),
    ),
    # Made for each region, whatever the call answers: in every region AWS has an answer, if only "off"
    # (https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html).
    Collect(
        "AWS::EC2::VPCBlockPublicAccessOptions",
        "ec2",
        id="{account}/{region}/AWS::EC2::VPCBlockPublicAccessOptions",
        then=(Then("", "describe_vpc_block_public_access_options", result="VpcBlockPublicAccessOptions"),),
    ),
    Collect(
        "AWS::EC2::VPCBlockPublicAccessExclusion",
        "ec2",
        "describe_vpc_block_public_access_exclusions",
        "VpcBlockPublicAccessExclusions[]",
        id=_ARN + "vpc-block-public-access-exclusion/{ExclusionId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::SecurityGroupVpcAssociation",
        "ec2",
        "describe_security_group_vpc_associations",
        "SecurityGroupVpcAssociations[]",
        id=_ARN + "security-group/{GroupId}/vpc-association/{VpcId}",
        page_size=1000,
    ),
)
