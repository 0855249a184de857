"""The ports of a security group that are open to the whole internet."""

from __future__ import annotations

from itertools import islice
from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, malformed, weightiest
from scanner.derive.network.permissions import Rule, rules
from scanner.derive.network.prefix_lists import READS, prefix_lists
from scanner.derive.network.world import Opening, openings
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_MOST = 4000
"""Rules that are followed, so that a hostile input cannot keep us; well above what AWS allows.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
"""


class WorldIngress(TypedDict):
    """An interval of ports open to every address; for ICMP type and code, -1 being all."""

    protocol: str
    from_port: int
    to_port: int
    family: Literal["ipv4", "ipv6"]
    sources: list[str]


@derives("AWS::EC2::SecurityGroup", "world_ingress", gives=list[WorldIngress], reads=("IpPermissions", *READS))
def world_ingress(group: Resource, context: Context) -> Partial:
    """Port intervals whose sources together are all of IPv4 or all of IPv6, exactly.

    Split blocks, prefix lists and rules for all protocols count together: 0.0.0.0/1 and
    128.0.0.0/1 are the world. A single missing address makes it not the world, so a group that
    leaves out, say, only the private ranges is not listed: the word is exact, not a judgement
    of what is too wide. `sources` is a smallest set of ranges that suffices.

    What is listed stays open whatever the unknown turns out to be, though an interval may grow
    or merge, also into one for all protocols: test that protocol (or `-1`) and port lie inside,
    not that bounds are equal. The list is left open (`/-`) only if what is unknown could open
    anything that is not listed.
    """
    permissions = Node.of(group, "IpPermissions")
    lists = prefix_lists(context, group.account, group.region)
    found = list(islice(rules(permissions, lists), _MOST + 1))
    if len(found) > _MOST:
        why = malformed(permissions.path, f"more than {_MOST} rules, and AWS allows 1000 of a family")
        return Partial([], {"/-": as_kind(why, "more")})
    sure = openings([rule for rule in found if rule.why is None])
    fact = Partial(
        [
            {
                "protocol": one.protocol,
                "from_port": one.low,
                "to_port": one.high,
                "family": one.family,
                "sources": [source.path for source in one.sources if isinstance(source, Node)],
            }
            for one in sure
        ]
    )
    reasons = _doubts(found, sure)
    if reasons:
        fact.unknown["/-"] = as_kind(weightiest(reasons), "more")
    return fact


def _doubts(found: list[Rule], sure: list[Opening]) -> list[Unknown]:
    """Why there may be openings beyond the sure ones: the reasons of all that would take part."""
    reasons = {index: rule.why for index, rule in enumerate(found) if rule.why is not None}
    if not reasons:
        return []
    named = [
        rule if rule.why is None else rule._replace(span=rule.span._replace(source=index))
        for index, rule in enumerate(found)
    ]
    further = [source for one in openings(named) if not one.within(sure) for source in one.sources]
    return [why for source in further if isinstance(source, int) and (why := reasons.get(source)) is not None]
