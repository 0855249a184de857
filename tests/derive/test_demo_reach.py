"""The demo's network: hosts and databases that look alike, each told right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.cli._root import run
from scanner.demo.estate import roads


class Demo:
    """What the demo's snapshot and report say."""

    def __init__(self, folder: Path, capsys: Any = None) -> None:
        self.path = folder / "demo.posture"
        self.report = json.loads((folder / "demo.json").read_text())
        self.capsys = capsys

    def asked(self, target: str) -> dict[str, Any]:
        self.capsys.readouterr()
        run(["reach", str(self.path), "--from", "internet", "--to", target, "--format", "json"])
        answer: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return answer

    def verdict(self, rule: str, name: str) -> str:
        resources = self.report["resources"]
        named = {id_ for id_, one in resources.items() if one["name"] == name}
        found = [one for one in self.report["findings"] if one["rule_id"] == rule and one["resource_id"] in named]
        return str(found[0]["verdict"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo")
    rules = [word for rule in ("ec2-*", "rds-*", "sg-*") for word in ("--rule", rule)]
    run(
        [
            "demo",
            "-q",
            "-s",
            str(made / "demo.posture"),
            "-o",
            f"json={made / 'demo.json'}",
            "--resources",
            "all",
            *rules,
        ]
    )
    return made


@pytest.fixture
def demo(folder: Path, capsys: pytest.CaptureFixture[str]) -> Demo:
    return Demo(folder, capsys)


EXPOSED, ADMINISTERED = "ec2-instance-internet-exposed", "ec2-instance-admin-port-reachable"


def test_a_host_behind_a_load_balancer(demo: Demo) -> None:
    answer = demo.asked(roads.WEIGHBRIDGE)
    assert answer["reachable"] is True
    assert answer["witness"]["destination_port"] == 443
    hops = [one["type"] for one in answer["hops"]]
    assert "AWS::ElasticLoadBalancingV2::LoadBalancer" in hops
    assert demo.verdict(EXPOSED, roads.WEIGHBRIDGE) == "pass", "443 is meant to be open"
    assert demo.verdict("ec2-exposed-through-load-balancer", roads.WEIGHBRIDGE) == "pass"


@pytest.mark.parametrize(
    ("name", "kept_by"),
    [(roads.ARCHIVE, "AWS::EC2::RouteTable"), (roads.CRANE, "AWS::EC2::NetworkAcl")],
)
def test_hosts_that_are_open_but_for_one_thing(demo: Demo, name: str, kept_by: str) -> None:
    answer = demo.asked(name)
    assert answer["reachable"] is False
    assert [(one["type"], one["only"]) for one in answer["blocked_by"]] == [(kept_by, True)]
    assert demo.verdict(EXPOSED, name) == "pass"
    assert demo.verdict(ADMINISTERED, name) == "pass"


def test_a_host_over_ipv6_alone(demo: Demo) -> None:
    answer = demo.asked(roads.CAMERA)
    assert answer["reachable"] is True
    (row,) = answer["packets"]
    assert [text.partition(" but ")[0] for text in row["sources"]] == ["internet (IPv6)"], "but for its own VPC"
    assert demo.verdict(EXPOSED, roads.CAMERA) == "fail"
    assert demo.verdict(ADMINISTERED, roads.CAMERA) == "pass"


def test_of_two_public_databases_one_is_reached(demo: Demo) -> None:
    assert demo.asked(roads.OPEN_DATABASE)["reachable"] is True
    shut = demo.asked(roads.SHUT_DATABASE)
    assert shut["reachable"] is False
    assert [one["type"] for one in shut["blocked_by"]] == ["AWS::EC2::SecurityGroup"]
    for name, verdict in ((roads.OPEN_DATABASE, "fail"), (roads.SHUT_DATABASE, "pass")):
        assert demo.verdict("rds-instance-public", name) == "fail"
        assert demo.verdict("rds-effective-internet-reachable", name) == verdict


def test_the_list_of_what_is_exposed(demo: Demo) -> None:
    demo.capsys.readouterr()
    run(["reach", "exposed", str(demo.path), "--near-misses", "--format", "json"])
    answer = json.loads(demo.capsys.readouterr().out)
    exposed = {one["name"] for one in answer["exposed"]}
    assert {roads.WEIGHBRIDGE, roads.CAMERA, roads.OPEN_DATABASE, "yard-gate", "track-portal-1"} <= exposed
    near = {one["name"] for one in answer["near_misses"]}
    assert {roads.ARCHIVE, roads.CRANE} <= near
    assert not near & exposed
    assert answer["unknown"] == []
