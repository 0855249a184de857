"""Recorded networks of others with the traces that an independent tool found in them: reachable or not, and where."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.cases import Cases
from scanner.errors import UsageError
from scanner.snapshot.opening import open_inventory

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif("POSTURE_CORPORA" not in os.environ, reason="needs the reference corpora"),
]
_PLACE = "554773406868/{service}/us-east-2"
# The recordings are of 2020 and hold no call for what came later or was not looked at: none of it was there.
_ABSENT = {
    "ec2/describe_vpc_block_public_access_options": {
        "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}
    },
    "ec2/describe_transit_gateway_attachments": {"TransitGatewayAttachments": []},
    "ec2/describe_vpc_peering_connections": {"VpcPeeringConnections": []},
    "ec2/describe_nat_gateways": {"NatGateways": []},
    "ec2/describe_vpn_gateways": {"VpnGateways": []},
    "ec2/describe_internet_gateways": {"InternetGateways": []},
    "elbv2/describe_load_balancers": {"LoadBalancers": []},
    "elbv2/describe_target_groups": {"TargetGroups": []},
    "elb/describe_load_balancers": {"LoadBalancerDescriptions": []},
}
# The load balancer's addresses, which the traces name by an expression of that tool's.
_NODES = {"nlb1Ip": "10.1.1.237", "nlb2Ip": "10.1.20.123"}
# What the tool sends where a trace says nothing: a UDP packet to the first port that `traceroute` uses.
_UDP, _PORT, _AN = 17, 33434, 107
_SENT = ("ACCEPTED", "EXITS_NETWORK")

# Traces of packets that no interface of the network sends or gets: no question about the network, and refused.
_REFUSED = {
    ("testFromInternetToInvalidPublicIp", "54.191.107.23"): "from outside to an address outside, which nobody routes",
    ("testFromInternetToPrivateIp", "192.18.0.8"): "from outside to an address outside",
    ("testToInternetInvalidPrivateIp", "8.8.8.8"): "from an address that no interface has",
}


def _traces() -> list[dict[str, Any]]:
    if "POSTURE_CORPORA" not in os.environ:
        return []
    return json.loads(Path(os.environ["POSTURE_CORPORA"], "vpc-networks", "expected-traces.json").read_text())


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Cases]:
    from click.testing import CliRunner

    from scanner.cli.collect import command

    found: dict[str, Cases] = {}

    def network(name: str) -> Cases:
        if name not in found:
            folder = tmp_path_factory.mktemp(name)
            copytree(Path(os.environ["POSTURE_CORPORA"], "vpc-networks", name), folder / "answers")
            for call, answer in _ABSENT.items():
                service, operation = call.split("/")
                file = folder / "answers" / _PLACE.format(service=service) / f"{operation}.json"
                file.parent.mkdir(parents=True, exist_ok=True)
                if not file.exists():
                    file.write_text(json.dumps(answer))
            path = folder / "a.posture"
            services = [word for one in ("vpc", "ec2", "elb") for word in ("--service", one)]
            CliRunner().invoke(
                command,
                ["--replay", str(folder / "answers"), "-s", str(path), "--quiet", *services],
                standalone_mode=False,
            )
            found[name] = Cases(open_inventory(path))
        return found[name]

    return network


def _number(trace: dict[str, Any]) -> int:
    told = trace["flow"].get("proto", "udp")
    return _AN if isinstance(told, dict) else flows.NUMBERS[told]


@pytest.mark.parametrize("trace", _traces(), ids=lambda one: f"{one['test'].partition('.')[2]}-{one['flow']['dst']}")
def test_traces_agree(trace: dict[str, Any], networks: Callable[[str], Cases]) -> None:
    cases = networks(trace["snapshot"])
    flow = trace["flow"]
    target = flow["dst"] if isinstance(flow["dst"], str) else _NODES[flow["dst"]["expr"]]
    source = flow["ingress"] if not flow["ingress"].startswith("subnet-") else flow["src"]
    name = trace["test"].partition(".")[2]
    port = flow.get("dport", _PORT)
    wanted = flows.only(_number(trace), (port, port + 1) if _number(trace) in (6, 17) else None)
    if flow["ingress"] == "internet" and isinstance(flow.get("src"), str):
        source = flow["src"]
    if (name, target) in _REFUSED:
        with pytest.raises(UsageError, match="neither"):
            list(cases.of(cases.ends.named(source), cases.ends.named(target)))
        return
    answer = ask(cases, cases.ends.named(source), cases.ends.named(target), wanted)
    sent = (trace["disposition"].startswith(_SENT) and "|" in trace["disposition"]) or trace["disposition"] in _SENT
    assert answer["reachable"] is sent, answer
    if sent:
        hops = [one["id"] for one in answer["hops"]]
        gateways = [one for one in trace["hops"] if isinstance(one, str) and one.startswith(("igw-", "nat-", "pcx-"))]
        assert [one for one in dict.fromkeys(hops) if one.startswith(("igw-", "nat-"))] == gateways
