"""One rule of a security group as EC2 answers it, and rules of equal ports merged as EC2 merges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, broken, sort_key
from scanner.iac.cloudformation.shape import ordered_last, text, whole

_NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
_WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6")
_LISTS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")


@dataclass(frozen=True, slots=True)
class Direction:
    """The names of the properties that say whom a rule is for."""

    prefix_list: str
    group: str


ingress = Direction("SourcePrefixListId", "SourceSecurityGroupId")
egress = Direction("DestinationPrefixListId", "DestinationSecurityGroupId")


def protocol(value: Any) -> Any:
    """EC2 answers with a name for the four that have one, else the number as text."""
    found = text(value)
    return _NAMES.get(found.lower(), found.lower()) if isinstance(found, str) else found


def permission(rule: dict[str, Any], direction: Direction, account: Any = None) -> dict[str, Any]:
    """A permission with its four lists. Ports exist only for TCP, UDP and the two ICMPs."""
    name = protocol(rule["IpProtocol"]) if rule.get("IpProtocol") is not None else broken("a rule without a protocol")
    out: dict[str, Any] = {"IpProtocol": name}
    if isinstance(name, Hole) or name in _WITH_PORTS:
        for port in ("FromPort", "ToPort"):
            out[port] = _port(rule.get(port), name)
    out |= {list_: [] for list_ in _LISTS}
    _peer(out["IpRanges"], "CidrIp", rule.get("CidrIp"), rule)
    _peer(out["Ipv6Ranges"], "CidrIpv6", rule.get("CidrIpv6"), rule)
    _peer(out["PrefixListIds"], "PrefixListId", rule.get(direction.prefix_list), rule)
    _group(out["UserIdGroupPairs"], rule, direction, account)
    return out


def _port(value: Any, name: Any) -> Any:
    """A port; ICMP without one means every type."""
    if value is not None:
        return whole(value)
    return -1 if name in ("icmp", "icmpv6") else broken("a rule without ports")


def _peer(into: list[Any], member: str, value: Any, rule: dict[str, Any]) -> None:
    """A range or prefix list, with the rule's description, if the rule has one."""
    if isinstance(value, Hole) and value.maybe:
        into.append(More(value.why, value.message))
    elif value is not None:
        into.append({member: text(value), **_described(rule)})


def _described(rule: dict[str, Any]) -> dict[str, Any]:
    """The description, where there is one."""
    return {"Description": text(rule["Description"])} if rule.get("Description") is not None else {}


def _group(into: list[Any], rule: dict[str, Any], direction: Direction, account: Any) -> None:
    """A group as the peer, by id or by name."""
    named = rule.get("SourceSecurityGroupName")
    value = rule.get(direction.group)
    if isinstance(value, Hole) and value.maybe:
        into.append(More(value.why, value.message))
    elif value is not None or named is not None:
        peer = {"GroupId": text(value)} if value is not None else {"GroupName": text(named)}
        owner = rule.get("SourceSecurityGroupOwnerId", account)
        into.append({**peer, **({"UserId": text(owner)} if owner is not None else {}), **_described(rule)})


def merged(permissions: list[Any]) -> list[Any]:
    """Permissions of equal protocol and ports as one, all lists in the common order, `More` last."""
    out: dict[str, dict[str, Any]] = {}
    rest = [item for item in permissions if isinstance(item, More)]
    for item in permissions:
        if isinstance(item, More):
            continue
        key = sort_key([item["IpProtocol"], item.get("FromPort"), item.get("ToPort")])
        held = out.setdefault(key, {**item, **{name: {} for name in _LISTS}})
        for name in _LISTS:
            held[name] |= {sort_key(peer): peer for peer in item[name]}
    for held in out.values():
        held |= {name: ordered_last(list(held[name].values())) for name in _LISTS}
    return [*ordered_last(list(out.values())), *rest[:1]]
