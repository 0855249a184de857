"""The ports open to the world, against brute force and under every hidden part."""

from __future__ import annotations

import random
from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, hidden, hide, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Unknown, Why

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


def brief(found: Partial) -> list[tuple[str, int, int, str]]:
    return [(one["protocol"], one["from_port"], one["to_port"], one["family"]) for one in found.value]


def opened(found: Partial, protocol: str, port: int, family: str) -> bool:
    return any(p in ("-1", protocol) and low <= port <= high and f == family for p, low, high, f in brief(found))


def test_a_split_world_is_the_world_and_says_through_what() -> None:
    found = ingress(permission("tcp", 22, 22, *HALVES), permission("udp", 53, 53, HALVES[0]))
    assert found.value == [
        {
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "family": "ipv4",
            "sources": ["/IpPermissions/0/IpRanges/0", "/IpPermissions/0/IpRanges/1"],
        }
    ]
    assert found.unknown == {}


def test_the_world_without_the_private_ranges_is_not_the_world() -> None:
    assert not brief(ingress(permission("tcp", 22, 22, "0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", HALVES[1])))


def test_one_rule_that_is_the_world_is_source_enough() -> None:
    found = ingress(permission("tcp", 22, 22, "0.0.0.0/1", "0.0.0.0/0", "128.0.0.0/1"))
    assert found.value[0]["sources"] == ["/IpPermissions/0/IpRanges/1"]


def test_rules_for_all_protocols_count_for_each() -> None:
    found = ingress(permission("-1", None, None, HALVES[0]), permission("tcp", 22, 80, HALVES[1]))
    assert brief(found) == [("tcp", 22, 80, "ipv4")]
    assert found.value[0]["sources"] == ["/IpPermissions/0/IpRanges/0", "/IpPermissions/1/IpRanges/0"]


def test_a_rule_for_all_protocols_is_told_once() -> None:
    found = ingress(permission("-1", None, None, "0.0.0.0/0"), permission("tcp", 22, 22, "10.0.0.0/8"))
    assert brief(found) == [("-1", 0, 65535, "ipv4")]


def test_families_are_judged_apart() -> None:
    assert brief(ingress(permission("tcp", 22, 22, HALVES[0], v6=["8000::/1"]))) == []
    assert brief(ingress(permission("tcp", 22, 22, v6=["::/1", "8000::/1"]))) == [("tcp", 22, 22, "ipv6")]


def test_neighbouring_intervals_are_merged_and_overlaps_split() -> None:
    found = ingress(
        permission("tcp", 20, 30, HALVES[0]),
        permission("tcp", 25, 40, HALVES[1]),
        permission("tcp", 31, 32, "0.0.0.0/0"),
    )
    assert brief(found) == [("tcp", 25, 32, "ipv4")]


@pytest.mark.parametrize(("protocol", "shown"), [("6", "tcp"), ("17", "udp"), ("TCP", "tcp"), ("58", "icmpv6")])
def test_protocol_numbers_are_names(protocol: str, shown: str) -> None:
    assert brief(ingress(permission(protocol, 8, 8, "0.0.0.0/0"))) == [(shown, 8, 8, "ipv4")]


def test_protocols_without_ports_have_all() -> None:
    assert brief(ingress(permission("50", None, None, "0.0.0.0/0"))) == [("50", 0, 65535, "ipv4")]


def test_icmp_keeps_type_and_code() -> None:
    found = ingress(permission("icmp", 8, 0, HALVES[0]), permission("icmp", 8, -1, HALVES[1]))
    assert brief(found) == [("icmp", 8, 0, "ipv4")]
    every = ingress(permission("icmp", -1, -1, "0.0.0.0/0"), permission("icmp", 3, 4, "10.0.0.0/8"))
    assert brief(every) == [("icmp", -1, -1, "ipv4")]


def test_host_bits_are_cleared_as_aws_does() -> None:
    assert brief(ingress(permission("tcp", 22, 22, "9.9.9.9/0"))) == [("tcp", 22, 22, "ipv4")]


def test_other_groups_are_not_the_world() -> None:
    found = ingress(
        permission("tcp", 22, 22, groups=[{"GroupId": "sg-1"}]), unknown={"/IpPermissions/0/UserIdGroupPairs/-": LATER}
    )
    assert (found.value, found.unknown) == ([], {})


def test_prefix_lists_count_with_their_entries() -> None:
    halves = prefix_list("pl-1", HALVES[0], "::/0")
    found = ingress(permission("tcp", 22, 22, HALVES[1], lists=["pl-1"]), lists=(halves,))
    assert brief(found) == [("tcp", 22, 22, "ipv4"), ("tcp", 22, 22, "ipv6")]
    assert found.value[0]["sources"] == ["/IpPermissions/0/PrefixListIds/0", "/IpPermissions/0/IpRanges/0"]


