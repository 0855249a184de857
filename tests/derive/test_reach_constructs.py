"""What AWS has beside subnets, gateways and groups: each is followed, or said not to be."""

from __future__ import annotations

from scanner.derive.network.reach import index
from tests.derive.reach_worlds import OPEN_ACL, acl, group, interface, made, nat, permission, prefix_list, route, table
from tests.derive.test_reach import ask, only, public_host, two_subnets

EDGE = "com.amazonaws.global.cloudfront.origin-facing"


def test_a_prefix_list_of_aws_admits_what_it_lists_and_is_no_blank_when_unread() -> None:
    rule = {**permission("tcp", 443, 443), "PrefixListIds": [{"PrefixListId": "pl-1"}]}
    listed = prefix_list("pl-1", "198.51.100.128/25")
    listed.config.update(OwnerId="AWS", PrefixListName=EDGE)
    parts = public_host(group=group("sg-1", [rule]), list=listed)
    assert ask(parts, "198.51.100.200", "i-1", "tcp", 443)["reachable"] is True
    assert ask(parts, "198.51.100.7", "i-1", "tcp", 443)["reachable"] is False
    assert ask(parts, "198.51.100.200", "i-1", "tcp", 80)["reachable"] is False
    del parts["list"]
    assert ask(parts, "198.51.100.200", "i-1", "tcp", 443)["reachable"] is None
    assert ask(parts, "198.51.100.200", "i-1", "tcp", 80)["reachable"] is False


def test_a_private_nat_gateway_leads_to_other_networks_and_not_out() -> None:
    private = nat("nat-1", "subnet-1", "vpc-1", "10.0.1.9")
    private.config["ConnectivityType"] = "private"
    answer = ask(two_subnets(nat=private), "i-2", "198.51.100.77", "tcp", 443)
    assert answer["reachable"] is False
    assert only(answer)


def test_a_carrier_gateway_is_not_known() -> None:
    route_ = {"DestinationCidrBlock": "0.0.0.0/0", "CarrierGatewayId": "cagw-1", "State": "active"}
    association = {"CarrierIp": "198.51.100.5", "IpOwnerId": "amazon"}
    host = interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", Association=association)
    host.config["PrivateIpAddresses"][0]["Association"] = association
    parts = public_host(table=table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route_], main=True), host=host)
    del parts["igw"]
    answer = ask(parts, "i-1", "198.51.100.77", "tcp", 443)
    assert answer["reachable"] is None
    assert any("not followed" in one["rule"] for one in answer["blocked_by"])
    assert ask(parts, "i-1", "on-premises")["reachable"] is None
    # from the internet nobody opens a connection through one
    assert ask(parts, "internet", "i-1", "tcp", 22)["reachable"] is False


def test_a_core_network_may_lead_out_but_not_past_the_acl() -> None:
    core = {"DestinationCidrBlock": "0.0.0.0/0", "CoreNetworkArn": "arn:aws:networkmanager::1:core-network/c"}
    parts = public_host(table=table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), core], main=True))
    assert ask(parts, "i-1", "198.51.100.77", "tcp", 443)["reachable"] is None
    shut = acl("acl-1", OPEN_ACL[:1], "subnet-1")
    assert ask(parts | {"acl": shut}, "i-1", "198.51.100.77", "tcp", 443)["reachable"] is False
    assert ask(parts, "on-premises", "i-1", "tcp", 22)["reachable"] is None
    assert ask(parts, "on-premises", "i-1", "tcp", 80)["reachable"] is False


def test_a_firewall_is_passed_and_told() -> None:
    endpoint = {
        "VpcEndpointId": "vpce-f", "VpcEndpointType": "GatewayLoadBalancer", "State": "available",
        "SubnetIds": ["subnet-2"], "RequesterManaged": True, "VpcId": "vpc-1",
    }  # fmt: skip
    out = [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1")]
    parts = two_subnets(
        table=table("rtb-1", "vpc-1", [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "vpce-f")], "subnet-1"),
        inner=table("rtb-2", "vpc-1", out, "subnet-2"),
        edge=table("rtb-e", "vpc-1", [route("10.0.0.0/16", "local"), route("10.0.1.0/24", "vpce-f")], gateway="igw-1"),
        acl=acl("acl-1", OPEN_ACL, "subnet-1", "subnet-2"),
        endpoint=made(index.ENDPOINT, "vpce-f", endpoint),
    )
    answer = ask(parts, "internet", "i-1", "tcp", 22)
    assert answer["reachable"] is True
    assert answer["assumptions"] == ["inspected by what is behind vpce-f, whose rules were not judged"]
