"""The network ACL that guards a subnet."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, Why

_SUBNET, _ACL = "AWS::EC2::Subnet", "AWS::EC2::NetworkAcl"
_ALL_PORTS = (0, 65535)
_NOBODY = Unknown(Why.OUT_OF_SCOPE, message="no network ACL that was read names the subnet")


class SubnetAcl(TypedDict):
    """`default`: it is the VPC's default ACL; `open`: it lets the whole internet in on every port and protocol."""

    acl: str
    default: bool
    open: bool


@derives(
    _SUBNET,
    "subnet_acl",
    gives=SubnetAcl,
    reads=("SubnetId", f"{_ACL}.NetworkAclId", f"{_ACL}.IsDefault", f"{_ACL}.Associations"),
    after=(f"{_ACL}.acl_ingress",),
)
def subnet_acl(subnet: Resource, context: Context) -> Partial:
    """Every subnet has one ACL: the one that names it, in an account the default one too.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    place = (subnet.account, subnet.region)
    guards, missing = context.once(("subnet_acl", *place), lambda: _guards(context, *place))
    acl = guards.get(identity(Node.of(subnet, "SubnetId")) or "?")
    if acl is None:
        return Partial(None, {"": as_kind(missing or _NOBODY, "any")})
    unknown: Unknowns = {}
    value: dict[str, object] = {"acl": identity(Node.of(acl, "NetworkAclId"))}
    default = Node.of(acl, "IsDefault")
    if default.unknown:
        unknown["/default"] = as_kind(default.unknown, "any")
    else:
        value["default"] = default.value is True
    found = _is_open(context.fact(acl, "acl_ingress"))
    if isinstance(found, Unknown):
        unknown["/open"] = as_kind(found, "any")
    else:
        value["open"] = found
    return Partial(value, unknown)


def _guards(context: Context, account: str, region: str) -> tuple[dict[str, Resource], Unknown | None]:
    """The ACL of each subnet that one names, and why there may be others."""
    listed = context.neighbours(_ACL, account, region)
    guards: dict[str, Resource] = {}
    missing = listed.incomplete
    for acl in listed.resources:
        for item in each(Node.of(acl, "Associations")):
            own = item if isinstance(item, Unknown) else item.member("SubnetId")
            name = "" if isinstance(own, Unknown) else identity(own)
            if name:
                guards[name] = acl
            elif isinstance(own, Unknown) or own.unknown:
                missing = missing or (own if isinstance(own, Unknown) else own.unknown)
    return guards, missing


def _is_open(ingress: Partial) -> bool | Unknown:
    """Whether an interval of every protocol spans all ports; one that is only possible leaves it open."""
    if "" in ingress.unknown:
        return ingress.unknown[""]
    doubt: Unknown | None = ingress.unknown.get("/-")
    for index, one in enumerate(ingress.value):
        if one["protocol"] == "-1" and (one["from_port"], one["to_port"]) == _ALL_PORTS:
            doubt = ingress.unknown.get(f"/{index}")
            if doubt is None:
                return True
    return doubt or False
