"""What the internet reaches of a thing: packets that get there and are answered."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.reach.facing import Facing, facings
from scanner.derive.network.reach.openings import Opening, openings
from scanner.derive.network.reach.reads import READS
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, Why, pointer


class InternetReach(TypedDict):
    """`openings` are what a sender sees, empty where nothing gets through; `via` what they come by.

    That is `internet gateway`, or load balancers: `balanced` are the openings that these hand on, with the ports that
    the thing itself is asked on. `witness` is a packet that gets through (`tcp 198.51.100.1:1024 → 203.0.113.5:22`),
    `way` what lets it through, with the rule of each.
    """

    openings: list[Opening]
    balanced: list[Opening]
    via: list[str]
    witness: str
    way: list[str]


@derives("AWS::EC2::Instance", "internet_reach", gives=InternetReach, reads=READS)
@derives("AWS::EC2::NetworkInterface", "internet_reach", gives=InternetReach, reads=READS)
@derives("AWS::RDS::DBInstance", "internet_reach", gives=InternetReach, reads=READS)
@derives("AWS::RDS::DBCluster", "internet_reach", gives=InternetReach, reads=("DBClusterMembers", *READS))
@derives("AWS::ElasticLoadBalancing::LoadBalancer", "internet_reach", gives=InternetReach, reads=READS)
@derives("AWS::ElasticLoadBalancingV2::LoadBalancer", "internet_reach", gives=InternetReach, reads=READS)
def internet_reach(resource: Resource, context: Context) -> Partial:
    """What surely gets through is listed; what possibly does is an element that may be there, with what was not read.

    Routes, network ACLs both ways, security groups, public addresses and load balancers are weighed as in
    docs/reach.md (https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html and the pages named there).
    """
    facing = facings(context).of(resource)
    found = openings(facing.reached)
    unknown: Unknowns = {}
    for one in openings(facing.possible):
        if one not in found:
            unknown[pointer("openings", len(found))] = _perhaps(facing, "maybe")
            found.append(one)
    if facing.doubts:
        unknown["/balanced/-"] = _perhaps(facing, "more")
    value = InternetReach(
        openings=found,
        balanced=openings(facing.arriving),
        via=list(facing.via),
        witness=_told(facing),
        way=list(facing.way),
    )
    return Partial(value, unknown)


def _perhaps(facing: Facing, kind: Literal["more", "maybe"]) -> Unknown:
    several = Unknown(Why.OUT_OF_SCOPE, message="it has one of several interfaces")
    return as_kind(weightiest(facing.doubts or (several,)), kind)


def _told(facing: Facing) -> str:
    one = facing.witness
    if one is None:
        return ""
    if one["destination_port"] is None:
        return f"{one['protocol']} {one['source']} → {one['destination']}"
    source, target = (_socket(str(one[side]), one[f"{side}_port"]) for side in ("source", "destination"))
    return f"{one['protocol']} {source} → {target}"


def _socket(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
