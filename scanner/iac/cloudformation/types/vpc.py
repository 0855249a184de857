"""VPC: networks, subnets, prefix lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.iac.cloudformation.holes import attribute, later
from scanner.iac.cloudformation.shape import Convert, flag, items, keep, members, tags, text, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack

_Table = Mapping[str, tuple[str, Convert]]

_VPC: _Table = {"CidrBlock": ("CidrBlock", text), "InstanceTenancy": ("InstanceTenancy", text)}
_SUBNET: _Table = {
    "VpcId": ("VpcId", text),
    "CidrBlock": ("CidrBlock", text),
    "AvailabilityZone": ("AvailabilityZone", text),
    "AvailabilityZoneId": ("AvailabilityZoneId", text),
    "MapPublicIpOnLaunch": ("MapPublicIpOnLaunch", flag),
    "AssignIpv6AddressOnCreation": ("AssignIpv6AddressOnCreation", flag),
    "EnableDns64": ("EnableDns64", flag),
    "Ipv6Native": ("Ipv6Native", flag),
    "OutpostArn": ("OutpostArn", text),
    "EnableLniAtDeviceIndex": ("EnableLniAtDeviceIndex", whole),
    "PrivateDnsNameOptionsOnLaunch": ("PrivateDnsNameOptionsOnLaunch", keep),
}
_PREFIX_LIST: _Table = {
    "PrefixListName": ("PrefixListName", text),
    "AddressFamily": ("AddressFamily", text),
    "MaxEntries": ("MaxEntries", whole),
    "Entries": ("Entries", items(members({"Cidr": text, "Description": text}), ordered=False)),
}


def _builder(type_: str, id_member: str, table: _Table) -> Callable[[Entry, Stack], Iterator[Draft]]:
    """A builder for a type that a table says all about."""

    def build(entry: Entry, _stack: Stack) -> Iterator[Draft]:
        config: dict[str, Any] = {
            id_member: attribute(f"{entry.logical}.{id_member}"),
            "OwnerId": entry.scope.reference("AWS::AccountId"),
        }
        for property_, (member, convert) in table.items():
            value = entry.props.get(property_)
            if value is not None:
                config[member] = convert(value)
        found = entry.get("Tags", tags, {})
        name = found.get("Name", "") if isinstance(found, dict) else ""
        yield Draft(type_, entry, config, name=name or config.get("PrefixListName", ""), tags=found)

    return build


def _with_addresses(
    build: Callable[[Entry, Stack], Iterator[Draft]], type_: str, reference: str
) -> Callable[[Entry, Stack], Iterator[Draft]]:
    """A network whose IPv6 blocks may come from resources beside it."""

    def wrapped(entry: Entry, stack: Stack) -> Iterator[Draft]:
        for draft in build(entry, stack):
            block = entry.props.get("Ipv6CidrBlock")
            if block is not None:
                draft.config["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": text(block)}]
            if stack.satellites(entry, type_, reference) or "Ipv6IpamPoolId" in entry.props:
                draft.config["Ipv6CidrBlockAssociationSet"] = later("address blocks are assigned at the deploy")
            yield draft

    return wrapped


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS = {
    "AWS::EC2::VPC": _with_addresses(_builder("AWS::EC2::VPC", "VpcId", _VPC), "AWS::EC2::VPCCidrBlock", "VpcId"),
    "AWS::EC2::VPCCidrBlock": _part,
    "AWS::EC2::Subnet": _with_addresses(
        _builder("AWS::EC2::Subnet", "SubnetId", _SUBNET), "AWS::EC2::SubnetCidrBlock", "SubnetId"
    ),
    "AWS::EC2::SubnetCidrBlock": _part,
    "AWS::EC2::PrefixList": _builder("AWS::EC2::PrefixList", "PrefixListId", _PREFIX_LIST),
}
