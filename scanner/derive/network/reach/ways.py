"""The ways that packets can take through VPCs, as the stages they meet; every route is followed, and each gateway
that would lead there is tried, so that a way that only lacks its route is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Literal

from scanner.derive.network.reach import guards
from scanner.derive.network.reach.bounds import OPEN, SHUT, unsure
from scanner.derive.network.reach.index import ACL, EIGW, ENDPOINT, IGW, INTERFACE, NAT, PEERING, TABLE, VGW
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import Interval, overlap
from scanner.derive.network.reach.routes import Decision, Target
from scanner.derive.network.reach.spots import Goal, Spot, Way
from scanner.derive.network.reach.stages import Stage, stage
from scanner.derive.network.reach.transit import Attachment, no_attachment
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.node import Node, identity
from scanner.model import Unknown, Why

_LONGEST = 8
"""Routers that a way leads through; longer ones are loops in all but name."""


class Ways:
    """Ways through one network; `back` is for answers, which NAT gateways do not turn back."""

    def __init__(self, network: Network, *, back: bool) -> None:
        self._net = network
        self._back = back

    def leave(self, subnet: Subnet, goal: Goal, towards: list[Interval], seen: tuple[str, ...] = ()) -> Iterator[Way]:
        """From a subnet's router on."""
        if len(seen) > _LONGEST or subnet.id in seen:
            return
        seen = (*seen, subnet.id)
        if goal.interface and goal.interface.subnet.id == subnet.id:
            # within a subnet neither routes nor ACLs are asked
            yield Way((), self._arrived(goal))
            return
        table = self._net.tables.of(subnet)
        chosen = [one for one in table.decisions if overlap(one.most, towards)]
        tried: set[Target] = set()
        for one in chosen:
            here = self._route(table.id, one)
            for target in self._possible(subnet, goal) if one.target.kind == "?" else (one.target,):
                tried.add(target)
                for way in self._through(target, subnet, goal, towards, seen):
                    yield way.after(here)
        others = ", ".join(one.told for one in chosen) or "none for the destination"
        for target in self._wanted(subnet, goal):
            if target not in tried and len(seen) == 1:
                lacking = stage(TABLE, table.id, SHUT, f"no route to {target.id or 'local'}: {others}", back=self._back)
                for way in self._through(target, subnet, goal, towards, seen):
                    yield way.after(lacking)

    def enter(
        self, gateway: Target, subnet: Subnet, goal: Goal, towards: list[Interval], seen: tuple[str, ...] = ()
    ) -> Iterator[Way]:
        """From a gateway of the VPC of `subnet`, which is the goal's, on."""
        if goal.interface is None:
            return
        table = self._net.tables.at_gateway(gateway.id)
        chosen = [one for one in table.decisions if overlap(one.most, towards)] if table else []
        local = [one for one in chosen if one.target.kind == "local"]
        for one in chosen:
            if one.target.kind in ("appliance", "eni") and table:
                for way in self._through(one.target, subnet, goal, towards, seen, entering=True):
                    yield way.after(self._route(table.id, one))
        if table is None or local:
            here = [self._route(table.id, one) for one in local[:1]] if table else []
            yield Way((*here, *self._into(goal.interface.subnet)), self._arrived(goal))

    def from_attachment(self, attachment: Attachment, goal: Goal, towards: list[Interval]) -> Iterator[Way]:
        """From what lies behind an attachment that leads out of AWS."""
        for hop in self._net.transit.across(attachment, towards, back=self._back):
            for way in self._into_vpc(hop.attachment, goal, towards, "", ()):
                yield way.after(*hop.stages)

    def _through(  # noqa: C901, PLR0911, PLR0913 - a target each
        self, target: Target, subnet: Subnet, goal: Goal, towards: list[Interval], seen: tuple[str, ...],
        *, entering: bool = False,
    ) -> Iterator[Way]:  # fmt: skip
        out = () if entering else self._out_of(subnet)
        match target.kind:
            case "local":
                return self._local(subnet, goal, out)
            case "igw" | "eigw":
                return self._gate(target, subnet, goal, out)
            case "vgw":
                return self._gateway(target, subnet, goal, out)
            case "endpoint":
                return self._endpoint(target, subnet, goal, out)
            case "nat":
                return self._nat(target, subnet, goal, out)
            case "pcx":
                return self._peering(target, subnet, goal, out)
            case "tgw":
                return self._transit(target, subnet, goal, towards, seen)
            case "appliance":
                return self._appliance(target, subnet, goal, towards, (out, seen))
            case "eni":
                return self._forwarder(target, subnet, goal, towards, (out, seen))
            case "?":
                return self._any(subnet, goal, out)
        return self._unfollowed(target, subnet, goal, out)

    def _unfollowed(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """Through what is not followed: packets may come out anywhere, or nowhere."""
        why = Unknown(Why.UNSUPPORTED, message=f"what lies behind {target.id} is not followed")
        here = stage(TABLE, target.id, unsure(why), back=self._back)
        if goal.interface is not None:
            yield Way((here, *self._into(goal.interface.subnet)), self._arrived(goal))
        elif not self._back:
            yield Way((*out, here), Spot("beyond", subnet, target), known=False)

    def _any(self, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """What a route that is not known may lead through that is not known either."""
        if goal.interface is None:
            yield from self._any_gate(subnet, goal, out)
            return
        if goal.interface.subnet.vpc == subnet.vpc:
            return
        whys = [self._net.index.missing(PEERING, subnet.place), self._net.transit.unlisted(subnet.place)]
        for why in [one for one in whys if one][:1]:
            here = stage(PEERING, "", unsure(why), back=self._back)
            yield Way((here, *self._into(goal.interface.subnet)), self._arrived(goal))

    def _any_gate(self, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """An internet gateway of which nobody knows whether the VPC has it."""
        why = self._net.gates.of(subnet, "igw") if goal.kind == "internet" and not goal.through else None
        if isinstance(why, Unknown):
            here = stage(IGW, "", unsure(why), back=self._back)
            yield Way((*out, here), Spot("internet", subnet, Target("igw", "")), known=False)

    def _local(self, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        if goal.interface and goal.interface.subnet.vpc == subnet.vpc:
            yield Way((*out, *self._into(goal.interface.subnet)), self._arrived(goal))

    def _gate(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """An internet gateway; an egress-only one lets nobody outside open a connection."""
        if goal.kind != "internet" or goal.through not in ("", target.id):
            return
        type_ = IGW if target.kind == "igw" else EIGW
        yield Way((*out, Stage(type_, target.id, back=self._back)), Spot("internet", subnet, target), known=False)

    def _gateway(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        if goal.kind == "on-premises" and goal.through in ("", target.id):
            end = Spot("on-premises", subnet, target)
            yield Way((*out, Stage(VGW, target.id, back=self._back)), end, known=False)

    def _endpoint(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """A gateway endpoint: behind it lies a service of AWS's, which answers by the same way."""
        if goal.kind == "internet" and goal.through in ("", target.id) and not self._back:
            end = Spot("internet", subnet, target)
            note = f"{target.id} leads to a service of AWS's, not to the internet"
            yield Way((*out, Stage(ENDPOINT, target.id, note=note)), end, known=False)

    def _nat(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """Up to a NAT gateway; who asks goes on from there with its address."""
        del goal
        nat = self._net.nats.get(target.id)
        if nat is None or self._back:
            return
        into = self._into(nat.subnet) if nat.subnet.id != subnet.id else ()
        end = Spot("nat", nat.subnet, target, nat=nat)
        yield Way((*(out if into else ()), *into, Stage(NAT, target.id)), end)

    def _peering(self, target: Target, subnet: Subnet, goal: Goal, out: tuple[Stage, ...]) -> Iterator[Way]:
        """To the VPC at the other end, and no further (https://docs.aws.amazon.com/vpc/latest/peering/)."""
        sides = self._net.peers(target.id)
        why = None if sides else self._net.index.missing(PEERING, subnet.place, target.id)
        if goal.interface and goal.interface.subnet.vpc != subnet.vpc and why:
            far = stage(PEERING, target.id, unsure(why), back=self._back)
            yield Way((*out, far, *self._into(goal.interface.subnet)), self._arrived(goal))
        if goal.interface and goal.interface.subnet.vpc in sides and subnet.vpc in sides:
            here = Stage(PEERING, target.id, back=self._back)
            known = self._net.refers(target.id)
            yield Way((*out, here, *self._into(goal.interface.subnet)), self._arrived(goal), known=known)

    def _transit(
        self, target: Target, subnet: Subnet, goal: Goal, towards: list[Interval], seen: tuple[str, ...]
    ) -> Iterator[Way]:
        transit = self._net.transit
        mine = transit.of_vpc(subnet.vpc, target.id)
        if not mine:
            yield from self._unattached(target, subnet, goal)
        for entered in mine:
            ends = [one for one in map(self._net.vpcs.subnets.get, entered.subnets) if one]
            near = [one for one in ends if one.zone == subnet.zone or not subnet.zone]
            stages = [*self._out_of(subnet), *(self._into(near[0]) if near else ())]
            if not near:
                why = entered.doubt or (None if ends or entered.subnets else transit.unlisted(entered.place))
                bounds = unsure(why) if why else SHUT
                stages.append(
                    stage(TABLE, entered.id, bounds, f"{entered.id} has no subnet in {subnet.zone}", back=self._back)
                )
            for hop in transit.across(entered, towards, back=self._back):
                if hop.lacking and not _is_of(hop.attachment, goal):
                    continue
                for way in self._beyond(hop.attachment, goal, towards, subnet.zone, seen):
                    known = way.known and entered.referring
                    yield way.after(*stages, *hop.stages)._replace(known=known)

    def _unattached(self, target: Target, subnet: Subnet, goal: Goal) -> Iterator[Way]:
        if goal.interface:
            why = self._net.transit.unlisted(subnet.place)
            here = no_attachment(subnet.vpc, target.id, why, back=self._back)
            yield Way((*self._out_of(subnet), here, *self._into(goal.interface.subnet)), self._arrived(goal))

    def _beyond(
        self, attachment: Attachment, goal: Goal, towards: list[Interval], zone: str, seen: tuple[str, ...]
    ) -> Iterator[Way]:
        """What lies behind the attachment by which packets leave a transit gateway."""
        if attachment.on_premises:
            if goal.kind == "on-premises" and goal.through in ("", attachment.id):
                end = Spot("on-premises", _nowhere(attachment), Target("tgw", attachment.gateway), attachment)
                yield Way((Stage(attachment.kind, attachment.id, back=self._back),), end, known=False)
            return
        yield from self._into_vpc(attachment, goal, towards, zone, seen)

    def _into_vpc(
        self, attachment: Attachment, goal: Goal, towards: list[Interval], zone: str, seen: tuple[str, ...]
    ) -> Iterator[Way]:
        """Through a subnet of the attachment in the zone that packets come from, else in any.

        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
        """
        if not attachment.vpc or (goal.interface and goal.interface.subnet.vpc != attachment.vpc and not seen):
            return
        ends = [one for one in map(self._net.vpcs.subnets.get, attachment.subnets) if one]
        near = [one for one in ends if one.zone == zone] or ends
        for end in near[:1] if zone else near:
            for way in self.leave(end, goal, towards, seen):
                yield way._replace(known=way.known and attachment.referring)

    def _appliance(
        self, target: Target, subnet: Subnet, goal: Goal, towards: list[Interval],
        so_far: tuple[tuple[Stage, ...], tuple[str, ...]],
    ) -> Iterator[Way]:  # fmt: skip
        """Through an endpoint whose appliance or firewall inspects the packets and hands them on."""
        out, seen = so_far
        found = self._net.index.all(ENDPOINT).get(target.id)
        names = [identity(one) for one in Node.of(found, "SubnetIds").elements()] if found else []
        note = f"inspected by what is behind {target.id}, whose rules were not judged"
        for within in (one for one in map(self._net.vpcs.subnets.get, names) if one):
            moves = within.id != subnet.id
            stages = (*(out if moves else ()), *(self._into(within) if moves else ()))
            here = Stage(ENDPOINT, target.id, told="inspected", back=self._back, note=note)
            for way in self.leave(within, goal, towards, seen if moves else seen[:-1]):
                yield way.after(*stages, here)

    def _forwarder(
        self, target: Target, subnet: Subnet, goal: Goal, towards: list[Interval],
        so_far: tuple[tuple[Stage, ...], tuple[str, ...]],
    ) -> Iterator[Way]:  # fmt: skip
        """Through an interface that a route names; what is behind it has to hand packets on."""
        out, seen = so_far
        found = self._net.interface(target.id)
        if found is None or (goal.interface and goal.interface.id == found.id):
            return
        moves = found.subnet.id != subnet.id
        stages = (*(out if moves else ()), *(self._into(found.subnet) if moves else ()))
        shut = "" if found.forwards else f"{found.id} checks source and destination, and drops what is not its own"
        note = f"{found.id} hands on what it is sent"
        here = stage(INTERFACE, found.id, OPEN if found.forwards else SHUT, shut, back=self._back, note=note)
        groups = () if self._back else guards.both(self._net, found)
        for way in self.leave(found.subnet, goal, towards, seen if moves else seen[:-1]):
            yield way.after(*stages, here, *groups)

    def _possible(self, subnet: Subnet, goal: Goal) -> Iterable[Target]:
        """All that a route that is not known may lead to."""
        nats = [Target("nat", id_) for id_, one in self._net.nats.items() if one.subnet.vpc == subnet.vpc]
        joined = [Target("tgw", one.gateway) for one in self._net.transit.of_vpc(subnet.vpc)]
        egress = self._net.gates.of(subnet, "eigw")
        outward = [Target("eigw", egress)] if isinstance(egress, str) else []
        found = [*self._wanted(subnet, goal), *joined, *nats, *outward, Target("?", "")]
        return dict.fromkeys(found)

    def _wanted(self, subnet: Subnet, goal: Goal) -> Iterable[Target]:
        """What would lead straight to the goal if there were a route."""
        if goal.interface is not None:
            other = goal.interface.subnet.vpc
            if other == subnet.vpc:
                return [Target("local", "")]
            found = [Target("pcx", one) for one in self._net.between(subnet.vpc, other)]
            shared = {one.gateway for one in self._net.transit.of_vpc(other)}
            return found + [
                Target("tgw", one.gateway) for one in self._net.transit.of_vpc(subnet.vpc) if one.gateway in shared
            ]
        kind: Literal["igw", "vgw"] = "igw" if goal.kind == "internet" else "vgw"
        gateway = self._net.gates.of(subnet, kind)
        return [Target(kind, gateway)] if isinstance(gateway, str) else []

    def _route(self, table: str, one: Decision) -> Stage:
        told = f"{one.told} ({one.dead})" if one.dead else one.told
        return stage(TABLE, table, SHUT if one.dead else one.bounds, told, back=self._back)

    def _out_of(self, subnet: Subnet) -> tuple[Stage, ...]:
        acls = self._net.acls
        told = partial(acls.decided, subnet, "egress")
        return (stage(ACL, acls.name(subnet), acls.lets(subnet, "egress"), told, back=self._back),)

    def _into(self, subnet: Subnet) -> tuple[Stage, ...]:
        acls = self._net.acls
        told = partial(acls.decided, subnet, "ingress")
        return (stage(ACL, acls.name(subnet), acls.lets(subnet, "ingress"), told, back=self._back),)

    def _arrived(self, goal: Goal) -> Spot:
        assert goal.interface is not None  # noqa: S101 - only such goals arrive in a subnet
        return Spot("interface", goal.interface.subnet, Target("local", ""))


def _is_of(attachment: Attachment, goal: Goal) -> bool:
    """Whether the goal lies behind an attachment, so that it is worth telling that no route leads there."""
    if goal.interface is not None:
        return attachment.vpc == goal.interface.subnet.vpc
    return goal.kind == "on-premises" and attachment.on_premises


def _nowhere(attachment: Attachment) -> Subnet:
    return Subnet("", "", attachment.place)
