"""VPCs, subnets and prefix lists.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, blocks, convert
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown, Why

_VPC = (
    Field("CidrBlock", "cidr_block", values.text),
    Field("InstanceTenancy", "instance_tenancy", values.text),
    Field("DhcpOptionsId", "dhcp_options_id", values.identifier),
)
_SUBNET = (
    Field("VpcId", "vpc_id", values.identifier),
    Field("CidrBlock", "cidr_block", values.text),
    Field("AvailabilityZone", "availability_zone", values.text),
    Field("AvailabilityZoneId", "availability_zone_id", values.text),
    Field("MapPublicIpOnLaunch", "map_public_ip_on_launch", values.boolean),
    Field("AssignIpv6AddressOnCreation", "assign_ipv6_address_on_creation", values.boolean),
    Field("EnableDns64", "enable_dns64", values.boolean),
    Field("Ipv6Native", "ipv6_native", values.boolean),
    Field("MapCustomerOwnedIpOnLaunch", "map_customer_owned_ip_on_launch", values.boolean),
    Field("CustomerOwnedIpv4Pool", "customer_owned_ipv4_pool", values.text),
    Field("OutpostArn", "outpost_arn", values.identifier),
)
_PREFIX_LIST = (
    Field("PrefixListName", "name", values.text),
    Field("AddressFamily", "address_family", values.text),
    Field("MaxEntries", "max_entries", values.number),
)
_ENTRY = (Field("Cidr", "cidr", values.text), Field("Description", "description", values.text))


def _builder(type_: str, id_: str, arn: str, rows: tuple[Field, ...]) -> Callable[[Planned], Draft]:
    """How a type is read that is nothing but its table; `id_` and `arn` are the API's members."""

    def build(planned: Planned) -> Draft:
        draft = Draft(type_, planned, convert(Cell.of(planned), rows), new=planned.is_new)
        own = values.identity(planned, "id")
        draft.config[id_] = own
        where = values.identity(planned, "arn")
        if arn:
            draft.config[arn] = where
        account = providers.account(planned)
        if account:
            draft.config["OwnerId"] = account
        known = [value for value in (where, own) if isinstance(value, str)]
        draft.physical_id = known[0] if known else ""
        return draft

    return build


def _vpc(planned: Planned) -> Draft:
    draft = _builder("AWS::EC2::VPC", "VpcId", "", _VPC)(planned)
    draft.config["IsDefault"] = planned.type == "aws_default_vpc"
    cidr = draft.config.get("CidrBlock")
    if cidr is not None:
        associations = Unknown(Why.AFTER_APPLY, "more", message="further address ranges of the VPC")
        draft.config["CidrBlockAssociationSet"] = [{"CidrBlock": cidr}, associations]
    _ipv6(draft, planned)
    return draft


def _ipv6(draft: Draft, planned: Planned) -> None:
    """The ranges inside the association list; only whether there is one is told before the apply."""
    cell = Cell.of(planned, "ipv6_cidr_block")
    generated = values.boolean(Cell.of(planned, "assign_generated_ipv6_cidr_block"))
    value = values.text(cell)
    if isinstance(value, str):
        draft.config["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": value}]
    elif isinstance(value, Unknown) or generated:
        reason = value if isinstance(value, Unknown) else cell.after_apply()
        draft.config["Ipv6CidrBlockAssociationSet"] = reason
    else:
        draft.config["Ipv6CidrBlockAssociationSet"] = []


def _subnet(planned: Planned) -> Draft:
    draft = _builder("AWS::EC2::Subnet", "SubnetId", "SubnetArn", _SUBNET)(planned)
    if planned.type == "aws_default_subnet":
        draft.config["DefaultForAz"] = True
        # AWS's own default subnets hand out public addresses.
        draft.config.setdefault("MapPublicIpOnLaunch", True)
    _ipv6(draft, planned)
    return draft


def _prefix_list(planned: Planned) -> Draft:
    draft = _builder("AWS::EC2::PrefixList", "PrefixListId", "PrefixListArn", _PREFIX_LIST)(planned)
    name = draft.config.get("PrefixListName")
    draft.name = name if isinstance(name, str) else ""
    entries = blocks(*_ENTRY)(Cell.of(planned, "entry"))
    if isinstance(entries, Unknown):
        entries = [Unknown(entries.why, "more", message=entries.message)]
    draft.parts["Entries"] = entries or []
    return draft


def _entry(draft: Draft, planned: Planned) -> None:
    if planned.before is not None:
        _entry_removed(draft, planned)
    draft.parts.setdefault("Entries", []).append(convert(Cell.of(planned), _ENTRY))


def _entry_removed(draft: Draft, planned: Planned) -> None:
    """A refreshed list still holds what the plan takes away."""
    if Cell.of(draft.planned, "entry").expression is None:
        gone = planned.old("cidr")
        entries = draft.parts.get("Entries", [])
        draft.parts["Entries"] = [item for item in entries if not (isinstance(item, dict) and item.get("Cidr") == gone)]


def _entry_doubt(draft: Draft, _: Planned, reason: Unknown) -> None:
    draft.parts.setdefault("Entries", []).append(Unknown(reason.why, "more", message=reason.message))


def _finish_prefix_list(draft: Draft, _: Drafts) -> None:
    found: list[Any] = list(draft.parts.get("Entries", []))
    if draft.outside:
        found.append(Unknown(Why.OUT_OF_SCOPE, "more", message="the list itself is not part of the plan"))
    draft.config["Entries"] = ordered(found)


def _outside(draft: Draft, value: str) -> None:
    draft.config["PrefixListId"] = value
    draft.physical_id = value


KINDS = (
    Kind("AWS::EC2::VPC", ("aws_vpc", "aws_default_vpc"), _vpc),
    Kind("AWS::EC2::Subnet", ("aws_subnet", "aws_default_subnet"), _subnet),
    Kind(
        "AWS::EC2::PrefixList",
        ("aws_ec2_managed_prefix_list",),
        _prefix_list,
        satellites=(
            Satellite(
                "aws_ec2_managed_prefix_list_entry",
                "prefix_list_id",
                ("Entries",),
                _entry,
                _entry_removed,
                _entry_doubt,
                repeated=True,
            ),
        ),
        owners=Owners(("aws_ec2_managed_prefix_list",), ("id", "arn"), re.compile(r"prefix_list_id$")),
        outside=_outside,
        finish=_finish_prefix_list,
    ),
)