def test_lists_of_aws_are_never_the_world() -> None:
    found = ingress(permission("tcp", 443, 443, lists=["pl-1"]), lists=(prefix_list("pl-1", "0.0.0.0/0", owner="AWS"),))
    assert (found.value, found.unknown) == ([], {})


@pytest.mark.parametrize("where", [{"account": "222222222222"}, {"region": "us-east-1"}])
def test_a_list_of_another_place_is_not_this_list(where: dict[str, str]) -> None:
    found = ingress(permission("tcp", 22, 22, lists=["pl-1"]), lists=(prefix_list("pl-1", "0.0.0.0/0", **where),))
    assert found.value == []
    assert found.unknown["/-"].why is Why.OUT_OF_SCOPE


def test_a_list_nobody_could_read_leaves_the_answer_open_with_the_reason() -> None:
    found = ingress(
        permission("tcp", 22, 22, "0.0.0.0/0", lists=["pl-1"]),
        permission("tcp", 80, 80, lists=["pl-1"]),
        incomplete={LIST: DENIED},
    )
    assert opened(found, "tcp", 22, "ipv4")
    assert (found.unknown["/-"].why, found.unknown["/-"].kind) == (Why.DENIED, "more")
    assert found.unknown["/-"].operation == DENIED.operation


def test_a_list_of_the_same_plan_is_found_by_token() -> None:
    token = Unknown(Why.AFTER_APPLY, "opaque", token="aws_ec2_managed_prefix_list.x.id")
    made = prefix_list("pl", "0.0.0.0/0", unknown={"/PrefixListId": token}, config={"PrefixListId": None})
    found = ingress(
        permission("tcp", 22, 22, lists=[None]),
        lists=(made,),
        unknown={"/IpPermissions/0/PrefixListIds/0/PrefixListId": token},
    )
    assert brief(found) == [("tcp", 22, 22, "ipv4")]
    assert found.unknown == {}


def test_what_is_unknown_but_could_open_nothing_new_leaves_the_list_closed() -> None:
    base = permission("tcp", 22, 22, "0.0.0.0/0", "10.0.0.0/8")
    for place in ("/IpPermissions/0/IpRanges/1/CidrIp", "/IpPermissions/0/IpRanges/0/Description"):
        assert ingress(base, unknown={place: LATER}).unknown == {}
    narrow = permission("tcp", 22, 22, "10.0.0.0/8")
    assert ingress(narrow, unknown={"/IpPermissions/0/FromPort": LATER}).unknown == {}


def test_one_unknown_block_leaves_the_list_open() -> None:
    found = ingress(permission("tcp", 22, 22, "10.0.0.0/8"), unknown={"/IpPermissions/0/IpRanges/0/CidrIp": LATER})
    assert (found.value, list(found.unknown)) == ([], ["/-"])


@pytest.mark.parametrize(
    ("token", "open_"),
    [
        ("aws_eip.nat.public_ip", False),
        ("${Nat}/32", False),
        ("${Vpc.CidrBlock}", False),
        ("${Nat}/0", True),
        ("${Nat}/8", True),
    ],
)
def test_the_block_of_a_resource_yet_to_be_made_is_not_the_world(token: str, open_: bool) -> None:
    why = Unknown(Why.AFTER_APPLY, "opaque", token=token)
    found = ingress(permission("tcp", 22, 22, "10.0.0.0/8"), unknown={"/IpPermissions/0/IpRanges/0/CidrIp": why})
    assert ("/-" in found.unknown) == open_


@pytest.mark.parametrize(
    "bad",
    [
        permission("tcp", 22, 22, "any"),
        permission("tcp", 22, 22, "::/0"),
        permission("tcp", 23, 22, "0.0.0.0/0"),
        permission("tcp", None, None, "0.0.0.0/0"),
        permission("tcp", True, True, "0.0.0.0/0"),  # type: ignore[arg-type]
        permission("http", 80, 80, "0.0.0.0/0"),
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": ["0.0.0.0/0"]},
    ],
)
def test_what_aws_would_refuse_is_unknown(bad: dict[str, Any]) -> None:
    found = ingress(bad)
    assert found.value == []
    assert found.unknown["/-"].why is Why.ERROR


@pytest.mark.parametrize("permissions", [None, "x", 3, {}, [None], [[]], ["x"]])
def test_nonsense_neither_opens_nor_breaks(permissions: Any) -> None:
    assert fact(resource(GROUP, {"IpPermissions": permissions}), "world_ingress").value == []


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


