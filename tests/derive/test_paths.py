"""Attack paths on small estates: each proven step by step, and none where a step is missing."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive.facts import Facts
from scanner.derive.network.reach import index
from scanner.derive.paths.attack import attack_paths
from scanner.derive.paths.path import Edge, Node, Path, in_order
from scanner.model import Resource, Shard, Unknown
from scanner.snapshot.memory import MemoryInventory
from tests.derive import world_snapshots as w
from tests.derive.reach_worlds import TYPES, group, made, permission
from tests.derive.test_reach import DENIED, public_host
from tests.derive.test_reach_facts import bastion

ADMIN = w.doc(w.allow("*"))
PROFILE = f"arn:aws:iam::{w.OWN}:instance-profile/web"
TRUST = w.doc(w.allow("sts:AssumeRole", "", Principal={"Service": "ec2.amazonaws.com"}))


def role(*policies: Any, name: str = "web", **more: Any) -> Resource:
    profiles = [{"Arn": PROFILE, "InstanceProfileName": "web"}] if name == "web" else []
    return w.role(name, *policies, **{"AssumeRolePolicyDocument": TRUST, "InstanceProfileList": profiles, **more})


def host(tokens: str = "optional", state: str = "running") -> Resource:
    config = {
        "InstanceId": "i-1", "State": {"Name": state}, "IamInstanceProfile": {"Arn": PROFILE},
        "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": "enabled"}, "NetworkInterfaces": [],
    }  # fmt: skip
    return made(index.INSTANCE, "i-1", config)


def found(*resources: Resource, missing: dict[str, Unknown] | None = None, source: str = "live") -> list[Path]:
    held = [*resources, w.outside_of_organizations(w.OWN)]
    listed = dict.fromkeys((*TYPES, *w.LISTED, "AWS::IAM::CredentialReport"))
    kept = [one for one in held if one.type not in (missing or {})]
    places: dict[str, list[Resource]] = {}
    for one in kept:
        places.setdefault(one.region, []).append(one)
    shards = [Shard(w.OWN, region, "all", several, {**listed, **(missing or {})}) for region, several in places.items()]
    return attack_paths(Facts(MemoryInventory(shards, taken_at=w.TAKEN_AT, source=source))).paths


def kinds(paths: list[Path]) -> list[tuple[str, str]]:
    return [(one.kind, one.severity) for one in paths]


def exposed(*more: Resource, **parts: Resource) -> list[Resource]:
    return [*public_host(**parts).values(), *more]


def test_from_the_internet_by_a_host_to_everything() -> None:
    (path,) = found(*exposed(host(), role(ADMIN)))
    assert [node.name for node in path.nodes] == ["the internet", "i-1", "web", f"everything in {w.OWN}"]
    assert (path.kind, path.severity) == ("internet-administrator", "critical")
    assert path.edges[0].text == "reaches tcp 22"
    assert "sg-1: ingress tcp 22 from 0.0.0.0/0" in path.edges[0].evidence
    assert path.edges[1].evidence == ("the metadata service answers without a token (IMDSv1)",)
    assert len(path.edges) == len(path.nodes) - 1
    assert all(edge.mend for edge in path.edges)


def test_a_role_that_becomes_an_administrator_and_imdsv2() -> None:
    steps = role(w.doc(w.allow("iam:PutRolePolicy")))
    (first, *_) = found(*exposed(host(), steps))
    assert (first.kind, first.severity) == ("internet-administrator", "critical")
    paths = found(*exposed(host("required"), steps))
    assert ("internet-administrator", "high") in kinds(paths)
    assert ("escalation", "high") in kinds(paths)


@pytest.mark.parametrize(
    "resources",
    [
        exposed(host(), role(w.doc(w.allow("s3:GetObject")))),
        exposed(host(state="terminated"), role(ADMIN)),
        exposed(host(), role(ADMIN), group=group("sg-1", [permission("tcp", 22, 22, "198.51.100.0/24")])),
        [host(), role(ADMIN)],
    ],
    ids=["a role with little", "an instance that is gone", "one network", "no way in"],
)
def test_no_path_where_a_step_is_missing(resources: list[Resource]) -> None:
    assert [one for one in found(*resources) if one.kind.startswith("internet")] == []


@pytest.mark.parametrize("type_", [index.TABLE, index.ACL, "AWS::IAM::Role"])
def test_what_is_not_certain_is_no_path(type_: str) -> None:
    paths = found(*exposed(host(), role(ADMIN)), missing={type_: DENIED})
    assert [one for one in paths if one.kind.startswith("internet")] == []


def test_a_database_by_its_bastion() -> None:
    paths = found(*bastion().values())
    assert kinds(paths) == [("internet-host-database", "high")]
    assert [node.name for node in paths[0].nodes] == ["the internet", "i-1", paths[0].nodes[2].name]
    assert found(*bastion("198.51.100.0/24").values()) == []


def test_somebody_of_another_account() -> None:
    anybody = w.doc(w.allow("sts:AssumeRole", "", Principal="*"))
    (path,) = found(w.role("door", ADMIN, AssumeRolePolicyDocument=anybody))
    assert (path.kind, path.severity, path.nodes[0].name) == ("outside-administrator", "critical", "anybody")
    theirs = w.doc(w.allow("sts:AssumeRole", "", Principal={"AWS": w.OTHER}))
    (path,) = found(w.role("door", ADMIN, AssumeRolePolicyDocument=theirs))
    assert (path.severity, path.nodes[0].name) == ("high", f"account {w.OTHER}")


def test_code_has_none() -> None:
    assert found(*exposed(host(), role(ADMIN)), source="terraform") == []


def test_ids_hold_and_the_worst_comes_first() -> None:
    def path(name: str, severity: str, *more: str) -> Path:
        nodes = tuple(Node(one, "", one) for one in ("internet", name, *more))
        return Path("internet-database", name, severity, w.OWN, nodes, (Edge("reaches", (), ""),) * (len(nodes) - 1))

    given = [path("b", "high"), path("c", "critical", "x"), path("a", "critical"), path("a", "critical")]
    ordered = in_order(given)
    assert [one.title for one in ordered] == ["a", "c", "b"]
    assert ordered[0].to_json()["id"] == path("a", "high").to_json()["id"]
    assert len({one.to_json()["id"] for one in ordered}) == 3
