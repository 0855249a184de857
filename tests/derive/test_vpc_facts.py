"""What neighbours tell of a VPC: zones, endpoints, firewalls, DNS."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, resource

from scanner.model import Resource

VPC, SUBNET, NAT, ENDPOINT = ("AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint")
FIREWALL = "AWS::NetworkFirewall::Firewall"
QUERIES = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"
DNS = "AWS::Route53Resolver::FirewallRuleGroupAssociation"
OWN = resource(VPC, {"VpcId": "vpc-1"})


def subnet(name: str, zone: str, vpc: str = "vpc-1") -> Resource:
    return resource(SUBNET, {"SubnetId": name, "VpcId": vpc, "AvailabilityZone": zone}, id=name)


def nat(place: str, state: str = "available", **config: Any) -> Resource:
    return resource(NAT, {"VpcId": "vpc-1", "SubnetId": place, "State": state, **config}, id=f"nat-{place}")


def endpoint(service: str, state: str = "available", vpc: str = "vpc-1") -> Resource:
    return resource(ENDPOINT, {"VpcId": vpc, "ServiceName": service, "State": state}, id=service)


A, B, FAR = (
    subnet("subnet-a", "eu-west-1a"),
    subnet("subnet-b", "eu-west-1b"),
    subnet("subnet-c", "eu-west-1c", "vpc-2"),
)


def test_zones_of_the_own_subnets_each_once() -> None:
    twin = subnet("subnet-d", "eu-west-1a")
    found = fact(OWN, "subnet_zones", A, B, twin, FAR)
    assert (found.value, found.unknown) == (["eu-west-1a", "eu-west-1b"], {})
    assert fact(OWN, "subnet_zones").value == []


def test_a_zone_may_be_told_by_its_id_alone() -> None:
    one = resource(SUBNET, {"VpcId": "vpc-1", "AvailabilityZoneId": "euw1-az1"})
    assert fact(OWN, "subnet_zones", one).value == ["euw1-az1"]


def test_what_is_not_known_of_subnets_leaves_the_zones_open() -> None:
    hidden = resource(SUBNET, {"VpcId": "vpc-1"}, {"/AvailabilityZone": LATER}, id="subnet-h")
    for found in (fact(OWN, "subnet_zones", A, hidden), fact(OWN, "subnet_zones", A, incomplete={SUBNET: DENIED})):
        assert found.value == ["eu-west-1a"]
        assert found.unknown["/-"].kind == "more"
    elsewhere = resource(SUBNET, {"AvailabilityZone": "eu-west-1b"}, {"/VpcId": DENIED}, id="subnet-e")
    assert "/-" in fact(OWN, "subnet_zones", A, elsewhere).unknown


def test_a_vpc_without_an_id_tells_nothing() -> None:
    found = fact(resource(VPC, {}, {"/VpcId": DENIED}), "subnet_zones", A)
    assert (found.value, found.unknown[""].why) == (None, DENIED.why)


@pytest.mark.parametrize(
    ("gateways", "zones"),
    [
        ([nat("subnet-a"), nat("subnet-b")], ["eu-west-1a", "eu-west-1b"]),
        ([nat("subnet-a"), nat("subnet-b", "failed")], ["eu-west-1a"]),
        ([nat("subnet-a"), nat("subnet-b", "deleted")], ["eu-west-1a"]),
        ([nat("subnet-a", "pending")], ["eu-west-1a"]),
        ([resource(NAT, {"VpcId": "vpc-1", "State": "available", "AvailabilityMode": "regional"})], ["regional"]),
        ([], []),
    ],
)
def test_zones_of_gateways_that_work(gateways: list[Resource], zones: list[str]) -> None:
    found = fact(OWN, "nat_zones", A, B, *gateways)
    assert (found.value, found.unknown) == (zones, {})


def test_a_gateway_whose_subnet_nobody_read_may_lie_anywhere() -> None:
    for found in (
        fact(OWN, "nat_zones", A, nat("subnet-a"), nat("subnet-x")),
        fact(OWN, "nat_zones", nat("subnet-a"), incomplete={SUBNET: DENIED}),
        fact(OWN, "nat_zones", A, nat("subnet-a"), incomplete={NAT: DENIED}),
    ):
        assert found.unknown["/-"].kind == "more"


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("com.amazonaws.eu-west-1.ecr.api", "ecr.api"),
        ("com.amazonaws.eu-west-1.s3", "s3"),
        ("cn.com.amazonaws.eu-west-1.ecr.dkr", "ecr.dkr"),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-1", "com.amazonaws.vpce.eu-west-1.vpce-svc-1"),
    ],
)
def test_services_without_what_all_have_in_front(name: str, service: str) -> None:
    assert fact(OWN, "endpoint_services", endpoint(name), endpoint("com.amazonaws.eu-west-1.ssm", vpc="v")).value == [
        service
    ]


def test_endpoints_that_do_not_work_reach_nothing() -> None:
    found = fact(OWN, "endpoint_services", endpoint("com.amazonaws.eu-west-1.ssm", "failed"))
    assert (found.value, found.unknown) == ([], {})
    assert fact(OWN, "endpoint_services", endpoint("com.amazonaws.eu-west-1.ssm", "Available")).value == ["ssm"]
    assert "/-" in fact(OWN, "endpoint_services", incomplete={ENDPOINT: DENIED}).unknown


def test_firewalls_made_here_and_endpoints_of_those_made_elsewhere() -> None:
    here = resource(FIREWALL, {"VpcId": "vpc-1"}, name="edge")
    other = resource(FIREWALL, {"VpcId": "vpc-2"}, name="far", id="far")
    config = {"VpcId": "vpc-1", "VpcEndpointId": "vpce-1"}
    managed = resource(ENDPOINT, config, tags={"AWSNetworkFirewallManaged": "true"}, id="e1")
    assert fact(OWN, "inspected_by", here, other, managed).value == ["edge", "vpce-1"]
    plain = resource(ENDPOINT, config, tags={"Name": "x"}, id="e2")
    assert fact(OWN, "inspected_by", other, plain).value == []
    untold = resource(ENDPOINT, config, tags_unknown=DENIED, id="e3")
    assert "/-" in fact(OWN, "inspected_by", untold).unknown
    assert "/-" in fact(OWN, "inspected_by", incomplete={FIREWALL: DENIED}).unknown


@pytest.mark.parametrize(
    ("name", "type_", "members", "working", "broken"),
    [
        ("query_logs", QUERIES, ("ResourceId", "ResolverQueryLogConfigId"), "ACTIVE", ["FAILED", "ACTION_NEEDED"]),
        ("dns_firewalls", DNS, ("VpcId", "FirewallRuleGroupId"), "COMPLETE", ["DELETING"]),
    ],
)
def test_what_is_associated_with_a_vpc(
    name: str, type_: str, members: tuple[str, str], working: str, broken: list[str]
) -> None:
    key, id_ = members

    def made(state: str, vpc: str = "vpc-1") -> Resource:
        return resource(type_, {key: vpc, id_: "c-1", "Status": state}, id=state + vpc)

    assert fact(OWN, name, made(working)).value == ["c-1"]
    assert fact(OWN, name, made(working, "vpc-2"), *map(made, broken)).value == []
    assert "/-" in fact(OWN, name, incomplete={type_: DENIED}).unknown
    hidden = resource(type_, {key: "vpc-1", id_: "c-1"}, {"/Status": DENIED})
    assert fact(OWN, name, hidden).unknown["/-"].why is DENIED.why


ACL = "AWS::EC2::NetworkAcl"
OPEN = {"RuleNumber": 100, "Egress": False, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
FILTERED = {**OPEN, "Protocol": "6", "PortRange": {"From": 443, "To": 443}}


def acl(name: str, *entries: dict[str, Any], default: bool = False, subnet: str = "subnet-a") -> Resource:
    config = {
        "NetworkAclId": name,
        "IsDefault": default,
        "Entries": list(entries),
        "Associations": [{"SubnetId": subnet}],
    }
    return resource(ACL, config, id=name)


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(("entry", "is_open"), [(OPEN, True), (FILTERED, False)])
def test_the_acl_of_a_subnet_is_the_one_that_names_it(entry: dict[str, Any], default: bool, is_open: bool) -> None:
    found = fact(A, "subnet_acl", acl("acl-b", OPEN, subnet="subnet-b"), acl("acl-a", entry, default=default))
    assert found.value == {"acl": "acl-a", "default": default, "open": is_open}
    assert found.unknown == {}


def test_a_subnet_that_no_acl_names_or_whose_acl_was_not_read_is_not_judged() -> None:
    assert "" in fact(A, "subnet_acl", acl("acl-b", OPEN, subnet="subnet-b")).unknown
    assert fact(A, "subnet_acl", incomplete={ACL: DENIED}).unknown[""].why == DENIED.why
    hidden = acl("acl-a")
    hidden.unknown = {"/Entries": DENIED}
    assert set(fact(A, "subnet_acl", hidden).unknown) == {"/open"}
