"""Who a database's security groups let in on its port, whatever routes there are."""

from __future__ import annotations

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.reach.databases import answers_of
from scanner.derive.network.reach.facing import facings
from scanner.derive.network.reach.index import GROUP, LISTS, ids, place_of
from scanner.derive.network.reach.openings import Opening, openings
from scanner.derive.network.reach.reads import named
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknowns, pointer

_READS = ("VpcSecurityGroups", "Endpoint", "DbInstancePort", *named(GROUP, LISTS))


@derives("AWS::RDS::DBInstance", "admitted", gives=list[Opening], reads=_READS)
def admitted(database: Resource, context: Context) -> Partial:
    """The openings on its port, of all its groups together.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    cases = facings(context).cases
    groups, doubts = ids(Node.of(database, "VpcSecurityGroups"), "VpcSecurityGroupId")
    bounds = cases.network.groups.lets(groups, "ingress", place_of(database))
    answers = answers_of(database)
    found = openings(bounds.least & answers)
    unknown: Unknowns = {}
    for one in openings(bounds.most & answers):
        if one not in found:
            unknown[pointer(len(found))] = as_kind(weightiest(bounds.doubts), "maybe")
            found.append(one)
    if doubts:
        unknown["/-"] = as_kind(weightiest(doubts), "more")
    return Partial(found, unknown)
