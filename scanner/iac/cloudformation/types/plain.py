"""The types that are nothing but rows (`scanner/iac/rows`), and the few that need a word more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import Convert, flag, items, members, ordered_last, tags, text, whole
from scanner.iac.cloudformation.stack import Builder, Draft, Entry, Stack
from scanner.iac.rows import plain_types
from scanner.iac.rows.language import Plain, Row

_TEXTS = items(text, ordered=False)


def _redacted(value: Any) -> Any:
    """That there is user data, and nothing of it."""
    return value if isinstance(value, Hole) else {"redacted": True}


_CONVERTS: dict[str, Convert] = {
    "text": text,
    "flag": flag,
    "number": whole,
    "id": text,
    "texts": _TEXTS,
    "ids": _TEXTS,
    "policy": document,
    "secret": _redacted,
}


def _table(rows: tuple[Row, ...]) -> dict[str, tuple[str, Convert]]:
    """What a template tells of the rows: property → member and converter."""
    return {one.property: (one.member, _convert(one)) for one in rows if one.property}


def _convert(one: Row) -> Convert:
    if one.kind not in ("object", "objects"):
        return _CONVERTS[one.kind]
    inner = members(_table(one.rows), others=False)
    return inner if one.kind == "object" else items(inner, ordered=False)


def _group(entry: Entry, config: dict[str, Any]) -> None:
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


def _attached(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """`AWS::EC2::VPCGatewayAttachment` names the gateway; without one another stack may attach it."""
    property_, member, state = _ATTACHMENTS[entry.type]
    for item in stack.satellites(entry, _ATTACHMENT, property_):
        network = item.entry.get("VpcId", text)
        config[member] = item.doubt or [{"VpcId": network, "State": state}]
        return


_ATTACHMENT = "AWS::EC2::VPCGatewayAttachment"
_ATTACHMENTS = {
    "AWS::EC2::InternetGateway": ("InternetGatewayId", "Attachments", "available"),
    "AWS::EC2::VPNGateway": ("VpnGatewayId", "VpcAttachments", "attached"),
}
"""The property that names a gateway, the member of it, and the state that AWS tells of it there."""
_GROUP, _FIREWALL = "AWS::AutoScaling::AutoScalingGroup", "AWS::NetworkFirewall::Firewall"
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
        if plain.type == _GROUP:
            _group(entry, config)
        if plain.type in _ATTACHMENTS:
            _attached(entry, stack, config)
        if plain.type == _FIREWALL:
            _logging(entry, stack, config)
        found = _tags(entry, plain.tags)
        named = config.get(plain.name) if plain.name else None
        name = named or (found.get("Name", "") if isinstance(found, dict) else "")
        yield Draft(plain.type, entry, config, name=name, tags=found)

    return build


def _tags(entry: Entry, property_: str) -> Any:
    """Tags as the type writes them: a list, or specifications that hold lists."""
    value = entry.props.get(property_) if property_ else None
    if property_ == "TagSpecifications" and isinstance(value, list):
        value = [tag for item in value if isinstance(item, dict) for tag in item.get("Tags") or []]
    return {} if value is None else tags(value)


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS: dict[str, Builder] = {
    **{one.cloudformation: _builder(one) for one in plain_types() if one.cloudformation},
    _LOGS: _part,
    _ATTACHMENT: _part,
}
