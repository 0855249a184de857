"""The VPC network: flow logs, network ACLs, endpoints, transit gateways and peerings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later, outside
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import Convert, each, flag, items, keep, ordered_last, tags, text, told, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.iac.defaults import Constant, default_of
from scanner.model import Why

_ACL, _ENTRY = "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry"
_TEXTS = items(text, ordered=False)
_FLOW_LOG: dict[str, tuple[str, Convert]] = {
    "DeliverCrossAccountRole": ("DeliverCrossAccountRole", text),
    "DeliverLogsPermissionArn": ("DeliverLogsPermissionArn", text),
    "DestinationOptions": ("DestinationOptions", keep),
    "LogDestination": ("LogDestination", text),
    "LogDestinationType": ("LogDestinationType", text),
    "LogFormat": ("LogFormat", text),
    "LogGroupName": ("LogGroupName", text),
    "MaxAggregationInterval": ("MaxAggregationInterval", whole),
    "ResourceId": ("ResourceId", text),
    "TrafficType": ("TrafficType", text),
}
_ENDPOINT: dict[str, tuple[str, Convert]] = {
    "IpAddressType": ("IpAddressType", text),
    "PrivateDnsEnabled": ("PrivateDnsEnabled", flag),
    "ResourceConfigurationArn": ("ResourceConfigurationArn", text),
    "RouteTableIds": ("RouteTableIds", _TEXTS),
    "SecurityGroupIds": ("Groups", each("GroupId")),
    "ServiceName": ("ServiceName", text),
    "ServiceNetworkArn": ("ServiceNetworkArn", text),
    "ServiceRegion": ("ServiceRegion", text),
    "SubnetIds": ("SubnetIds", _TEXTS),
    "VpcEndpointType": ("VpcEndpointType", text),
    "VpcId": ("VpcId", text),
}
_OPTIONS: dict[str, tuple[str, Convert]] = {
    "AmazonSideAsn": ("AmazonSideAsn", whole),
    "AutoAcceptSharedAttachments": ("AutoAcceptSharedAttachments", text),
    "DefaultRouteTableAssociation": ("DefaultRouteTableAssociation", text),
    "DefaultRouteTablePropagation": ("DefaultRouteTablePropagation", text),
    "DnsSupport": ("DnsSupport", text),
    "MulticastSupport": ("MulticastSupport", text),
    "SecurityGroupReferencingSupport": ("SecurityGroupReferencingSupport", text),
    "TransitGatewayCidrBlocks": ("TransitGatewayCidrBlocks", _TEXTS),
    "VpnEcmpSupport": ("VpnEcmpSupport", text),
}
_RULE: dict[str, tuple[str, Convert]] = {
    "CidrBlock": ("CidrBlock", text),
    "Ipv6CidrBlock": ("Ipv6CidrBlock", text),
    "RuleAction": ("RuleAction", text),
    "RuleNumber": ("RuleNumber", whole),
}


def _named(entry: Entry) -> tuple[Any, Any]:
    """The tag `Name`, and all tags."""
    found = entry.get("Tags", tags, {})
    return (found.get("Name", "") if isinstance(found, dict) else ""), found


def _flow_log(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::FlowLog`."""
    config = {"FlowLogId": attribute(f"{entry.logical}.Id"), **told(entry.props, _FLOW_LOG)}
    name, found = _named(entry)
    yield Draft("AWS::EC2::FlowLog", entry, config, name=name, tags=found)


