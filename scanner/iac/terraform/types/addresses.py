"""EC2: elastic addresses and what they are associated with.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Address.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, opaque
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.model import Unknown, Why

_TYPE = "AWS::EC2::EIP"
_TABLE = Table(
    _TYPE,
    (
        Field("AssociationId", "association_id", values.text),
        Field("Domain", "domain", values.text),
        Field("InstanceId", "instance", values.identifier),
        Field("NetworkInterfaceId", "network_interface", values.identifier),
        Field("PrivateIpAddress", "private_ip", values.text),
        Field("PublicIp", "public_ip", values.text),
        Field("PublicIpv4Pool", "public_ipv4_pool", values.text),
        Field("NetworkBorderGroup", "network_border_group", values.text),
        Field("CustomerOwnedIp", "customer_owned_ip", values.text),
        Field("CustomerOwnedIpv4Pool", "customer_owned_ipv4_pool", values.text),
        Field("CarrierIp", "carrier_ip", values.text),
    ),
    {"AllocationId": "id"},
)
_USERS = ("aws_lb", "aws_alb", "aws_networkfirewall_firewall", "aws_transfer_server", "aws_redshift_cluster")
"""Other types that can take an address that is named to them."""


def _address(planned: Planned) -> Draft:
    draft = _TABLE.read(planned)
    config = draft.config
    config.setdefault("PublicIp", opaque(f"{planned.address}.public_ip"))
    for member in ("InstanceId", "NetworkInterfaceId"):
        if draft.new and config.get(member) is not None:
            config["AssociationId"] = _associated(planned, config[member])
    return draft


def _associated(planned: Planned, target: Any) -> Any:
    """There is an association as surely as there is something to be associated with."""
    if isinstance(target, Unknown) and target.kind == "any":
        return target
    return opaque(f"{planned.address}.association_id")


def _association(draft: Draft, planned: Planned) -> None:
    """`aws_eip_association`, or a NAT gateway, which takes the address for itself."""
    for member, attribute in (("InstanceId", "instance_id"), ("NetworkInterfaceId", "network_interface_id")):
        cell = Cell.of(planned, attribute)
        if cell.state is not State.COMPUTED and cell.state is not State.NULL:
            draft.config[member] = values.identifier(cell)
    gateway = planned.type == "aws_nat_gateway"
    if gateway:
        draft.config["NetworkInterfaceId"] = opaque(f"{planned.address}.network_interface_id")
    draft.config["AssociationId"] = opaque(f"{planned.address}.{'association_id' if gateway else 'id'}")


def _finish(draft: Draft, _: Drafts) -> None:
    """A load balancer or the like may take an address of the plan; which, is not read."""
    if draft.new and draft.config.get("AssociationId") is None and any(draft.planned.plan.of(*_USERS)):
        reason = "a resource of the plan may take the address for itself"
        draft.config["AssociationId"] = Unknown(Why.AFTER_APPLY, message=reason)


def _doubtful(draft: Draft, _: Planned, reason: Unknown) -> None:
    for member in ("AssociationId", "InstanceId", "NetworkInterfaceId"):
        if draft.config.get(member) is None:
            draft.config[member] = reason


def _outside(draft: Draft, value: str) -> None:
    draft.config["AllocationId"] = value
    draft.physical_id = value


def _satellite(terraform: str) -> Satellite:
    members = ("AssociationId",)
    return Satellite(terraform, "allocation_id", members, _association, doubt=_doubtful, repeated=True, many=True)


KINDS = (
    Kind(
        _TYPE,
        ("aws_eip",),
        _address,
        satellites=(_satellite("aws_eip_association"), _satellite("aws_nat_gateway")),
        owners=Owners(("aws_eip",), ("id", "allocation_id"), re.compile(r"allocation_id$")),
        outside=_outside,
        finish=_finish,
    ),
)
