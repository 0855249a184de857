"""The types that are nothing but rows (`scanner/iac/rows`), and the few that need a word more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from scanner.iac.cloudformation.holes import More, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import (
    Convert,
    flag,
    items,
    members,
    ordered_last,
    secret,
    specified,
    tags,
    text,
    told,
    whole,
)
from scanner.iac.cloudformation.stack import Builder, Draft, Entry, Stack
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
    "secret": secret,
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
    written = [item for item in listed if isinstance(item, dict | More)] if isinstance(listed, list) else []
    config["TagPropagation"] = ordered_last(
        [
            item
            if isinstance(item, More)
            else {"Key": text(item.get("Key")), "PropagateAtLaunch": flag(item.get("PropagateAtLaunch", False))}
            for item in written
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
            given = entry.get(after or member, text) if member == plain.name else None
            config[member] = given or attribute(f"{entry.logical}.{after}" if after else entry.logical)
        if plain.owner:
            config[plain.owner] = entry.scope.reference("AWS::AccountId")
        config |= told(entry.props, table)
        if plain.type in _MORE:
            _MORE[plain.type](entry, stack, config)
        found = _tags(entry, plain)
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


def _tags(entry: Entry, plain: Plain) -> Any:
    if plain.label:
        return specified(entry.props.get("TagSpecifications"), plain.label)
    return entry.get(plain.tags, tags, {}) if plain.tags else {}


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS: dict[str, Builder] = {
    **{one.cloudformation: _builder(one) for one in plain_types() if one.cloudformation},
    **dict.fromkeys((_LOGS, _ATTACHMENT, _PERMISSIONS), _part),
}
