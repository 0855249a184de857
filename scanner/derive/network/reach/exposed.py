"""Everything that the internet reaches, and what only one thing keeps from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.answers import blocked, doubts, judge, unread
from scanner.derive.network.reach.balancers import Balancer
from scanner.derive.network.reach.bounds import Bounds, Reading, unsure
from scanner.derive.network.reach.cases import Case, Cases
from scanner.derive.network.reach.databases import DESCRIPTION
from scanner.derive.network.reach.ends import End
from scanner.derive.network.reach.index import DATABASE, GROUP, INSTANCE
from scanner.derive.network.reach.interfaces import Address, Interface
from scanner.derive.network.reach.packets import DESTINATION, EVERYTHING, NOTHING, SOURCE, V4_SPACE, V6_SPACE, Packets
from scanner.derive.network.reach.stages import Stage, Trail, blockers, chosen, through
from scanner.derive.network.reach.vpcs import Subnet
from scanner.derive.network.reach.wording import host, packets_told, told
from scanner.memory import uncollected
from scanner.model import Resource, Unknown

INTERNET = End("internet", "internet")
_ANYWHERE = EVERYTHING.boxes[0][DESTINATION]
_READINGS: tuple[Reading, Reading] = ("most", "least")


class Found(NamedTuple):
    """What surely and what possibly reaches one thing; `cases` are those that lead to it."""

    id: str
    type: str
    reached: Packets
    possible: Packets
    via: tuple[str, ...]
    cases: tuple[Case, ...]
    host: str = ""


class Exposure:
    """What the internet reaches of one snapshot.

    Of an interface only its subnet, its groups and the kinds of its addresses matter, so that each combination is
    followed once.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._net = cases.network
        self._ways = cache(self._of_subnet)
        self._shut = cache(self._of_class)
        self._met = cache(self._both)
        self._alike: dict[Hashable, tuple[Found, Case | None]] = {}

    def found(self) -> Iterator[Found]:
        """Load balancers, databases, then all other interfaces, in order."""
        for balancer in sorted(self._cases.balancers.all.values()):
            yield self.of_balancer(balancer)
        databases = list(self._net.index.all(DATABASE).values())
        for one in databases:
            yield self.of_database(one)
        for interface in self._net.interfaces.all.values():
            told_elsewhere = databases and interface.owner == DESCRIPTION
            if not told_elsewhere and not interface.deaf and self._cases.balancers.of_node(interface) is None:
                yield self.of_interface(interface)

    def of_balancer(self, balancer: Balancer) -> Found:
        """What reaches a load balancer."""
        end = End("", "interfaces", interfaces=balancer.nodes, host=balancer.host)
        return self._asked(balancer.id, balancer.type, end)

    def of_database(self, resource: Resource) -> Found:
        """What reaches a DB instance."""
        return self._asked(resource.id, DATABASE, self._cases.ends.served(resource))

    def misses(self, found: Found) -> Iterator[dict[str, Any]]:
        """The single stages without each of which something would be reached that is not."""
        for case in found.cases:
            yield from self._single(case)

    def doubts(self, found: Found, held: tuple[Interface, ...]) -> list[Unknown]:
        """What was not read on the ways that something possibly gets along; `held` are its interfaces."""
        end = End(found.id, "interfaces", (0, 0), held, type=found.type)
        cases = found.cases or tuple(self._cases.of(INTERNET, end))
        return unread(cases)

    def near(self, interface: Interface) -> tuple[dict[str, Any], ...]:
        """The same of an interface, by what it has in common with others."""
        public = any(one.public for one in interface.addresses if not one.six)
        six = any(one.six for one in interface.addresses)
        bare = Interface(
            "", interface.type, interface.subnet, interface.place, interface.groups, kind=interface.kind,
            closed=interface.closed, doubt=interface.doubt,
        )  # fmt: skip
        return self._shut(bare, public, six)

    def _asked(self, id_: str, type_: str, end: End) -> Found:
        end = end._replace(text=id_, type=type_)
        bare = tuple(one._replace(id="", owner="") for one in end.interfaces)
        key = (type_, bare, end.answers.boxes, end.one_of) if type_ == DATABASE else (id_,)
        if key not in self._alike:
            cases = tuple(self._cases.of(INTERNET, end)) if end.interfaces else ()
            first = next((case for case in cases if judge(case, EVERYTHING).least), None)
            self._alike[key] = self._judged(id_, type_, cases, one_of=end.one_of), first
        found, first = self._alike[key]
        return found._replace(id=id_, host=host(first, end) if first else "")

    def _judged(self, id_: str, type_: str, cases: tuple[Case, ...], *, one_of: bool = False) -> Found:
        reached: dict[str, Packets] = {}
        possible, via = NOTHING, dict[str, None]()
        for case in cases:
            one = judge(case, EVERYTHING)
            place = case.target.subnet.id if one_of and case.target else ""
            reached[place] = reached.get(place, NOTHING) | (one.least[0] if one.least else NOTHING)
            possible = possible | (one.most[0] if one.most else NOTHING)
            via |= dict.fromkeys(_via(case) if one.least else ())
        # of several places that it may be in, each has to be reached
        surely = reduce(or_, reached.values(), NOTHING) if all(reached.values()) else NOTHING
        return Found(id_, type_, surely, possible, tuple(via), cases)

    def of_interface(self, interface: Interface) -> Found:
        """What reaches an interface, by sets that many share; through load balancers by their trails."""
        id_, type_ = _owner(interface)
        bare = interface._replace(id="", addresses=(), owner="", primary=True, forwards=False, address_doubt=None)
        reached, beyond = NOTHING, NOTHING
        for address in interface.addresses:
            if _is_outside(address):
                targets = [address.block] if address.six else list(address.public)
                most, least, _ = self._met(bare, address.six)
                reached = reached | least.with_axis(DESTINATION, targets)
                beyond = beyond if least is most else beyond | most.with_axis(DESTINATION, targets)
        if interface.address_doubt is not None:
            for six in (False, True):
                beyond = beyond | self._met(bare, six).most
        possible = reached | beyond if beyond else reached
        via = ("internet gateway",) if reached else ()
        return self._through_fronts(interface, Found(id_, type_, reached, possible, via, ()))

    def _through_fronts(self, interface: Interface, found: Found) -> Found:
        if not self._cases.balancers.behind.get(interface.id) and not self._cases.fronts.unread(interface):
            return found
        cases = tuple(self._cases.of(INTERNET, End(found.id, "interfaces", (0, 0), (interface,), type=found.type)))
        return self._judged(found.id, found.type, cases)

    def _both(self, interface: Interface, six: bool) -> Bounds:  # noqa: FBT001 - a cache's key
        """What gets to an interface's subnet and is let in by its groups."""
        bounds = self._ways(interface.subnet, interface.closed, six)
        if not interface.unguarded:
            let = self._net.groups.lets(interface.groups, "ingress", interface.place)
            bounds &= let if interface.doubt is None else let | unsure(interface.doubt)
        return bounds

    def _of_subnet(self, subnet: Subnet, closed: bool, six: bool) -> Bounds:  # noqa: FBT001 - a cache's key
        """What gets to an interface of a subnet and back if its groups let in everything."""
        anything = Interface("", "", subnet, subnet.place, closed=closed, kind="networkloadbalancer")
        most, least = NOTHING, NOTHING
        reasons: dict[Unknown, None] = {}
        family = EVERYTHING.with_axis(SOURCE, [V6_SPACE if six else V4_SPACE])
        for trail in self._trails(anything, six=six):
            sets = [through(trail, family, reading) for reading in _READINGS]
            most, least = (
                before | (got[0].with_axis(DESTINATION, [_ANYWHERE]) if got else NOTHING)
                for before, got in zip((most, least), sets, strict=True)
            )
            reasons |= dict.fromkeys(why for one in trail if isinstance(one, Stage) for why in one.bounds.doubts)
        first = _from_anywhere(six)
        most, least = most & first, least & first
        return Bounds(most, most if least.boxes == most.boxes else least, tuple(reasons))

    def _trails(self, interface: Interface, *, six: bool, public: bool = True) -> list[Trail]:
        """From the internet to any address of the interface's subnet, on which nothing else depends."""
        held = [one for one in interface.subnet.blocks if (one[0] >= V6_SPACE[0]) == six]
        inside = held[0] if held else flows.internet()[-1] if six else (0, 1)
        address = Address(inside, tuple(flows.internet()[:-1]) if public and not six else ())
        return list(self._cases.trails.into(interface._replace(addresses=(address,)), address))

    def _of_class(self, interface: Interface, public: bool, six: bool) -> tuple[dict[str, Any], ...]:  # noqa: FBT001 - a cache's key
        found: list[dict[str, Any]] = []
        for family in (False, True) if six else (False,):
            for trail in self._trails(interface, six=family, public=public):
                spaces = [one for one in flows.internet() if (one[0] >= V6_SPACE[0]) == family]
                case = Case(trail, flows.start(spaces, spaces), None, interface)
                found += self._single(case)
        return tuple(found)

    def _single(self, case: Case) -> Iterator[dict[str, Any]]:
        if not case.start or through(case.trail, case.start, "most"):
            return
        places = blockers(case.trail, case.start, "most")
        for place in places:
            sets = through(case.trail, case.start, "least", [place])
            # a group that lets nobody in is what groups are for
            if sets and len(places) == 1 and case.trail[place].type != GROUP:
                yield {"blocked_by": blocked(case, case.start, place), "packets": sets[0]}


