"""Facts that join networks with what lies in them: flow logs, uses of groups, addresses, peering routes."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, World, fact, resource

from scanner.derive.facts import Facts
from scanner.model import Origin, Partial, Resource, Unknown, Why

VPC, SUBNET, LOG = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::FlowLog"
GROUP, INTERFACE, INSTANCE = "AWS::EC2::SecurityGroup", "AWS::EC2::NetworkInterface", "AWS::EC2::Instance"
PEERING, TABLE = "AWS::EC2::VPCPeeringConnection", "AWS::EC2::RouteTable"
TEMPLATE, DATABASE = "AWS::EC2::LaunchTemplate", "AWS::RDS::DBInstance"
OUTSIDE = Unknown(Why.OUT_OF_SCOPE, message="not part of this input")


def log(on: str, traffic: str = "ALL", **config: Any) -> Resource:
    told = {"ResourceId": on, "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS", "TrafficType": traffic}
    return resource(LOG, {**told, **config}, id=f"{on}-{traffic}")


def subnet(name: str, vpc: str = "vpc-1") -> Resource:
    return resource(SUBNET, {"SubnetId": name, "VpcId": vpc}, id=name)


def logged(*others: Resource, **more: Any) -> Partial:
    return fact(resource(VPC, {"VpcId": "vpc-1"}), "flow_logs", *others, **more)


@pytest.mark.parametrize(
    ("others", "accepted", "rejected"),
    [
        ((), False, False),
        ((log("vpc-1"),), True, True),
        ((log("vpc-1", "REJECT"),), False, True),
        ((log("vpc-1", "REJECT"), log("vpc-1", "ACCEPT")), True, True),
        ((log("vpc-2"),), False, False),
        ((log("vpc-1", FlowLogStatus="DELETING"),), False, False),
        ((log("vpc-1", DeliverLogsStatus="FAILED"),), False, False),
        # S3 and Firehose tell no state until something fails.
        ((log("vpc-1", DeliverLogsStatus=None),), True, True),
        ((subnet("a"), subnet("b"), log("a"), log("b", "REJECT")), False, True),
        ((subnet("a"), subnet("b"), log("a")), False, False),
        ((subnet("a"), subnet("c", "vpc-2"), log("a")), True, True),
        ((subnet("a"), log("vpc-1", "ACCEPT"), log("a", "REJECT")), True, True),
        # One of an interface says nothing of the next.
        ((subnet("a"), log("eni-1")), False, False),
    ],
)
def test_what_is_recorded(others: tuple[Resource, ...], *, accepted: bool, rejected: bool) -> None:
    found = logged(*others)
    assert (found.value, found.unknown) == ({"accepted": accepted, "rejected": rejected}, {})


def test_flow_logs_that_could_not_be_listed() -> None:
    assert logged(incomplete={LOG: DENIED}).unknown == {"/accepted": DENIED, "/rejected": DENIED}
    partly = logged(log("vpc-1", "REJECT"), incomplete={LOG: DENIED})
    assert (partly.value, partly.unknown) == ({"rejected": True}, {"/accepted": DENIED})
    assert logged(incomplete={SUBNET: DENIED}).unknown == {"/accepted": DENIED, "/rejected": DENIED}
    assert logged(log("vpc-1"), incomplete={SUBNET: DENIED}).unknown == {}
    hidden = resource(LOG, {"ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE"}, {"/TrafficType": LATER})
    assert set(logged(hidden).unknown) == {"/accepted", "/rejected"}
    nameless = fact(resource(VPC, {}, {"/VpcId": LATER}), "flow_logs", log("vpc-1"))
    assert set(nameless.unknown) == {"/accepted", "/rejected"}


def test_a_network_belongs_to_who_owns_it() -> None:
    for owner, account, here in ((ACCOUNT, ACCOUNT, True), ("222222222222", ACCOUNT, False), (None, ACCOUNT, True)):
        assert fact(resource(SUBNET, {"OwnerId": owner}, account=account), "owned").value == {"here": here}
    code = resource(VPC, {}, {"/OwnerId": OUTSIDE}, account="", origin=Origin("terraform"))
    assert fact(code, "owned").value == {"here": True}
    assert fact(resource(VPC, {}, {"/OwnerId": DENIED}), "owned").unknown == {"/here": DENIED}


def group(name: str = "sg-1", **config: Any) -> Resource:
    told = {"GroupId": name, "OwnerId": ACCOUNT, "IpPermissions": [], "IpPermissionsEgress": []}
    return resource(GROUP, {**told, **config}, id=name)


def pair(name: str) -> list[dict[str, Any]]:
    return [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": name}]}]


def used(*others: Resource, of: Resource | None = None, **more: Any) -> Partial:
    return fact(of or group(), "group_use", *others, **more)


@pytest.mark.parametrize(
    ("other", "attached", "referred"),
    [
        (resource(INTERFACE, {"Groups": [{"GroupId": "sg-1"}]}), True, False),
        (resource(INTERFACE, {"Groups": [{"GroupId": "sg-2"}]}), False, False),
        (resource(INSTANCE, {"SecurityGroups": [{"GroupId": "sg-1"}]}), True, False),
        (group("sg-2", IpPermissions=pair("sg-1")), False, True),
        (group("sg-2", IpPermissionsEgress=pair("sg-1")), False, True),
        (resource(TEMPLATE, {"LaunchTemplateData": {"SecurityGroupIds": ["sg-1"]}}), False, True),
        (resource(TEMPLATE, {"LaunchTemplateData": {"NetworkInterfaces": [{"Groups": ["sg-1"]}]}}), False, True),
        (resource(TEMPLATE, {"LaunchTemplateData": {}}), False, False),
        (resource(DATABASE, {"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]}), False, True),
        (resource(INTERFACE, {"Groups": [{"GroupId": "sg-1"}]}, region="us-east-1"), False, False),
    ],
)
def test_who_uses_a_group(other: Resource, *, attached: bool, referred: bool) -> None:
    found = used(other)
    assert (found.value, found.unknown) == ({"attached": attached, "referred": referred}, {})


def test_a_group_that_names_itself_is_not_in_use() -> None:
    assert used(of=group(IpPermissions=pair("sg-1"))).value == {"attached": False, "referred": False}


def test_uses_that_could_not_be_seen() -> None:
    blind = used(incomplete={INTERFACE: DENIED})
    assert (blind.value, blind.unknown) == ({"referred": False}, {"/attached": DENIED})
    seen = used(resource(INTERFACE, {"Groups": [{"GroupId": "sg-1"}]}), incomplete={INSTANCE: DENIED})
    assert seen.value == {"attached": True, "referred": False}
    denied = used(resource(TEMPLATE, {}, {"/LaunchTemplateData": DENIED}))
    assert (denied.value, denied.unknown) == ({"attached": False}, {"/referred": DENIED})
    assert set(used(of=resource(GROUP, {}, {"/GroupId": LATER})).unknown) == {"/attached", "/referred"}


def test_a_shared_group_may_be_in_use_elsewhere() -> None:
    theirs = used(of=group(OwnerId="222222222222"))
    assert {why.why for why in theirs.unknown.values()} == {Why.OUT_OF_SCOPE}
    assert set(theirs.unknown) == {"/attached", "/referred"}


def test_groups_yet_to_be_made_are_known_by_their_token() -> None:
    token = Unknown(Why.AFTER_APPLY, "opaque", token="aws_security_group.web.id")
    planned = resource(GROUP, {"OwnerId": ACCOUNT}, {"/GroupId": token})
    host = resource(INSTANCE, {"SecurityGroups": [{}]}, {"/SecurityGroups/0/GroupId": token})
    assert used(host, of=planned, incomplete={INTERFACE: OUTSIDE}).value["attached"] is True


def test_uses_of_all_groups_are_read_once() -> None:
    class Counting(World):
        asked = 0

        def of(self, type_: str, account: str | None = None, region: str | None = None) -> Any:
            self.asked += type_ == INTERFACE
            return super().of(type_, account, region)

    groups = [group(f"sg-{n}") for n in range(5)]
    world = Counting(*groups)
    facts = Facts(world)
    assert [facts.fact(one, "group_use").value["attached"] for one in groups] == [False] * 5
    assert world.asked == 1


def addresses(config: Any, unknown: Any = None) -> Partial:
    return fact(resource(INSTANCE, config, unknown), "public_addresses")


def test_addresses_of_all_interfaces_are_told_once() -> None:
    second = {
        "Association": {"PublicIp": "203.0.113.2"},
        "PrivateIpAddresses": [
            {"Primary": True, "Association": {"PublicIp": "203.0.113.2"}},
            {"Primary": False, "Association": {"PublicIp": "203.0.113.3"}},
            {"Primary": False},
        ],
    }
    found = addresses(
        {
            "PublicIpAddress": "203.0.113.1",
            "NetworkInterfaces": [{"Association": {"PublicIp": "203.0.113.1"}}, second, {}],
        }
    )
    assert found.unknown == {}
    assert [(one["address"], one["source"]) for one in found.value] == [
        ("203.0.113.1", "/PublicIpAddress"),
        ("203.0.113.2", "/NetworkInterfaces/1/Association/PublicIp"),
        ("203.0.113.3", "/NetworkInterfaces/1/PrivateIpAddresses/1/Association/PublicIp"),
    ]
    assert addresses({"PublicIpAddress": "", "NetworkInterfaces": []}).value == []


def test_addresses_that_are_not_known() -> None:
    opaque = Unknown(Why.AFTER_APPLY, "opaque", token="web.public_ip")
    made = addresses({}, {"/PublicIpAddress": opaque, "/NetworkInterfaces": LATER})
    assert made.value == [{"source": "/PublicIpAddress"}]
    assert set(made.unknown) == {"/0/address", "/-"}
    assert set(addresses({"NetworkInterfaces": []}, {"/PublicIpAddress": LATER}).unknown) == {"/-"}
    assert set(addresses({}, {"/NetworkInterfaces": DENIED}).unknown) == {"/-"}


SIDES = {
    "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}]},
    "AccepterVpcInfo": {
        "VpcId": "vpc-2",
        "CidrBlock": "10.1.0.0/16",
        "CidrBlockSet": [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.3.0.0/24"}],
        "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2001:db8::/56"}],
    },
}


def routed(route: dict[str, Any], *others: Resource, vpc: str = "vpc-1", unknown: Any = None, **more: Any) -> Partial:
    table = resource(
        TABLE,
        {"RouteTableId": "rtb-1", "VpcId": vpc, "Routes": [{"VpcPeeringConnectionId": "pcx-1", **route}]},
        unknown,
    )
    peering = resource(PEERING, {"VpcPeeringConnectionId": "pcx-1", **SIDES})
    return fact(peering, "peering_routes", table, *others, **more)


@pytest.mark.parametrize(
    ("route", "vpc", "whole"),
    [
        ({"DestinationCidrBlock": "10.1.0.0/16"}, "vpc-1", True),
        ({"DestinationCidrBlock": "10.0.0.0/8"}, "vpc-1", True),
        ({"DestinationCidrBlock": "0.0.0.0/0"}, "vpc-1", True),
        ({"DestinationCidrBlock": "10.3.0.0/24"}, "vpc-1", True),
        ({"DestinationIpv6CidrBlock": "::/0"}, "vpc-1", True),
        ({"DestinationCidrBlock": "10.1.4.0/24"}, "vpc-1", False),
        ({"DestinationIpv6CidrBlock": "2001:db8::/64"}, "vpc-1", False),
        # The network's own block leads nowhere behind the connection; seen from the other side it does.
        ({"DestinationCidrBlock": "10.0.0.0/16"}, "vpc-1", False),
        ({"DestinationCidrBlock": "10.0.0.0/16"}, "vpc-2", True),
        ({"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": "pcx-2"}, "vpc-1", False),
        ({"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": None}, "vpc-1", False),
    ],
)
def test_routes_to_a_whole_network(route: Any, vpc: str, *, whole: bool) -> None:
    found = routed(route, vpc=vpc)
    destination = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
    assert found.value == ([{"route_table": "rtb-1", "destination": destination}] if whole else [])
    assert found.unknown == {}


def test_routes_by_prefix_list() -> None:
    named = {"DestinationPrefixListId": "pl-1"}
    config = {"PrefixListId": "pl-1", "OwnerId": ACCOUNT, "Entries": [{"Cidr": "10.1.0.0/16"}]}
    known = resource("AWS::EC2::PrefixList", config)
    assert routed(named, known).value == [{"route_table": "rtb-1", "destination": "pl-1"}]
    assert set(routed(named).unknown) == {"/-"}


def test_routes_that_could_not_be_read() -> None:
    assert routed({}, incomplete={TABLE: DENIED}).unknown == {"/-": Unknown(**{**DENIED.to_json(), "kind": "more"})}  # type: ignore[arg-type]
    whole = routed({"DestinationCidrBlock": "10.1.0.0/16"}, incomplete={TABLE: DENIED})
    assert len(whole.value) == 1
    assert set(routed({}, unknown={"/Routes/-": LATER}).unknown) == {"/-"}
    assert set(routed({}, unknown={"/Routes/0/DestinationCidrBlock": LATER}).unknown) == {"/-"}


def test_egress_is_told_as_ingress_is() -> None:
    out = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    one = group(IpPermissions=[], IpPermissionsEgress=out)
    assert fact(one, "world_ingress").value == []
    (found,) = fact(one, "world_egress").value
    assert (found["protocol"], found["family"]) == ("-1", "ipv4")
    assert found["sources"] == ["/IpPermissionsEgress/0/IpRanges/0"]


def lived_in(*others: Resource, **more: Any) -> Partial:
    return fact(resource(VPC, {"VpcId": "vpc-1"}), "vpc_use", *others, **more)


def test_whether_anything_lives_in_a_vpc() -> None:
    here, elsewhere = (resource(INTERFACE, {"VpcId": name}) for name in ("vpc-1", "vpc-2"))
    assert lived_in(here).value == {"used": True}
    assert lived_in(resource(INSTANCE, {"VpcId": "vpc-1"}), incomplete={INTERFACE: DENIED}).value == {"used": True}
    assert lived_in(elsewhere).value == {"used": False}
    assert lived_in(elsewhere, incomplete={INTERFACE: DENIED}).unknown == {"/used": DENIED}
    assert lived_in(resource(INSTANCE, {}, {"/VpcId": LATER})).unknown == {"/used": LATER}
    assert set(fact(resource(VPC, {}, {"/VpcId": LATER}), "vpc_use", here).unknown) == {"/used"}


def ranges(*cidrs: str, unknown: Any = None, lists: tuple[Resource, ...] = (), **permission: Any) -> Partial:
    given = [{"CidrIpv6" if ":" in one else "CidrIp": one} for one in cidrs]
    config = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [x for x in given if "CidrIp" in x]}
    config |= {"Ipv6Ranges": [x for x in given if "CidrIpv6" in x], **permission}
    return fact(resource(GROUP, {"IpPermissions": [config]}, unknown), "public_ranges", *lists)


def test_ranges_that_hold_public_addresses() -> None:
    told = ranges(
        "0.0.0.0/0", "198.51.0.0/16", "10.0.0.0/8", "192.168.1.0/24", "8.0.0.0/6", "2001:db8::/31", "fc00::/7"
    )
    assert told.unknown == {}
    assert [(one["family"], one["prefix"]) for one in told.value] == [
        ("ipv4", 0),
        ("ipv4", 16),
        ("ipv4", 6),
        ("ipv6", 31),
    ]
    assert told.value[1]["source"] == "/IpPermissions/0/IpRanges/1"


def test_ranges_that_are_not_known() -> None:
    listed = {"PrefixListIds": [{"PrefixListId": "pl-1"}]}
    config = {"PrefixListId": "pl-1", "OwnerId": ACCOUNT, "Entries": [{"Cidr": "198.51.0.0/16"}]}
    assert [one["prefix"] for one in ranges(lists=(resource("AWS::EC2::PrefixList", config),), **listed).value] == [16]
    assert set(ranges(**listed).unknown) == {"/-"}
    assert set(ranges("0.0.0.0/0", unknown={"/IpPermissions/0/IpRanges/0/CidrIp": LATER}).unknown) == {"/-"}
    # Which port it is makes no difference.
    ports = ranges("198.51.0.0/16", unknown={"/IpPermissions/0/FromPort": LATER})
    assert ([one["prefix"] for one in ports.value], ports.unknown) == ([16], {})


def test_single_addresses_of_the_internet() -> None:
    given = [{"CidrIp": one} for one in ("198.51.100.7/32", "10.0.0.1/32", "198.51.100.0/24", "8.8.8.8")]
    config = {
        "IpPermissions": [{"IpProtocol": "-1", "IpRanges": given, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::1/128"}]}]
    }
    told = fact(resource(GROUP, config), "single_addresses")
    assert (told.value, told.unknown) == (["198.51.100.7", "2001:db8::1", "8.8.8.8"], {})
    told = fact(resource(GROUP, config, {"/IpPermissions/0/IpRanges/0/CidrIp": LATER}), "single_addresses")
    assert told.value == ["2001:db8::1", "8.8.8.8"]
    assert set(told.unknown) == {"/-"}


def test_blocks_that_a_group_names() -> None:
    entries = [{"Cidr": "10.1.2.3/16"}, {"Cidr": "2001:DB8:0::/32"}]
    lists = [resource("AWS::EC2::PrefixList", {"PrefixListId": "pl-1", "OwnerId": ACCOUNT, "Entries": entries})]
    lists.append(resource("AWS::EC2::PrefixList", {"PrefixListId": "pl-2", "OwnerId": "AWS"}, id="pl-2"))
    config: dict[str, Any] = {
        "IpPermissions": [
            {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "8.8.8.8/32"}, {"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
            {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1"}, {"PrefixListId": "pl-2"}]},
        ]
    }
    written = ["0.0.0.0/0", "8.8.8.8/32", "::/0"]
    told = fact(resource(GROUP, config), "named_blocks", *lists)
    assert (told.value, told.unknown) == (sorted([*written, "10.1.0.0/16", "2001:db8::/32"]), {})
    told = fact(resource(GROUP, config), "named_blocks")
    assert (told.value, set(told.unknown)) == (sorted(written), {"/-"})
    for place in ("/IpPermissions/-", "/IpPermissions/0", "/IpPermissions/0/IpRanges/1/CidrIp", "/IpPermissions"):
        told = fact(resource(GROUP, config, {place: LATER}), "named_blocks", *lists)
        assert set(told.unknown) == {"/-"}, place
    odd = fact(resource(GROUP, {"IpPermissions": [{"IpRanges": [{"CidrIp": "everywhere"}]}]}), "named_blocks")
    assert (odd.value, odd.unknown["/-"].kind) == ([], "more")


EVERY_PORT = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "UserIdGroupPairs": [{"GroupId": "sg-1"}]}


@pytest.mark.parametrize(
    ("change", "unknown", "expected"),
    [
        ({}, {}, True),
        ({"IpProtocol": "-1"}, {}, True),
        ({"IpProtocol": "udp"}, {}, False),
        ({"ToPort": 1024}, {}, False),
        ({"UserIdGroupPairs": [{"GroupId": "sg-2"}]}, {}, False),
        ({}, {"/UserIdGroupPairs/0/GroupId": LATER}, None),
        ({"IpProtocol": "udp"}, {"/UserIdGroupPairs/0/GroupId": LATER}, False),
        ({}, {"/ToPort": LATER}, None),
        ({}, {"/UserIdGroupPairs/-": LATER}, True),
        ({"UserIdGroupPairs": []}, {"/UserIdGroupPairs/-": LATER}, None),
    ],
)
def test_a_group_that_is_open_to_itself(change: Any, unknown: Any, expected: bool | None) -> None:
    places = {f"/IpPermissions/0{place}": why for place, why in unknown.items()}
    told = fact(resource(GROUP, {"GroupId": "sg-1", "IpPermissions": [EVERY_PORT | change]}, places), "open_to_itself")
    assert told.value is expected
    assert bool(told.unknown) is (expected is None)