def _acl(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::NetworkAcl` with the entries and subnets that the template gives it."""
    own = attribute(f"{entry.logical}.Id")
    default = default_of(_ACL, "Entries")
    entries: list[Any] = list(copy.deepcopy(default.value)) if isinstance(default, Constant) else []
    entries += [
        More(item.doubt.why, item.doubt.message) if item.doubt else _rule(item.entry)
        for item in stack.satellites(entry, _ENTRY, "NetworkAclId")
    ]
    subnets: list[Any] = []
    for item in stack.satellites(entry, "AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId"):
        subnet = item.entry.get("SubnetId", text, later("the subnet"))
        doubt = item.doubt
        subnets.append(More(doubt.why, doubt.message) if doubt else {"NetworkAclId": own, "SubnetId": subnet})
    config = {
        "NetworkAclId": own,
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        "VpcId": entry.get("VpcId", text, later("the VPC")),
        "Entries": ordered_last(entries),
        "Associations": ordered_last(subnets),
    }
    name, found = _named(entry)
    yield Draft(_ACL, entry, config, name=name, tags=found)


def _rule(entry: Entry) -> dict[str, Any]:
    """One entry; ports and ICMP types only of the protocols that have them."""
    protocol = entry.get("Protocol", text, later("the protocol"))
    out = {"Egress": entry.get("Egress", flag, default=False), "Protocol": protocol, **told(entry.props, _RULE)}
    for property_, member, parts, protocols in (
        ("PortRange", "PortRange", ("From", "To"), ("6", "17")),
        ("Icmp", "IcmpTypeCode", ("Type", "Code"), ("1", "58")),
    ):
        value = entry.props.get(property_)
        if value is None or (isinstance(protocol, str) and protocol not in protocols):
            continue
        known = isinstance(value, dict)
        out[member] = {part: whole(value[part]) for part in parts if value.get(part) is not None} if known else value
    return out


def _rule_outside(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """A rule of an ACL that the template does not make: that ACL, with an open list."""
    if stack.is_inside(entry, _ACL, "NetworkAclId"):
        return
    elsewhere = More(Why.OUT_OF_SCOPE, "the ACL is outside the template and may have other rules")
    own = entry.get("NetworkAclId", text, later("the ACL of the rule"))
    known = isinstance(own, Hole) and own.token.endswith(".DefaultNetworkAcl")
    config: dict[str, Any] = {"NetworkAclId": own, "Entries": [_rule(entry), elsewhere]}
    yield Draft(_ACL, entry, {**config, "IsDefault": True} if known else config, new=False)


_OPEN = {
    "Gateway": {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
    "Interface": {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]},
}
"""The policy of an endpoint that is given none: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""


def _endpoint(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::VPCEndpoint`."""
    config: dict[str, Any] = {
        "VpcEndpointId": attribute(f"{entry.logical}.Id"),
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        **told(entry.props, _ENDPOINT),
    }
    type_ = config.get("VpcEndpointType", "Gateway")
    policy = entry.get("PolicyDocument", document)
    if policy is None and isinstance(type_, str):
        policy = copy.deepcopy(_OPEN.get(type_))
    if policy is not None:
        config["PolicyDocument"] = policy
    if type_ == "Gateway":
        config.setdefault("Groups", [])
    name, found = _named(entry)
    yield Draft("AWS::EC2::VPCEndpoint", entry, config, name=name, tags=found)


def _gateway(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::TransitGateway`."""
    options: dict[str, Any] = {}
    for member, _ in _OPTIONS.values():
        default = default_of("AWS::EC2::TransitGateway", f"Options.{member}")
        if isinstance(default, Constant):
            options[member] = default.value
    config: dict[str, Any] = {
        "TransitGatewayId": attribute(f"{entry.logical}.Id"),
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        "Options": {
            **options,
            "AssociationDefaultRouteTableId": later("the gateway's route table"),
            "PropagationDefaultRouteTableId": later("the gateway's route table"),
            **told(entry.props, _OPTIONS),
        },
    }
    if entry.props.get("Description") is not None:
        config["Description"] = text(entry.props["Description"])
    name, found = _named(entry)
    yield Draft("AWS::EC2::TransitGateway", entry, config, name=name, tags=found)


def _peering(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::VPCPeeringConnection`; its DNS options cannot be written in a template."""
    account, region = (entry.scope.reference(name) for name in ("AWS::AccountId", "AWS::Region"))
    off = {"AllowDnsResolutionFromRemoteVpc": False}
    config = {
        "VpcPeeringConnectionId": attribute(f"{entry.logical}.Id"),
        "RequesterVpcInfo": {
            "VpcId": entry.get("VpcId", text, later("the VPC")),
            "OwnerId": account,
            "Region": region,
            "PeeringOptions": dict(off),
        },
        "AccepterVpcInfo": {
            "VpcId": entry.get("PeerVpcId", text, later("the other VPC")),
            "OwnerId": entry.get("PeerOwnerId", text, account),
            "Region": entry.get("PeerRegion", text, region),
            "PeeringOptions": dict(off),
        },
        "Status": _accepted(entry),
    }
    name, found = _named(entry)
    yield Draft("AWS::EC2::VPCPeeringConnection", entry, config, name=name, tags=found)


def _accepted(entry: Entry) -> Any:
    """CloudFormation accepts within the account, and through a role that the other account gives.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html
    """
    if entry.props.get("PeerOwnerId") is None or entry.props.get("PeerRoleArn") is not None:
        return {"Code": "active"}
    return outside("whether the other side accepts")


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS = {
    "AWS::EC2::FlowLog": _flow_log,
    _ACL: _acl,
    _ENTRY: _rule_outside,
    "AWS::EC2::SubnetNetworkAclAssociation": _part,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::VPCPeeringConnection": _peering,
}
