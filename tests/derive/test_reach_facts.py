"""Facts of single things agree with the questions that people ask, and read no more than they declare."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.facts import Catalogue, Facts
from scanner.derive.network.reach import index
from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.reads import READS
from scanner.derive.passes import Pass
from scanner.model import Inventory, Partial, Resource, Unknown
from tests.derive.reach_estates import estate
from tests.derive.reach_worlds import (
    OPEN_ACL,
    acl,
    entry,
    group,
    interface,
    inventory,
    made,
    permission,
    route,
    subnet,
    table,
    vpc,
    wanted,
)
from tests.derive.test_derive_facts import Guarded
from tests.derive.test_reach import DENIED, public_host
from tests.derive.test_reach_balancers import LB, behind, served

REACHING = [
    one for one in Catalogue().all() if (index.TABLE, "Routes") in one.reads and (index.IGW, "Attachments") in one.reads
]
ANYBODY = "0.0.0.0/0"


def fact(held: Inventory, type_: str, name: str, at: int = 0) -> Partial:
    return Facts(held).fact(list(held.of(type_))[at], name)


def ports(found: Partial, member: str = "openings") -> list[tuple[str, int, int, bool]]:
    return [(one["protocol"], one["from_port"], one["to_port"], one["anyone"]) for one in found.value[member]]


def test_a_host_is_told_with_packet_way_and_ports() -> None:
    found = fact(inventory(*public_host().values()), index.INTERFACE, "internet_reach")
    assert found.unknown == {}
    assert ports(found) == [("tcp", 22, 22, True)]
    assert found.value["via"] == ["internet gateway"]
    assert found.value["witness"].endswith("→ 198.51.100.5:22")
    assert found.value["way"] == ["acl-1: ingress 100 allow all from 0.0.0.0/0", "sg-1: ingress tcp 22 from 0.0.0.0/0"]


def test_a_load_balancer_and_the_port_behind_it() -> None:
    held = inventory(*behind(permission("tcp", 8080, 8080, ANYBODY)).values())
    host = fact(held, index.INTERFACE, "internet_reach")
    assert (ports(host), ports(host, "balanced")) == ([("tcp", 80, 80, True)], [("tcp", 8080, 8080, True)])
    assert host.value["via"] == [LB]
    assert ports(fact(held, index.BALANCER, "internet_reach")) == [("tcp", 80, 80, True)]


def test_the_single_thing_that_keeps_all_out() -> None:
    shut = acl("acl-1", [entry(9, "deny", ANYBODY), *OPEN_ACL], "subnet-1")
    held = inventory(*public_host(acl=shut).values())
    found = fact(held, index.INTERFACE, "internet_reach")
    assert (ports(found), found.unknown) == ([], {})
    assert fact(held, index.INTERFACE, "one_step_from_internet").value == ["acl-1: ingress 9 deny all from 0.0.0.0/0"]
    open_ = inventory(*public_host().values())
    assert fact(open_, index.INTERFACE, "one_step_from_internet").value == []


def test_what_was_not_read_is_an_opening_that_may_be_there() -> None:
    held = inventory(*public_host().values(), missing={index.TABLE: DENIED})
    found = fact(held, index.INTERFACE, "internet_reach")
    assert ports(found) == [("tcp", 22, 22, True)]
    assert found.unknown["/openings/0"].kind == "maybe"
    assert found.unknown["/openings/0"].permission == DENIED.permission


@pytest.mark.parametrize(
    ("blocks", "anyone"),
    [
        (["198.51.100.0/24"], False),
        (["8.0.0.0/8"], False),
        (["8.0.0.0/7"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
    ],
)
def test_one_network_is_not_anyone(blocks: list[str], anyone: bool) -> None:
    opened = group("sg-1", [permission("tcp", 22, 22, one) for one in blocks])
    found = fact(inventory(*public_host(group=opened).values()), index.INTERFACE, "internet_reach")
    assert ports(found) == [("tcp", 22, 22, anyone)]


def test_denying_a_few_addresses_leaves_it_open_to_anyone() -> None:
    holed = acl("acl-1", [entry(9, "deny", "203.0.113.0/25"), *OPEN_ACL], "subnet-1")
    assert ports(fact(inventory(*public_host(acl=holed).values()), index.INTERFACE, "internet_reach")) == [
        ("tcp", 22, 22, True)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_facts_agree_with_questions(seed: int) -> None:
    held = inventory(*estate(seed))
    facts, cases = Facts(held), Cases(held)
    for one in held.of(index.INTERFACE):
        asked = cases.network.interfaces.all[one.config["NetworkInterfaceId"]]
        if asked.deaf or cases.balancers.of_node(asked):
            continue
        answer = ask(cases, cases.ends.named("internet"), cases.ends.named(asked.id), wanted())
        found = facts.fact(one, "internet_reach")
        sure = [at for at in range(len(found.value["openings"])) if f"/openings/{at}" not in found.unknown]
        assert bool(sure) is (answer["reachable"] is True)
        assert bool(found.value["openings"]) is (answer["reachable"] is not False)


def test_a_database_by_its_groups_subnets_and_clients() -> None:
    held = inventory(*served().values())
    assert ports(fact(held, index.DATABASE, "internet_reach")) == [("tcp", 5432, 5432, True)]
    admitted = fact(held, index.DATABASE, "admitted").value
    assert [(one["protocol"], one["from_port"], one["anyone"]) for one in admitted] == [("tcp", 5432, True)]
    kinds = fact(held, index.DATABASE, "subnet_kinds")
    assert (kinds.unknown, kinds.value["public"]) == ({}, ["subnet-1"])
    denied = inventory(*served().values(), missing={index.TABLE: DENIED})
    assert fact(denied, index.DATABASE, "subnet_kinds").unknown["/public/0"].kind == "maybe"


def bastion(source: str = ANYBODY, admits: str = "sg-1") -> dict[str, Resource]:
    """A host that is administered from the internet, and a private database that lets its group in."""
    parts = public_host(group=group("sg-1", [permission("tcp", 22, 22, source)]))
    parts["instance"] = made(
        index.INSTANCE, "i-1", {"InstanceId": "i-1", "State": {"Name": "running"}, "NetworkInterfaces": []}
    )
    pair = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": admits}]}
    parts["db_group"] = group("sg-db", [pair])
    parts["db_subnet"] = subnet("subnet-9", "vpc-1", "10.0.9.0/24")
    parts["db_table"] = table("rtb-9", "vpc-1", [route("10.0.0.0/16", "local")], "subnet-9")
    parts["db_acl"] = acl("acl-9", OPEN_ACL, "subnet-9")
    parts["db"] = made(
        index.DATABASE,
        "arn:aws:rds:eu-west-1:111122223333:db:orders",
        {
            "DBInstanceIdentifier": "orders",
            "PubliclyAccessible": False,
            "Endpoint": {"Address": "orders.example", "Port": 5432},
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-db", "Status": "active"}],
            "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-9"}]},
        },
    )
    return parts


def test_a_bastion_is_one_step_from_the_database() -> None:
    held = inventory(*bastion().values())
    (client,) = fact(held, index.DATABASE, "exposed_clients").value
    assert (client["instance"], client["tcp_ports"]) == ("i-1", [22])
    assert client["witness"].startswith("10.0.1.5 → orders.example:5432")
    (reference,) = (
        Facts(held).fact(next(one for one in held.of(index.GROUP) if one.name == "sg-db"), "exposed_references").value
    )
    assert reference == {"group": "sg-1", "rule": "ingress tcp 5432 from sg-1", "instance": "i-1"}


@pytest.mark.parametrize("parts", [bastion("198.51.100.0/24"), bastion(admits="sg-other")])
def test_no_step_without_both(parts: dict[str, Resource]) -> None:
    held = inventory(*parts.values())
    assert fact(held, index.DATABASE, "exposed_clients") == Partial([])
    for one in held.of(index.GROUP):
        assert Facts(held).fact(one, "exposed_references").value == []


def test_a_bastion_that_is_not_known_to_be_open() -> None:
    held = inventory(*bastion().values(), missing={index.ACL: DENIED})
    found = fact(held, index.DATABASE, "exposed_clients")
    assert [one["instance"] for one in found.value] == ["i-1"]
    assert found.unknown["/0"].kind == "maybe"


def test_more_bastions_than_are_asked_leave_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.derive.network.exposed_clients._MOST", 0)
    held = inventory(*bastion().values())
    found = fact(held, index.DATABASE, "exposed_clients")
    assert (found.value, found.unknown["/-"].kind) == ([], "more")
    group_of = next(one for one in held.of(index.GROUP) if one.name == "sg-db")
    assert Facts(held).fact(group_of, "exposed_references").unknown["/-"].kind == "more"


def test_subnets_by_their_routes() -> None:
    held = inventory(*bastion().values())
    public, private = (fact(held, index.SUBNET, "internet_routes", at) for at in (0, 1))
    assert public.value == {"public": True, "table": "rtb-1", "routes": ["0.0.0.0/0 → igw-1", "::/0 → igw-1"]}
    assert private.value == {"public": False, "table": "rtb-9", "routes": []}
    assert fact(held, index.VPC, "subnet_kinds").value == {"public": ["subnet-1"], "private": ["subnet-9"]}
    found = fact(inventory(*bastion().values(), missing={index.TABLE: DENIED}), index.VPC, "subnet_kinds")
    assert {place for place, why in found.unknown.items() if why.kind == "maybe"} >= {"/public/0", "/private/0"}


def test_a_route_to_a_gateway_that_is_gone_makes_no_subnet_public() -> None:
    parts = public_host()
    del parts["igw"]
    assert fact(inventory(*parts.values()), index.SUBNET, "internet_routes").value["public"] is False


def test_paths_into_a_vpc() -> None:
    held = inventory(*public_host().values())
    assert fact(held, index.VPC, "internet_paths").value == [
        {"resource": "i-1", "protocol": "tcp", "from_port": 22, "to_port": 22, "ports": 1, "anyone": True}
    ]
    denied = inventory(*public_host().values(), missing={index.INTERFACE: DENIED})
    assert "/-" in fact(denied, index.VPC, "internet_paths").unknown


def test_egress_and_what_inspects_it() -> None:
    parts = public_host()
    nat = made(
        index.NAT,
        "nat-1",
        {
            "NatGatewayId": "nat-1",
            "State": "available",
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "NatGatewayAddresses": [],
        },
    )
    inner = subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    behind_nat = table("rtb-2", "vpc-1", [route("10.0.0.0/16", "local"), route(ANYBODY, "nat-1")], "subnet-2")
    held = inventory(*parts.values(), nat, inner, behind_nat)
    assert fact(held, index.SUBNET, "internet_egress", 1).value == [
        {"route": "0.0.0.0/0 → nat-1", "via": "NAT gateway", "inspected": False}
    ]
    wall = interface("eni-fw", "subnet-1", "vpc-1", "10.0.1.9", SourceDestCheck=False)
    inspected = table("rtb-2", "vpc-1", [route("10.0.0.0/16", "local"), route(ANYBODY, "eni-fw")], "subnet-2")
    held = inventory(*parts.values(), wall, inner, inspected)
    assert fact(held, index.SUBNET, "internet_egress", 1).value[0]["inspected"] is True


def test_references_that_nobody_has() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}
    pairs = [
        {"GroupId": "sg-gone", "UserId": "111122223333"},
        {"GroupId": "sg-1", "UserId": "111122223333"},
        {"GroupId": "sg-theirs", "UserId": "999999999999"},
        {"GroupId": "sg-peer", "UserId": "111122223333", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "deleted"},
    ]
    held = [group("sg-1", [{**rule, "UserIdGroupPairs": pairs}]), vpc("vpc-1", "10.0.0.0/16")]
    found = fact(inventory(*held), index.GROUP, "stale_references").value
    assert [(one["group"], one["path"]) for one in found] == [
        ("sg-gone", "/IpPermissions/0/UserIdGroupPairs/0"),
        ("sg-peer", "/IpPermissions/0/UserIdGroupPairs/3"),
    ]
    partly = Facts(inventory(*held, missing={index.GROUP: DENIED})).fact(held[0], "stale_references").value
    assert [one["group"] for one in partly] == ["sg-peer"]


def test_segments_that_meet() -> None:
    def attachment(id_: str, segment: str) -> Resource:
        config = {"TransitGatewayAttachmentId": id_, "TransitGatewayId": "tgw-1"}
        return made(index.ATTACHMENT, id_, config, tags={"segment": segment})

    routes = [
        {"DestinationCidrBlock": "10.2.0.0/16", "State": "active", "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-b"}]},
        {"DestinationCidrBlock": "10.3.0.0/16", "State": "blackhole", "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-c"}]},
    ]  # fmt: skip
    tables = {
        "TransitGatewayRouteTableId": "tgw-rtb-1",
        "TransitGatewayId": "tgw-1",
        "Associations": [{"TransitGatewayAttachmentId": "tgw-attach-a"}],
        "Routes": routes,
    }
    held = inventory(
        made(index.TGW, "tgw-1", {"TransitGatewayId": "tgw-1"}),
        made(index.TGW_TABLE, "tgw-rtb-1", tables),
        *(attachment(f"tgw-attach-{name}", segment) for name, segment in (("a", "dev"), ("b", "prod"), ("c", "lab"))),
    )
    assert [one["tags"] for one in fact(held, index.TGW, "crossings").value] == ["segment=dev > segment=prod"]


class GuardedInventory:
    """An inventory that refuses types and members which a pass does not declare to read."""

    def __init__(self, held: Inventory, one: Pass) -> None:
        self._held = held
        self._reads: dict[str, set[str]] = {}
        for type_, member in one.reads:
            self._reads.setdefault(type_, set()).add(member)

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Any:
        assert type_ in self._reads, f"{type_} is read and not declared"
        for each in self._held.of(type_, account, region):
            yield self._guarded(each)

    def get(self, id_: str) -> Resource | None:
        found = self._held.get(id_)
        return None if found is None else self._guarded(found)

    def _guarded(self, one: Resource) -> Resource:
        return Resource(
            **{name: getattr(one, name) for name in Resource.__slots__ if name != "config"},
            config=Guarded(one.config, self._reads.get(one.type, set())),
        )

    @property
    def accounts(self) -> Any:
        return self._held.accounts

    def places(self, type_: str) -> Any:
        assert type_ in self._reads, f"{type_} is read and not declared"
        return self._held.places(type_)

    def listings(self, type_: str) -> Any:
        return self._held.listings(type_)

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        return self._held.listing(type_, account, region)


ESTATES = [
    *(estate(seed) for seed in range(25)),
    [*served().values()],
    [*bastion().values()],
    [*behind(permission("tcp", 8080, 8080, ANYBODY)).values()],
]


@pytest.mark.parametrize("one", REACHING, ids=lambda one: f"{one.type} {one.name}")
def test_a_pass_reads_what_it_declares(one: Pass) -> None:
    for resources in ESTATES:
        guarded = GuardedInventory(inventory(*resources), one)
        for resource in resources:
            if resource.type == one.type:
                Facts(guarded).fact(guarded._guarded(resource), one.name)  # type: ignore[arg-type]


def test_what_is_declared_is_collected() -> None:
    from scanner.aws.shapes import shape_of

    for name in READS:
        type_, _, member = name.partition(".")
        shape = shape_of(type_)
        assert shape is not None, type_
        assert member in shape.members, name
