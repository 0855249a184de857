"""the VPC network, as Terraform plans it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.terraform.parts import Part, plain
from rendering.words import ACCOUNT, Config, NotInCode, text


def _group(config: Config) -> list[Part]:
    after: Config = {"description": config.get("Description") or "d", "revoke_rules_on_delete": False}
    if config.get("GroupName"):
        after["name"] = config["GroupName"]
    if config.get("VpcId"):
        after["vpc_id"] = config["VpcId"]
    parts = [Part("aws_security_group", after)]
    for member, type_ in (
        ("IpPermissions", "aws_vpc_security_group_ingress_rule"),
        ("IpPermissionsEgress", "aws_vpc_security_group_egress_rule"),
    ):
        for item in config.get(member) or []:
            parts += _rules(item, type_, len(parts), config.get("GroupId"))
    return parts


def _rules(permission: Config, type_: str, first: int, own: Any) -> list[Part]:
    base = {"ip_protocol": permission["IpProtocol"]}
    base |= {
        to: permission[name] for name, to in (("FromPort", "from_port"), ("ToPort", "to_port")) if name in permission
    }
    parts: list[Part] = []
    for ranges, member, to in (
        ("IpRanges", "CidrIp", "cidr_ipv4"),
        ("Ipv6Ranges", "CidrIpv6", "cidr_ipv6"),
        ("PrefixListIds", "PrefixListId", "prefix_list_id"),
        ("UserIdGroupPairs", "GroupId", "referenced_security_group_id"),
    ):
        for one in permission.get(ranges) or []:
            value = f"{one['UserId']}/{one[member]}" if one.get("UserId") else one[member]
            after = {**base, to: value, "description": one.get("Description")}
            refers = {"security_group_id": "aws_security_group.this.id"}
            if value == own:
                del after[to]
                refers[to] = refers["security_group_id"]
            parts.append(Part(type_, after, refers, f"rule{first + len(parts)}"))
    return parts


def _acl_of_network(config: Config) -> list[Part]:
    default = config.get("IsDefault") is True
    after: Config = {"vpc_id": config.get("VpcId") or "vpc-0a"}
    if default:
        after = {"default_network_acl_id": config.get("NetworkAclId") or "acl-0a"}
    for attribute, egress in (("ingress", False), ("egress", True)):
        entries = [
            e for e in config.get("Entries") or [] if bool(e.get("Egress")) is egress and e["RuleNumber"] != 32767
        ]
        after[attribute] = [_entry(entry) for entry in entries]
    after["subnet_ids"] = [item["SubnetId"] for item in config.get("Associations") or []]
    return [Part("aws_default_network_acl" if default else "aws_network_acl", after)]


def _entry(entry: Config) -> Config:
    ports, icmp = entry.get("PortRange") or {}, entry.get("IcmpTypeCode") or {}
    return {
        "rule_no": entry["RuleNumber"],
        "action": entry["RuleAction"],
        "protocol": entry["Protocol"],
        "from_port": ports.get("From", 0),
        "to_port": ports.get("To", 0),
        "cidr_block": entry.get("CidrBlock", ""),
        "ipv6_cidr_block": entry.get("Ipv6CidrBlock", ""),
        "icmp_type": icmp.get("Type", 0),
        "icmp_code": icmp.get("Code", 0),
    }


def _peering(config: Config) -> list[Part]:
    ours, theirs = config.get("RequesterVpcInfo") or {}, config.get("AccepterVpcInfo") or {}
    if (config.get("Status") or {}).get("Code", "active") != "active":
        raise NotInCode("a peering that a plan makes is accepted or not yet")
    after: Config = {
        "vpc_id": ours.get("VpcId", "vpc-0a"),
        "peer_vpc_id": theirs.get("VpcId", "vpc-0b"),
        "auto_accept": True,
    }
    if theirs.get("OwnerId"):
        after["peer_owner_id"] = theirs["OwnerId"]
    for side, block in ((ours, "requester"), (theirs, "accepter")):
        if "PeeringOptions" in side:
            allowed = side["PeeringOptions"].get("AllowDnsResolutionFromRemoteVpc", False)
            after[block] = [{"allow_remote_vpc_dns_resolution": allowed}]
    return [Part("aws_vpc_peering_connection", after)]


def _endpoint(config: Config) -> list[Part]:
    if config.get("RequesterManaged"):
        raise NotInCode("an endpoint that a service manages is in no plan")
    if config.get("PolicyDocument", "") is None:
        raise NotInCode("an endpoint without a policy has AWS's, which allows all")
    policy = config.pop("PolicyDocument", None)
    (made,) = plain("aws_vpc_endpoint", ("VpcEndpointId", "State", "OwnerId", "Groups"))(config)
    made.after |= {"vpc_id": "vpc-0a", "service_name": made.after.get("service_name", "com.amazonaws.eu-west-1.s3")}
    if policy is not None:
        made.after["policy"] = text(policy)
    return [made]


def _gateway(config: Config) -> list[Part]:
    if config.get("OwnerId", ACCOUNT) != ACCOUNT:
        raise NotInCode("another account's gateway is in no plan")
    return plain("aws_ec2_transit_gateway")(config.get("Options") or {})


def _flow_log(config: Config) -> list[Part]:
    if config.get("DeliverLogsErrorMessage") or config.get("FlowLogStatus") == "DELETING":
        raise NotInCode("how the delivery fares is told only live")
    owner = config.pop("ResourceId", "vpc-0a")
    kinds = {"vpc": "vpc_id", "subnet": "subnet_id", "eni": "eni_id", "tgw": "transit_gateway_id"}
    (made,) = plain("aws_flow_log", ("FlowLogId", "FlowLogStatus", "DeliverLogsStatus"))(config)
    made.after |= {
        kinds.get(owner.partition("-")[0], "vpc_id"): owner,
        "traffic_type": made.after.get("traffic_type", "ALL"),
    }
    return [made]


def _prefix_list(config: Config) -> list[Part]:
    if config.get("OwnerId", ACCOUNT) != ACCOUNT:
        raise NotInCode("another account's list is in no plan")
    return plain("aws_ec2_managed_prefix_list", ("OwnerId",))(config)


_ROUTE = {
    "DestinationCidrBlock": "cidr_block",
    "DestinationIpv6CidrBlock": "ipv6_cidr_block",
    "DestinationPrefixListId": "destination_prefix_list_id",
    "GatewayId": "gateway_id",
    "NatGatewayId": "nat_gateway_id",
    "TransitGatewayId": "transit_gateway_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "EgressOnlyInternetGatewayId": "egress_only_gateway_id",
    "NetworkInterfaceId": "network_interface_id",
    "InstanceId": "instance_id",
}


def _route_table(config: Config) -> list[Part]:
    """The first route beside the table, the others in it: both forms are read."""
    routes = [one for one in config.get("Routes") or [] if one.get("GatewayId") != "local"]
    if any(one.get("State") == "blackhole" for one in routes):
        raise NotInCode("whether a route's target is gone is told only live")
    written = [{_ROUTE[name]: value for name, value in one.items() if name in _ROUTE} for one in routes]
    parts = [Part("aws_route_table", {"vpc_id": config.get("VpcId") or "vpc-0a", "route": written[1:]})]
    for one in written[:1]:
        beside = {f"destination_{name}" if name.endswith("cidr_block") else name: value for name, value in one.items()}
        parts.append(Part("aws_route", beside, {"route_table_id": "aws_route_table.this.id"}, "beside"))
    return parts


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::NetworkAcl": _acl_of_network,
    "AWS::EC2::VPC": lambda config: plain(
        "aws_default_vpc" if config.get("IsDefault") else "aws_vpc", ("VpcId", "IsDefault")
    )(config),
    "AWS::EC2::Subnet": lambda config: plain(
        "aws_default_subnet" if config.get("DefaultForAz") else "aws_subnet", ("SubnetId", "DefaultForAz")
    )(config),
    "AWS::EC2::RouteTable": _route_table,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::PrefixList": _prefix_list,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::VPCPeeringConnection": _peering,
}
