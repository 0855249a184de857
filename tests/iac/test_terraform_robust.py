"""Whatever a plan holds, reading it gives a shard or an `InputError`, and one bad entry only a gap."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import change, configured, plan, ref, shard

from scanner.errors import InputError
from scanner.iac.terraform import read_plan
from scanner.model import Why, canonical, pointer_parts

FIXTURES = Path(__file__).parent / "fixtures" / "terraform"
ESTATE = FIXTURES / "estate" / "plan.json"
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "\x1b[31m\n\0", "arn:aws:s3:::x", "999999999999999999999", [], {}, [[]],
    [None], [True], {"references": ["local.x"]}, {"references": 5}, {"constant_value": None}, {"references": [[], {}]},
    "module.a[", "each.value.id", [{"a": [{"b": True}]}], {"id": True},
)  # fmt: skip


def places(node: Any, found: list[tuple[Any, Any]] | None = None) -> list[tuple[Any, Any]]:
    """Every container with every key of it."""
    found = [] if found is None else found
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        found.append((node, key))
        places(value, found)
    return found


def mutate(document: Any, rng: random.Random) -> None:
    spots = places(document)
    for _ in range(rng.randint(1, 12)):
        container, key = rng.choice(spots)
        if isinstance(container, list) and key >= len(container):
            continue
        kind = rng.random()
        if kind < 0.2 and isinstance(container, dict):
            container.pop(key, None)
        elif kind < 0.4:
            other, its = rng.choice(spots)
            swapped = other.get(its) if isinstance(other, dict) else other[its] if its < len(other) else None
            container[key] = copy.deepcopy(swapped)
        else:
            container[key] = copy.deepcopy(rng.choice(JUNK))


def check(data: bytes) -> None:
    try:
        (found,) = read_plan("plan.json", data)
    except InputError:
        return
    seen = set()
    for item in found.resources:
        assert item.id not in seen
        seen.add(item.id)
        canonical([item.config, item.tags, item.name, item.physical_id]).encode()
        for where, why in item.unknown.items():
            assert resolves(item.config, pointer_parts(where)), (item.id, where)
            assert (why.kind == "more") == where.endswith("/-")
            assert (why.kind == "opaque") == bool(why.token)


def resolves(node: Any, parts: list[str]) -> bool:
    """An unknown member is absent, an unknown element null, and what leads there exists."""
    for part in parts[:-1]:
        node = node[int(part)] if isinstance(node, list) else node[part]
    last = parts[-1]
    if isinstance(node, list):
        return last == "-" or node[int(last)] is None
    return isinstance(node, dict) and last not in node


@pytest.mark.parametrize("estate", ["estate", "services"])
@pytest.mark.parametrize("seed", range(12))
def test_mutated_plans_never_raise_anything_else(seed: int, estate: str) -> None:
    rng = random.Random(seed)
    document = json.loads((FIXTURES / estate / "plan.json").read_bytes())
    for _ in range(10):
        changed = copy.deepcopy(document)
        mutate(changed, rng)
        check(json.dumps(changed).encode())


def test_cut_plans_are_refused() -> None:
    data = json.dumps(json.loads(ESTATE.read_bytes())).encode()
    for at in range(1, len(data), len(data) // 40):
        with pytest.raises(InputError):
            read_plan("plan.json", data[:at])


def test_one_bad_resource_is_one_gap_and_the_rest_goes_on() -> None:
    found = shard(
        plan(
            [
                change("aws_s3_bucket.bad", {"bucket": ["not", "a", "name"]}),
                change("aws_s3_bucket.good", {"bucket": "good"}),
                change("aws_kms_key.key", {}),
            ]
        )
    )
    assert [item.name for item in found.resources if item.type == "AWS::S3::Bucket"] == ["good"]
    (gap,) = found.gaps
    assert (gap.reason, gap.resource_id, gap.operation) == (Why.ERROR, "aws_s3_bucket.bad", "aws_s3_bucket")
    assert "bucket is no single value" in gap.message
    listed = found.listed["AWS::S3::Bucket"]
    assert listed is not None
    assert listed.why is Why.ERROR
    assert "AWS::KMS::Key" not in found.listed


def test_a_satellite_that_cannot_be_read_leaves_its_member_unknown_not_at_its_default() -> None:
    found = shard(
        plan(
            [
                change("aws_s3_bucket.b", {"bucket": "b"}),
                change("aws_s3_bucket_versioning.b", {"bucket": "b", "versioning_configuration": "Enabled"}),
            ]
        )
    )
    (bucket,) = found.resources
    assert bucket.unknown["/VersioningConfiguration"].why is Why.ERROR
    assert "VersioningConfiguration" not in bucket.config
    assert len(found.gaps) == 1


@pytest.mark.parametrize(
    "entry", [None, 5, "x", [], {}, {"address": "a.b"}, {"address": "a.b", "type": "a", "name": "b"}]
)
def test_an_entry_that_is_no_change_makes_every_listing_incomplete(entry: Any) -> None:
    found = shard(plan([entry, change("aws_vpc.v", {"cidr_block": "10.0.0.0/16"})]))
    assert len(found.gaps) == 1
    assert [item.type for item in found.resources] == ["AWS::EC2::VPC"]
    if not isinstance(entry, dict) or "type" not in entry:
        assert found.listed["AWS::S3::Bucket"] is not None


def test_names_with_control_characters_stay_data() -> None:
    hostile = 'x\x1b[31m\n"]<script>'
    found = shard(plan([change("aws_s3_bucket." + hostile, {"bucket": "b", "tags": {hostile: hostile}})]))
    assert found.resources[0].tags == {hostile: hostile}


def test_references_in_circles_end() -> None:
    calls = {
        "a": {
            "expressions": {"x": ref("module.a.out")},
            "module": {
                "outputs": {"out": {"expression": ref("var.x", "local.y")}},
                "resources": [configured("aws_s3_bucket_policy.p", {"bucket": ref("var.x")})],
            },
        }
    }
    found = shard(
        plan(
            [
                change("aws_s3_bucket_policy.p", {"policy": "{}"}, unknown={"bucket": True}, module="module.a"),
                change("aws_s3_bucket.b", {"bucket": "b"}),
            ],
            calls=calls,
        )
    )
    assert found.gaps == []


def test_a_deep_policy_stays_text() -> None:
    deep = '{"a":' * 200 + "1" + "}" * 200
    found = shard(plan([change("aws_s3_bucket.b", {"bucket": "b", "policy": deep})]))
    assert found.resources[0].config["Policy"] == deep


def test_many_resources_are_read_in_reasonable_steps() -> None:
    changes = [change(f"aws_s3_bucket.b[{n}]", {"bucket": f"b{n}"}, unknown={"id": True}) for n in range(1500)]
    changes += [
        change(
            f"aws_s3_bucket_versioning.b[{n}]", {"bucket": f"b{n}", "versioning_configuration": [{"status": "Enabled"}]}
        )
        for n in range(1500)
    ]
    found = shard(plan(changes))
    assert all(item.config["VersioningConfiguration"] == {"Status": "Enabled"} for item in found.resources)


def test_a_plan_that_failed_says_so() -> None:
    found = shard(plan([change("aws_vpc.v", {"cidr_block": "10.0.0.0/16"})], errored=True))
    (gap,) = found.gaps
    assert "ended in an error" in gap.message
    assert found.listed["AWS::S3::Bucket"] is not None
