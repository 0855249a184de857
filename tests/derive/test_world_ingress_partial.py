"""The ports open to the world where parts of a group are not known: what is certain, what may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from derive_ingress import (
    GROUP,
    GROUPS,
    HALVES,
    LIST,
    NEIGHBOURS,
    Interval,
    brief,
    brute,
    ingress,
    intervals,
    lies_in,
    openable,
    perhaps,
    permission,
    permissions,
    prefix_list,
)
from derive_worlds import DENIED, LATER, fact, hidden, hide, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Resource, Unknown, Unknowns, Why


@pytest.mark.parametrize("where", [{"account": "222222222222"}, {"region": "us-east-1"}])
def test_a_list_of_another_place_is_not_this_list(where: dict[str, str]) -> None:
    found = ingress(permission("tcp", 22, 22, lists=["pl-1"]), lists=(prefix_list("pl-1", "0.0.0.0/0", **where),))
    assert (brief(found), perhaps(found)) == ([], [("tcp", 22, 22, "ipv4"), ("tcp", 22, 22, "ipv6")])
    assert {why.why for why in found.unknown.values()} == {Why.OUT_OF_SCOPE}


def test_a_list_nobody_could_read_leaves_the_answer_open_with_the_reason() -> None:
    found = ingress(
        permission("tcp", 22, 22, "0.0.0.0/0", lists=["pl-1"]),
        permission("tcp", 80, 80, lists=["pl-1"]),
        incomplete={LIST: DENIED},
    )
    assert brief(found) == [("tcp", 22, 22, "ipv4")]
    assert perhaps(found) == [("tcp", 22, 22, "ipv6"), ("tcp", 80, 80, "ipv4"), ("tcp", 80, 80, "ipv6")]
    assert found.unknown["/2"] == replace(DENIED, kind="maybe")
    assert [one["sources"] for one in found.value[1:]] == [
        ["/IpPermissions/0/PrefixListIds/0"],
        ["/IpPermissions/1/PrefixListIds/0"],
        ["/IpPermissions/1/PrefixListIds/0"],
    ]


def test_what_is_unknown_but_could_open_nothing_new_leaves_the_list_closed() -> None:
    base = permission("tcp", 22, 22, "0.0.0.0/0", "10.0.0.0/8")
    for place in ("/IpPermissions/0/IpRanges/1/CidrIp", "/IpPermissions/0/IpRanges/0/Description"):
        assert ingress(base, unknown={place: LATER}).unknown == {}
    narrow = permission("tcp", 22, 22, "10.0.0.0/8")
    assert ingress(narrow, unknown={"/IpPermissions/0/FromPort": LATER}).unknown == {}


@pytest.mark.parametrize(
    ("place", "open_"),
    [
        ("/IpPermissions/0/IpRanges/0/CidrIp", [("tcp", 22, 25, "ipv4")]),
        ("/IpPermissions/0/IpRanges/0", [("tcp", 22, 25, "ipv4")]),
        ("/IpPermissions/0/IpRanges/-", [("tcp", 22, 25, "ipv4")]),
        ("/IpPermissions/0/IpRanges", [("tcp", 22, 25, "ipv4")]),
        ("/IpPermissions/0/Ipv6Ranges/-", [("tcp", 22, 25, "ipv6")]),
        ("/IpPermissions/0/PrefixListIds", [("tcp", 22, 25, "ipv4"), ("tcp", 22, 25, "ipv6")]),
        ("/IpPermissions/1/FromPort", [("udp", 0, 53, "ipv4")]),
        ("/IpPermissions/1/ToPort", [("udp", 53, 65535, "ipv4")]),
        ("/IpPermissions/1/IpProtocol", [("-1", 0, 65535, "ipv4")]),
        ("/IpPermissions/2/FromPort", [("icmp", -1, -1, "ipv4")]),
    ],
)
def test_what_is_unknown_may_be_as_wide_as_its_rule_and_no_wider(place: str, open_: list[Interval]) -> None:
    rules = (
        permission("tcp", 22, 25, "10.0.0.0/8"),
        permission("udp", 53, 53, "0.0.0.0/0"),
        permission("icmp", 8, -1, "0.0.0.0/0"),
    )
    known = [one for index, one in enumerate([None, ("udp", 53, 53, "ipv4"), ("icmp", 8, -1, "ipv4")]) if one]
    found = ingress(*rules, unknown={place: LATER})
    at = int(place.split("/")[2])
    assert brief(found) == sorted(one for one in known if at == 0 or one[0] != rules[at]["IpProtocol"])
    assert perhaps(found) == open_
    assert {why.message for why in found.unknown.values()} == {LATER.message}
    source = place if place[-1].isdigit() else place.removesuffix("/-").removesuffix("/CidrIp")
    if at == 0:
        assert found.value[-1]["sources"] == [source]


@pytest.mark.parametrize("place", ["/IpPermissions/-", "/IpPermissions/1", "/IpPermissions"])
def test_rules_that_are_unknown_are_bounded_by_nothing(place: str) -> None:
    rules = (permission("tcp", 22, 22, "0.0.0.0/0"), permission("tcp", 1, 1, "0.0.0.0/0"))
    found = ingress(*rules, unknown={place: DENIED, "/IpPermissions/0/Ipv6Ranges/-": LATER})
    assert found.unknown["/-"] == replace(DENIED, kind="more")
    if place == "/IpPermissions/-":
        assert (len(brief(found)), perhaps(found)) == (2, [("tcp", 22, 22, "ipv6")])


def test_doubts_merge_with_what_is_certain_and_what_is_certain_stands() -> None:
    rules = (permission("tcp", 20, 25, "0.0.0.0/0"), permission("tcp", 26, 30, "10.0.0.0/8"))
    found = ingress(*rules, unknown={"/IpPermissions/1/IpRanges/0/CidrIp": DENIED})
    assert (brief(found), perhaps(found)) == ([("tcp", 20, 25, "ipv4")], [("tcp", 20, 30, "ipv4")])
    assert found.value[1]["sources"] == ["/IpPermissions/0/IpRanges/0", "/IpPermissions/1/IpRanges/0"]


def test_a_rule_for_all_protocols_completes_one_whose_ports_are_in_doubt() -> None:
    rules = (permission("-1", None, None, HALVES[0]), permission("tcp", 22, 22, HALVES[1]))
    found = ingress(*rules, unknown={"/IpPermissions/1/FromPort": LATER})
    assert (brief(found), perhaps(found)) == ([], [("tcp", 0, 22, "ipv4")])


def test_a_doubt_is_told_only_where_it_matters() -> None:
    rules = (permission("tcp", 20, 21, *HALVES, "10.0.0.0/8"), permission("tcp", 22, 22, "10.0.0.0/8"))
    unknown = {"/IpPermissions/0/IpRanges/2/CidrIp": DENIED, "/IpPermissions/1/IpRanges/0/CidrIp": LATER}
    found = ingress(*rules, unknown=unknown)
    assert found.unknown == {"/1": replace(LATER, kind="maybe")}, "the denied block adds nothing to its two halves"


def test_a_port_with_its_own_doubt_is_told_beside_a_doubt_of_all_protocols() -> None:
    rules = [permission("-1", None, None, "10.0.0.0/8")]
    rules += [permission("tcp", port, port, "10.0.0.0/8") for port in (22, 80)]
    unknown = {"/IpPermissions/0/IpRanges/0/CidrIp": LATER, "/IpPermissions/1/IpRanges/0/CidrIp": DENIED}
    found = ingress(*rules, unknown=unknown)
    assert perhaps(found) == [("-1", 0, 65535, "ipv4"), ("tcp", 22, 22, "ipv4")]
    assert [found.unknown[at].why for at in ("/0", "/1")] == [Why.AFTER_APPLY, Why.DENIED]


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
    assert (brief(found), perhaps(found)) == ([], [("tcp", 22, 22, "ipv4")] if open_ else [])


@pytest.mark.parametrize(
    "bad",
    [
        permission("tcp", 22, 22, "any"),
        permission("tcp", 22, 22, "::/0"),
        permission("tcp", 23, 22, "0.0.0.0/0"),
        permission("tcp", None, None, "0.0.0.0/0"),
        permission("tcp", True, True, "0.0.0.0/0"),
        permission("http", 80, 80, "0.0.0.0/0"),
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": ["0.0.0.0/0"]},
    ],
)
def test_what_aws_would_refuse_is_unknown(bad: dict[str, Any]) -> None:
    found = ingress(bad)
    assert brief(found) == []
    assert [why.why for why in found.unknown.values()] == [Why.ERROR]


@st.composite
def pings(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([(-1, -1), (8, -1), (8, 0), (3, 4)]))
    return permission("icmp", *kind, *draw(st.lists(st.sampled_from(["0.0.0.0/0", *HALVES]), max_size=2)))


@st.composite
def doubtful_neighbours(draw: st.DrawFn) -> tuple[Resource, ...]:
    """The prefix lists, of some of which entries are hidden."""
    found = []
    for one in NEIGHBOURS:
        part = draw(hidden({"Entries": one.config["Entries"]})) if draw(st.booleans()) else Partial({})
        found.append(replace(one, config=one.config | part.value, unknown=part.unknown))
        if "/Entries" in part.unknown:
            del found[-1].config["Entries"]
    return tuple(found)


@given(st.data(), st.lists(permissions() | pings(), max_size=4), doubtful_neighbours())
@settings(max_examples=500)
def test_a_partial_answer_holds_for_every_completion(
    data: st.DataObject, group: list[dict[str, Any]], lists: tuple[Resource, ...]
) -> None:
    """The law that the fact's docstring states."""
    full = {"IpPermissions": group}
    part = data.draw(hidden(full))
    told = fact(resource(GROUP, part.value, part.unknown), "world_ingress", *lists)
    truth = ingress(*group, lists=NEIGHBOURS)
    for one in brief(told):
        assert any(lies_in(one, other) for other in brief(truth)), "what is certain stands"
    for one in brief(truth):
        assert "/-" in told.unknown or any(lies_in(one, other) for other in intervals(told)), "nothing else comes"
    if not told.unknown:
        assert brief(told) == brief(truth)


