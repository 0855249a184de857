"""How the internet gets at things: straight or by load balancers, with the packets that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.derive.access.effective.role_grants import role_of
from scanner.derive.facts import Facts
from scanner.derive.network.reach.facing import Facing, facings
from scanner.derive.network.reach.openings import Opening, openings
from scanner.derive.network.reach.packets import Packets
from scanner.derive.node import Node as Member
from scanner.derive.paths.path import INTERNET, Edge, Evidence, Node
from scanner.model import Resource, Unknown

INSTANCE = "AWS::EC2::Instance"
OUTSIDE = Node(INTERNET, "", "the internet", "internet")
_GONE = ("terminated", "shutting-down")
_DIRECT = "internet gateway"
_ROWS = 4


class Entered(NamedTuple):
    """Instances that the internet reaches by the same way and that run with the same role.

    `unknown` says why that is not sure, where it is not; `balancers` are what it comes by, if not straight.
    """

    role: Resource
    instances: list[Resource]
    balancers: tuple[str, ...]
    facing: Facing
    unknown: tuple[str, ...]


def anyone(packets: Packets) -> list[Opening]:
    """The openings to everybody but for ping."""
    return [row for row in openings(packets) if row["anyone"] and row["protocol"] in ("tcp", "udp", "other")]


def entered(facts: Facts, account: str) -> list[Entered]:
    """Of the instances of an account with a role; what shares role, way and certainty is one."""
    found: dict[tuple[str, tuple[str, ...], bool], Entered] = {}
    faced = facings(facts)
    for instance in facts.inventory.of(INSTANCE, account):
        if Member.of(instance, "State", "Name").value in _GONE or not has_metadata(instance):
            continue
        facing = faced.of(instance)
        unknown = unsure(facing)
        if unknown is None:
            continue
        role = role_of(instance, facts)
        if isinstance(role, Resource):
            by = balancers(facing)
            key = (role.id, by, not unknown)
            found.setdefault(key, Entered(role, [], by, facing, unknown)).instances.append(instance)
    return list(found.values())


def unsure(facing: Facing) -> tuple[str, ...] | None:
    """Why it is not sure that anybody gets at it: empty if it is, nothing if surely nobody does."""
    if anyone(facing.reached):
        return ()
    if anyone(facing.possible):
        return tuple(dict.fromkeys(map(reason, facing.doubts))) or ("it has one of several interfaces",)
    return None


def reason(why: Unknown) -> str:
    """In words, with the permission that would tell."""
    words = why.message or str(why.why)
    return f"{words} ({why.permission})" if why.permission and why.permission not in words else words


def balancers(facing: Facing) -> tuple[str, ...]:
    """The load balancers that it is reached by alone."""
    return () if _DIRECT in facing.via else facing.via


def ways_in(facts: Facts, facing: Facing, target: Node) -> tuple[list[Node], list[Edge]]:
    """The places between the internet and something, the internet first, and the steps up to it."""
    unknown = unsure(facing) or ()
    rows = anyone(facing.reached) or anyone(facing.possible)
    evidence = tuple(_evidence(facing))
    by = balancers(facing)
    front = facts.inventory.get(by[0]) if by else None
    if front is None:
        text = f"reaches {ports_text(rows)}"
        mend = f"close {ports_text(rows)} of {target.name} to the internet"
        return [OUTSIDE], [Edge("network", text, evidence, mend, unknown)]
    first = Edge(
        "network", f"reaches {ports_text(rows)}", evidence, f"let only those who need it reach {front.name}", unknown
    )
    behind = anyone(facing.arriving)
    handed = f"hands on to {ports_text(behind)}" if behind else "hands on"
    others = tuple(Evidence(id_, "hands on, too") for id_ in by[1:])
    second = Edge("network", handed, others, f"take {target.name} out of the target groups of {front.name}", unknown)
    return [OUTSIDE, Node.of(front)], [first, second]


def _evidence(facing: Facing) -> Iterator[Evidence]:
    for text in facing.way:
        resource, _, rule = text.partition(": ")
        yield Evidence(resource, rule)
    packet = facing.witness
    if packet is not None:
        port = "" if packet["destination_port"] is None else f" port {packet['destination_port']}"
        words = f"a packet gets through: {packet['protocol']} from {packet['source']} to {packet['destination']}{port}"
        yield Evidence(INTERNET, words)


def ports_text(rows: Sequence[Opening]) -> str:
    """`tcp 22, tcp 8000-8080`."""
    words = list(dict.fromkeys(f"{row['protocol']} {_ports(row)}" for row in rows))
    more = f" and {len(words) - _ROWS} more" if len(words) > _ROWS else ""
    return ", ".join(words[:_ROWS]) + more


def _ports(row: Opening) -> str:
    low, high = row["from_port"], row["to_port"]
    return "on every port" if (low, high) == (0, 65535) else str(low) if low == high else f"{low}-{high}"


def has_metadata(instance: Resource) -> bool:
    """Whether the metadata service, which gives out the role's credentials, is or may be on."""
    return bool(Member.of(instance, "MetadataOptions", "HttpEndpoint").value != "disabled")


def plain(instances: Sequence[Resource]) -> list[Resource]:
    """Those whose metadata service answers without a token (IMDSv1)."""
    return [one for one in instances if Member.of(one, "MetadataOptions", "HttpTokens").value == "optional"]


def as_role(held: Entered) -> Edge:
    """From the hosts to their role."""
    open_ = plain(held.instances)
    shown = (open_ or held.instances)[:_ROWS]
    evidence = tuple(
        Evidence(one.id, "", f"MetadataOptions.{name}", Member.of(one, "MetadataOptions", name).value)
        for one in shown
        for name in ("HttpTokens",)
    )
    profiles = tuple(
        Evidence(one.id, "", "IamInstanceProfile.Arn", Member.of(one, "IamInstanceProfile", "Arn").value)
        for one in shown[:1]
    )
    if open_:
        text = "gives out the role's credentials to whoever makes it ask for them (IMDSv1)"
        return Edge("metadata", text, (*evidence, *profiles), "require IMDSv2, and give the role only what it needs")
    text = "acts as its role: who runs code there has its credentials"
    return Edge("metadata", text, (*evidence, *profiles), f"give {held.role.name} only what it needs")
