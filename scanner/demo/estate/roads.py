"""What the internet reaches and what it does not: hosts and databases that look alike and are not.

One is published by a load balancer alone, one open and without a way in, one saved by its network ACL, one there for
IPv6 only; of two databases with the public flag one can be reached.
"""

from __future__ import annotations

from typing import Any

from scanner.demo.estate.words import OPEN, named, tcp

WEIGHBRIDGE, ARCHIVE, CRANE, CAMERA = "weighbridge", "manifest-archive", "crane-control", "gate-camera"
OPEN_DATABASE, SHUT_DATABASE = "wharf-times", "telemetry"
_PREFIX = "10.50"
_SIX = {"IpProtocol": "tcp", "FromPort": 8554, "ToPort": 8554, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def build(ec2: Any, elb: Any, rds: Any) -> None:
    """The network `terminal` of the main region."""
    vpc = ec2.create_vpc(
        CidrBlock=f"{_PREFIX}.0.0/16", AmazonProvidedIpv6CidrBlock=True, TagSpecifications=named("vpc", "terminal")
    )["Vpc"]
    id_ = vpc["VpcId"]
    block = ec2.describe_vpcs(VpcIds=[id_])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=id_)
    subnets = {
        name: _subnet(ec2, id_, number, zone, block if name == "six" else "")
        for number, (name, zone) in enumerate(
            (("public", "a"), ("public-2", "b"), ("inner", "a"), ("walled", "a"), ("six", "a")), 1
        )
    }
    _routes(ec2, id_, subnets, gateway)
    _let_six_through(ec2, id_)
    _wall(ec2, id_, subnets["walled"])
    image = ec2.describe_images(Owners=["self"])["Images"][0]["ImageId"]
    _hosts(ec2, id_, subnets, image)
    _balanced(ec2, elb, id_, subnets)
    _database(ec2, rds, id_, subnets)


def _subnet(ec2: Any, vpc: str, number: int, zone: str, block: str) -> str:
    six = {"Ipv6CidrBlock": block.replace("::/56", "::/64")} if block else {}
    made = ec2.create_subnet(
        VpcId=vpc,
        CidrBlock=f"{_PREFIX}.{number}.0/24",
        AvailabilityZone=f"{ec2.meta.region_name}{zone}",
        TagSpecifications=named("subnet", f"terminal-{number}"),
        **six,
    )
    id_: str = made["Subnet"]["SubnetId"]
    return id_


def _routes(ec2: Any, vpc: str, subnets: dict[str, str], gateway: str) -> None:
    """The main table leads nowhere; one leads to the internet, one for IPv6 alone."""
    for name, member, destination in (
        ("public", "DestinationCidrBlock", OPEN),
        ("six", "DestinationIpv6CidrBlock", "::/0"),
    ):
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", f"terminal-{name}"))
        key = table["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=key, GatewayId=gateway, **{member: destination})
        for subnet in ("public", "public-2", "walled") if name == "public" else ("six",):
            ec2.associate_route_table(RouteTableId=key, SubnetId=subnets[subnet])


def _wall(ec2: Any, vpc: str, subnet: str) -> None:
    """A network ACL that lets in the company's own networks only."""
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", "crane-wall"))["NetworkAcl"]
    for egress, block in ((False, "10.0.0.0/8"), (True, OPEN)):
        ec2.create_network_acl_entry(
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=100,
            Protocol="-1",
            RuleAction="allow",
            Egress=egress,
            CidrBlock=block,
        )
    held = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    old = next(one for one in held[0]["Associations"] if one["SubnetId"] == subnet)["NetworkAclAssociationId"]
    ec2.replace_network_acl_association(AssociationId=old, NetworkAclId=acl["NetworkAclId"])


def _let_six_through(ec2: Any, vpc: str) -> None:
    """What AWS adds to the default network ACL of a VPC with IPv6."""
    (acl,) = ec2.describe_network_acls(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    )["NetworkAcls"]
    for egress in (False, True):
        ec2.create_network_acl_entry(
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=101,
            Protocol="-1",
            RuleAction="allow",
            Egress=egress,
            Ipv6CidrBlock="::/0",
        )


def _hosts(ec2: Any, vpc: str, subnets: dict[str, str], image: str) -> None:
    for name, subnet, rules, public in (
        (WEIGHBRIDGE, "inner", [tcp(8080, 8080, OPEN)], False),
        (ARCHIVE, "inner", [tcp(22, 22, OPEN)], True),
        (CRANE, "walled", [tcp(22, 22, OPEN)], True),
        (CAMERA, "six", [_SIX], False),
    ):
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
        interface = {
            "DeviceIndex": 0,
            "SubnetId": subnets[subnet],
            "Groups": [group],
            "AssociatePublicIpAddress": public,
        }
        made = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[interface],
            MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
            TagSpecifications=named("instance", name),
        )["Instances"][0]
        if subnet == "six":
            ec2.assign_ipv6_addresses(
                NetworkInterfaceId=made["NetworkInterfaces"][0]["NetworkInterfaceId"], Ipv6AddressCount=1
            )


def _balanced(ec2: Any, elb: Any, vpc: str, subnets: dict[str, str]) -> None:
    """A network load balancer before the weighbridge."""
    arn = elb.create_load_balancer(
        Name=WEIGHBRIDGE, Type="network", Scheme="internet-facing", Subnets=[subnets["public"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name=WEIGHBRIDGE, Protocol="TCP", Port=8080, VpcId=vpc, TargetType="instance")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": [WEIGHBRIDGE]}])["Reservations"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": found[0]["Instances"][0]["InstanceId"], "Port": 8080}])
    elb.create_listener(
        LoadBalancerArn=arn, Protocol="TCP", Port=443, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
    )


def _database(ec2: Any, rds: Any, vpc: str, subnets: dict[str, str]) -> None:
    """A public database whose group lets everybody in."""
    group = ec2.create_security_group(GroupName=OPEN_DATABASE, Description=OPEN_DATABASE, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(5432, 5432, OPEN)])
    rds.create_db_subnet_group(
        DBSubnetGroupName="terminal",
        DBSubnetGroupDescription="terminal",
        SubnetIds=[subnets["public"], subnets["public-2"]],
    )
    rds.create_db_instance(
        DBInstanceIdentifier=OPEN_DATABASE,
        Engine="postgres",
        EngineVersion="16.4",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="wharf_owner",
        MasterUserPassword="Never-used-anywhere-1",
        DBSubnetGroupName="terminal",
        VpcSecurityGroupIds=[group],
        DBParameterGroupName="bookings",
        PubliclyAccessible=True,
        MultiAZ=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        AutoMinorVersionUpgrade=True,
        CopyTagsToSnapshot=True,
        StorageEncrypted=True,
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
    )
