"""Hosts that the internet administers and that reach a database: two steps from anybody to the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.databases import answers_of
from scanner.derive.network.reach.ends import End
from scanner.derive.network.reach.facing import Facings, facings
from scanner.derive.network.reach.index import INSTANCE, place_of
from scanner.derive.network.reach.openings import openings
from scanner.derive.network.reach.packets import Packets
from scanner.derive.network.reach.reads import READS
from scanner.derive.network.reach.unplaced import unnamed
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, Why, pointer

_STEPS = frozenset({21, 22, 23, 135, 445, 1433, 2375, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 27017})
"""TCP ports of remote shells, desktops and data stores: who gets in there is on the host, not before it."""
Host = tuple[str, list[int], Unknown | None]
_MOST = 200
_TOO_MANY = Unknown(
    Why.OUT_OF_SCOPE, message=f"the internet gets at more than {_MOST} instances; the others were not asked"
)


class Client(TypedDict):
    """An instance, the TCP ports by which the internet gets at it, and a packet from it to the database."""

    instance: str
    tcp_ports: list[int]
    witness: str


@derives("AWS::RDS::DBInstance", "exposed_clients", gives=list[Client], reads=READS)
def exposed_clients(database: Resource, context: Context) -> Partial:
    """Instances that anybody reaches on such a port, and from which the database's port is reached.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    faced = facings(context)
    target = faced.cases.ends.served(database)._replace(text=database.id, type=database.type)
    found: list[Client] = []
    unknown: Unknowns = {}
    if not target.interfaces or not all(one.placed for one in target.interfaces):
        return Partial(found, {"/-": Unknown(Why.OUT_OF_SCOPE, "more", "its network is not known")})
    hosts = stepped(context)
    for id_, ports, doubt in hosts.found:
        held = tuple(faced.cases.network.of_instance(id_))
        hidden = doubt if not held or not all(one.placed for one in held) else None
        hidden = hidden or next((one.address_doubt for one in (*held, *target.interfaces) if one.address_doubt), None)
        source = End(id_, "interfaces", interfaces=held, type=INSTANCE)
        answer = ask(faced.cases, source, target, answers_of(database))
        reached = answer["reachable"]
        if reached is not False or hidden:
            if why := doubt if reached else _why(answer) if reached is None else hidden:
                unknown[pointer(len(found))] = as_kind(why, "maybe")
            found.append(Client(instance=id_, tcp_ports=ports, witness=_witness(answer)))
    group = Node.of(database, "DBSubnetGroup")
    others = next(unnamed(group, group.member("Subnets"), "SubnetIdentifier"), None)
    if why := faced.cases.network.index.missing(INSTANCE, place_of(database)) or hosts.more or others:
        unknown["/-"] = as_kind(why, "more")
    return Partial(found, unknown)


class Stepped(NamedTuple):
    """Instances that anybody gets at, with the ports, and why that is not sure; `more` says that there are others."""

    found: list[Host]
    more: Unknown | None


def stepped(context: Context) -> Stepped:
    """In order, those that are sure first; no more than a few hundred, since each is asked about each database."""
    faced = facings(context)
    return context.throughout(("exposed_clients",), lambda: _first(faced))


def _first(faced: Facings) -> Stepped:
    found = sorted(_stepped(faced), key=lambda one: (one[2] is not None, *one[:2]))
    return Stepped(found[:_MOST], _TOO_MANY if len(found) > _MOST else None)


def _stepped(faced: Facings) -> Iterator[Host]:
    for one in faced.cases.network.index.inventory.of(INSTANCE):
        facing = faced.of(one)
        sure, possible = _ports(facing.reached), _ports(facing.possible)
        if possible:
            doubt = None if sure or not facing.doubts else weightiest(facing.doubts)
            yield identity(Node.of(one, "InstanceId")) or one.id, sure or possible, doubt


def _ports(packets: Packets) -> list[int]:
    rows = [row for row in openings(packets) if row["anyone"] and row["protocol"] == "tcp"]
    return sorted(port for port in _STEPS if any(row["from_port"] <= port <= row["to_port"] for row in rows))


def _why(answer: dict[str, list[dict[str, str]]]) -> Unknown:
    told = next(iter(answer["blocked_by"]), {})
    why = Why(told["why"]) if told.get("why") else Why.OUT_OF_SCOPE
    return Unknown(
        why, message=told.get("rule", ""), operation=told.get("operation", ""), permission=told.get("permission", "")
    )


def _witness(answer: dict[str, dict[str, str]]) -> str:
    packet = answer["witness"]
    return f"{packet['source']} → {packet['destination']}:{packet['destination_port']}" if packet else ""