@given(st.data(), GROUPS)
@settings(max_examples=300)
def test_no_port_is_in_doubt_without_reason(data: st.DataObject, group: list[dict[str, Any]]) -> None:
    part = data.draw(hidden({"IpPermissions": group}))
    told = fact(resource(GROUP, part.value, part.unknown), "world_ingress", *NEIGHBOURS)
    for protocol in ("tcp", "udp", "47"):
        for port in (*range(8), 65535):
            for family in ("ipv4", "ipv6"):
                found = "/-" in told.unknown or openable(told, protocol, port, family)
                assert found == could_be_open(part, protocol, port, family)


def could_be_open(part: Partial, protocol: str, port: int, family: str) -> bool:
    """Brute force with each hidden place at its widest."""
    bases = [f"/IpPermissions/{index}" for index in range(len(part.value.get("IpPermissions", ())))]
    if any(at in part.unknown for at in ("/IpPermissions", "/IpPermissions/-", *bases)):
        return True
    rules = zip(part.value["IpPermissions"], bases, strict=True)
    return brute([widened(rule, part.unknown, base) for rule, base in rules], protocol, port, family)


def widened(rule: dict[str, Any], unknown: Unknowns, base: str) -> dict[str, Any]:
    """One rule with all that is hidden of it as wide as it can be."""
    wide = dict(rule)
    if f"{base}/IpProtocol" in unknown:
        wide = {**wide, "IpProtocol": "-1", "FromPort": 0, "ToPort": 65535}
    wide |= {name: end for name, end in (("FromPort", 0), ("ToPort", 65535)) if f"{base}/{name}" in unknown}
    for member, key in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("PrefixListIds", "PrefixListId")):
        lost = any(at.startswith(f"{base}/{member}") for at in unknown)
        kept = [] if f"{base}/{member}" in unknown else [one for one in rule[member] if one and key in one]
        wide[member] = [*kept, {key: WIDEST[member]}] if lost else kept
    return wide


WIDEST = {"IpRanges": "0.0.0.0/0", "Ipv6Ranges": "::/0", "PrefixListIds": "pl-world"}


def test_hiding_a_prefix_lists_entries_leaves_only_its_rules_open() -> None:
    whole = prefix_list("pl-1", "10.0.0.0/8")
    part = hide(whole.config, "/Entries/0/Cidr", DENIED)
    doubtful = prefix_list("pl-1", unknown=part.unknown, config=part.value)
    found = ingress(permission("tcp", 22, 22, lists=["pl-1"]), permission("tcp", 80, 80), lists=(doubtful,))
    assert perhaps(found) == [("tcp", 22, 22, "ipv4"), ("tcp", 22, 22, "ipv6")]
    assert ingress(permission("tcp", 22, 22, "0.0.0.0/0", v6=["::/0"], lists=["pl-1"]), lists=(doubtful,)).unknown == {}
