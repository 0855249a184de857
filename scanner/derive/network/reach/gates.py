"""Ways out of a VPC to the internet, and what blocks them for whole regions.

https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from scanner.derive.network.reach.bounds import OPEN, SHUT, Bounds, unsure
from scanner.derive.network.reach.index import EIGW, EXCLUSION, IGW, OPTIONS, VGW, Index, place_of
from scanner.derive.network.reach.stages import Stage, stage
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown, Why

Opener: TypeAlias = Literal["inside", "outside"]
"""Who opens the connection."""
_ENDED = ("create-failed", "delete-in-progress", "delete-complete", "disable-in-progress", "disable-complete")


class Gates:
    """The gateways of a snapshot by the VPC that they are attached to, and VPC Block Public Access."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._doubts: dict[str, Unknown] = {}
        """By kind: why one of its gateways may be attached to any VPC."""

    def of(self, subnet: Subnet, kind: Literal["igw", "eigw", "vgw"]) -> str | Unknown | None:
        """The gateway of a subnet's VPC; `None` if it surely has none."""
        found = self._attached[kind].get(subnet.vpc)
        if found is not None:
            return found
        what = f"the {_NAMES[kind]} of {subnet.vpc or 'the VPC'}"
        return self._index.missing(_TYPES[kind], subnet.place, what) or self._doubts.get(kind)

    def absent(self, subnet: Subnet, why: Unknown | None) -> Stage:
        """That a VPC has no internet gateway, or that it is not known."""
        told = f"no internet gateway is attached to {subnet.vpc}"
        return Stage(IGW, "", unsure(why) if why else SHUT, "" if why else told)

    def block_public_access(self, subnet: Subnet, opener: Opener, kind: str = "igw") -> Stage | None:
        """What VPC Block Public Access does to connections of a subnet; `None` if it is off.

        Ingress is blocked for what the internet opens; NAT gateways and egress-only gateways, over which nobody
        opens anything from outside, are left alone.
        """
        options = self._options.get(subnet.place)
        id_ = f"{subnet.place.account}/{subnet.place.region}"
        if options is None:
            why = self._index.missing(OPTIONS, subnet.place, "VPC Block Public Access")
            if why is not None and why.why != Why.OUT_OF_SCOPE:
                return Stage(OPTIONS, id_, unsure(why))
            return Stage(OPTIONS, id_, note="VPC Block Public Access is not described, and is taken to be off")
        mode = Node.of(options, "InternetGatewayBlockMode")
        if mode.unknown:
            return Stage(OPTIONS, id_, unsure(mode.unknown))
        if mode.value in (None, "off") or (mode.value == "block-ingress" and kind != "igw"):
            return None
        bounds, told = self._excluded(subnet, opener)
        return stage(OPTIONS, id_, bounds, f"{mode.value}{told}")

    def _excluded(self, subnet: Subnet, opener: Opener) -> tuple[Bounds, str]:
        modes = {"allow-bidirectional"} if opener == "outside" else {"allow-bidirectional", "allow-egress"}
        for one in self._exclusions.get(subnet.id, []) + self._exclusions.get(subnet.vpc, []):
            node = Node.of(one)
            if node.member("InternetGatewayExclusionMode").value in modes:
                return OPEN, f", but for the exclusion {identity(node.member('ExclusionId'))}"
        why = self._index.missing(EXCLUSION, subnet.place, "the exclusions from VPC Block Public Access")
        return (unsure(why), "") if why else (SHUT, "")

    @cached_property
    def _options(self) -> Mapping[tuple[str, str], Resource]:
        return {place_of(one): one for one in self._index.inventory.of(OPTIONS)}

    @cached_property
    def _exclusions(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for one in self._index.all(EXCLUSION).values():
            node = Node.of(one)
            if node.member("State").value not in _ENDED:
                found.setdefault(str(node.member("ResourceArn").value).rpartition("/")[2], []).append(one)
        return found

    @cached_property
    def _attached(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {kind: {} for kind in _TYPES}
        for kind, type_ in _TYPES.items():
            for id_, gateway in self._index.all(type_).items():
                node = Node.of(gateway)
                for one in each(node.member("VpcAttachments" if kind == "vgw" else "Attachments")):
                    if isinstance(one, Unknown):
                        self._doubts[kind] = one
                        continue
                    attached = one.member("State").value not in ("detaching", "detached")
                    if attached and (vpc := identity(own := one.member("VpcId"))):
                        found[kind][vpc] = id_
                    elif attached and own.unknown:
                        self._doubts[kind] = own.unknown
        return found


_TYPES = {"igw": IGW, "eigw": EIGW, "vgw": VGW}
_NAMES = {"igw": "internet gateway", "eigw": "egress-only internet gateway", "vgw": "virtual private gateway"}
