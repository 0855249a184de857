"""Every attack path of a snapshot, found by computed access and proven reachability; names play no part.

What is not certain is no path here: `posture reach` and `posture access escalate` tell what may be besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.derive.access.effective.role_grants import role_of
from scanner.derive.access.escalation.account import graph_of
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.facts import Facts
from scanner.derive.network.reach.facing import Facing, facings
from scanner.derive.network.reach.openings import Opening, openings
from scanner.derive.node import Node as Member
from scanner.derive.paths.escalating import is_administrator, onwards, principal, steps_of
from scanner.derive.paths.path import INTERNET, Edge, Node, Path, in_order
from scanner.model import Resource

_INSTANCE, _DATABASE, _ROLE = "AWS::EC2::Instance", "AWS::RDS::DBInstance", "AWS::IAM::Role"
_OUTSIDE = Node(INTERNET, "", "the internet")
_CODE = ("terraform", "cloudformation")
_GONE = ("terminated", "shutting-down")
MOST = 200
"""How many are told, the worst first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The paths that are told, and how many there are."""

    paths: list[Path]
    count: int


def attack_paths(facts: Facts) -> Found:
    """Of a snapshot of accounts; code, which does not tell all that an account holds, has none."""
    if facts.inventory.source in _CODE:
        return Found([], 0)
    found = in_order(path for account in facts.inventory.accounts for path in _of_account(facts, account))
    return Found(found[:MOST], len(found))


def _of_account(facts: Facts, account: str) -> Iterator[Path]:
    facts.enter(account)
    graph = graph_of(facts, account)
    for instance in facts.inventory.of(_INSTANCE, account):
        if isinstance(graph, Graph):
            yield from _through_instance(facts, instance, graph)
    for database in facts.inventory.of(_DATABASE, account):
        yield from _to_database(facts, database)
    if isinstance(graph, Graph):
        yield from _from_outside(facts, account, graph)
        yield from _from_within(facts, account, graph)


def _anyone(facing: Facing) -> list[Opening]:
    return [row for row in openings(facing.reached) if row["anyone"] and row["protocol"] in ("tcp", "udp", "other")]


def _reaches(facing: Facing, target: Resource) -> Edge:
    ports = ", ".join(f"{row['protocol']} {_ports(row)}" for row in _anyone(facing)[:4])
    through = [name for name in facing.via if name.startswith("arn:")]
    evidence = (*facing.way, *(f"through {name}" for name in through))
    return Edge(f"reaches {ports}", evidence, f"close {ports} of {target.name} to the internet")


def _ports(row: Opening) -> str:
    low, high = row["from_port"], row["to_port"]
    return "on every port" if (low, high) == (0, 65535) else str(low) if low == high else f"{low}-{high}"


def _through_instance(facts: Facts, instance: Resource, graph: Graph) -> Iterator[Path]:
    """The internet → a host → its role → an administrator."""
    if Member.of(instance, "State", "Name").value in _GONE:
        return
    facing = facings(facts).of(instance)
    role = role_of(instance, facts) if _anyone(facing) else None
    if not isinstance(role, Resource) or not is_administrator(graph, role.id):
        return
    plain = _answers_without_token(instance)
    nodes, edges = onwards(graph, facts.inventory, steps_of(graph, role.id), instance.account, role.id)
    becomes = "administers the account" if not steps_of(graph, role.id) else "can become an administrator"
    given = "gives out the role's credentials to whoever makes it ask for them" if plain else "acts as its role"
    evidence = (
        ("the metadata service answers without a token (IMDSv1)",) if plain else ("the metadata service wants a token",)
    )
    mend = "require IMDSv2 and give the instance a role with what it needs"
    yield Path(
        "internet-administrator",
        f"The internet reaches {instance.name}, whose role {role.name} {becomes}",
        "critical" if plain or not steps_of(graph, role.id) else "high",
        instance.account,
        (_OUTSIDE, Node.of(instance), Node.of(role), *nodes),
        (_reaches(facing, instance), Edge(given, evidence, mend), *edges),
    )


def _answers_without_token(instance: Resource) -> bool:
    options = Member.of(instance, "MetadataOptions")
    return bool(options.member("HttpEndpoint").value != "disabled" and options.member("HttpTokens").value == "optional")


def _to_database(facts: Facts, database: Resource) -> Iterator[Path]:
    """The internet → a database, at once or by a host that it administers."""
    facing = facings(facts).of(database)
    if _anyone(facing):
        title = f"The internet reaches the database {database.name}"
        yield Path(
            "internet-database", title, "critical", database.account,
            (_OUTSIDE, Node.of(database)), (_reaches(facing, database),),
        )  # fmt: skip
        return
    fact = facts.fact(database, "exposed_clients")
    for number, client in enumerate(fact.value or ()):
        if f"/{number}" not in fact.unknown:
            yield _by_host(facts, database, client)


def _by_host(facts: Facts, database: Resource, client: dict[str, Any]) -> Path:
    network = facings(facts).cases.network
    host = network.index.all(_INSTANCE)[client["instance"]]
    edge = Edge(
        f"reaches its port: {client['witness']}", (), f"let only application servers into the groups of {database.name}"
    )
    return Path(
        "internet-host-database",
        f"The internet gets at {host.name}, from which the database {database.name} is reached",
        "high",
        database.account,
        (_OUTSIDE, Node.of(host), Node.of(database)),
        (_reaches(facings(facts).of(host), host), edge),
    )


def _from_outside(facts: Facts, account: str, graph: Graph) -> Iterator[Path]:
    """Somebody of another account → a role → an administrator."""
    for first in graph.entries:
        steps = (first, *graph.surely.path(first.target))
        if any(step.assumptions for step in steps[1:]):
            continue
        nodes, edges = onwards(graph, facts.inventory, steps, account, first.target)
        source = principal(facts.inventory, first.source)
        yield Path(
            "outside-administrator",
            f"{'Anybody' if source.id == '*' else source.name} can become an administrator of {account}",
            "critical" if source.id == "*" else "high",
            account,
            (source, *nodes),
            tuple(edges),
        )


def _from_within(facts: Facts, account: str, graph: Graph) -> Iterator[Path]:
    """A user or role → an administrator; not through a role that anybody may take, which is told as that."""
    open_ = {first.target for first in graph.entries if first.source == "*"}
    for arn in sorted(graph.surely.steps):
        through = {arn, graph.surely.steps[arn].target}
        if arn in graph.surely.administrators or through & open_:
            continue
        who = principal(facts.inventory, arn)
        nodes, edges = onwards(graph, facts.inventory, steps_of(graph, arn), account, arn)
        title = f"{'The role' if who.type == _ROLE else 'The user'} {who.name} can become an administrator of {account}"
        yield Path("escalation", title, "high", account, (who, *nodes), tuple(edges))