def brute(group: list[dict[str, Any]], protocol: str, port: int, family: str) -> bool:
    """Whether the cells of address space that reach the port are all of them."""
    cells: set[int] = set()
    table = V4_CELLS if family == "ipv4" else V6_CELLS
    for one in group:
        if one["IpProtocol"] not in ("-1", protocol) or not one.get("FromPort", 0) <= port <= one.get("ToPort", 65535):
            continue
        named = [r["CidrIp"] for r in one["IpRanges"]] + [r["CidrIpv6"] for r in one["Ipv6Ranges"]]
        named += [cidr for reference in one["PrefixListIds"] for cidr in LISTS[reference["PrefixListId"]]]
        cells |= {cell for cidr in named for cell in table.get(cidr, ())}
    return len(cells) == (4 if family == "ipv4" else 2)


@given(GROUPS)
@settings(max_examples=300)
def test_exact_against_brute_force(group: list[dict[str, Any]]) -> None:
    found = ingress(*group, lists=NEIGHBOURS)
    assert found.unknown == {}
    for protocol in ("tcp", "udp", "47"):
        for port in (*range(8), 65535):
            for family in ("ipv4", "ipv6"):
                assert opened(found, protocol, port, family) == brute(group, protocol, port, family), (
                    protocol,
                    port,
                    family,
                )


@given(GROUPS)
def test_sources_suffice_alone(group: list[dict[str, Any]]) -> None:
    for one in ingress(*group, lists=NEIGHBOURS).value:
        kept = [
            {
                k: [r for j, r in enumerate(v) if f"/IpPermissions/{i}/{k}/{j}" in one["sources"]]
                if isinstance(v, list)
                else v
                for k, v in p.items()
            }
            for i, p in enumerate(group)
        ]
        protocol = "47" if one["protocol"] == "-1" else one["protocol"]
        for port in (one["from_port"], one["to_port"]):
            assert brute(kept, protocol, port, one["family"])


@given(GROUPS, permissions(), st.randoms(use_true_random=False))
def test_laws(group: list[dict[str, Any]], extra: dict[str, Any], shuffle: random.Random) -> None:
    found = ingress(*group, lists=NEIGHBOURS)
    shuffled = list(group)
    shuffle.shuffle(shuffled)
    assert brief(ingress(*shuffled, lists=NEIGHBOURS)) == brief(found), "order does not matter"
    split = [{**p, "IpRanges": [h for r in p["IpRanges"] for h in _halved(r)]} for p in group]
    assert brief(ingress(*split, lists=NEIGHBOURS)) == brief(found), "splitting a block does not matter"
    wider = ingress(*group, extra, lists=NEIGHBOURS)
    for protocol, low, high, family in brief(found):
        asked = "47" if protocol == "-1" else protocol
        assert all(opened(wider, asked, port, family) for port in (low, high)), "more rules open no less"


def _halved(one: dict[str, str]) -> list[dict[str, str]]:
    if one["CidrIp"] == "0.0.0.0/0":
        return [{"CidrIp": half} for half in HALVES]
    if one["CidrIp"] in HALVES:
        first = HALVES.index(one["CidrIp"]) * 2
        return [{"CidrIp": quarter} for quarter in QUARTERS[first : first + 2]]
    return [one]


@given(st.data(), GROUPS)
@settings(max_examples=300)
def test_a_partial_answer_holds_for_every_completion(data: st.DataObject, group: list[dict[str, Any]]) -> None:
    full = {"IpPermissions": group}
    part = data.draw(hidden(full))
    told = fact(resource(GROUP, part.value, part.unknown), "world_ingress", *NEIGHBOURS)
    truth = ingress(*group, lists=NEIGHBOURS)
    for protocol in ("tcp", "udp", "47"):
        for port in (*range(8), 65535):
            for family in ("ipv4", "ipv6"):
                was, may = opened(told, protocol, port, family), opened(truth, protocol, port, family)
                assert may if was else (not may or "/-" in told.unknown)
    if not told.unknown:
        assert brief(told) == brief(truth)


def test_hiding_a_prefix_lists_entries_leaves_only_its_rules_open() -> None:
    whole = prefix_list("pl-1", "10.0.0.0/8")
    part = hide(whole.config, "/Entries/0/Cidr", DENIED)
    doubtful = prefix_list("pl-1", unknown=part.unknown, config=part.value)
    assert "/-" in ingress(permission("tcp", 22, 22, lists=["pl-1"]), lists=(doubtful,)).unknown
    assert ingress(permission("tcp", 22, 22, "0.0.0.0/0", v6=["::/0"], lists=["pl-1"]), lists=(doubtful,)).unknown == {}


def test_more_rules_than_aws_allows_are_not_followed() -> None:
    many = [permission("tcp", port, port + 9, "0.0.0.0/0") for port in range(4001)]
    found = ingress(*many)
    assert (found.value, found.unknown["/-"].why) == ([], Why.ERROR)
    assert brief(ingress(*many[:4000])) == [("tcp", 0, 4008, "ipv4")]
