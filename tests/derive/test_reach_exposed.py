"""What the internet reaches of a whole snapshot agrees with what is asked of each thing in it."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.network.reach import index
from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.exposed import exposed
from scanner.model import Inventory, Resource
from tests.derive.reach_estates import estate
from tests.derive.reach_worlds import (
    OPEN_ACL,
    acl,
    entry,
    interface,
    inventory,
    permission,
    route,
    subnet,
    table,
    wanted,
)
from tests.derive.test_reach import DENIED, public_host
from tests.derive.test_reach_balancers import LB, behind, served


def of(held: Inventory, **options: bool) -> dict[str, Any]:
    return exposed(Cases(held), **options)


def named(answer: dict[str, Any], member: str = "exposed") -> list[str]:
    return [row["resource"] for row in answer[member]]


def test_a_host_a_load_balancer_and_what_is_behind() -> None:
    answer = of(inventory(*public_host().values()))
    assert (answer["checked"], named(answer), answer["unknown"]) == (1, ["i-1"], [])
    assert answer["exposed"][0]["packets"] == [
        {"protocols": ["tcp"], "ports": "22", "sources": ["internet (IPv4)"], "destinations": ["198.51.100.5"]}
    ]
    fronted = of(inventory(*behind(permission("tcp", 8080, 8080, "0.0.0.0/0")).values()))
    assert named(fronted) == ["i-1", LB]
    assert fronted["exposed"][0]["via"] == [LB]


def test_databases_are_told_as_such() -> None:
    answer = of(inventory(*served().values()))
    row = next(row for row in answer["exposed"] if row["type"] == index.DATABASE)
    assert [each["ports"] for each in row["packets"]] == ["5432"]
    assert index.DATABASE not in [row["type"] for row in of(inventory(*served(True, "subnet-2").values()))["exposed"]]


@pytest.mark.parametrize(
    ("part", "changed", "type_"),
    [
        ("acl", acl("acl-1", [entry(9, "deny", "0.0.0.0/0"), *OPEN_ACL], "subnet-1"), index.ACL),
        ("table", table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local")], main=True), index.TABLE),
        ("host", interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5"), index.INTERFACE),
    ],
)
def test_near_misses_name_the_one_thing(part: str, changed: Resource, type_: str) -> None:
    held = inventory(*public_host(**{part: changed}).values())
    answer = of(held, near_misses=True)
    assert named(answer) == []
    assert [(row["resource"], row["blocked_by"]["type"]) for row in answer["near_misses"]] == [("i-1", type_)]
    assert [each["ports"] for each in answer["near_misses"][0]["packets"]] == ["22"]
    assert of(held)["near_misses"] == []


def test_a_closed_group_is_no_near_miss() -> None:
    parts = public_host(host=interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", "198.51.100.5", groups=("sg-2",)))
    parts["group2"] = public_host()["group"]
    parts["group2"] = Resource(**{name: getattr(parts["group2"], name) for name in Resource.__slots__})
    parts["group2"].id, parts["group2"].config = (
        "sg-2",
        {**parts["group2"].config, "GroupId": "sg-2", "IpPermissions": []},
    )
    assert of(inventory(*parts.values()), near_misses=True)["near_misses"] == []


def test_what_was_not_read_is_told_apart() -> None:
    held = inventory(*public_host().values(), missing={index.TABLE: DENIED})
    answer = of(held)
    assert (named(answer), named(answer, "unknown")) == ([], ["i-1"])
    assert answer["unknown"][0]["reasons"][0]["permission"] == DENIED.permission


def test_an_interface_without_a_subnet_that_is_known() -> None:
    parts = public_host()
    del parts["subnet"]
    held = inventory(*parts.values(), missing={index.SUBNET: DENIED})
    assert named(of(held)) == ["i-1"]


def test_tables_at_the_gateway_count() -> None:
    edge = table("rtb-e", "vpc-1", [route("10.0.0.0/16", "local")], gateway="igw-1")
    assert named(of(inventory(*public_host(edge=edge).values()))) == ["i-1"]
    none = table("rtb-e", "vpc-1", [route("10.0.1.0/24", "eni-9", State="blackhole")], gateway="igw-1")
    assert (
        named(of(inventory(*public_host(edge=none, other=subnet("subnet-9", "vpc-1", "10.0.9.0/24")).values()))) == []
    )


@pytest.mark.parametrize("seed", range(25))
def test_it_agrees_with_each_question(seed: int) -> None:
    held = inventory(*estate(seed))
    cases = Cases(held)
    found = {row["resource"]: row for row in exposed(cases)["exposed"]}
    for one in cases.network.interfaces.all.values():
        answer = ask(cases, cases.ends.named("internet"), cases.ends.named(one.id), wanted())
        assert answer["reachable"] is (one.owner in found and not one.deaf), one.id
        if answer["reachable"]:
            assert answer["packets"] == found[one.owner]["packets"]


def test_a_public_address_that_is_not_known() -> None:
    host = public_host()["host"]
    host.config["PrivateIpAddresses"][0].pop("Association")
    host.unknown = {"/PrivateIpAddresses/0/Association": DENIED}
    answer = of(inventory(*public_host(host=host).values()))
    assert (named(answer), named(answer, "unknown")) == ([], ["i-1"])
