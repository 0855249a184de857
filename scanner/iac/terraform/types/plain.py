"""The types that are nothing but rows (`scanner/iac/rows`), and the few that need a word more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scanner.iac.rows import plain_types
from scanner.iac.rows.autoscaling import DISK
from scanner.iac.rows.language import Plain, Row
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Kind, Satellite
from scanner.iac.terraform.fields import Field, Read, block, blocks, names, secret, strings, unordered
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.tree import ordered
from scanner.model import GLOBAL, Unknown

_READS: dict[str, Read] = {
    "text": values.text,
    "flag": values.boolean,
    "number": values.number,
    "id": values.identifier,
    "texts": strings,
    "ids": names,
    "policy": document,
    "secret": secret,
}
_DISKS = (Field("DeviceName", "device_name", values.text), Field("NoDevice", "no_device", values.boolean))
_TAGS = (Field("Key", "key", values.text), Field("PropagateAtLaunch", "propagate_at_launch", values.boolean))
_LOGS = blocks(
    Field("LogType", "log_type", values.text),
    Field("LogDestinationType", "log_destination_type", values.text),
)


def _fields(rows: tuple[Row, ...]) -> tuple[Field, ...]:
    """What Terraform tells of the rows."""
    return tuple(Field(one.member, one.attribute, _read(one)) for one in rows if one.attribute)


def _read(one: Row) -> Read:
    if one.kind == "object":
        return block(*_fields(one.rows))
    return unordered(*_fields(one.rows)) if one.kind == "objects" else _READS[one.kind]


def _disks(draft: Draft) -> None:
    """The root disk and the further ones of a launch configuration."""
    found: list[Any] = []
    for attribute, device in (("ebs_block_device", _DISKS), ("root_block_device", ())):
        for item in _told(blocks(*device, *_fields(DISK))(Cell.of(draft.planned, attribute))):
            if isinstance(item, Unknown):
                found.append(item)
                continue
            ebs = {one.member: item.pop(one.member) for one in DISK if one.member in item}
            found.append({**item, **({} if item.get("NoDevice") else {"Ebs": ebs})})
    draft.config["BlockDeviceMappings"] = ordered(found)


def _told(value: Any) -> list[Any]:
    if isinstance(value, Unknown):
        return [Unknown(value.why, "more", message=value.message)]
    return value or []


def _tags(cell: Cell) -> tuple[dict[str, str], Unknown | None]:
    """A tag a block."""
    if cell.state not in (State.KNOWN, State.NULL):
        return {}, cell.after_apply()
    tags: dict[str, str] = {}
    missing: Unknown | None = None
    for item in cell.elements() if cell.state is State.KNOWN else ():
        key, value = item["key"], item["value"]
        if key.state is State.KNOWN and value.state is State.KNOWN:
            tags[str(key.value)] = str(value.value)
        else:
            missing = item.after_apply()
    return tags, missing


def _group(draft: Draft) -> None:
    """Without a wish AWS starts with the least number; tags say in blocks whether they go on to instances.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
    """
    if draft.new and "MinSize" in draft.config:
        draft.config.setdefault("DesiredCapacity", draft.config["MinSize"])
    written = Cell.of(draft.planned, "tag")
    draft.config["TagPropagation"] = ordered(_told(blocks(*_TAGS)(written)))
    draft.tags = _tags(written)


def _logging(draft: Draft, planned: Planned) -> None:
    """`aws_networkfirewall_logging_configuration`."""
    inner = Cell.of(planned, "logging_configuration")
    found = block(Field("LogDestinationConfigs", "log_destination_config", _LOGS))(inner)
    draft.config["LoggingConfiguration"] = found


def _logging_removed(draft: Draft, _: Planned) -> None:
    draft.config["LoggingConfiguration"] = None


def _gateway(member: str, state: str) -> tuple[Callable[[Draft], None], Satellite]:
    """What a gateway is attached to: by an attribute of its own, or by a resource beside it."""
    terraform, owner = _ATTACHMENTS[member]

    def attach(draft: Draft, planned: Planned) -> None:
        vpc = values.identifier(Cell.of(planned, "vpc_id"))
        if isinstance(vpc, Unknown) and vpc.kind != "opaque" and planned is draft.planned:
            # It may turn out to be null, which attaches the gateway to nothing.
            doubt(draft, planned, vpc)
        elif vpc is not None:
            draft.config.setdefault(member, []).append({"VpcId": vpc, "State": state})

    def own(draft: Draft) -> None:
        draft.config.setdefault(member, [])
        attach(draft, draft.planned)

    def doubt(draft: Draft, _: Planned, reason: Unknown) -> None:
        draft.config.setdefault(member, []).append(Unknown(reason.why, "more", message=reason.message))

    return own, Satellite(terraform, owner, (member,), attach, doubt=doubt, repeated=True)


def _principals(planned: Planned, attribute: str) -> list[Any]:
    found = strings(Cell.of(planned, attribute)) or []
    return [one if isinstance(one, Unknown) else {"Principal": one} for one in found]


def _service(draft: Draft) -> None:
    draft.config["AllowedPrincipals"] = _principals(draft.planned, "allowed_principals")


def _allowed(draft: Draft, planned: Planned) -> None:
    """`aws_vpc_endpoint_service_allowed_principal`."""
    one = values.identifier(Cell.of(planned, "principal_arn"))
    if one is not None:
        draft.config.setdefault("AllowedPrincipals", []).append({"Principal": one})


def _doubtful(draft: Draft, _: Planned, reason: Unknown) -> None:
    draft.config.setdefault("AllowedPrincipals", []).append(Unknown(reason.why, "more", message=reason.message))


_ATTACHMENTS = {
    "Attachments": ("aws_internet_gateway_attachment", "internet_gateway_id"),
    "VpcAttachments": ("aws_vpn_gateway_attachment", "vpn_gateway_id"),
}
_INTERNET, _PRIVATE = _gateway("Attachments", "available"), _gateway("VpcAttachments", "attached")
_MORE = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::AutoScaling::LaunchConfiguration": _disks,
    "AWS::EC2::InternetGateway": _INTERNET[0],
    "AWS::EC2::VPNGateway": _PRIVATE[0],
    "AWS::EC2::VPCEndpointService": _service,
}
_BESIDE: dict[str, tuple[Satellite, str]] = {
    "AWS::NetworkFirewall::Firewall": (
        Satellite(
            "aws_networkfirewall_logging_configuration",
            "firewall_arn",
            ("LoggingConfiguration",),
            _logging,
            _logging_removed,
        ),
        r"firewall_arn$",
    ),
    "AWS::EC2::InternetGateway": (_INTERNET[1], r"(^|_)gateway_id$"),
    "AWS::EC2::VPNGateway": (_PRIVATE[1], r"(^|_)(vpn_)?gateway_id$"),
    "AWS::EC2::VPCEndpointService": (
        Satellite(
            "aws_vpc_endpoint_service_allowed_principal",
            "vpc_endpoint_service_id",
            ("AllowedPrincipals",),
            _allowed,
            doubt=_doubtful,
            repeated=True,
        ),
        r"endpoint_service_id$",
    ),
}
"""What lies beside a type, and how others call its identifier."""


def _kind(plain: Plain) -> Kind:
    table = Table(plain.type, _fields(plain.rows), plain.attributes, owner=plain.owner, name=plain.name)

    def build(planned: Planned) -> Draft:
        draft = table.read(planned)
        if plain.type.startswith("AWS::IAM::"):
            draft.region = GLOBAL
        if plain.type in _MORE:
            _MORE[plain.type](draft)
        return draft

    if plain.type not in _BESIDE:
        return Kind(plain.type, (plain.terraform,), build)
    satellite, rivals = _BESIDE[plain.type]
    owners = Owners((plain.terraform,), ("arn", "id"), re.compile(rivals))
    return Kind(plain.type, (plain.terraform,), build, satellites=(satellite,), owners=owners)


KINDS = tuple(_kind(one) for one in plain_types() if one.terraform)
