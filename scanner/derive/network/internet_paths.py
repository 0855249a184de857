"""Every opening from the internet into a VPC, by the resource that it leads to."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.reach.facing import Facings, facings
from scanner.derive.network.reach.index import INTERFACE, place_of
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.openings import openings
from scanner.derive.network.reach.reads import READS
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknowns, pointer


class Path(TypedDict):
    """An opening as `internet_reach` has it, and the instance or interface that it leads to."""

    resource: str
    protocol: str
    from_port: int
    to_port: int
    ports: int
    anyone: bool


@derives("AWS::EC2::VPC", "internet_paths", gives=list[Path], reads=("VpcId", *READS))
def internet_paths(vpc: Resource, context: Context) -> Partial:
    """Of all interfaces in the VPC, straight or through load balancers; those that possibly are open may be there.

    https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html
    """
    faced = facings(context)
    id_ = identity(Node.of(vpc, "VpcId"))
    held = sorted(one for one in faced.by_vpc.get(id_, ()) if not one.deaf)
    found: list[Path] = []
    unknown: Unknowns = {}
    for one in held:
        _add(faced, one, found, unknown)
    if why := faced.cases.network.index.missing(INTERFACE, place_of(vpc)):
        unknown["/-"] = as_kind(why, "more")
    return Partial(found, unknown)


def _add(faced: Facings, one: Interface, found: list[Path], unknown: Unknowns) -> None:
    facing = faced.of_interface(one)
    sure = openings(facing.reached)
    name = one.owner if one.owner.startswith("i-") else one.id
    for each in [*sure, *(more for more in openings(facing.possible) if more not in sure)]:
        path = Path(resource=name, **{key: each[key] for key in Path.__annotations__ if key != "resource"})  # type: ignore[typeddict-item, literal-required]  # the names are those of the type itself
        if path not in found:
            if each not in sure and facing.doubts:
                unknown[pointer(len(found))] = as_kind(weightiest(facing.doubts), "maybe")
            found.append(path)
