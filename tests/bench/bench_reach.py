# ruff: noqa: T201 - printing is what a script is for, and chance here is a seed
"""What the internet reaches in a generated estate, a fifth of its interfaces public.

    python tests/bench/bench_reach.py [interfaces] [groups]

Writes a snapshot, opens it and lists what is exposed. Prints seconds and the peak of memory; a second run at ten times
the size tells how both grow.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.model import Resource, Shard
from scanner.snapshot.opening import open_inventory
from scanner.snapshot.store import Store

_ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "111122223333", "eu-west-1"
_PER_VPC, _PER_SUBNET = 2000, 200
_PORTS = (22, 80, 443, 3306, 3389, 5432, 6379, 8080, 8443, 9200)
_PEERS = ("0.0.0.0/0", "10.0.0.0/8", "198.51.100.0/24", "203.0.113.0/24", "10.1.0.0/16")


def estate(interfaces: int, groups: int) -> Iterator[Resource]:
    """VPCs of ten subnets each, five of them public; every interface in one or two groups."""
    from tests.derive import reach_worlds as w

    chance = random.Random(7)
    yield w.block_public_access()
    for number in range(groups):
        rules = [
            w.permission("tcp", port, port, chance.choice(_PEERS))
            for port in chance.sample(_PORTS, chance.randrange(1, 5))
        ]
        yield w.group(f"sg-{number:06d}", rules)
    for vpc in range(-(-interfaces // _PER_VPC)):
        yield from _vpc(w, vpc)
    for number in range(interfaces):
        vpc, inner = divmod(number, _PER_VPC)
        subnet, host = divmod(inner, _PER_SUBNET)
        held = tuple(f"sg-{chance.randrange(groups):06d}" for _ in range(chance.choice((1, 1, 2))))
        public = f"52.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if chance.random() < 0.2 else ""
        address = f"10.{vpc}.{subnet}.{host + 4}"
        yield w.interface(f"eni-{number:07d}", f"subnet-{vpc}-{subnet}", f"vpc-{vpc}", address, public, held)


def _vpc(w: Any, vpc: int) -> Iterator[Resource]:
    name = f"vpc-{vpc}"
    subnets = [f"subnet-{vpc}-{one}" for one in range(_PER_VPC // _PER_SUBNET)]
    local = w.route(f"10.{vpc}.0.0/16", "local")
    yield w.vpc(name, f"10.{vpc}.0.0/16")
    yield w.igw(f"igw-{vpc}", name)
    yield from (w.subnet(one, name, f"10.{vpc}.{place}.0/24") for place, one in enumerate(subnets))
    yield w.table(f"rtb-{vpc}-m", name, [local], main=True)
    yield w.table(f"rtb-{vpc}-p", name, [local, w.route("0.0.0.0/0", f"igw-{vpc}")], *subnets[::2])
    shut = [w.entry(90, "deny", "203.0.113.0/25"), w.entry(95, "deny", "0.0.0.0/0", "6", (3389, 3389))]
    yield w.acl(f"acl-{vpc}", [*shut, *w.OPEN_ACL], *subnets)


def main(interfaces: int, groups: int) -> None:
    """Write, open, list, print."""
    sys.path.insert(0, str(_ROOT))
    from tests.derive.reach_worlds import TYPES

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.posture")
        with Store(path, taken_at="2026-01-01T00:00:00Z", selection={}) as store:
            store.write(Shard(ACCOUNT, REGION, "ec2", list(estate(interfaces, groups)), dict.fromkeys(TYPES)))
            store.finish({})
        if (child := _measured(path)) is not None:
            sys.exit(child)


def _measured(path: Path) -> int | None:
    """In a process of its own, so that what wrote the snapshot does not count."""
    import subprocess

    done = subprocess.run([sys.executable, __file__, "--measure", str(path)], check=False)
    return done.returncode or None


def measure(path: Path) -> None:
    """List what is exposed in a snapshot file, with the time and memory that it takes."""
    from scanner.derive.network.reach.cases import Cases
    from scanner.derive.network.reach.exposed import exposed

    begun = time.perf_counter()
    cases = Cases(open_inventory(path))
    answer = exposed(cases)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{done - begun:.2f} s, {peak:.0f} MiB")
    print(f"{len(answer['exposed'])} of {answer['checked']} exposed, {len(answer['unknown'])} not known")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main(*(int(one) for one in (*sys.argv[1:3], *("10000", "5000")[len(sys.argv) - 1 :])))
