"""What a policy costs, over all managed policies of AWS that moto ships: parsed, classified, validated; and over
policies of buckets as AWS's documentation writes them: whether they let anybody in.

python tests/bench/bench_policies.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    from scanner.derive.access.catalogue.levels import levels
    from scanner.derive.access.decision.document import parse
    from scanner.derive.access.validation.validate import validate

    documents = [one["Document"] for one in json.loads(aws_managed_policies_data).values()]
    parsed = [parse(one, "identity") for one in documents]
    sys.stdout.write(f"{len(documents):,} policies, {sum(len(json.dumps(one)) for one in documents) >> 10:,} KiB\n")
    tell("parse", lambda: [parse(one, "identity") for one in documents], len(documents))
    tell("classify by access level", lambda: [levels(one) for one in parsed], len(documents))
    tell("validate", lambda: [validate(one, "identity") for one in documents], len(documents))
    public()


def public() -> None:
    """Over the policies of `resource_policies`, each of a bucket of its own, by whatever applies to it."""
    from resource_policies import OWN, POLICIES, bucket

    from scanner.derive.access.outside.exposure import exposure
    from scanner.derive.access.world.world import World
    from scanner.model import GLOBAL, Shard
    from scanner.snapshot.memory import MemoryInventory

    listed = {"AWS::S3::Bucket": None, "AWS::S3::AccountSettings": None}
    buckets = [bucket(number, *policy) for number, policy in enumerate(POLICIES.items())]
    shards = [Shard(OWN, "eu-west-1", "s3", buckets, dict(listed)), Shard(OWN, GLOBAL, "s3", [], dict(listed))]
    world = World(MemoryInventory(shards, taken_at="2026-01-01T00:00:00Z", source="live"))
    guarded = [world.guarded(one.id) for one in buckets]

    tell("public", lambda: [exposure(world, one, (), anybody_only=True) for one in guarded], len(guarded))
    medians = []
    for one, resource in zip(guarded, buckets, strict=True):
        took: list[float] = []
        for _ in range(200):
            start = time.perf_counter()
            found = exposure(world, one, (), anybody_only=True)
            took.append(time.perf_counter() - start)
        verdict = "public" if found.ways else "unknown" if found.unknown else "not public"
        medians.append(statistics.median(took) * 1e6)
        sys.stdout.write(f"  {resource.tags['for']:26} {medians[-1]:8,.0f} µs, {verdict}\n")
    sys.stdout.write(f"  {'on average':26} {statistics.mean(medians):8,.0f} µs\n")


def tell(what: str, work: Callable[[], Any], count: int) -> None:
    """Cold is the first time in this process, the catalogue unread; warm the second."""
    took = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) / count * 1e6)
    sys.stdout.write(f"{what:28} {took[0]:8,.0f} µs a policy cold, {took[1]:8,.0f} warm\n")


if __name__ == "__main__":
    main()
