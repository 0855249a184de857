"""Which packets get through, over small networks: one thing changed at a time."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.network.reach import index
from scanner.errors import UsageError
from scanner.model import Resource, Unknown, Why
from tests.derive.reach_worlds import (
    OPEN_ACL,
    acl,
    asked,
    attachment,
    block_public_access,
    eigw,
    entry,
    exclusion,
    group,
    igw,
    interface,
    inventory,
    nat,
    peering,
    permission,
    prefix_list,
    route,
    subnet,
    table,
    tgw_table,
    vgw,
    vpc,
)

DENIED = Unknown(
    Why.DENIED,
    message="not allowed",
    service="ec2",
    operation="DescribeRouteTables",
    permission="ec2:DescribeRouteTables",
)


def public_host(**changed: Resource) -> dict[str, Resource]:
    """A host with a public address in a subnet with a route to the internet; SSH is open."""
    parts = {
        "vpc": vpc("vpc-1", "10.0.0.0/16", "2001:db8:1::/56"),
        "subnet": subnet("subnet-1", "vpc-1", "10.0.1.0/24", "2001:db8:1:1::/64"),
        "table": table(
            "rtb-1",
            "vpc-1",
            [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1"), route("::/0", "igw-1")],
            main=True,
        ),
        "acl": acl("acl-1", OPEN_ACL, "subnet-1"),
        "group": group("sg-1", [permission("tcp", 22, 22, "0.0.0.0/0")]),
        "igw": igw("igw-1", "vpc-1"),
        "host": interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", "198.51.100.5"),
    }
    return parts | changed


def ask(
    parts: dict[str, Resource], source: str = "internet", target: str = "i-1", *more: Any, **missing: Unknown
) -> dict[str, Any]:
    types = {getattr(index, name): why for name, why in missing.items()}
    return asked(inventory(*parts.values(), missing=types), source, target, *more)


def only(answer: dict[str, Any]) -> list[str]:
    """What the answer says everything else would let through without."""
    return [one["rule"] for one in answer["blocked_by"] if one.get("only")]


def test_a_public_host_is_reached_and_the_rules_are_told() -> None:
    answer = ask(public_host())
    assert list(answer)[:6] == ["reachable", "witness", "hops", "return_hops", "assumptions", "blocked_by"]
    assert answer["reachable"] is True
    witness = answer["witness"]
    assert (witness["protocol"], witness["destination"], witness["destination_port"]) == ("tcp", "198.51.100.5", 22)
    assert [one["rule"] for one in answer["hops"] if one["type"] == index.GROUP] == ["ingress tcp 22 from 0.0.0.0/0"]
    assert [one["rule"] for one in answer["return_hops"] if one["type"] == index.TABLE] == ["0.0.0.0/0 → igw-1"]
    assert any("198.51.100.5:22 → 10.0.1.5:22" in one["rule"] for one in answer["hops"])
    assert answer["packets"] == [
        {"protocols": ["tcp"], "ports": "22", "sources": ["internet (IPv4)"], "destinations": ["198.51.100.5"]}
    ]


def test_only_the_open_port_is_reached() -> None:
    assert ask(public_host(), "internet", "i-1", "tcp", 22)["reachable"] is True
    answer = ask(public_host(), "internet", "i-1", "tcp", 23)
    assert answer["reachable"] is False
    assert only(answer) == ["no ingress rule"]
    assert ask(public_host(), "internet", "i-1", "udp", 22)["reachable"] is False


@pytest.mark.parametrize(
    ("part", "changed", "reason"),
    [
        ("table", table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local")], main=True), "no route to igw-1: none for the destination"),
        ("table", table("rtb-1", "vpc-1", [route("0.0.0.0/0", "igw-1", State="blackhole")], main=True), "0.0.0.0/0 → igw-1 (blackhole)"),
        ("acl", acl("acl-1", [entry(90, "deny", "0.0.0.0/0", "6", (22, 22)), *OPEN_ACL], "subnet-1"), "ingress 90 deny tcp 22 from 0.0.0.0/0"),
        ("acl", acl("acl-1", [*OPEN_ACL[:1], entry(90, "allow", "0.0.0.0/0", "6", (0, 1023), out=True)], "subnet-1"), "egress * deny"),
        ("host", interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5"), "no public IPv4 address"),
        ("group", group("sg-1", [permission("tcp", 22, 22, "10.0.0.0/8")]), "no ingress rule"),
    ],
)  # fmt: skip
def test_the_one_thing_that_prevents_it_is_named(part: str, changed: Resource, reason: str) -> None:
    answer = ask(public_host(**{part: changed}), "internet", "i-1", "tcp", 22)
    assert answer["reachable"] is False
    assert only(answer) == [reason]


def test_two_things_that_prevent_it_are_both_named_and_neither_is_the_only_one() -> None:
    parts = public_host(
        host=interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5"),
        group=group("sg-1", [permission("tcp", 80, 80, "0.0.0.0/0")]),
    )
    answer = ask(parts, "internet", "i-1", "tcp", 22)
    assert {one["rule"] for one in answer["blocked_by"]} >= {"no public IPv4 address", "no ingress rule"}
    assert only(answer) == []


def test_two_that_prevent_it_only_together_are_named() -> None:
    parts = public_host(
        group=group("sg-1", [permission("tcp", 80, 80, "0.0.0.0/0")]),
        acl=acl("acl-1", [entry(90, "allow", "0.0.0.0/0", "6", (443, 443)), *OPEN_ACL[1:2]], "subnet-1"),
    )
    answer = ask(parts)
    assert answer["reachable"] is False
    assert {one["type"] for one in answer["blocked_by"]} == {index.GROUP, index.ACL}


def test_no_gateway_no_internet() -> None:
    parts = public_host(igw=igw("igw-1", ""))
    answer = ask(parts, "internet", "i-1", "tcp", 22)
    assert answer["reachable"] is False
    assert "no internet gateway is attached to vpc-1" in [one["rule"] for one in answer["blocked_by"]]


def test_answers_need_ephemeral_ports_and_a_part_of_them_is_told() -> None:
    entries = [*OPEN_ACL[:1], entry(90, "allow", "0.0.0.0/0", "6", (32768, 60999), out=True)]
    answer = ask(public_host(acl=acl("acl-1", entries, "subnet-1")))
    assert answer["reachable"] is True
    assert answer["assumptions"] == ["the client sends from a tcp port of 32768-60999"]


def test_ipv6_needs_no_public_address_beside_its_own() -> None:
    host = interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", six="2001:db8:1:1::5")
    parts = public_host(host=host, group=group("sg-1", [permission("tcp", 22, 22, "::/0")]))
    answer = ask(parts)
    assert answer["reachable"] is True
    assert answer["witness"]["destination"] == "2001:db8:1:1::5"
    shut = table("rtb-1", "vpc-1", [route("0.0.0.0/0", "igw-1"), route("::/0", "eigw-1")], main=True)
    closed = ask(parts | {"table": shut, "eigw": eigw("eigw-1", "vpc-1")})
    assert closed["reachable"] is False
    assert ask(parts | {"table": shut, "eigw": eigw("eigw-1", "vpc-1")}, "i-1", "2001:db8:9::1")["reachable"] is True


def test_echo_requests_need_only_the_echo_to_get_back() -> None:
    parts = public_host(group=group("sg-1", [permission("icmp", 8, -1, "0.0.0.0/0")]))
    assert ask(parts, "internet", "i-1", "icmp")["witness"]["icmp_type"] == 8
    entries = [*OPEN_ACL[:1], entry(90, "deny", "0.0.0.0/0", "1", (0, -1), out=True), OPEN_ACL[1]]
    answer = ask(parts | {"acl": acl("acl-1", entries, "subnet-1")}, "internet", "i-1", "icmp")
    assert "egress 90 deny icmp type 0 to 0.0.0.0/0" in only(answer)
    other = [*OPEN_ACL[:1], entry(90, "deny", "0.0.0.0/0", "1", (3, -1), out=True), OPEN_ACL[1]]
    assert ask(parts | {"acl": acl("acl-1", other, "subnet-1")}, "internet", "i-1", "icmp")["reachable"] is True


@pytest.mark.parametrize(
    ("mode", "excluded", "inward", "outward"),
    [
        ("off", None, True, True),
        ("block-bidirectional", None, False, False),
        ("block-ingress", None, False, False),
        ("block-bidirectional", "allow-egress", False, True),
        ("block-bidirectional", "allow-bidirectional", True, True),
    ],
)
def test_vpc_block_public_access(mode: str, excluded: str | None, inward: bool, outward: bool) -> None:
    parts = public_host(bpa=block_public_access(mode))
    if excluded:
        parts["exclusion"] = exclusion("subnet-1", excluded)
    assert ask(parts)["reachable"] is inward
    assert ask(parts, "i-1", "internet")["reachable"] is outward


def test_what_was_not_read_matters_only_where_it_decides() -> None:
    assert ask(public_host(), TABLE=DENIED)["reachable"] is None
    answer = ask(public_host(), TABLE=DENIED)
    assert [one["permission"] for one in answer["blocked_by"] if one["type"] == index.TABLE] == [
        "ec2:DescribeRouteTables"
    ]
    assert ask(public_host(), "internet", "i-1", "tcp", 23, TABLE=DENIED)["reachable"] is False
    assert ask(public_host(), GROUP=DENIED)["reachable"] is None
    assert (
        ask(public_host(host=interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5")), GROUP=DENIED)["reachable"] is False
    )
    assert ask(public_host(), ACL=DENIED)["reachable"] is None
    assert ask(public_host(), IGW=DENIED)["reachable"] is None
    assert ask(public_host(), OPTIONS=DENIED)["reachable"] is None
    assert ask(public_host(), BALANCER=DENIED)["reachable"] is True
    assert ask(public_host(), PEERING=DENIED)["reachable"] is True


def test_a_rule_that_is_certain_stands_beside_one_that_is_not() -> None:
    held = group("sg-1", [permission("tcp", 22, 22, "0.0.0.0/0"), permission("tcp", 80, 80, "pl-1")])
    assert ask(public_host(group=held), "internet", "i-1", "tcp", 22)["reachable"] is True
    assert ask(public_host(group=held), "internet", "i-1", "tcp", 80)["reachable"] is None
    assert ask(public_host(group=held, list=prefix_list("pl-1", "198.51.100.0/24")), "internet", "i-1", "tcp", 80)["packets"] == [
        {"protocols": ["tcp"], "ports": "80", "sources": ["198.51.100.0/24"], "destinations": ["198.51.100.5"]}
    ]  # fmt: skip


def two_subnets(**changed: Resource) -> dict[str, Resource]:
    """A host that lets in another by its group, in another subnet; out over a NAT gateway."""
    parts = public_host() | {
        "subnet2": subnet("subnet-2", "vpc-1", "10.0.2.0/24"),
        "acl": acl("acl-1", OPEN_ACL, "subnet-1", "subnet-2"),
        "group2": group("sg-2", [permission("tcp", 5432, 5432, "sg-1")]),
        "host2": interface("eni-2", "subnet-2", "vpc-1", "10.0.2.5", groups=("sg-2",)),
        "table2": table("rtb-2", "vpc-1", [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "nat-1")], "subnet-2"),
        "nat": nat("nat-1", "subnet-1", "vpc-1", "10.0.1.9", "198.51.100.9"),
    }
    return parts | changed


def test_a_reference_lets_in_what_has_the_group() -> None:
    assert ask(two_subnets(), "i-1", "i-2")["packets"][0]["ports"] == "5432"
    assert ask(two_subnets(), "i-2", "i-1", "tcp", 5432)["reachable"] is False
    other = interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", "198.51.100.5", groups=("sg-2",))
    assert ask(two_subnets(host=other), "i-1", "i-2")["reachable"] is False


def test_out_through_a_nat_gateway_and_nobody_in() -> None:
    answer = ask(two_subnets(), "i-2", "198.51.100.77", "tcp", 443)
    assert answer["reachable"] is True
    told = [one["rule"] for one in answer["hops"] if one["decision"] == "translate"]
    assert "10.0.2.5" in told[0]
    assert "198.51.100.9" in told[1]
    assert ask(two_subnets(), "internet", "i-2", "tcp", 5432)["reachable"] is False
    assert ask(two_subnets(), "internet", "nat-1")["reachable"] is False
    assert ask(two_subnets(), "i-2", "198.51.100.77", "icmp")["reachable"] is True
    gre = ask(two_subnets(), "i-2", "198.51.100.77")
    assert {name for row in gre["packets"] for name in row["protocols"]} == {"tcp", "udp", "icmp"}
    gone = ask(
        two_subnets(nat=nat("nat-1", "subnet-1", "vpc-1", "10.0.1.9", "198.51.100.9", "deleted")),
        "i-2",
        "198.51.100.77",
    )
    assert gone["reachable"] is False
    assert any("the gateway is deleted" in one["rule"] for one in gone["blocked_by"])


def test_acls_of_both_subnets_are_met_there_and_back_and_none_within_a_subnet() -> None:
    shut = acl("acl-2", [*OPEN_ACL[:1], entry(50, "deny", "10.0.1.0/24", out=True), OPEN_ACL[1]], "subnet-2")
    answer = ask(two_subnets(acl=acl("acl-1", OPEN_ACL, "subnet-1"), acl2=shut), "i-1", "i-2", "tcp", 5432)
    assert only(answer) == ["egress 50 deny all to 10.0.1.0/24"]
    assert answer["blocked_by"][0]["way"] == "back"
    neighbour = interface("eni-3", "subnet-2", "vpc-1", "10.0.2.6")
    parts = two_subnets(acl=acl("acl-1", OPEN_ACL, "subnet-1"), acl2=acl("acl-2", [], "subnet-2"), host3=neighbour)
    assert ask(parts, "i-3", "i-2", "tcp", 5432)["reachable"] is True


def second_vpc(*routes: dict[str, Any], **changed: Resource) -> dict[str, Resource]:
    """A VPC of its own with a host that lets in everything from 10/8."""
    parts = public_host() | {
        "vpc2": vpc("vpc-2", "10.2.0.0/16"),
        "subnet2": subnet("subnet-2", "vpc-2", "10.2.1.0/24"),
        "acl2": acl("acl-2", OPEN_ACL, "subnet-2"),
        "group2": group(
            "sg-2", [permission("tcp", 80, 80, "10.0.0.0/8"), permission("tcp", 81, 81, "sg-1")], vpc_="vpc-2"
        ),
        "host2": interface("eni-2", "subnet-2", "vpc-2", "10.2.1.5", groups=("sg-2",)),
        "table2": table("rtb-2", "vpc-2", [route("10.2.0.0/16", "local"), *routes], main=True),
    }
    return parts | changed


def over(target: str) -> Resource:
    return table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route("10.2.0.0/16", target)], main=True)


def test_peering_needs_routes_on_both_sides() -> None:
    parts = second_vpc(route("10.0.0.0/16", "pcx-1"), table=over("pcx-1"), pcx=peering("pcx-1", "vpc-1", "vpc-2"))
    assert [row["ports"] for row in ask(parts, "i-1", "i-2")["packets"]] == ["80-81"]
    one_way = second_vpc(table=over("pcx-1"), pcx=peering("pcx-1", "vpc-1", "vpc-2"))
    answer = ask(one_way, "i-1", "i-2", "tcp", 80)
    assert only(answer) == ["no route to pcx-1: none for the destination"]
    assert answer["blocked_by"][0]["way"] == "back"
    pending = ask(parts | {"pcx": peering("pcx-1", "vpc-1", "vpc-2", "pending-acceptance")}, "i-1", "i-2", "tcp", 80)
    assert pending["reachable"] is False


def test_a_transit_gateway_asks_its_own_tables() -> None:
    parts = second_vpc(
        route("10.0.0.0/16", "tgw-1"),
        table=over("tgw-1"),
        one=attachment("tgw-attach-1", "tgw-1", "vpc-1", "subnet-1"),
        two=attachment("tgw-attach-2", "tgw-1", "vpc-2", "subnet-2"),
        tgw=tgw_table(
            "tgw-rtb-1",
            "tgw-1",
            {"10.0.0.0/16": "tgw-attach-1", "10.2.0.0/16": "tgw-attach-2"},
            "tgw-attach-1",
            "tgw-attach-2",
        ),
    )
    assert [row["ports"] for row in ask(parts, "i-1", "i-2")["packets"]] == ["80"]
    hole = tgw_table(
        "tgw-rtb-1",
        "tgw-1",
        {"10.0.0.0/16": "tgw-attach-1", "10.2.0.0/16": "tgw-attach-2", "10.2.1.0/24": ""},
        "tgw-attach-1",
        "tgw-attach-2",
    )
    blocked = ask(parts | {"tgw": hole}, "i-1", "i-2", "tcp", 80)
    assert only(blocked) == ["no route to tgw-attach-2: 10.2.1.0/24 → blackhole"]
    assert blocked["reachable"] is False
    lone = tgw_table("tgw-rtb-1", "tgw-1", {"10.2.0.0/16": "tgw-attach-2"}, "tgw-attach-1", "tgw-attach-2")
    assert only(ask(parts | {"tgw": lone}, "i-1", "i-2", "tcp", 80)) == [
        "no route to tgw-attach-1: none for the destination"
    ]
    assert ask(parts, "i-1", "i-2", "tcp", 80, TGW_TABLE=DENIED)["reachable"] is None
    known = {
        "one": attachment("tgw-attach-1", "tgw-1", "vpc-1", "subnet-1", referring=True),
        "two": attachment("tgw-attach-2", "tgw-1", "vpc-2", "subnet-2", referring=True),
    }
    assert [row["ports"] for row in ask(parts | known, "i-1", "i-2")["packets"]] == ["80-81"]


def test_on_premises_over_vpn() -> None:
    parts = public_host(
        table=table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route("172.16.0.0/12", "vgw-1")], main=True),
        vgw=vgw("vgw-1", "vpc-1"),
        group=group("sg-1", [permission("tcp", 22, 22, "172.16.0.0/12")]),
    )
    answer = ask(parts, "on-premises", "i-1")
    assert answer["packets"] == [
        {"protocols": ["tcp"], "ports": "22", "sources": ["172.16.0.0/12"], "destinations": ["10.0.1.5"]}
    ]
    assert answer["assumptions"] == ["what lies beyond the gateway routes and lets through these packets"]
    assert ask(parts, "172.16.9.9", "i-1", "tcp", 22)["reachable"] is True
    assert ask(parts, "192.168.9.9", "i-1", "tcp", 22)["reachable"] is False
    assert ask(parts, "i-1", "on-premises")["reachable"] is True
    assert ask(public_host(), "on-premises", "i-1")["reachable"] is False


def test_a_route_through_an_appliance_is_told_as_inspected() -> None:
    endpoint = Resource(
        type=index.ENDPOINT, id="vpce-1", name="vpce-1", account="111122223333", region="eu-west-1",
        config={"VpcEndpointId": "vpce-1", "VpcEndpointType": "GatewayLoadBalancer", "State": "available", "SubnetIds": ["subnet-f"]},
    )  # fmt: skip
    parts = public_host(
        table=table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "vpce-1")], main=True),
        inner=subnet("subnet-f", "vpc-1", "10.0.9.0/24"),
        acl=acl("acl-1", OPEN_ACL, "subnet-1", "subnet-f"),
        firewall=table("rtb-f", "vpc-1", [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1")], "subnet-f"),
        edge=table("rtb-e", "vpc-1", [route("10.0.0.0/16", "local"), route("10.0.1.0/24", "vpce-1")], gateway="igw-1"),
        endpoint=endpoint,
    )
    answer = ask(parts)
    assert answer["reachable"] is True
    assert answer["assumptions"] == ["inspected by what is behind vpce-1, whose rules were not judged"]
    assert "inspected" in [one["rule"] for one in answer["hops"]]
    assert "inspected" in [one["rule"] for one in answer["return_hops"]]


def test_an_address_that_nobody_has() -> None:
    answer = ask(two_subnets(), "i-1", "10.0.2.77", "tcp", 80)
    assert only(answer) == ["no interface of vpc-1 has it"]
    assert ask(two_subnets(), "internet", "198.51.100.5", "tcp", 22)["reachable"] is True
    assert ask(two_subnets(), "internet", "10.0.1.5", "tcp", 22)["reachable"] is False


def test_ends_that_are_none_are_refused() -> None:
    with pytest.raises(UsageError, match="not in the snapshot"):
        ask(public_host(), "i-9", "i-1")
    with pytest.raises(UsageError, match="neither"):
        ask(public_host(), "internet", "on-premises")
    with pytest.raises(UsageError, match="no network interface"):
        ask(public_host(), "igw-1", "i-1") if False else ask(
            public_host(), "arn:aws:ec2:eu-west-1:111122223333:internetgateway/igw-1", "i-1"
        )


def test_what_is_not_followed_is_not_known() -> None:
    routes = [
        route("10.0.0.0/16", "local"),
        {
            "DestinationCidrBlock": "10.2.0.0/16",
            "CoreNetworkArn": "arn:aws:networkmanager::1:core-network/c",
            "State": "active",
        },
    ]
    parts = second_vpc(
        route("10.0.0.0/16", "pcx-1"),
        table=table("rtb-1", "vpc-1", routes, main=True),
        pcx=peering("pcx-1", "vpc-1", "vpc-2"),
    )
    answer = ask(parts, "i-1", "i-2", "tcp", 80)
    assert answer["reachable"] is None
    assert "is not followed" in answer["blocked_by"][0]["rule"]
    assert ask(parts, "i-1", "i-2", "tcp", 443)["reachable"] is False
