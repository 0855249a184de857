"""Network ACLs: rules inside, rules beside, and the subnets that they guard.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
"""

from __future__ import annotations

import copy
import re
from typing import Any

from scanner.iac.defaults import Constant, default_of
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, more, names
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.lists import Listed
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.model import Unknown, Why

_TYPE = "AWS::EC2::NetworkAcl"
_TABLE = Table(_TYPE, (Field("VpcId", "vpc_id", values.identifier),), {"NetworkAclId": "id"}, owner="OwnerId")
_PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58", "ipv6-icmp": "58"}
_ICMP, _WITH_PORTS = ("1", "58"), ("6", "17")


def _entries(cell: Cell) -> list[Any]:
    """The `ingress` and `egress` of an ACL, or the one rule of an `aws_network_acl_rule`."""
    if cell.resource.type == "aws_network_acl_rule":
        egress = values.boolean(cell["egress"])
        return [_entry(cell, ("rule_number", "rule_action"), False if egress is None else egress)]
    found: list[Any] = []
    for attribute in ("ingress", "egress"):
        inner = cell[attribute]
        if inner.state in (State.NULL, State.COMPUTED):
            continue
        if inner.state is not State.KNOWN:
            found.append(more(inner))
            continue
        found += [
            _entry(item, ("rule_no", "action"), attribute == "egress") if item.state is State.KNOWN else more(item)
            for item in inner.elements()
        ]
    return found


def _entry(cell: Cell, attributes: tuple[str, str], egress: Any) -> dict[str, Any]:
    number, action = attributes
    protocol = values.plain(cell["protocol"])
    if not isinstance(protocol, Unknown):
        protocol = _PROTOCOLS.get(str(protocol).lower(), str(protocol).lower())
    out = {
        "Egress": egress,
        "Protocol": protocol,
        "RuleAction": values.text(cell[action]),
        "RuleNumber": values.number(cell[number]),
        "CidrBlock": values.text(cell["cidr_block"]),
        "Ipv6CidrBlock": values.text(cell["ipv6_cidr_block"]),
        "PortRange": _pair(cell, "From", "from_port", "To", "to_port", unless=_has_no(_WITH_PORTS, protocol)),
        "IcmpTypeCode": _pair(cell, "Type", "icmp_type", "Code", "icmp_code", unless=_has_no(_ICMP, protocol)),
    }
    return {member: value for member, value in out.items() if value is not None}


def _has_no(protocols: tuple[str, ...], protocol: Any) -> bool:
    return isinstance(protocol, str) and protocol not in protocols


def _pair(cell: Cell, *parts: str, unless: bool) -> dict[str, Any] | None:
    """Two numbers as an object, of the protocols that have them."""
    first, low, last, high = parts
    found = {first: values.number(cell[low]), last: values.number(cell[high])}
    told = {name: value for name, value in found.items() if value is not None}
    return None if unless or not told else told


def _number(entry: Any) -> Any:
    """In each direction a number stands once."""
    return [entry.get("Egress"), entry.get("RuleNumber")]


_RULES = Listed("Entries", _entries, _number)


def _acl(planned: Planned) -> Draft:
    draft = _TABLE.read(planned)
    default = planned.type == "aws_default_network_acl"
    draft.config["IsDefault"] = default
    if default:
        own = values.identifier(Cell.of(planned, "default_network_acl_id"))
        if own is not None:
            draft.config["NetworkAclId"] = own
    draft.parts["own Entries"] = _entries(Cell.of(planned))
    # What a refresh reads of an ACL is all of it, and a default one loses what is not written.
    draft.parts["exclusive Entries"] = [True]
    return draft


def _finish(draft: Draft, drafts: Drafts) -> None:
    default = default_of(_TYPE, "Entries")
    if not draft.outside and isinstance(default, Constant):
        last = [item for item in copy.deepcopy(default.value) if not _says(draft, item)]
        draft.parts.setdefault("own Entries", []).extend(last)
    _RULES.finish(draft)
    own = draft.config.get("NetworkAclId")
    vpc = own.token.removesuffix(".default_network_acl_id") if isinstance(own, Unknown) else ""
    if "VpcId" not in draft.config and isinstance(own, Unknown) and vpc != own.token:
        found = drafts.get(vpc)
        if found is not None:
            draft.config["VpcId"] = found.config.get("VpcId")
    _subnets(draft)


def _says(draft: Draft, last: dict[str, Any]) -> bool:
    """Whether a refresh has read AWS's last rule too."""
    own = draft.parts.get("own Entries", ())
    return any(isinstance(entry, dict) and _number(entry) == _number(last) for entry in own)


def _subnets(draft: Draft) -> None:
    if draft.outside:
        return
    cell = Cell.of(draft.planned, "subnet_ids")
    listed = [*(names(cell) or ()), *draft.parts.get("subnets", ())]
    own = draft.config.get("NetworkAclId")
    if draft.config.get("IsDefault") is True:
        # Every subnet of the VPC that names no other ACL has the default one.
        listed.append(Unknown(Why.OUT_OF_SCOPE, "more", message="the VPC's subnets that name no other ACL"))
    draft.config["Associations"] = [
        item if isinstance(item, Unknown) and item.kind == "more" else {"NetworkAclId": own, "SubnetId": item}
        for item in listed
    ]


def _association(draft: Draft, planned: Planned) -> None:
    subnet = values.identifier(Cell.of(planned, "subnet_id"))
    draft.parts.setdefault("subnets", []).append(more(Cell.of(planned, "subnet_id")) if subnet is None else subnet)


def _doubtful(draft: Draft, _: Planned, reason: Unknown) -> None:
    draft.parts.setdefault("subnets", []).append(Unknown(reason.why, "more", message=reason.message))


def _outside(draft: Draft, value: str) -> None:
    draft.config["NetworkAclId"] = value
    draft.physical_id = value


def _default_of_vpc(token: str, drafts: Drafts) -> Draft | None:
    """`aws_vpc.x.default_network_acl_id` is the ACL that `aws_default_network_acl` takes over."""
    if not token.endswith(".default_network_acl_id"):
        return None
    for draft in drafts.of(_TYPE):
        own = draft.config.get("NetworkAclId")
        if draft.config["IsDefault"] and isinstance(own, Unknown) and own.token == token:
            return draft
    return None


_TYPES = ("aws_network_acl", "aws_default_network_acl")
KINDS = (
    Kind(
        _TYPE,
        _TYPES,
        _acl,
        satellites=(
            Satellite(
                "aws_network_acl_rule",
                "network_acl_id",
                ("Entries",),
                _RULES.apply,
                _RULES.removed,
                _RULES.doubt,
                repeated=True,
            ),
            Satellite(
                "aws_network_acl_association",
                "network_acl_id",
                ("Associations",),
                _association,
                doubt=_doubtful,
                repeated=True,
            ),
        ),
        owners=Owners(_TYPES, ("id", "arn"), re.compile(r"network_acl(_id)?$")),
        outside=_outside,
        finish=_finish,
        adopt=_default_of_vpc,
    ),
)
