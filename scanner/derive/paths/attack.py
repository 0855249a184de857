"""Every attack path of a snapshot, found by computed access and proven reachability; names play no part.

A path with a step of which something was not read is possible, and told apart; one with a step that surely does not
hold is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from scanner.derive.access.escalation.account import graph_of
from scanner.derive.access.escalation.entries import EVERYBODY
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.steps import Step
from scanner.derive.facts import Facts
from scanner.derive.network.reach.facing import facings
from scanner.derive.paths.data import BUCKET, SECRET, Data, step
from scanner.derive.paths.escalating import becomes, onwards
from scanner.derive.paths.hosts import INSTANCE, Entered, as_role, entered, plain, reason, unsure, ways_in
from scanner.derive.paths.outsiders import Identities
from scanner.derive.paths.path import Edge, Node, Path, in_order
from scanner.model import Resource

_DATABASE, _ROLE = "AWS::RDS::DBInstance", "AWS::IAM::Role"
_CODE = ("terraform", "cloudformation")
_LED_THROUGH = (INSTANCE, _DATABASE, _ROLE, "AWS::IAM::User", BUCKET, SECRET)
MOST = 200
"""How many are told, the worst first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The paths that are told, how many are `certain` and `possible` in all, and what was not read of the things
    that they lead through.
    """

    paths: list[Path]
    certain: int
    possible: int
    unread: list[str]

    def counts(self) -> dict[str, Any]:
        """As the report's `coverage` has it."""
        left = self.certain + self.possible - len(self.paths)
        return {"certain": self.certain, "possible": self.possible, "left_out": left, "unread": self.unread}


def attack_paths(facts: Facts, trusted: Collection[str] = ()) -> Found:
    """Of a snapshot of accounts; code, which does not tell all that an account holds, has none.

    `trusted` are accounts that may come in.
    """
    if facts.inventory.source in _CODE:
        return Found([], 0, 0, [])
    found = in_order(path for account in facts.inventory.accounts for path in _of_account(facts, account, trusted))
    certain = sum(path.is_certain for path in found)
    return Found(found[:MOST], certain, len(found) - certain, list(_unread(facts)))


def _unread(facts: Facts) -> Iterator[str]:
    """What of the things that paths lead through was not listed."""
    inventory = facts.inventory
    for type_ in _LED_THROUGH:
        listings = list(inventory.listings(type_))
        if not listings:
            yield f"{type_} was not read"
        for account, region, why in listings:
            if why is not None:
                yield f"{type_} in {account} {region}: {reason(why)}"


def _of_account(facts: Facts, account: str, trusted: Collection[str]) -> Iterator[Path]:
    facts.enter(account)
    for database in facts.inventory.of(_DATABASE, account):
        yield from _to_database(facts, database)
    graph = graph_of(facts, account)
    if not isinstance(graph, Graph):
        return
    people = Identities(facts, account, graph, Data(facts, account), trusted)
    outside = [*people.from_outside(), *_through_hosts(people)]
    yield from outside
    yield from people.to_buckets()
    certain = [path for path in outside if path.is_certain]
    told = {node.id for path in certain for node in path.nodes if node.type == _ROLE}
    open_ = {path.nodes[1].id for path in certain if path.nodes[0].id == EVERYBODY}
    yield from people.from_within(told, open_)


def _through_hosts(people: Identities) -> Iterator[Path]:
    """The internet → hosts → their role → an administrator, or data."""
    for held in entered(people.facts, people.account):
        if held.role.id not in people.graph.sure.identities:
            continue
        steps = becomes(people.graph, held.role.id)
        yield from _to_data(people, held) if steps is None else [_to_administrator(people, held, steps)]


def _front(people: Identities, held: Entered) -> tuple[list[Node], list[Edge]]:
    """From the internet to the role."""
    host = Node.of_several(held.instances, f"{held.role.id}/instances", "instances")
    nodes, edges = ways_in(people.facts, held.facing, host)
    return [*nodes, host, Node.of(held.role)], [*edges, as_role(held)]


def _hosts(held: Entered) -> str:
    first = held.instances[0]
    return first.name if len(held.instances) == 1 else f"{len(held.instances):,} instances"


def _to_administrator(people: Identities, held: Entered, steps: tuple[Step, ...]) -> Path:
    nodes, edges = _front(people, held)
    more, onward = onwards(people.graph, people.facts.inventory, steps, people.account, held.role.id)
    becomes_ = "can become an administrator" if steps else "administers the account"
    return Path(
        "internet-administrator",
        f"The internet reaches {_hosts(held)}, whose role {held.role.name} {becomes_}",
        "critical" if plain(held.instances) or not steps else "high",
        people.account,
        (*nodes, *more),
        (*edges, *onward),
        (held.role.id, *held.balancers, *(node.id for node in more)),
    )


def _to_data(people: Identities, held: Entered) -> Iterator[Path]:
    for reads in people.data.of_role(held.role.id):
        nodes, edges = _front(people, held)
        node, edge = step(reads, held.role.id)
        yield Path(
            "internet-data",
            f"The internet reaches {_hosts(held)}, whose role {held.role.name} can read {node.name}",
            "high" if plain(held.instances) else "medium",
            people.account,
            (*nodes, node),
            (*edges, edge),
            (held.role.id, *held.balancers, node.id),
        )


def _to_database(facts: Facts, database: Resource) -> Iterator[Path]:
    """The internet → a database, at once or by a host that it administers."""
    facing = facings(facts).of(database)
    unknown = unsure(facing)
    target = Node.of(database)
    if unknown is not None:
        nodes, edges = ways_in(facts, facing, target)
        title = f"The internet reaches the database {target.name}"
        yield Path("internet-database", title, "critical", database.account, (*nodes, target), tuple(edges))
    if unknown == ():
        return
    fact = facts.fact(database, "exposed_clients")
    for number, client in enumerate(fact.value or ()):
        why = fact.unknown.get(f"/{number}")
        yield _by_host(facts, target, client, (reason(why),) if why else (), database.account)


def _by_host(facts: Facts, target: Node, client: dict[str, Any], unknown: tuple[str, ...], account: str) -> Path:
    network = facings(facts).cases.network
    instance = network.index.all(INSTANCE)[client["instance"]]
    host = Node.of(instance)
    nodes, edges = ways_in(facts, facings(facts).of(instance), host)
    words = f"reaches its port: {client['witness']}" if client["witness"] else "reaches its port"
    last = Edge("network", words, (), f"let only application servers into the groups of {target.name}", unknown)
    path = Path(
        "internet-host-database",
        f"The internet gets at {host.name}, from which the database {target.name} is reached",
        "high",
        account,
        (*nodes, host, target),
        (*edges, last),
    )
    return replace(path, key=(*(node.id for node in path.nodes if node.kind != "load_balancer"),))
