"""Groups that a database's group lets in and that hosts carry which the internet administers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.network.exposed_clients import Host, stepped
from scanner.derive.network.reach.facing import Facings, facings
from scanner.derive.network.reach.index import DATABASE, ids, place_of
from scanner.derive.network.reach.reads import READS
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer


class Reference(TypedDict):
    """The group that is let in, the rule, and an instance with it that the internet gets at."""

    group: str
    rule: str
    instance: str


@derives("AWS::EC2::SecurityGroup", "exposed_references", gives=list[Reference], reads=("GroupId", *READS))
def exposed_references(group: Resource, context: Context) -> Partial:
    """Empty for groups that no database carries; the chain of a load balancer, its servers and a database is none.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
    """
    faced = facings(context)
    id_ = identity(Node.of(group, "GroupId")) or group.id
    carried = context.throughout(("exposed_references", "databases"), lambda: _of_databases(faced))
    missing = faced.cases.network.index.missing(DATABASE, place_of(group))
    if id_ not in carried:
        return Partial([], {"/-": as_kind(missing, "more")} if missing else {})
    hosts = context.throughout(("exposed_references", "hosts"), lambda: _hosts(faced, stepped(context).found))
    found: list[Reference] = []
    more = stepped(context).more
    unknown: Unknowns = {"/-": as_kind(more, "more")} if more else {}
    for rule in faced.cases.network.groups.rules(id_, "ingress", place_of(group)):
        if rule.group in hosts:
            instance, doubt = hosts[rule.group]
            if why := rule.why or doubt:
                unknown[pointer(len(found))] = as_kind(why, "maybe")
            found.append(Reference(group=rule.group, rule=rule.told, instance=instance))
        elif rule.why and not rule.group:
            unknown["/-"] = as_kind(rule.why, "more")
    return Partial(found, unknown)


def _of_databases(faced: Facings) -> frozenset[str]:
    found = (ids(Node.of(one, "VpcSecurityGroups"), "VpcSecurityGroupId")[0] for one in _databases(faced))
    return frozenset(group for groups in found for group in groups)


def _databases(faced: Facings) -> list[Resource]:
    return list(faced.cases.network.index.all(DATABASE).values())


def _hosts(faced: Facings, found: Iterable[Host]) -> dict[str, tuple[str, Unknown | None]]:
    """An instance for each group that one carries which the internet gets at, a sure one where there is one."""
    hosts: dict[str, tuple[str, Unknown | None]] = {}
    for id_, _, doubt in sorted(found, key=lambda one: one[2] is not None):
        for interface in faced.cases.network.of_instance(id_):
            for group in interface.groups:
                hosts.setdefault(group, (id_, doubt))
    return hosts
