"""What load balancers and databases let through, with what the target then sees."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.network.reach import index
from scanner.model import Resource, Unknown, Why
from tests.derive.reach_worlds import (
    OPEN_ACL,
    acl,
    asked,
    entry,
    group,
    igw,
    interface,
    inventory,
    made,
    permission,
    route,
    subnet,
    table,
    vpc,
)

_ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
LB, LISTENER, GROUP = _ELB + "loadbalancer/net/front/1", _ELB + "listener/net/front/1/2", _ELB + "targetgroup/back/3"
DENIED = Unknown(
    Why.DENIED,
    message="not allowed",
    operation="DescribeTargetHealth",
    permission="elasticloadbalancing:DescribeTargetHealth",
)


def balancer(
    kind: str = "network",
    groups: tuple[str, ...] = (),
    scheme: str = "internet-facing",
    arn: str = LB,
    subnets: tuple[str, ...] = ("subnet-1",),
) -> Resource:
    zones = [{"SubnetId": one} for one in subnets]
    return made(index.BALANCER, arn, {
        "LoadBalancerArn": arn, "Type": kind, "Scheme": scheme, "VpcId": "vpc-1", "SecurityGroups": list(groups),
        "AvailabilityZones": zones, "IpAddressType": "ipv4",
    })  # fmt: skip


def node(
    public: str = "198.51.100.50", groups: tuple[str, ...] = (), kind: str = "network_load_balancer", arn: str = LB
) -> Resource:
    label = "ELB " + arn.partition("loadbalancer/")[2]
    return interface(
        "eni-lb", "subnet-1", "vpc-1", "10.0.1.50", public, groups, Description=label, InterfaceType=kind, Attachment={}
    )


def listener(port: int = 80, protocol: str = "TCP", to: str = GROUP, arn: str = LISTENER, of: str = LB) -> Resource:
    return made(index.LISTENER, arn, {
        "ListenerArn": arn, "LoadBalancerArn": of, "Port": port, "Protocol": protocol,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": to}],
    })  # fmt: skip


def targets(
    *ids: str, kind: str = "instance", port: int = 8080, protocol: str = "TCP", arn: str = GROUP, **attributes: str
) -> Resource:
    told = [{"Key": key.replace("_enabled", ".enabled"), "Value": value} for key, value in attributes.items()]
    return made(index.TARGETS, arn, {
        "TargetGroupArn": arn, "TargetType": kind, "Port": port, "Protocol": protocol, "VpcId": "vpc-1",
        "TargetGroupAttributes": told, "Targets": [{"Id": one, "Port": port} for one in ids],
    })  # fmt: skip


def behind(*ingress: dict[str, Any], **changed: Resource) -> dict[str, Resource]:
    """A host in a subnet without a route to the internet, behind a load balancer in one that has it."""
    parts = {
        "vpc": vpc("vpc-1", "10.0.0.0/16"),
        "one": subnet("subnet-1", "vpc-1", "10.0.1.0/24"),
        "two": subnet("subnet-2", "vpc-1", "10.0.2.0/24"),
        "main": table("rtb-m", "vpc-1", [route("10.0.0.0/16", "local")], main=True),
        "table": table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1")], "subnet-1"),
        "acl": acl("acl-1", OPEN_ACL, "subnet-1", "subnet-2"),
        "igw": igw("igw-1", "vpc-1"),
        "group": group("sg-1", [*ingress]),
        "host": interface("eni-1", "subnet-2", "vpc-1", "10.0.2.5"),
        "lb": balancer(),
        "node": node(),
        "listener": listener(),
        "targets": targets("i-1"),
    }
    return parts | changed


def ask(parts: dict[str, Resource], source: str = "internet", target: str = "i-1", *more: Any) -> dict[str, Any]:
    return asked(inventory(*parts.values()), source, target, *more)


def test_a_host_behind_a_network_load_balancer_sees_the_client() -> None:
    answer = ask(behind(permission("tcp", 8080, 8080, "0.0.0.0/0")))
    assert answer["reachable"] is True
    assert answer["packets"] == [
        {"protocols": ["tcp"], "ports": "80", "sources": ["internet (IPv4)"], "destinations": ["198.51.100.50"]}
    ]
    turns = [one["rule"] for one in answer["hops"] if one["decision"] == "translate"]
    assert turns[-1] == "destination 10.0.1.50:80 → 10.0.2.5:8080"
    inside = ask(behind(permission("tcp", 8080, 8080, "10.0.1.0/24")))
    assert inside["reachable"] is False


def test_without_preservation_it_sees_the_node() -> None:
    off = targets("i-1", preserve_client_ip_enabled="false")
    assert ask(behind(permission("tcp", 8080, 8080, "10.0.1.0/24"), targets=off))["reachable"] is True
    assert ask(behind(permission("tcp", 8080, 8080, "198.51.100.0/24"), targets=off))["reachable"] is False
    by_address = targets("10.0.2.5", kind="ip")
    assert ask(behind(permission("tcp", 8080, 8080, "10.0.1.0/24"), targets=by_address))["reachable"] is True


def test_the_port_of_the_listener_and_of_the_target() -> None:
    parts = behind(permission("tcp", 8080, 8080, "0.0.0.0/0"))
    assert ask(parts, "internet", "i-1", "tcp", 80)["reachable"] is True
    assert ask(parts, "internet", "i-1", "tcp", 8080)["reachable"] is False
    assert ask(parts, "internet", LB)["packets"][0]["ports"] == "80"
    udp = ask(
        behind(
            permission("udp", 53, 53, "0.0.0.0/0"),
            listener=listener(53, "UDP"),
            targets=targets("i-1", port=53, protocol="UDP"),
        )
    )
    assert udp["packets"][0]["protocols"] == ["udp"]


def test_its_groups_acls_and_scheme_count() -> None:
    open_ = permission("tcp", 8080, 8080, "0.0.0.0/0")
    guarded = {
        "lb": balancer(groups=("sg-lb",)),
        "node": node(groups=("sg-lb",)),
        "groups": group("sg-lb", [permission("tcp", 80, 80, "203.0.113.0/24")]),
    }
    assert ask(behind(open_, **guarded))["packets"][0]["sources"] == ["203.0.113.0/24"]
    referred = ask(behind(permission("tcp", 8080, 8080, "sg-lb"), **guarded))
    assert referred["packets"][0]["sources"] == ["203.0.113.0/24"]
    assert ask(behind(open_, node=node(""), lb=balancer(scheme="internal")))["reachable"] is False
    shut = ask(
        behind(
            open_,
            acl=acl("acl-1", OPEN_ACL, "subnet-1"),
            acl2=acl("acl-2", [OPEN_ACL[0], entry(9, "deny", "0.0.0.0/0", out=True)], "subnet-2"),
        )
    )
    assert [one["rule"] for one in shut["blocked_by"] if one["only"]] == ["egress 9 deny all to 0.0.0.0/0"]


def test_an_application_load_balancer_is_a_client_of_its_own() -> None:
    arn = LB.replace("/net/", "/app/")
    alb = {
        "lb": balancer("application", ("sg-lb",), arn=arn),
        "node": node(groups=("sg-lb",), kind="interface", arn=arn),
        "listener": listener(443, "HTTPS", of=arn),
        "groups": group("sg-lb", [permission("tcp", 443, 443, "0.0.0.0/0")]),
    }
    answer = ask(behind(permission("tcp", 8080, 8080, "sg-lb"), **alb))
    assert answer["packets"][0]["ports"] == "443"
    assert ask(behind(permission("tcp", 8080, 8080, "198.51.0.0/16"), **alb))["reachable"] is False
    rule = made(index.LISTENER_RULE, arn.replace(":loadbalancer/", ":listener-rule/") + "/2/9", {
        "RuleArn": "x", "ListenerArn": LISTENER, "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GROUP}]}}],
    })  # fmt: skip
    other = made(
        index.LISTENER,
        LISTENER,
        {
            "ListenerArn": LISTENER,
            "LoadBalancerArn": arn,
            "Port": 443,
            "Protocol": "HTTPS",
            "DefaultActions": [{"Type": "fixed-response"}],
        },
    )
    by_rule = behind(permission("tcp", 8080, 8080, "sg-lb"), **alb | {"listener": other})
    assert ask(by_rule)["reachable"] is False
    assert ask(by_rule | {"rule": rule})["reachable"] is True


def test_one_behind_the_other() -> None:
    arn = _ELB + "loadbalancer/app/inner/9"
    parts = behind(
        permission("tcp", 8080, 8080, "sg-alb"),
        targets=targets(arn, kind="alb", port=443),
        alb=balancer("application", ("sg-alb",), "internal", arn, ("subnet-2",)),
        inner=listener(443, "HTTPS", GROUP + "x", LISTENER + "x", arn),
        last=targets("i-1", arn=GROUP + "x"),
        groups=group("sg-alb", [permission("tcp", 443, 443, "0.0.0.0/0")]),
    )
    answer = ask(parts)
    assert answer["reachable"] is True
    assert answer["packets"][0]["ports"] == "80"


def test_a_classic_load_balancer() -> None:
    classic = made(index.CLASSIC, "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/old", {
        "LoadBalancerName": "old", "Scheme": "internet-facing", "VPCId": "vpc-1", "Subnets": ["subnet-1"], "SecurityGroups": ["sg-lb"],
        "Instances": [{"InstanceId": "i-1"}], "ListenerDescriptions": [{"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}}],
    })  # fmt: skip
    parts = behind(
        permission("tcp", 8080, 8080, "sg-lb"),
        lb=classic,
        groups=group("sg-lb", [permission("tcp", 80, 80, "0.0.0.0/0")]),
    )
    for gone in ("node", "listener", "targets"):
        del parts[gone]
    assert ask(parts)["packets"][0]["ports"] == "80"
    assert ask(parts, "internet", "old", "tcp", 81)["reachable"] is False


def test_targets_that_were_not_read_matter_only_if_they_could_be_it() -> None:
    parts = behind(permission("tcp", 8080, 8080, "0.0.0.0/0"))
    unread = targets("i-1")
    unread.config.pop("Targets")
    unread.unknown = {"/Targets": DENIED}
    answer = ask(parts | {"targets": unread})
    assert answer["reachable"] is None
    assert answer["blocked_by"][0]["permission"] == "elasticloadbalancing:DescribeTargetHealth"
    assert ask(parts | {"targets": unread, "group": group("sg-1", [])})["reachable"] is False


def database(public: bool, *subnets: str, zone: str = "eu-west-1a", groups: tuple[str, ...] = ("sg-db",)) -> Resource:
    inside = [{"SubnetIdentifier": one, "SubnetAvailabilityZone": {"Name": zone}} for one in subnets]
    return made(index.DATABASE, "arn:aws:rds:eu-west-1:111122223333:db:orders", {
        "DBInstanceIdentifier": "orders", "PubliclyAccessible": public, "AvailabilityZone": zone, "Endpoint": {"Port": 5432},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": one} for one in groups], "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": inside},
    })  # fmt: skip


def served(public: bool = True, *subnets: str, **changed: Resource) -> dict[str, Resource]:
    rules = group("sg-db", [permission("tcp", 5432, 5432, "0.0.0.0/0"), permission("tcp", 22, 22, "0.0.0.0/0")])
    return behind(groups=rules, db=database(public, *(subnets or ("subnet-1",))), **changed)


def test_a_public_database_is_reached_on_its_port_alone() -> None:
    answer = ask(served(), "internet", "orders")
    assert (answer["reachable"], [row["ports"] for row in answer["packets"]]) == (True, ["5432"])
    assert ask(served(), "internet", "orders", "tcp", 22)["reachable"] is False
    private = ask(served(public=False), "internet", "orders")
    assert [one["rule"] for one in private["blocked_by"] if one["only"]] == ["no public IPv4 address"]


def test_the_public_flag_is_not_enough() -> None:
    answer = ask(served(True, "subnet-2"), "internet", "orders", "tcp", 5432)
    assert answer["reachable"] is False
    assert [one["rule"] for one in answer["blocked_by"] if one["only"]] == [
        "no route to igw-1: none for the destination"
    ]


def test_where_it_may_be_in_either_subnet_the_answer_is_not_known_until_its_interface_is() -> None:
    parts = served(True, "subnet-1", "subnet-2")
    assert ask(parts, "internet", "orders")["reachable"] is None
    listed = interface(
        "eni-db",
        "subnet-1",
        "vpc-1",
        "10.0.1.70",
        "198.51.100.70",
        ("sg-db",),
        Description="RDSNetworkInterface",
        Attachment={},
    )
    answer = ask(parts | {"eni": listed}, "internet", "orders")
    assert (answer["reachable"], answer["witness"]["destination"]) == (True, "198.51.100.70")


@pytest.mark.parametrize("source", ["i-1", "10.0.2.5"])
def test_from_inside(source: str) -> None:
    assert ask(served(public=False), source, "orders")["reachable"] is True


def test_an_endpoint_of_a_service_leads_to_what_is_behind_its_load_balancer() -> None:
    far = {
        "vpc2": vpc("vpc-2", "10.9.0.0/16"),
        "far": subnet("subnet-9", "vpc-2", "10.9.1.0/24"),
        "main2": table("rtb-9", "vpc-2", [route("10.9.0.0/16", "local")], main=True),
        "acl9": acl("acl-9", OPEN_ACL, "subnet-9"),
        "client": interface("eni-9", "subnet-9", "vpc-2", "10.9.1.5", groups=("sg-9",)),
        "group9": group("sg-9", [permission("tcp", 80, 80, "10.9.0.0/16")], vpc_="vpc-2"),
        "entry": interface("eni-vpce", "subnet-9", "vpc-2", "10.9.1.99", groups=("sg-9",), InterfaceType="vpc_endpoint", Attachment={}),
        "service": made(index.SERVICE, "vpce-svc-1", {"ServiceId": "vpce-svc-1", "ServiceName": "com.amazonaws.vpce.svc-1", "NetworkLoadBalancerArns": [LB]}),
        "endpoint": made(index.ENDPOINT, "vpce-1", {
            "VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.vpce.svc-1", "State": "available",
            "NetworkInterfaceIds": ["eni-vpce"], "VpcId": "vpc-2",
        }),
    }  # fmt: skip
    inside = permission("tcp", 8080, 8080, "10.0.1.0/24")
    answer = ask(behind(inside, **far), "i-9", "i-1")
    assert answer["packets"] == [
        {"protocols": ["tcp"], "ports": "80", "sources": ["10.9.1.5"], "destinations": ["10.9.1.99"]}
    ]
    assert ask(behind(permission("tcp", 8080, 8080, "10.9.0.0/16"), **far), "i-9", "i-1")["reachable"] is False
    del far["service"]
    assert ask(behind(inside, **far), "i-9", "i-1")["reachable"] is False
