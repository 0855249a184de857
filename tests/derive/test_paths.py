"""Attack paths on small estates: each proven step by step, and none where a step is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scanner.derive.facts import Facts
from scanner.derive.network.reach import index
from scanner.derive.paths.attack import Found, attack_paths
from scanner.derive.paths.path import MEMBERS, Edge, Evidence, Node, Path, in_order
from scanner.derive.paths.reads import reads
from scanner.model import Resource, Shard, Unknown
from scanner.snapshot.memory import MemoryInventory
from tests.derive import world_snapshots as w
from tests.derive.reach_worlds import TYPES, group, made, permission
from tests.derive.test_derive_facts import Guarded
from tests.derive.test_reach import DENIED, public_host
from tests.derive.test_reach_balancers import behind
from tests.derive.test_reach_facts import bastion

ADMIN = w.doc(w.allow("*"))
PROFILE = f"arn:aws:iam::{w.OWN}:instance-profile/web"
TRUST = w.doc(w.allow("sts:AssumeRole", "", Principal={"Service": "ec2.amazonaws.com"}))


def role(*policies: Any, name: str = "web", **more: Any) -> Resource:
    profiles = [{"Arn": PROFILE, "InstanceProfileName": "web"}] if name == "web" else []
    return w.role(name, *policies, **{"AssumeRolePolicyDocument": TRUST, "InstanceProfileList": profiles, **more})


def host(tokens: str = "optional", state: str = "running", endpoint: str = "enabled") -> Resource:
    config = {
        "InstanceId": "i-1", "State": {"Name": state}, "IamInstanceProfile": {"Arn": PROFILE},
        "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": endpoint}, "NetworkInterfaces": [],
    }  # fmt: skip
    return made(index.INSTANCE, "i-1", config)


def found(*resources: Resource, **more: Any) -> list[Path]:
    return everything(*resources, **more).paths


def everything(
    *resources: Resource, missing: dict[str, Unknown] | None = None, source: str = "live", trusted: Sequence[str] = ()
) -> Found:
    held = [*resources, w.outside_of_organizations(w.OWN)]
    listed = dict.fromkeys((*TYPES, *w.LISTED, "AWS::IAM::CredentialReport"))
    kept = [one for one in held if one.type not in (missing or {})]
    places: dict[str, list[Resource]] = {}
    for one in kept:
        places.setdefault(one.region, []).append(one)
    shards = [Shard(w.OWN, region, "all", several, {**listed, **(missing or {})}) for region, several in places.items()]
    return attack_paths(Facts(MemoryInventory(shards, taken_at=w.TAKEN_AT, source=source)), trusted)


def kinds(paths: list[Path]) -> list[tuple[str, str]]:
    return [(one.kind, one.severity) for one in paths]


def exposed(*more: Resource, **parts: Resource) -> list[Resource]:
    return [*public_host(**parts).values(), *more]


def test_from_the_internet_by_a_host_to_everything() -> None:
    (path,) = found(*exposed(host(), role(ADMIN)))
    assert [node.name for node in path.nodes] == ["the internet", "i-1", "web", f"everything in {w.OWN}"]
    assert (path.kind, path.severity) == ("internet-administrator", "critical")
    assert path.edges[0].text == "reaches tcp 22"
    assert Evidence("sg-1", "ingress tcp 22 from 0.0.0.0/0") in path.edges[0].evidence
    assert "IMDSv1" in path.edges[1].text
    assert path.edges[1].evidence[0].path == "MetadataOptions.HttpTokens"
    assert path.edges[1].evidence[0].value == "optional"
    assert path.is_certain
    assert len(path.edges) == len(path.nodes) - 1
    assert all(edge.mend for edge in path.edges)


def test_a_role_that_becomes_an_administrator_and_imdsv2() -> None:
    steps = role(w.doc(w.allow("iam:PutRolePolicy")))
    (first, *_) = found(*exposed(host(), steps))
    assert (first.kind, first.severity) == ("internet-administrator", "critical")
    paths = found(*exposed(host("required"), steps))
    assert kinds(paths) == [("internet-administrator", "high")]
    inside = found(steps)
    assert kinds(inside) == [("escalation", "high")]
    assert [node.name for node in inside[0].nodes] == ["web", f"everything in {w.OWN}"]


@pytest.mark.parametrize(
    "resources",
    [
        exposed(host(), role(w.doc(w.allow("s3:GetObject")))),
        exposed(host(state="terminated"), role(ADMIN)),
        exposed(host(endpoint="disabled"), role(ADMIN)),
        exposed(host(), role(ADMIN), group=group("sg-1", [permission("tcp", 22, 22, "198.51.100.0/24")])),
        [host(), role(ADMIN)],
    ],
    ids=["a role with little", "an instance that is gone", "no credentials given out", "one network", "no way in"],
)
def test_no_path_where_a_step_is_missing(resources: list[Resource]) -> None:
    assert [one for one in found(*resources) if one.kind.startswith("internet")] == []


@pytest.mark.parametrize("type_", [index.TABLE, index.ACL])
def test_what_is_not_certain_is_possible(type_: str) -> None:
    (path,) = found(*exposed(host(), role(ADMIN)), missing={type_: DENIED})
    assert (path.kind, path.is_certain) == ("internet-administrator", False)
    assert path.edges[0].unknown
    assert path.edges[1].unknown == ()


def test_a_role_that_was_not_read_leads_nowhere() -> None:
    assert found(*exposed(host(), role(ADMIN)), missing={"AWS::IAM::Role": DENIED}) == []
    counted = everything(*exposed(host(), role(ADMIN)), missing={"AWS::IAM::Role": DENIED}).counts()
    assert [text for text in counted["unread"] if text.startswith("AWS::IAM::Role")]


def test_policies_that_were_not_read_make_it_possible() -> None:
    unread = w.hidden(role(), RolePolicyList=DENIED)
    (path,) = [one for one in found(*exposed(host(), unread)) if one.kind == "internet-administrator"]
    assert not path.is_certain
    assert path.edges[0].unknown == ()


def test_certain_and_possible_are_the_same_path() -> None:
    (sure,) = found(*exposed(host(), role(ADMIN)))
    (unsure,) = found(*exposed(host(), role(ADMIN)), missing={index.ACL: DENIED})
    assert sure.id == unsure.id


READS = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::ledger/*"))


def reading(*more: Resource, policy: Any = READS, **of_host: str) -> list[Path]:
    return [one for one in found(*exposed(host(**of_host), role(policy), *more)) if one.kind == "internet-data"]


def test_from_the_internet_by_a_role_to_data() -> None:
    (path,) = reading(w.bucket("ledger"), w.bucket("other"))
    assert [node.name for node in path.nodes] == ["the internet", "i-1", "web", "ledger"]
    assert (path.severity, path.nodes[-1].kind, path.edges[-1].kind) == ("high", "bucket", "data")
    assert path.edges[-1].evidence[0].resource == "inline policy p0"
    (path,) = reading(w.bucket("ledger"), tokens="required")
    assert path.severity == "medium"


def test_what_the_bucket_denies_is_no_path() -> None:
    shut = w.doc(w.deny("s3:*", "arn:aws:s3:::ledger/*", Principal="*"))
    assert reading(w.bucket("ledger", shut)) == []
    elsewhere = w.doc(
        w.deny("s3:*", "arn:aws:s3:::ledger/*", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    )
    assert len(reading(w.bucket("ledger", elsewhere))) == 1


def test_a_bucket_that_lets_the_role_in_by_its_own_policy() -> None:
    own = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::ledger/*", Principal={"AWS": f"arn:aws:iam::{w.OWN}:role/web"}))
    (path,) = reading(w.bucket("ledger", own), policy=w.doc(w.allow("ec2:Describe*")))
    assert path.edges[-1].evidence[0].resource == "bucket policy of ledger"


def encrypted(key: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    return {"BucketEncryption": {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}}


def test_the_key_has_a_say() -> None:
    delegating = w.doc(w.allow("kms:*", Principal={"AWS": f"arn:aws:iam::{w.OWN}:root"}))
    key = w.key("k-1", delegating)
    assert reading(w.bucket("ledger", **encrypted(key.id)), key) == []
    both = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::ledger/*"), w.allow("kms:Decrypt", key.id))
    assert len(reading(w.bucket("ledger", **encrypted(key.id)), key, policy=both)) == 1
    assert len(reading(w.bucket("ledger", **encrypted("k-1")), key, policy=both)) == 1
    # AWS's own key lets in whoever the bucket lets in
    assert len(reading(w.bucket("ledger", **encrypted("alias/aws/s3")))) == 1
    foreign = f"arn:aws:kms:{w.REGION}:{w.OTHER}:key/k-9"
    (path,) = reading(w.bucket("ledger", **encrypted(foreign)), policy=w.doc(w.allow(["s3:GetObject", "kms:Decrypt"])))
    assert not path.is_certain


def test_several_are_one_place() -> None:
    buckets = [w.bucket(f"b-{number}") for number in range(3)]
    (path,) = reading(*buckets, policy=w.doc(w.allow("s3:GetObject")))
    assert path.nodes[-1].name == "3 buckets"
    assert path.nodes[-1].members == tuple(one.id for one in buckets)
    many = [w.bucket(f"b-{number:02}") for number in range(MEMBERS + 5)]
    (path,) = reading(*many, policy=w.doc(w.allow("s3:GetObject")))
    assert path.nodes[-1].name == f"{MEMBERS} buckets or more"


def test_what_everybody_reads_is_told_as_that_alone() -> None:
    public = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::ledger/*", Principal="*"))
    paths = found(*exposed(host(), role(READS), w.bucket("ledger", public), w.block()))
    assert kinds(paths) == [("internet-bucket", "high")]
    assert [node.name for node in paths[0].nodes] == ["anybody", "ledger"]
    shut = w.block(RestrictPublicBuckets=True)
    assert kinds(found(w.bucket("ledger", public), shut)) == []


def test_through_a_load_balancer() -> None:
    parts = behind(permission("tcp", 8080, 8080, "0.0.0.0/0"))
    paths = found(*parts.values(), host(), role(ADMIN))
    (path,) = [one for one in paths if one.kind == "internet-administrator"]
    assert [node.kind for node in path.nodes] == ["internet", "load_balancer", "instance", "role", "everything"]
    assert [edge.text for edge in path.edges[:2]] == ["reaches tcp 80", "hands on to tcp 8080"]
    assert len(path.edges) == len(path.nodes) - 1


def test_somebody_outside_reads_data() -> None:
    theirs = w.doc(w.allow("sts:AssumeRole", "", Principal={"AWS": w.OTHER}))
    door = w.role("door", READS, AssumeRolePolicyDocument=theirs)
    (path,) = found(door, w.bucket("ledger"))
    assert (path.kind, path.severity) == ("outside-data", "medium")
    assert [node.name for node in path.nodes] == [f"account {w.OTHER}", "door", "ledger"]
    assert everything(door, w.bucket("ledger"), trusted=[w.OTHER]).paths == []


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
        return Path(
            "internet-database", name, severity, w.OWN, nodes, (Edge("network", "reaches", (), ""),) * (len(nodes) - 1)
        )

    given = [path("b", "high"), path("c", "critical", "x"), path("a", "critical"), path("a", "critical")]
    ordered = in_order(given)
    assert [one.title for one in ordered] == ["a", "c", "b"]
    assert ordered[0].to_json()["id"] == path("a", "high").to_json()["id"]
    assert len({one.to_json()["id"] for one in ordered}) == 3


def test_no_more_is_read_than_is_collected_for_it() -> None:
    key = w.key("k-1", w.doc(w.allow("kms:*", Principal={"AWS": f"arn:aws:iam::{w.OWN}:root"})))
    secret = w.made(
        "AWS::SecretsManager::Secret", f"arn:aws:secretsmanager:{w.REGION}:{w.OWN}:secret:s-1",
        {"ARN": f"arn:aws:secretsmanager:{w.REGION}:{w.OWN}:secret:s-1", "KmsKeyId": key.id}, region=w.REGION,
    )  # fmt: skip
    wide = w.doc(w.allow(["s3:GetObject", "secretsmanager:GetSecretValue", "kms:Decrypt"]))
    public = w.doc(w.allow("s3:GetObject", "arn:aws:s3:::open/*", Principal="*"))
    theirs = w.doc(w.allow("sts:AssumeRole", "", Principal={"AWS": w.OTHER}))
    estate = [
        *behind(permission("tcp", 8080, 8080, "0.0.0.0/0")).values(), *list(bastion().values())[-5:], host(), role(wide),
        w.role("door", ADMIN, AssumeRolePolicyDocument=theirs), w.bucket("ledger", **encrypted(key.id)), key, secret,
        w.bucket("open", public), w.block(),
    ]  # fmt: skip
    declared = reads()
    for one in estate:
        allowed = set(declared.get(one.type, ()))
        if "*" not in allowed:
            one.config = Guarded(one.config, allowed)
    assert {one.kind for one in found(*estate)} == {
        "internet-data", "internet-bucket", "outside-administrator",
    }  # fmt: skip
