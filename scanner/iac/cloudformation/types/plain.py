"""The types that are nothing but rows (`scanner/iac/rows`), and the few that need a word more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from scanner.iac.cloudformation.holes import Hole, More, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import Convert, flag, items, members, ordered_last, tags, text, whole
from scanner.iac.cloudformation.stack import Builder, Draft, Entry, Stack
from scanner.iac.cloudformation.types.compute import redacted
from scanner.iac.rows import plain_types
from scanner.iac.rows.language import Plain, Row

_TEXTS = items(text, ordered=False)
Beside: TypeAlias = "Callable[[Entry, Stack, dict[str, Any]], None]"
"""What is to be said of a type beside its rows."""


_CONVERTS: dict[str, Convert] = {
    "text": text,
    "flag": flag,
    "number": whole,
    "id": text,
    "texts": _TEXTS,
    "ids": _TEXTS,
    "policy": document,
    "secret": redacted,
}


def _table(rows: tuple[Row, ...]) -> dict[str, tuple[str, Convert]]:
    """What a template tells of the rows: property → member and converter."""
    return {one.property: (one.member, _convert(one)) for one in rows if one.property}


def _convert(one: Row) -> Convert:
    if one.kind not in ("object", "objects"):
        return _CONVERTS[one.kind]
    inner = members(_table(one.rows), others=False)
    return inner if one.kind == "object" else items(inner, ordered=False)


def _group(entry: Entry, _stack: Stack, config: dict[str, Any]) -> None:
    """Without a wish AWS starts with the least number; each tag says whether it goes on to instances."""
    if "MinSize" in config:
        config.setdefault("DesiredCapacity", config["MinSize"])
    listed = entry.props.get("Tags")
    told = [item for item in listed if isinstance(item, dict | More)] if isinstance(listed, list) else []
    config["TagPropagation"] = ordered_last(
        [
            item
            if isinstance(item, More)
            else {"Key": text(item.get("Key")), "PropagateAtLaunch": flag(item.get("PropagateAtLaunch", False))}
            for item in told
        ]
    )


def _logging(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """`AWS::NetworkFirewall::LoggingConfiguration` names the firewall."""
    for item in stack.satellites(entry, _LOGS, "FirewallArn"):
        if item.doubt:
            config["LoggingConfiguration"] = item.doubt
            return
        config["LoggingConfiguration"] = item.entry.props.get("LoggingConfiguration")


def _attachments(member: str, property_: str, state: str) -> Beside:
    """`AWS::EC2::VPCGatewayAttachment` names the gateway and the VPC."""

    def attach(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
        config[member] = ordered_last(
            [
                More(item.doubt.why, item.doubt.message)
                if item.doubt
                else {"VpcId": item.entry.get("VpcId", text, later("the VPC")), "State": state}
                for item in stack.satellites(entry, _ATTACHMENT, property_)
            ]
        )

    return attach


def _service(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """`AWS::EC2::VPCEndpointServicePermissions` names the service."""
    found: list[Any] = []
    for item in stack.satellites(entry, _PERMISSIONS, "ServiceId"):
        named = item.doubt or item.entry.get("AllowedPrincipals", items(text), [])
        if isinstance(named, list):
            found += [one if isinstance(one, More) else {"Principal": one} for one in named]
        else:
            found.append(More(named.why, named.message))
    config["AllowedPrincipals"] = ordered_last(found)


_ATTACHMENT, _PERMISSIONS = "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::VPCEndpointServicePermissions"
_LOGS = "AWS::NetworkFirewall::LoggingConfiguration"


def _builder(plain: Plain) -> Builder:
    table = _table(plain.rows)

    def build(entry: Entry, stack: Stack) -> Iterator[Draft]:
        config: dict[str, Any] = {}
        for member, after in plain.references.items():
            own = after or member
            given = entry.get(own, text) if own.endswith(("Name", "Identifier")) else None
            config[member] = given or attribute(f"{entry.logical}.{after}" if after else entry.logical)
        if plain.owner:
            config[plain.owner] = entry.scope.reference("AWS::AccountId")
        for property_, (member, convert) in table.items():
            if entry.props.get(property_) is not None:
                config[member] = convert(entry.props[property_])
        if plain.type in _MORE:
            _MORE[plain.type](entry, stack, config)
        found = _tags(entry, plain.tags)
        named = config.get(plain.name) if plain.name else None
        name = named or (found.get("Name", "") if isinstance(found, dict) else "")
        yield Draft(plain.type, entry, config, name=name, tags=found)

    return build


_MORE: dict[str, Beside] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::NetworkFirewall::Firewall": _logging,
    "AWS::EC2::InternetGateway": _attachments("Attachments", "InternetGatewayId", "available"),
    "AWS::EC2::VPNGateway": _attachments("VpcAttachments", "VpnGatewayId", "attached"),
    "AWS::EC2::VPCEndpointService": _service,
}


def _tags(entry: Entry, property_: str) -> Any:
    """Tags as the type writes them: a list, or specifications that hold lists."""
    value = entry.props.get(property_) if property_ else None
    if property_ == "TagSpecifications" and isinstance(value, list):
        told = [item for item in value if isinstance(item, dict) and _is_own(entry.type, item.get("ResourceType"))]
        open_ = next((item.get("ResourceType") for item in told if isinstance(item.get("ResourceType"), Hole)), None)
        if open_ is not None and entry.type in _LABELS:
            return open_
        value = [tag for item in told for tag in item.get("Tags") or []]
    return {} if value is None else tags(value)


_LABELS = {"AWS::EC2::EC2Fleet": "fleet"}
"""What a specification calls the resource itself, where it may be of others: a fleet's instances.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
"""


def _is_own(type_: str, label: Any) -> bool:
    """Whether a specification is of the resource itself, or may be."""
    return type_ not in _LABELS or isinstance(label, Hole) or label == _LABELS[type_]


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS: dict[str, Builder] = {
    **{one.cloudformation: _builder(one) for one in plain_types() if one.cloudformation},
    **dict.fromkeys((_LOGS, _ATTACHMENT, _PERMISSIONS), _part),
}
