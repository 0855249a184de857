"""Security groups for the tests of what they let in, and a brute force to compare with."""

from __future__ import annotations

from typing import Any

from derive_worlds import fact, resource
from hypothesis import strategies as st

from scanner.model import Partial

GROUP, LIST = "AWS::EC2::SecurityGroup", "AWS::EC2::PrefixList"
HALVES = ("0.0.0.0/1", "128.0.0.0/1")
QUARTERS = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")


def permission(protocol: str, low: int | None = None, high: int | None = None, *v4: str, **rest: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "IpProtocol": protocol,
        "IpRanges": [{"CidrIp": one} for one in v4],
        "Ipv6Ranges": [{"CidrIpv6": one} for one in rest.pop("v6", ())],
        "PrefixListIds": [{"PrefixListId": one} for one in rest.pop("lists", ())],
        "UserIdGroupPairs": rest.pop("groups", []),
    }
    if low is not None:
        found |= {"FromPort": low, "ToPort": high}
    return found


def ingress(*permissions: dict[str, Any], lists: tuple[Any, ...] = (), unknown: Any = None, **more: Any) -> Partial:
    return fact(resource(GROUP, {"IpPermissions": list(permissions)}, unknown), "world_ingress", *lists, **more)


def prefix_list(name: str, *cidrs: str, owner: str = "111111111111", **rest: Any) -> Any:
    config = {"PrefixListId": name, "OwnerId": owner, "Entries": [{"Cidr": one} for one in cidrs]}
    return resource(LIST, config | rest.pop("config", {}), rest.pop("unknown", None), id=name, **rest)


Interval = tuple[str, int, int, str]


def brief(found: Partial) -> list[Interval]:
    """What is certain."""
    return [one for index, one in enumerate(intervals(found)) if f"/{index}" not in found.unknown]


def perhaps(found: Partial) -> list[Interval]:
    """What may be open too."""
    return [one for index, one in enumerate(intervals(found)) if f"/{index}" in found.unknown]


def intervals(found: Partial) -> list[Interval]:
    assert all(why.kind == ("more" if at == "/-" else "maybe") for at, why in found.unknown.items())
    return [(one["protocol"], one["from_port"], one["to_port"], one["family"]) for one in found.value]


def lies_in(inner: Interval, outer: Interval) -> bool:
    if inner[3] != outer[3] or outer[0] not in ("-1", inner[0]):
        return False
    if outer[0] in ("icmp", "icmpv6"):
        return outer[1] == -1 or (outer[1] == inner[1] and outer[2] in (-1, inner[2]))
    return outer[0] == "-1" or outer[1] <= inner[1] <= inner[2] <= outer[2]


def opened(found: Partial, protocol: str, port: int, family: str) -> bool:
    return any(lies_in((protocol, port, port, family), one) for one in brief(found))


def openable(found: Partial, protocol: str, port: int, family: str) -> bool:
    return any(lies_in((protocol, port, port, family), one) for one in intervals(found))


BLOCKS = st.sampled_from(["0.0.0.0/0", *HALVES, *QUARTERS])
V6 = st.sampled_from(["::/0", "::/1", "8000::/1"])
PORTS = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)
LISTS = {"pl-1": ("0.0.0.0/1", "::/0"), "pl-2": ("192.0.0.0/2", "8000::/1"), "pl-3": ()}


@st.composite
def permissions(draw: st.DrawFn) -> dict[str, Any]:
    protocol = draw(st.sampled_from(["tcp", "udp", "-1"]))
    ports = draw(PORTS) if protocol != "-1" else (None, None)
    return permission(
        protocol,
        *ports,
        *draw(st.lists(BLOCKS, max_size=3)),
        v6=draw(st.lists(V6, max_size=2)),
        lists=draw(st.lists(st.sampled_from(sorted(LISTS)), max_size=1)),
    )


GROUPS = st.lists(permissions(), max_size=4)
NEIGHBOURS = tuple(prefix_list(name, *cidrs) for name, cidrs in LISTS.items())
V4_CELLS = {"0.0.0.0/0": {0, 1, 2, 3}, HALVES[0]: {0, 1}, HALVES[1]: {2, 3}, **{q: {i} for i, q in enumerate(QUARTERS)}}
V6_CELLS = {"::/0": {0, 1}, "::/1": {0}, "8000::/1": {1}}


EVERY_LIST = {**LISTS, "pl-world": ("0.0.0.0/0", "::/0")}


def brute(group: list[dict[str, Any]], protocol: str, port: int, family: str) -> bool:
    """Whether the cells of address space that reach the port are all of them."""
    cells: set[int] = set()
    table = V4_CELLS if family == "ipv4" else V6_CELLS
    for one in group:
        if one["IpProtocol"] not in ("-1", protocol) or not one.get("FromPort", 0) <= port <= one.get("ToPort", 65535):
            continue
        named = [r["CidrIp"] for r in one["IpRanges"]] + [r["CidrIpv6"] for r in one["Ipv6Ranges"]]
        named += [cidr for reference in one["PrefixListIds"] for cidr in EVERY_LIST[reference["PrefixListId"]]]
        cells |= {cell for cidr in named for cell in table.get(cidr, ())}
    return len(cells) == (4 if family == "ipv4" else 2)
