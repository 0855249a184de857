"""Security groups and their rules, inline and apart.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later
from scanner.iac.cloudformation.permissions import Direction, egress, ingress, merged, permission
from scanner.iac.cloudformation.shape import tags, text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.model import Why

_GROUP = "AWS::EC2::SecurityGroup"
_INGRESS = "AWS::EC2::SecurityGroupIngress"
_EGRESS = "AWS::EC2::SecurityGroupEgress"


def _group(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::SecurityGroup` with the rules that the template adds to it."""
    name = entry.get("GroupName", text, attribute(f"{entry.logical}.GroupName"))
    config: dict[str, Any] = {
        "GroupId": attribute(f"{entry.logical}.GroupId"),
        "GroupName": name,
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        "Description": entry.get("GroupDescription", text, ""),
        "IpPermissions": merged(_rules(entry, stack, "SecurityGroupIngress", _INGRESS, ingress)),
    }
    outgoing = _rules(entry, stack, "SecurityGroupEgress", _EGRESS, egress)
    if _says(entry.props.get("SecurityGroupEgress")) or outgoing:
        config["IpPermissionsEgress"] = merged(_with_default(entry, outgoing))
    if entry.props.get("VpcId") is not None:
        config["VpcId"] = text(entry.props["VpcId"])
    found = entry.get("Tags", tags, {})
    known = name if isinstance(name, str) else found.get("Name", "") if isinstance(found, dict) else ""
    yield Draft(_GROUP, entry, config, name=known, tags=found)


def _says(value: Any) -> bool:
    """Whether inline egress rules are written; an empty list is as none, and AWS's rule stays."""
    return value is not None and value != []


def _with_default(entry: Entry, outgoing: list[Any]) -> list[Any]:
    """Egress rules apart from the group join AWS's allow-all rule, which only inline ones replace."""
    if _says(entry.props.get("SecurityGroupEgress")):
        return outgoing
    return [permission({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}, egress), *outgoing]


def _rules(entry: Entry, stack: Stack, property_: str, type_: str, direction: Direction) -> list[Any]:
    """Inline rules and those of `type_` that name the group; what is not known leaves the list open."""
    inline = entry.props.get(property_)
    written = inline if isinstance(inline, list) else [] if inline is None else [inline]
    out = [_rule(item, stack, direction) for item in written]
    for satellite in stack.satellites(entry, type_, "GroupId", "GroupName"):
        doubt = satellite.doubt
        found = _rule(satellite.entry.props, stack, direction)
        out.append(More(doubt.why, doubt.message) if doubt else found)
    return out


def _rule(value: Any, stack: Stack, direction: Direction) -> Any:
    """One permission, or `More` where the rule is not known."""
    if isinstance(value, More):
        return value
    if isinstance(value, Hole):
        return More(value.why, value.message)
    if not isinstance(value, dict):
        return More(Why.ERROR, "a rule that is not a mapping")
    return permission(value, direction, stack.resolver.reference("AWS::AccountId"))


def _rule_apart(member: str, direction: Direction) -> Any:
    """A builder for a rule on a group that the template does not make: that group, with an open list."""

    def build(entry: Entry, stack: Stack) -> Iterator[Draft]:
        if stack.is_inside(entry, _GROUP, "GroupId", "GroupName"):
            return
        elsewhere = More(Why.OUT_OF_SCOPE, "the group is outside the template and may have other rules")
        config: dict[str, Any] = {member: [*merged([_rule(entry.props, stack, direction)]), elsewhere]}
        for name in ("GroupId", "GroupName"):
            if entry.props.get(name) is not None:
                config[name] = text(entry.props[name])
        if "GroupId" not in config and "GroupName" not in config:
            config["GroupId"] = later("the group of the rule")
        if _is_default(config.get("GroupId")):
            config["GroupName"] = "default"
        known = next((config[name] for name in ("GroupId", "GroupName") if isinstance(config.get(name), str)), "")
        yield Draft(_GROUP, entry, config, name=known, new=False)

    return build


def _is_default(group: Any) -> bool:
    """Whether it is the attribute of a VPC that names its default group."""
    return isinstance(group, Hole) and not group.composed and group.token.endswith(".DefaultSecurityGroup")


BUILDERS = {
    _GROUP: _group,
    _INGRESS: _rule_apart("IpPermissions", ingress),
    _EGRESS: _rule_apart("IpPermissionsEgress", egress),
}
