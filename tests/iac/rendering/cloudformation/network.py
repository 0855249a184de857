"""the VPC network, as a template writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.cloudformation.parts import MAIN, Resources, main, move, plain
from rendering.words import Config, NotInCode


def _default(config: Config) -> None:
    if config.get("IsDefault") or config.get("DefaultForAz") or config.get("GroupName") == "default":
        raise NotInCode("what AWS makes by default is in no template")


def _group(config: Config) -> Resources:
    _default(config)
    if config.get("IpPermissionsEgress") == []:
        raise NotInCode("a group without a rule for what leaves has AWS's, which allows all")
    out: Config = {"GroupDescription": config.pop("Description", None) or "d"}
    move(config, out, "GroupName", "GroupName")
    move(config, out, "VpcId", "VpcId")
    ingress = _rules(config.pop("IpPermissions", None) or [], "Source")
    # A group cannot name itself inside: that takes a resource beside it.
    own = [rule for rule in ingress if rule.get("SourceSecurityGroupId") == config.get("GroupId", "")]
    out["SecurityGroupIngress"] = [rule for rule in ingress if rule not in own]
    move(config, out, "IpPermissionsEgress", "SecurityGroupEgress", lambda v: _rules(v, "Destination"))
    itself = {"Fn::GetAtt": [MAIN, "GroupId"]}
    beside = {
        f"Rule{number}": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {**rule, "GroupId": itself, "SourceSecurityGroupId": itself},
        }
        for number, rule in enumerate(own)
    }
    return main("AWS::EC2::SecurityGroup", out, **beside)


def _rules(permissions: Any, side: str) -> list[Config]:
    out: list[Config] = []
    for item in permissions:
        base = {name: item[name] for name in ("IpProtocol", "FromPort", "ToPort") if item.get(name) is not None}
        for ranges, member, to in (
            ("IpRanges", "CidrIp", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId", f"{side}PrefixListId"),
            ("UserIdGroupPairs", "GroupId", f"{side}SecurityGroupId"),
        ):
            for one in item.get(ranges) or []:
                told = {"Description": one["Description"]} if one.get("Description") else {}
                if one.get("UserId") and side == "Source":
                    told["SourceSecurityGroupOwnerId"] = one["UserId"]
                out.append({**base, to: one[member], **told})
    return out


def _acl(config: Config) -> Resources:
    if config.get("IsDefault"):
        raise NotInCode("a template makes no default network ACL")
    out = main("AWS::EC2::NetworkAcl", {"VpcId": config.get("VpcId") or "vpc-0a"})
    for number, entry in enumerate(config.get("Entries") or []):
        if entry.get("RuleNumber") == 32767:
            continue
        properties = {("Icmp" if name == "IcmpTypeCode" else name): value for name, value in entry.items()}
        properties["NetworkAclId"] = {"Ref": MAIN}
        out[f"Entry{number}"] = {"Type": "AWS::EC2::NetworkAclEntry", "Properties": properties}
    for number, one in enumerate(config.get("Associations") or []):
        properties = {"NetworkAclId": {"Ref": MAIN}, "SubnetId": one["SubnetId"]}
        out[f"Subnet{number}"] = {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": properties}
    return out


def _peering(config: Config) -> Resources:
    if (config.get("Status") or {}).get("Code", "active") != "active":
        raise NotInCode("a peering that a template makes is accepted or not yet")
    ours, theirs = config.get("RequesterVpcInfo") or {}, config.get("AccepterVpcInfo") or {}
    if any((side.get("PeeringOptions") or {}).get("AllowDnsResolutionFromRemoteVpc") for side in (ours, theirs)):
        raise NotInCode("a peering's DNS options cannot be written in a template")
    out = {"VpcId": ours.get("VpcId", "vpc-0a"), "PeerVpcId": theirs.get("VpcId", "vpc-0b")}
    if theirs.get("OwnerId"):
        out["PeerOwnerId"] = theirs["OwnerId"]
    return main("AWS::EC2::VPCPeeringConnection", out)


def _endpoint(config: Config) -> Resources:
    if config.get("PolicyDocument", "") is None:
        raise NotInCode("an endpoint without a policy has AWS's, which allows all")
    if config.get("RequesterManaged"):
        raise NotInCode("an endpoint that a service manages is in no template")
    config.setdefault("ServiceName", "com.amazonaws.eu-west-1.s3")
    config.setdefault("VpcId", "vpc-0a")
    move(config, config, "Groups", "SecurityGroupIds", lambda v: [item["GroupId"] for item in v])
    return plain("AWS::EC2::VPCEndpoint", ("VpcEndpointId", "State", "OwnerId"))(config)


def _gateway(config: Config) -> Resources:
    if config.get("OwnerId", "111122223333") != "111122223333":
        raise NotInCode("another account's gateway is in no template")
    return main("AWS::EC2::TransitGateway", config.get("Options") or {})


def _made(type_: str, drop: tuple[str, ...]) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        _default(config)
        return plain(type_, drop)(config)

    return render


def _flow_log(config: Config) -> Resources:
    if config.get("DeliverLogsErrorMessage") or config.get("FlowLogStatus") == "DELETING":
        raise NotInCode("how the delivery fares is told only live")
    return plain("AWS::EC2::FlowLog", ("FlowLogId", "FlowLogStatus", "DeliverLogsStatus"))(config)


def _prefix_list(config: Config) -> Resources:
    if config.get("OwnerId", "111122223333") != "111122223333":
        raise NotInCode("another account's list is in no template")
    return plain("AWS::EC2::PrefixList", ("OwnerId",))(config)


def _route_table(config: Config) -> Resources:
    out = main("AWS::EC2::RouteTable", {"VpcId": config.get("VpcId") or "vpc-0a"})
    for number, route in enumerate(config.get("Routes") or []):
        if route.get("State") == "blackhole":
            raise NotInCode("whether a route's target is gone is told only live")
        if route.get("GatewayId") != "local":
            properties = {name: value for name, value in route.items() if name not in ("State", "Origin")}
            properties["RouteTableId"] = {"Ref": MAIN}
            out[f"Route{number}"] = {"Type": "AWS::EC2::Route", "Properties": properties}
    return out


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::NetworkAcl": _acl,
    "AWS::EC2::VPC": _made("AWS::EC2::VPC", ("VpcId", "IsDefault")),
    "AWS::EC2::Subnet": _made("AWS::EC2::Subnet", ("SubnetId", "DefaultForAz")),
    "AWS::EC2::RouteTable": _route_table,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::PrefixList": _prefix_list,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::VPCPeeringConnection": _peering,
}
