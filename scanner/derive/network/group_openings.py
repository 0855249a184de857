"""Which ports one direction of a security group's rules opens to the whole internet."""

from __future__ import annotations

from itertools import islice
from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, malformed, weightiest
from scanner.derive.network.permissions import Rule, rules
from scanner.derive.network.prefix_lists import prefix_lists
from scanner.derive.network.world import Opening, openings
from scanner.derive.node import Node
from scanner.derive.passes import Context
from scanner.model import Partial, Resource, pointer

_MOST = 4000
"""Rules that are followed, so that a hostile input cannot keep us; well above what AWS allows.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
"""


class Opened(TypedDict):
    """An interval of ports open to every address; for ICMP type and code, -1 being all."""

    protocol: str
    from_port: int
    to_port: int
    family: Literal["ipv4", "ipv6"]
    sources: list[str]


def opened(group: Resource, context: Context, member: str) -> Partial:
    """Port intervals whose blocks together are all of IPv4 or all of IPv6, exactly.

    Split blocks, prefix lists and rules for all protocols count together: 0.0.0.0/1 and
    128.0.0.0/1 are the world. A single missing address makes it not the world, so a group that
    leaves out, say, only the private ranges is not listed: the word is exact, not a judgement
    of what is too wide. `sources` is a smallest set of ranges that suffices.

    What is certain comes first. After it, marked `maybe`, comes what would be open if all that
    is unknown were as wide as it can be: an unknown block is the whole family on its rule's
    ports, an unknown port every port of the protocol, an unknown protocol all of them.

    The law of it speaks of containment: an interval lies in another if the family is the same,
    the protocol too (or `-1` outside) and the ports lie inside (an ICMP type or code in `-1`).
    Whatever the unknown turns out to be, each certain interval lies in one that is then told,
    and each that is then told lies in a certain one or a `maybe`; only where whole rules may be
    missing (`/-`) there may be any others. So intervals may grow or merge, also into one for all
    protocols: test that protocol (or `-1`) and port lie inside, which stays right when an
    interval is replaced by a wider one; never that bounds are equal, nor how many there are.
    """
    permissions = Node.of(group, member)
    lists = prefix_lists(context, group.account, group.region)
    found = list(islice(rules(permissions, lists), _MOST + 1))
    if len(found) > _MOST:
        why = malformed(permissions.path, f"more than {_MOST} rules, and AWS allows 1000 of a family")
        return Partial([], {"/-": as_kind(why, "more")})
    named = [rule._replace(span=rule.span._replace(source=index)) for index, rule in enumerate(found)]
    sure = openings([rule for rule in named if rule.why is None])
    perhaps = _perhaps(named, sure)
    fact = Partial([_told(one, found) for one in (*sure, *perhaps)])
    for index, one in enumerate(perhaps, len(sure)):
        reasons = [rule.why for rule in _rules_of(one, found) if rule.why is not None]
        fact.unknown[pointer(index)] = as_kind(weightiest(reasons), "maybe")
    unbounded = [rule.why for rule in found if rule.why is not None and not rule.bounded]
    if unbounded:
        fact.unknown["/-"] = as_kind(weightiest(unbounded), "more")
    return fact


def _perhaps(named: list[Rule], sure: list[Opening]) -> list[Opening]:
    """What may be open beyond the certain, at its widest."""
    bounded = [rule for rule in named if rule.bounded]
    if all(rule.why is None for rule in bounded):
        return []
    return [one for one in openings(bounded) if not one.within(sure)]


def _rules_of(one: Opening, found: list[Rule]) -> list[Rule]:
    return [found[source] for source in one.sources if isinstance(source, int)]


def _told(one: Opening, found: list[Rule]) -> Opened:
    places = (rule.span.source for rule in _rules_of(one, found))
    return {
        "protocol": one.protocol,
        "from_port": one.low,
        "to_port": one.high,
        "family": one.family,
        "sources": list(dict.fromkeys(place.path for place in places if isinstance(place, Node))),
    }
