"""Answers as programs and people read them: a witness, the hops there and back, or what prevents it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.bounds import OPEN
from scanner.derive.network.reach.cases import Case, Cases
from scanner.derive.network.reach.ends import End
from scanner.derive.network.reach.index import ACL, GROUP, INSTANCE, OPTIONS
from scanner.derive.network.reach.packets import (
    DESTINATION,
    NOTHING,
    SOURCE,
    SOURCE_PORT,
    Packet,
    Packets,
    box,
)
from scanner.derive.network.reach.stages import Stage, Turn, along, blockers, chosen, follow, through
from scanner.derive.network.reach.wording import PORTED, host, packets_told, told
from scanner.derive.node import Node
from scanner.model import Unknown


class Judged(NamedTuple):
    """A case with what surely and what possibly gets through, in front of each stage; empty where nothing does."""

    case: Case
    start: Packets
    least: list[Packets]
    most: list[Packets]

    @property
    def reachable(self) -> bool | None:
        """Whether anything gets through; `None` if that is not known."""
        return True if self.least else None if self.most else False


def judge(case: Case, wanted: Packets) -> Judged:
    """What of the wanted packets gets along the trail of a case."""
    start = case.start & wanted
    least = through(case.trail, start, "least") if start else []
    if least or not start:
        return Judged(case, start, least, least)
    return Judged(case, start, [], through(case.trail, start, "most"))


def ask(cases: Cases, source: End, target: End, wanted: Packets) -> dict[str, Any]:
    """`{"reachable", "witness", "hops", "return_hops", "assumptions", "blocked_by", "packets"}`.

    `reachable` is null where something that was not read could change it: `blocked_by` then says what, with the
    decision `unknown`. Otherwise it holds each stage that alone prevents everything; `only` says that nothing else
    does. `packets` are all that surely get through. Raises `UsageError` where neither end is in the snapshot.
    """
    judged = [judge(case, wanted) for case in cases.of(source, target)]
    reachable = _verdict(judged, one_of=source.one_of or target.one_of)
    if reachable is True:
        best = next(one for one in judged if one.least)
        return _open(cases, best, judged, (source, target))
    if reachable is None:
        unsure = next((one for one in judged if one.most and not one.least), judged[0])
        return _unsure(cases, unsure, (source, target))
    return _shut(cases, judged, (source, target))


def _verdict(judged: Sequence[Judged], *, one_of: bool) -> bool | None:
    """Over all cases; where an end has one of several interfaces, only what holds for each of them is sure."""
    answers: dict[tuple[str, str], bool | None] = {}
    for one in judged:
        key = tuple(side.subnet.id if side and one_of else "" for side in (one.case.source, one.case.target))
        before = answers.get(key, False)  # type: ignore[arg-type]  # a pair, whose length a generator does not show
        answers[key] = True if True in (before, one.reachable) else None if None in (before, one.reachable) else False  # type: ignore[index]  # as above
    found = set(answers.values())
    if not found or found == {False}:
        return False
    return True if found == {True} or (not one_of and True in found) else None


def _open(cases: Cases, best: Judged, judged: Sequence[Judged], ends: tuple[End, End]) -> dict[str, Any]:
    witness = chosen(best.least[0])
    assert witness is not None  # noqa: S101 - what gets through holds a packet
    packets = NOTHING
    for one in judged:
        packets = packets | (one.least[0] if one.least else NOTHING)
    return {
        "reachable": True,
        "witness": told(witness, host(best.case, ends[1])),
        **_hops(best.case, witness, best.least, ends),
        "assumptions": _assumptions(cases, best, ends),
        "blocked_by": [],
        "packets": packets_told(packets),
    }


def _unsure(cases: Cases, best: Judged, ends: tuple[End, End]) -> dict[str, Any]:
    witness = chosen(best.most[0]) if best.most else None
    found = doubts([best.case])
    if not found:
        found = [{**_named(Stage("", "")), "rule": "it has one of several interfaces", "decision": "unknown"}]
    return {
        "reachable": None,
        "witness": None,
        **(_hops(best.case, witness, best.most, ends) if witness else {"hops": [], "return_hops": []}),
        "assumptions": _assumptions(cases, best, ends),
        "blocked_by": found,
        "packets": [],
    }


def doubts(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """What was not read on the trails that something possibly gets along."""
    found = [{**_named(one), "rule": _reason(why), "decision": "unknown", **_call(why)} for one, why in _unread(cases)]
    return list({str(one): one for one in found}.values())


def unread(cases: Iterable[Case]) -> list[Unknown]:
    """The same as reasons."""
    return list(dict.fromkeys(why for _, why in _unread(cases)))


def _unread(cases: Iterable[Case]) -> Iterator[tuple[Stage, Unknown]]:
    for case in cases:
        if through(case.trail, case.start, "most"):
            for one in case.trail:
                if isinstance(one, Stage) and one.bounds.least is not one.bounds.most:
                    yield from ((one, why) for why in one.bounds.doubts)


def _shut(cases: Cases, judged: Sequence[Judged], ends: tuple[End, End]) -> dict[str, Any]:
    best, places = _nearest(judged)
    base = {"reachable": False, "witness": None}
    if best is None:
        what = f"no packet of that kind is addressed from {ends[0].text} to {ends[1].text}"
        shut = [{"type": "", "id": "", "rule": what, "decision": "deny", "only": True}]
        return {**base, "hops": [], "return_hops": [], "assumptions": [], "blocked_by": shut, "packets": []}
    reached = along(best.case.trail, best.start, "most")
    last = len(reached) - 2
    front = best.case.trail[: last + 1]
    sets = through(front[:-1], best.start, "most")
    witness = chosen(sets[0]) if sets else None
    hops = _hops(best.case._replace(trail=front), witness, sets, ends) if witness else {"hops": [], "return_hops": []}
    hops["hops"] = hops["hops"][:-1]
    final = front[-1]
    if isinstance(final, Stage) and not final.back:
        hops["return_hops"] = []
    return {
        **base,
        **hops,
        "assumptions": _assumptions(cases, best, ends),
        "blocked_by": [blocked(best.case, best.start, place, places) for place in places],
        "packets": [],
    }


def _nearest(judged: Sequence[Judged]) -> tuple[Judged | None, list[int]]:
    """The case that the fewest stages prevent, and these."""
    found: tuple[Judged | None, list[int]] = (None, [])
    for one in judged:
        if one.start:
            places = blockers(one.case.trail, one.start, "most")
            if found[0] is None or len(places) < len(found[1]):
                found = (one, places)
    return found


def blocked(case: Case, start: Packets, place: int, places: Sequence[int] = ()) -> dict[str, Any]:
    """One stage that prevents everything, and what it does to a packet that everything else lets through."""
    trail = case.trail
    one = trail[place]
    assert isinstance(one, Stage)  # noqa: S101 - only stages prevent
    without = through(trail, start, "least", [place])
    sets = without or through(trail, start, "most", places or [place])
    witness = chosen(sets[0]) if sets else chosen(start)
    at = follow(trail, witness, sets)[place] if witness else None
    rule = one.rule(at) or next((_reason(why) for why in one.bounds.doubts), "")
    way = "back" if one.back else "there"
    return {**_named(one), "rule": rule, "decision": "deny", "way": way, "only": bool(without)}


def _hops(case: Case, witness: Packet, sets: Sequence[Packets], ends: tuple[End, End]) -> dict[str, Any]:
    """The hops of a packet there, and of its answer back."""
    packets = follow(case.trail, witness, sets)
    there: list[dict[str, Any]] = [_end(ends[0], "send")]
    back: list[list[dict[str, Any]]] = [[]]
    for place, one in enumerate(case.trail):
        if isinstance(one, Turn):
            told_ = _turned(packets[place], packets[place + 1])
            if told_:
                there.append({**_named(one), "rule": told_, "decision": "translate"})
                back[-1].append(
                    {**_named(one), "rule": _turned_back(packets[place], packets[place + 1]), "decision": "translate"}
                )
                back[-1].insert(0, back[-1].pop())
            back.append([])
        elif one.type != GROUP or one.bounds is not OPEN:
            decision = _decision(one, packets[place])
            rule = next((_reason(why) for why in one.bounds.doubts), "") if decision == "unknown" else ""
            hop = {**_named(one), "rule": rule or one.rule(packets[place]), "decision": decision}
            (back[-1] if one.back else there).append(hop)
    there.append(_end(ends[1], "receive"))
    answered = flows.reply(packets[-1]) is not None
    return {"hops": there, "return_hops": [hop for stretch in reversed(back) for hop in stretch] if answered else []}


_FILTERS = (GROUP, ACL, OPTIONS)


def _decision(one: Stage, packet: Packet) -> str:
    if packet in one.bounds.least:
        return "allow" if one.type in _FILTERS else "forward"
    return "unknown" if packet in one.bounds.most else "deny"


def _end(end: End, decision: str) -> dict[str, Any]:
    return {"type": end.type or end.kind, "id": end.text, "rule": "", "decision": decision}


def _named(one: Stage | Turn) -> dict[str, Any]:
    return {"type": one.type, "id": one.id}


_AXES = ((SOURCE, "source"), (DESTINATION, "destination"))


def _turned(before: Packet, after: Packet) -> str:
    return ", ".join(
        f"{name} {_socket(before, axis)} → {_socket(after, axis)}"
        for axis, name in _AXES
        if (before[axis], before[axis + 2]) != (after[axis], after[axis + 2])
    )


def _turned_back(before: Packet, after: Packet) -> str:
    names = {SOURCE: "destination", DESTINATION: "source"}
    return ", ".join(
        f"{names[axis]} {_socket(after, axis)} → {_socket(before, axis)}"
        for axis, _ in _AXES
        if (before[axis], before[axis + 2]) != (after[axis], after[axis + 2])
    )


def _socket(packet: Packet, axis: int) -> str:
    text = flows.address_text(packet[axis])
    if packet.protocol not in PORTED:
        return text
    return f"[{text}]:{packet[axis + 2]}" if ":" in text else f"{text}:{packet[axis + 2]}"


def _assumptions(cases: Cases, judged: Judged, ends: tuple[End, End]) -> list[str]:
    found = [one.note for one in judged.case.trail if isinstance(one, Stage) and one.note]
    if any(end.kind == "on-premises" for end in ends):
        found.append("what lies beyond the gateway routes and lets through these packets")
    found += _narrow_client(judged)
    for side in (judged.case.source, judged.case.target):
        if side is not None:
            found += _state(cases, side.owner)
    return list(dict.fromkeys(found))


def _narrow_client(judged: Judged) -> Iterator[str]:
    """Where only some of the ports that a client may send from get through."""
    if not judged.least:
        return
    for protocol in PORTED:
        held = judged.least[0] & Packets([box((protocol, protocol + 1))])
        ports = held.interval(SOURCE_PORT)
        if held and ports != [flows.EPHEMERAL]:
            spans = ", ".join(f"{low}-{high - 1}" if high > low + 1 else str(low) for low, high in ports)
            yield f"the client sends from a {flows.protocol_text(protocol)} port of {spans}"


def _state(cases: Cases, owner: str) -> Iterator[str]:
    found = cases.network.index.all(INSTANCE).get(owner)
    state = Node.of(found, "State", "Name").value if found else None
    if state in ("stopped", "stopping"):
        yield f"{owner} is {state}: the answer is for when it runs"


def _reason(why: Unknown) -> str:
    return why.message or str(why.why)


def _call(why: Unknown) -> dict[str, str]:
    return {name: text for name, text in why.to_json().items() if name in ("why", "operation", "permission")}
