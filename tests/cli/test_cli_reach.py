"""`posture reach` and `posture reach exposed`: the command lines as they are documented, and what they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.derive.network.reach import index
from scanner.model import Resource, Shard, Unknown
from scanner.snapshot.store import Store
from tests.derive.reach_worlds import (
    OPEN_ACL,
    OWN,
    REGION,
    TYPES,
    acl,
    block_public_access,
    entry,
    group,
    interface,
    permission,
)
from tests.derive.test_reach import DENIED, public_host
from tests.derive.test_reach_balancers import behind

Run = Callable[..., Any]


def written(path: Path, parts: dict[str, Resource], **missing: Unknown) -> str:
    """A snapshot file in which everything else was listed."""
    listed: dict[str, Unknown | None] = dict.fromkeys(TYPES) | {
        getattr(index, name): why for name, why in missing.items()
    }
    held = [one for one in (*parts.values(), block_public_access()) if listed.get(one.type) is None]
    with Store(path, taken_at="2026-01-01T00:00:00Z", selection={}) as store:
        store.write(Shard(OWN, REGION, "ec2", held, listed))
        store.finish({})
    return str(path)


def asked(posture: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = posture("reach", *arguments, "--format", "json")
    return done.code, json.loads(done.out)


def test_the_question_with_every_hop(posture: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.posture", public_host())
    done = posture("reach", path, "--from", "internet", "--to", "i-1", "--protocol", "tcp", "--port", "22")
    assert (done.code, done.err) == (0, "")
    assert "internet to i-1: reachable" in done.out
    assert "security group sg-1: ingress tcp 22 from 0.0.0.0/0" in done.out
    assert "There:" in done.out
    assert "Back:" in done.out
    assert "198.51.100.5:22 → 10.0.1.5:22" in done.out
    code, answer = asked(posture, path, "--from", "internet", "--to", "i-1")
    assert (code, answer["reachable"]) == (0, True)
    assert list(answer) == ["reachable", "witness", "hops", "return_hops", "assumptions", "blocked_by", "packets"]
    assert set(answer["witness"]) == {"protocol", "source", "source_port", "destination", "destination_port"}
    assert all(set(hop) == {"type", "id", "rule", "decision"} for hop in answer["hops"] + answer["return_hops"])
    assert {hop["decision"] for hop in answer["hops"]} == {"send", "forward", "allow", "translate", "receive"}


def test_the_word_may_be_said_and_options_may_come_first(posture: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.posture", public_host())
    arguments = ("--from", "internet", "--to", "i-1")
    assert posture("reach", "ask", path, *arguments).out == posture("reach", path, *arguments).out
    assert posture("reach", *arguments, path).out == posture("reach", path, *arguments).out


def test_no_and_the_one_thing_that_prevents_it(posture: Run, tmp_path: Path) -> None:
    shut = acl("acl-1", [entry(90, "deny", "0.0.0.0/0", "6", (22, 22)), *OPEN_ACL], "subnet-1")
    path = written(tmp_path / "a.posture", public_host(acl=shut))
    done = posture("reach", path, "--from", "internet", "--to", "i-1", "--port", "22")
    assert done.code == 0
    assert "not reachable" in done.out
    assert "open but for network ACL acl-1: ingress 90 deny tcp 22 from 0.0.0.0/0" in done.out
    assert "receive" not in done.out


def test_not_known_is_exit_3_and_names_the_call(posture: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.posture", public_host(), TABLE=DENIED)
    done = posture("reach", path, "--from", "internet", "--to", "i-1")
    assert done.code == 3
    assert "not known" in done.out
    assert "DescribeRouteTables needs ec2:DescribeRouteTables" in done.out
    code, answer = asked(posture, path, "--from", "internet", "--to", "i-1")
    assert (code, answer["reachable"], answer["witness"]) == (3, None, None)
    assert {one["decision"] for one in answer["blocked_by"]} == {"unknown"}


def test_a_diagram_that_holds_no_markup_of_others(posture: Run, tmp_path: Path) -> None:
    evil = 'sg-1"]; click h0 "javascript:alert(1)"\n<script>'
    host = interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5", "198.51.100.5", groups=(evil,))
    path = written(
        tmp_path / "a.posture", public_host(host=host, group=group(evil, [permission("tcp", 22, 22, "0.0.0.0/0")]))
    )
    done = posture("reach", path, "--from", "internet", "--to", "i-1", "--format", "mermaid")
    assert done.code == 0
    assert done.out.startswith("flowchart LR\n")
    assert "<script>" not in done.out
    assert '"javascript' not in done.out
    assert all(line.count('"') in (0, 2) for line in done.out.splitlines())
    text = posture("reach", path, "--from", "internet", "--to", "i-1").out
    assert "\n<script>" not in text


def test_exposed_in_text_and_json(posture: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.posture", behind(permission("tcp", 8080, 8080, "0.0.0.0/0")))
    done = posture("reach", "exposed", path)
    assert (done.code, done.err) == (0, "")
    assert "the internet reaches 2 of 2 ends" in done.out
    assert "tcp 80 from internet (IPv4)" in done.out
    code, answer = asked(posture, "exposed", path)
    assert (code, list(answer)) == (0, ["checked", "exposed", "unknown", "near_misses"])


def test_near_misses(posture: Run, tmp_path: Path) -> None:
    host = interface("eni-1", "subnet-1", "vpc-1", "10.0.1.5")
    path = written(tmp_path / "a.posture", public_host(host=host))
    assert "no public IPv4 address" not in posture("reach", "exposed", path).out
    assert "no public IPv4 address" in posture("reach", "exposed", path, "--near-misses").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "i-1", "--to", "i-77"), "'i-77' is not in the snapshot"),
        (("--from", "internet", "--to", "203.0.113.7"), "neither internet nor 203.0.113.7 is in the snapshot"),
        (("--from", "internet", "--to", "i-1", "--protocol", "quic"), "'quic' is no protocol"),
        (("--from", "internet", "--to", "i-1", "--protocol", "icmp", "--port", "8"), "icmp has no ports"),
        (("--from", "internet", "--to", "i-1", "--port", "70000"), "'70000' is no port"),
        (("--from", "internet"), "Missing option '--to'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    posture: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    path = written(tmp_path / "a.posture", public_host())
    done = posture("reach", path, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
