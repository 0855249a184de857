"""What security groups let through.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, reduce
from operator import or_
from typing import Literal, NamedTuple, TypeAlias

from scanner.derive.network.permissions import ALL, Where, where
from scanner.derive.network.reach.bounds import SHUT, Bounds, sure
from scanner.derive.network.reach.flows import NUMBERS, block
from scanner.derive.network.reach.index import GROUP, Index, Place, unseen
from scanner.derive.network.reach.lists import Lists
from scanner.derive.network.reach.packets import (
    ADDRESSES,
    PORTS,
    PROTOCOLS,
    V4_SPACE,
    V6_SPACE,
    Box,
    Interval,
    Packet,
    Packets,
    box,
    tidied,
)
from scanner.derive.node import Node, each, identity
from scanner.model import Unknown

Way: TypeAlias = Literal["ingress", "egress"]
_MEMBERS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_RANGES = (("IpRanges", "CidrIp", V4_SPACE), ("Ipv6Ranges", "CidrIpv6", V6_SPACE))


class Rule(NamedTuple):
    """One peer of a permission. `group` is the one it refers to, if it is no block of addresses."""

    group: str
    boxes: tuple[Box, ...]
    peer: str
    told: str
    why: Unknown | None

    def admits(self, packet: Packet, peers: frozenset[str]) -> bool:
        """Whether a packet surely gets through, exchanged with a peer that has these groups."""
        return self.why is None and (not self.group or self.group in peers) and packet in Packets(self.boxes)


class Groups:
    """The security groups of a snapshot."""

    def __init__(self, index: Index, lists: Lists) -> None:
        self._index = index
        self._lists = lists
        self.rules = cache(self._rules)
        self._of = cache(self._bounds)

    def lets(self, groups: Sequence[str], way: Way, place: Place, peers: frozenset[str] = frozenset()) -> Bounds:
        """What an interface with these groups lets in or out; `peers` are those that a rule may know the other by."""
        return reduce(or_, (self._of(one, way, place, self._known(one, way, place, peers)) for one in groups), SHUT)

    def decided(self, groups: Sequence[str], way: Way, place: Place, packet: Packet, peers: frozenset[str]) -> str:
        """The rule that lets a packet through, in words; empty if none surely does."""
        for group in groups:
            for rule in self.rules(group, way, place):
                if rule.admits(packet, peers):
                    return f"{group} {rule.told}" if len(groups) > 1 else rule.told
        return ""

    def _known(self, group: str, way: Way, place: Place, peers: frozenset[str]) -> frozenset[str]:
        """Only the peers' groups that the rules name, so that much the same is computed once."""
        return peers & frozenset(rule.group for rule in self.rules(group, way, place)) if peers else peers

    def _bounds(self, group: str, way: Way, place: Place, peers: frozenset[str]) -> Bounds:
        most: list[Box] = []
        least: list[Box] = []
        doubts: list[Unknown] = []
        for rule in self.rules(group, way, place):
            if rule.group and rule.group not in peers:
                continue
            most += rule.boxes
            if rule.why is None:
                least += rule.boxes
            else:
                doubts.append(rule.why)
        every = Packets(tidied(most))
        return Bounds(every, Packets(tidied(least)), tuple(dict.fromkeys(doubts))) if doubts else sure(every)

    def _rules(self, group: str, way: Way, place: Place) -> tuple[Rule, ...]:
        resource = self._index.find(GROUP, group, place)
        if resource is None:
            why = self._index.missing(GROUP, place, f"the security group {group}") or unseen(group)
            return (_anything(why, way, f"{way}: not known"),)
        return tuple(self._read(Node.of(resource, _MEMBERS[way]), way, place))

    def _read(self, permissions: Node, way: Way, place: Place) -> Iterator[Rule]:
        for permission in each(permissions):
            if isinstance(permission, Unknown):
                yield _anything(permission, way, f"{way}: not known")
            else:
                yield from self._of_permission(permission, way, place)

    def _of_permission(self, permission: Node, way: Way, place: Place) -> Iterator[Rule]:
        at = where(permission)
        for member, key, space in _RANGES:
            for one in each(permission.member(member)):
                text = one if isinstance(one, Unknown) else one.member(key)
                why = text if isinstance(text, Unknown) else text.unknown
                found = None if isinstance(text, Unknown) or why else block(str(text.value))
                if why or found:
                    told = str(text.value) if isinstance(text, Node) and found else "addresses that are not known"
                    yield _rule(at, [found or space], way, told, why)
        for one in each(permission.member("PrefixListIds")):
            yield from self._of_list(one, at, way, place)
        for one in each(permission.member("UserIdGroupPairs")):
            if isinstance(one, Unknown) or not (group := identity(one.member("GroupId"))):
                why = one if isinstance(one, Unknown) else one.member("GroupId").unknown
                if why:
                    yield _rule(at, [ADDRESSES], way, "a group that is not known", why)
            else:
                yield _rule(at, [ADDRESSES], way, group, None)._replace(group=group)

    def _of_list(self, one: Node | Unknown, at: Where, way: Way, place: Place) -> Iterator[Rule]:
        id_ = "" if isinstance(one, Unknown) else identity(one.member("PrefixListId"))
        why = one if isinstance(one, Unknown) else one.member("PrefixListId").unknown
        if not id_:
            if why:
                yield _rule(at, [ADDRESSES], way, "a prefix list that is not known", why)
            return
        listed = self._lists.of(id_, place)
        if listed.blocks:
            yield _rule(at, listed.blocks, way, id_, None)
        if listed.doubt:
            yield _rule(at, [ADDRESSES], way, id_, listed.doubt)


def _rule(at: Where, peers: Iterable[Interval], way: Way, peer: str, why: Unknown | None) -> Rule:
    protocols, ports = _numbers(at)
    if way == "ingress":
        boxes = tuple(box(protocols, source=one, destination_port=ports) for one in peers)
    else:
        boxes = tuple(box(protocols, destination=one, destination_port=ports) for one in peers)
    told = f"{way} {_words(at)} {'from' if way == 'ingress' else 'to'} {peer}"
    return Rule("", boxes, peer, told, why or at.why)


def _numbers(at: Where) -> tuple[Interval, Interval]:
    if at.protocol == ALL:
        return PROTOCOLS, PORTS
    number = NUMBERS.get(at.protocol)
    if number is None:
        number = int(at.protocol) % PROTOCOLS[1]
        return (number, number + 1), PORTS
    protocols = (number, number + 1)
    if at.protocol in ("tcp", "udp"):
        return protocols, (at.low, at.high + 1)
    if at.low < 0:
        return protocols, PORTS
    kind = at.low << 8
    return protocols, ((kind, kind + 256) if at.high < 0 else (kind + at.high, kind + at.high + 1))


def _words(at: Where) -> str:
    if at.protocol == ALL:
        return "all"
    if at.protocol in ("tcp", "udp"):
        return f"{at.protocol} {at.low}" if at.low == at.high else f"{at.protocol} {at.low}-{at.high}"
    if at.protocol in NUMBERS:
        return at.protocol if at.low < 0 else f"{at.protocol} type {at.low}"
    return f"protocol {at.protocol}"


def _anything(why: Unknown, way: Way, told: str) -> Rule:
    return Rule("", (box(),), way, told, why)
