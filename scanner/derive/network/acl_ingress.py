"""The ports that a network ACL leaves open to the whole internet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.acl_entries import Entry, ingress
from scanner.derive.network.permissions import ALL, PORTS
from scanner.derive.network.ranges import FAMILIES, Family, whole_space
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, pointer

_NAMED = ("tcp", "udp")


class AclIngress(TypedDict):
    """An interval of ports open to the internet; protocol `-1` is every protocol that no entry names."""

    protocol: Literal["tcp", "udp", "-1"]
    from_port: int
    to_port: int
    family: Literal["ipv4", "ipv6"]
    sources: list[str]


class _Open(NamedTuple):
    protocol: str
    low: int
    high: int
    family: Family
    sources: tuple[str, ...]


@derives("AWS::EC2::NetworkAcl", "acl_ingress", gives=list[AclIngress], reads=("Entries",))
def acl_ingress(acl: Resource, context: Context) -> Partial:
    """Intervals that entries allow from the whole internet, by first match in the order of their numbers.

    A port is open if the entries that allow it together name every address of the family, and
    those that deny it before, as far as they take effect, do not: an ACL that keeps a few networks
    out and lets the rest in is open, one that lets a few in and denies everybody else is not. TCP
    and UDP are told apart from all others, since an entry for one of them may deny what `-1`
    allows later. `sources` are the entries that allow it.

    What is certain comes first. An entry that is not known may allow or deny anything at its
    place: what would be open if it allowed everything follows, marked `maybe`.

    https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
    """
    del context
    entries = Node.of(acl, "Entries")
    if entries.unknown:
        return Partial(None, {"": as_kind(entries.unknown, "any")})
    walked = ingress(entries)
    reasons = [one.why for one in walked if one.why is not None]
    sure = _opened([one._replace(allow=one.allow and one.why is None) for one in walked])
    perhaps = [one for one in _opened(walked) if not any(_within(one, other) for other in sure)] if reasons else []
    fact = Partial([_told(one) for one in (*sure, *perhaps)])
    for index in range(len(sure), len(fact.value)):
        fact.unknown[pointer(index)] = as_kind(weightiest(reasons), "maybe")
    return fact


def _opened(entries: Sequence[Entry]) -> list[_Open]:
    found: list[_Open] = []
    for family in FAMILIES:
        mine = [one for one in entries if one.family == family]
        for protocol in (ALL, *_NAMED):
            found += _swept([one for one in mine if one.protocol in (protocol, ALL)], protocol, family)
    return sorted(found)


def _swept(entries: list[Entry], protocol: str, family: Family) -> list[_Open]:
    """The intervals between port boundaries, each judged with the entries that span it; merged."""
    cuts = sorted({PORTS[0], PORTS[1] + 1, *(one.low for one in entries), *(one.high + 1 for one in entries)})
    found: list[_Open] = []
    for low, end in pairwise(cuts):
        sources = _world([one for one in entries if one.low <= low <= one.high], family)
        if sources is None:
            continue
        if found and found[-1].high + 1 == low:
            sources = tuple(dict.fromkeys((*found[-1].sources, *sources)))
            low = found.pop().low  # noqa: PLW2901 - the interval grows downwards
        found.append(_Open(protocol, low, end - 1, family, sources))
    return found


def _world(entries: list[Entry], family: Family) -> tuple[str, ...] | None:
    """The entries by which one port is open, `None` if it is not."""
    sources = whole_space((one.span for one in entries if one.allow), family)
    if sources is None:
        return None
    effective = [one.span for index, one in enumerate(entries) if not one.allow and _reached(entries, index)]
    return None if whole_space(effective, family) else tuple(map(str, sources))


def _reached(entries: list[Entry], index: int) -> bool:
    """Whether an entry decides about any address: those before it leave some of its own."""
    start, end = entries[index].span[:2]
    for span in sorted(one.span[:2] for one in entries[:index]):
        if span[0] > start:
            break
        start = max(start, span[1] + 1)
    return start <= end


def _within(one: _Open, other: _Open) -> bool:
    same = (one.protocol, one.family) == (other.protocol, other.family)
    return same and other.low <= one.low and one.high <= other.high


def _told(one: _Open) -> dict[str, object]:
    return {
        "protocol": one.protocol,
        "from_port": one.low,
        "to_port": one.high,
        "family": one.family,
        "sources": list(one.sources),
    }