def exposed(cases: Cases, *, near_misses: bool = False) -> dict[str, Any]:
    """`{"checked", "exposed", "unknown", "near_misses"}`.

    Each of `exposed` has `resource`, `name`, `type`, `packets` (rows as in an answer), a `witness` and `via`; of
    `unknown` the `reasons`; of `near_misses` the single stage that prevents it (`blocked_by`) and the packets
    without it.
    """
    with uncollected():
        return _exposed(cases, near_misses=near_misses)


def _exposed(cases: Cases, *, near_misses: bool) -> dict[str, Any]:
    exposure = Exposure(cases)
    rows: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    near: list[dict[str, Any]] = []
    checked = 0
    for one in exposure.found():
        checked += 1
        if one.reached:
            rows.append(_row(cases, one))
        elif one.possible:
            unknown.append(
                {"resource": one.id, "name": _name(cases, one), "type": one.type, "reasons": _reasons(cases, one)}
            )
        if near_misses:
            near += _near(cases, exposure, one)
    return {
        "checked": checked,
        "exposed": _merged(rows),
        "unknown": sorted(unknown, key=lambda row: (row["type"], row["resource"])),
        "near_misses": sorted(near, key=lambda row: (row["type"], row["resource"])),
    }


def _name(cases: Cases, found: Found) -> str:
    """What people call it, where that is not its id."""
    index = cases.network.index
    one = index.all(INSTANCE).get(found.id) if found.type == INSTANCE else index.inventory.get(found.id)
    return one.name if one and one.name != found.id else ""


