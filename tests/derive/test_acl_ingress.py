"""Which ports a network ACL leaves open, held against a walk of single addresses."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, hidden, resource
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Partial, Unknown, Unknowns, Why

ACL = "AWS::EC2::NetworkAcl"
LAST = {"RuleNumber": 32767, "Egress": False, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}


def entry(number: int, action: str, block: str = "0.0.0.0/0", protocol: str = "-1", *ports: int) -> dict[str, Any]:
    member = "Ipv6CidrBlock" if ":" in block else "CidrBlock"
    one = {"RuleNumber": number, "Egress": False, "Protocol": protocol, "RuleAction": action, member: block}
    return {**one, "PortRange": {"From": ports[0], "To": ports[-1]}} if ports else one


def ingress(entries: Any, unknown: Unknowns | None = None) -> Partial:
    return fact(resource(ACL, {"Entries": entries}, unknown), "acl_ingress")


def is_open(found: Partial, protocol: str, port: int, family: str = "ipv4", *, sure: bool = True) -> bool:
    return any(
        (one["protocol"], one["family"]) == (protocol, family)
        and one["from_port"] <= port <= one["to_port"]
        and not (sure and f"/{index}" in found.unknown)
        for index, one in enumerate(found.value)
    )


@pytest.mark.parametrize(
    ("entries", "ssh"),
    [
        ([], False),
        ([LAST], False),
        ([entry(100, "allow"), LAST], True),
        ([entry(100, "allow", "0.0.0.0/0", "6", 22)], True),
        ([entry(100, "allow", "0.0.0.0/0", "tcp", 20, 25)], True),
        ([entry(100, "allow", "0.0.0.0/0", "17", 22)], False),
        ([entry(100, "allow", "0.0.0.0/0", "6", 443)], False),
        # The number decides, not the place in the list.
        ([entry(200, "allow"), entry(100, "deny", "0.0.0.0/0", "6", 22)], False),
        ([entry(100, "allow"), entry(200, "deny", "0.0.0.0/0", "6", 22)], True),
        # A deny of some networks leaves the rest of the internet.
        ([entry(90, "deny", "203.0.113.0/24"), entry(100, "allow")], True),
        ([entry(90, "allow", "10.0.0.0/8"), entry(100, "deny"), entry(110, "allow")], False),
        # Halves.
        ([entry(90, "allow", "0.0.0.0/1"), entry(100, "allow", "128.0.0.0/1", "6", 0, 65535)], True),
        ([entry(90, "deny", "0.0.0.0/1"), entry(91, "deny", "128.0.0.0/1"), entry(100, "allow")], False),
        ([entry(100, "allow", "10.0.0.0/8"), LAST], False),
        # What leaves the subnet is not asked.
        ([{**entry(100, "allow"), "Egress": True}], False),
    ],
)
def test_the_first_match_decides(entries: Any, *, ssh: bool) -> None:
    found = ingress(entries)
    assert found.unknown == {}
    assert is_open(found, "tcp", 22) is ssh
    assert not is_open(found, "tcp", 22, "ipv6")


def test_families_are_walked_apart() -> None:
    found = ingress([entry(100, "allow", "::/0"), entry(90, "deny", "0.0.0.0/0"), entry(110, "allow")])
    assert is_open(found, "tcp", 22, "ipv6")
    assert not is_open(found, "tcp", 22)


def test_protocols_that_no_entry_names_are_told_apart() -> None:
    found = ingress([entry(90, "deny", "0.0.0.0/0", "6", 22), entry(100, "allow")])
    told = [(one["protocol"], one["from_port"], one["to_port"]) for one in found.value]
    assert told == [("-1", 0, 65535), ("tcp", 0, 21), ("tcp", 23, 65535), ("udp", 0, 65535)]
    assert {source for one in found.value for source in one["sources"]} == {"/Entries/1"}
    assert ingress([entry(100, "allow", "0.0.0.0/0", "1")]).value == []


def test_entries_that_could_not_be_read() -> None:
    assert ingress(None, {"/Entries": DENIED}).unknown == {"": DENIED}
    # A deny that comes first decides, whatever follows; an allow may be overruled by what is not known.
    late = ingress([entry(90, "deny"), None], {"/Entries/1": LATER})
    assert not is_open(late, "tcp", 22)
    assert is_open(late, "tcp", 22, sure=False)
    sure = ingress([entry(90, "allow"), entry(100, "deny")], {"/Entries/1/CidrBlock": LATER})
    assert is_open(sure, "tcp", 22)
    more = ingress([entry(90, "allow")], {"/Entries/-": Unknown(Why.AFTER_APPLY, "more")})
    assert not is_open(more, "tcp", 22)
    assert is_open(more, "udp", 53, "ipv6", sure=False)


@pytest.mark.parametrize(
    "broken",
    [
        {"RuleAction": "maybe"},
        {"CidrBlock": "10.0.0.0"[:3]},
        {"CidrBlock": None},
        {"RuleNumber": "1"},
        {"Protocol": "6"},
        {"Protocol": "6", "PortRange": {"From": 30, "To": 20}},
        {"Protocol": None},
    ],
)
def test_an_entry_that_ec2_could_not_have_is_not_known(broken: Any) -> None:
    found = ingress([{**entry(100, "allow"), **broken}])
    assert not is_open(found, "tcp", 25)
    assert is_open(found, "tcp", 25, sure=False)
    assert {why.why for why in found.unknown.values()} == {Why.ERROR}


QUARTERS = {"0.0.0.0/0": {0, 1, 2, 3}, "0.0.0.0/1": {0, 1}, "128.0.0.0/1": {2, 3}} | {
    f"{64 * n}.0.0.0/2": {n} for n in range(4)
}
PORTS = (0, 22, 23, 3389, 65535)
ENTRIES = st.lists(
    st.builds(
        lambda number, action, block, protocol, ports: entry(number, action, block, protocol, *sorted(ports)),
        st.integers(1, 9),
        st.sampled_from(["allow", "allow", "deny"]),
        st.sampled_from(sorted(QUARTERS)),
        st.sampled_from(["-1", "6", "6", "17", "1"]),
        st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)),
    ),
    max_size=6,
    unique_by=lambda one: one["RuleNumber"],
)
NUMBERS = {"tcp": "6", "udp": "17", "-1": "132"}


def walked(entries: list[dict[str, Any]], protocol: str, port: int) -> bool:
    """The same, address by address: a quarter of the internet stands for each of its addresses."""
    matching = [
        one
        for one in sorted(entries, key=lambda one: one["RuleNumber"])
        if one["Protocol"] == "-1"
        or (
            one["Protocol"] == NUMBERS[protocol]
            and (protocol == "-1" or one["PortRange"]["From"] <= port <= one["PortRange"]["To"])
        )
    ]
    named = set().union(*(QUARTERS[one["CidrBlock"]] for one in matching if one["RuleAction"] == "allow"))
    deciding = [next((one for one in matching if n in QUARTERS[one["CidrBlock"]]), None) for n in range(4)]
    denied = set().union(*(QUARTERS[one["CidrBlock"]] for one in deciding if one and one["RuleAction"] == "deny"))
    return named == {0, 1, 2, 3} and denied != {0, 1, 2, 3}


@given(ENTRIES)
def test_it_is_what_a_walk_of_single_addresses_says(entries: list[dict[str, Any]]) -> None:
    found = ingress(entries)
    assert found.unknown == {}
    for protocol in NUMBERS:
        for port in (*PORTS, 21, 24, 4000):
            assert is_open(found, protocol, port) is walked(entries, protocol, port), (protocol, port)


@given(st.data(), ENTRIES)
def test_partial_entries_hold_for_every_completion(data: st.DataObject, entries: list[dict[str, Any]]) -> None:
    seen = data.draw(hidden({"Entries": entries}))
    found = fact(resource(ACL, seen.value, seen.unknown), "acl_ingress")
    if "" in found.unknown:
        return
    for protocol in NUMBERS:
        for port in (*PORTS, 21, 24, 4000):
            truth = walked(entries, protocol, port)
            assert truth or not is_open(found, protocol, port)
            assert is_open(found, protocol, port, sure=False) or not truth
