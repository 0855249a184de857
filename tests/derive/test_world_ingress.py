"""The ports open to the world, exactly: against brute force."""

from __future__ import annotations

import random
from typing import Any

import pytest
from derive_ingress import (
    GROUP,
    GROUPS,
    HALVES,
    NEIGHBOURS,
    QUARTERS,
    brief,
    brute,
    ingress,
    opened,
    permission,
    permissions,
    prefix_list,
)
from derive_worlds import LATER, fact, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Unknown, Why


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


def test_neighbouringintervals_are_merged_and_overlaps_split() -> None:
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
    assert brief(ingress(permission("all", 8, 8, "0.0.0.0/0"))) == [("-1", 0, 65535, "ipv4")]
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


@pytest.mark.parametrize("permissions", [None, "x", 3, {}, [None], [[]], ["x"]])
def test_nonsense_neither_opens_nor_breaks(permissions: Any) -> None:
    assert fact(resource(GROUP, {"IpPermissions": permissions}), "world_ingress").value == []


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


def test_more_rules_than_aws_allows_are_not_followed() -> None:
    many = [permission("tcp", port, port + 9, "0.0.0.0/0") for port in range(4001)]
    found = ingress(*many)
    assert (found.value, found.unknown["/-"].why) == ([], Why.ERROR)
    assert brief(ingress(*many[:4000])) == [("tcp", 0, 4008, "ipv4")]