def _row(cases: Cases, found: Found) -> dict[str, Any]:
    witness = chosen(found.reached)
    return {
        "resource": found.id,
        "name": _name(cases, found),
        "type": found.type,
        "witness": told(witness, found.host) if witness else None,
        "packets": found.reached,
        "via": list(found.via),
    }


def _merged(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a resource, of all its interfaces, with its packets told."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = row["type"], row["resource"]
        if key in found:
            found[key]["packets"] = found[key]["packets"] | row["packets"]
            found[key]["via"] = list(dict.fromkeys((*found[key]["via"], *row["via"])))
        else:
            found[key] = row
    return [{**found[key], "packets": packets_told(found[key]["packets"])} for key in sorted(found)]


def _reasons(cases: Cases, found: Found) -> list[dict[str, str]]:
    held = found.cases
    if not held:
        interfaces = [one for one in cases.network.interfaces.all.values() if _owner(one)[0] == found.id]
        end = End(found.id, "interfaces", (0, 0), tuple(interfaces), type=found.type)
        held = tuple(cases.of(INTERNET, end))
    return doubts(held)


def _near(cases: Cases, exposure: Exposure, found: Found) -> list[dict[str, Any]]:
    if found.reached or found.possible:
        return []
    if found.cases:
        misses = list(exposure.misses(found))
    else:
        listed = cases.network.interfaces.all.get(found.id)
        held = cases.network.of_instance(found.id) or ([listed] if listed else [])
        misses = [one for each in held for one in exposure.near(each)]
    named = {"resource": found.id, "name": _name(cases, found), "type": found.type}
    told_ = {str(one["blocked_by"]): one for one in misses}
    return [{**named, **one, "packets": packets_told(one["packets"])} for one in told_.values()]


def _owner(interface: Interface) -> tuple[str, str]:
    return (interface.owner, INSTANCE) if interface.owner.startswith("i-") else (interface.id, interface.type)


def _via(case: Case) -> Iterator[str]:
    yield from (one.balancer.id for one in case.via)
    if not case.via:
        yield "internet gateway"


def _is_outside(address: Address) -> bool:
    return flows.is_public(address.block[0]) if address.six else bool(address.public)


@cache
def _from_anywhere(six: bool) -> Packets:  # noqa: FBT001 - a cache's key
    senders = [one for one in flows.internet() if (one[0] >= V6_SPACE[0]) == six]
    return flows.start(senders, [V6_SPACE if six else V4_SPACE])
