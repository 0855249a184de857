# ruff: noqa: T201 - printing is what a script is for
"""A whole scan against an emulated AWS, beside what another scanner was measured to need there.

    POSTURE_BENCH=DIR python tests/bench/bench_account.py [scale]

Prints requests, exact duplicates, CPU, memory and wall time, the same with 40 ms a request and with
one call at a time, what keeping every call's answer takes (`collect`), what is said without two permissions, and
whether a second scan gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from emulated import REGIONS, Cost, Emulated

NOW = "2026-11-24T00:00:00Z"
LATENCY = 40
# Prowler 5.46.0 over the same six services and regions at scale 10, measured once on the same kind of machine.
PEER = {"requests": 4270, "duplicates": 105, "cpu": 38.0, "mebibytes": 823.0, "latency": 197.0}
POSTURE = str(Path(sys.executable).with_name("posture"))


def main() -> int:
    """Run the comparisons; 2 without an emulated AWS to run against."""
    folder = os.environ.get("POSTURE_BENCH", "")
    if not (Path(folder) / "bench_server.py").is_file():
        print("no POSTURE_BENCH: name the folder that holds bench_server.py and seed_account.py")
        return 2
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as scratch, Emulated(Path(folder).resolve(), Path(scratch)) as aws:
        kinds = aws.seed(scale)
        print(f"{sum(kinds.values())} resources seeded at scale {scale} in {', '.join(REGIONS)}\n")
        _let_the_second_pass()
        _account(aws, Path(scratch), scale)
    return 0


def _let_the_second_pass() -> None:
    """Dates that the emulator makes have seconds: let the second of the seeding pass."""
    time.sleep(1.1)


def _account(aws: Emulated, scratch: Path, scale: int) -> None:
    plain = _scan(aws, "all rules", "first")
    asked = aws.requests()
    aws.switch(f"latency?ms={LATENCY}")
    slow = _scan(aws, f"{LATENCY} ms a request", "slow")
    single = _scan(aws, "and one call at a time", "single", "--concurrency", "1")
    aws.switch("latency?ms=0")
    _scan(aws, "every call there is", "everything", "--everything")
    print(f"{'':>24}{sum(asked.values()):>6} requests, {_twice(asked)} exact duplicates\n")
    _collected(aws)
    print(f"one call at a time takes {single.wall / slow.wall:.1f} times as long")
    if scale == 10:
        print(
            f"another scanner: {PEER['requests'] / sum(asked.values()):.1f} times the requests"
            f" ({PEER['duplicates']} duplicates), {PEER['cpu'] / plain.cpu:.1f} times the CPU,"
            f" {PEER['mebibytes'] / plain.mebibytes:.1f} times the memory,"
            f" {PEER['latency'] / slow.wall:.0f} times as long at {LATENCY} ms"
        )
    _verdicts(scratch)
    _same(aws, scratch)
    _denied(aws, scratch)


def _twice(asked: Counter[tuple[str, ...]]) -> int:
    """How many requests were made that had been made before."""
    return sum(count - 1 for count in asked.values())


def _collected(aws: Emulated) -> None:
    """Every call kept in a file: as fast as it goes, with a latency, and with what is asked by request only."""
    for name, latency, options in (("plain", 0, ()), ("slow", LATENCY, ()), ("more", 0, ("--with", "access-advisor"))):
        aws.switch(f"latency?ms={latency}")
        title = " ".join(("collect", *options)) + (f", {latency} ms" if latency else "")
        _run(aws, title, f"collect-{name}", "collect", *options)
        asked = aws.requests()
        print(f"{'':>24}{sum(asked.values()):>6} requests, {_twice(asked)} exact duplicates")
    aws.switch("latency?ms=0")
    print()


def _scan(aws: Emulated, title: str, name: str, *options: str) -> Cost:
    """A scan into `NAME.posture` and `NAME.json`."""
    return _run(aws, title, name, "scan", "-o", f"json={name}.json", *options)


def _run(aws: Emulated, title: str, name: str, command: str, *options: str) -> Cost:
    """`posture scan` or `posture collect` into `NAME.posture`."""
    regions = [part for region in REGIONS for part in ("--region", region)]
    aws.switch(f"mark?name={name}")
    cost = aws.run([POSTURE, command, "-q", "-s", f"{name}.posture", "--force", "--now", NOW, *regions, *options])
    print(
        f"{title:>24}{cost.wall:>6.1f} s wall {cost.cpu:>5.1f} s CPU {cost.mebibytes:>6.0f} MiB  exit {cost.code}",
        flush=True,
    )
    return cost


def _findings(scratch: Path, name: str) -> dict[str, dict[str, object]]:
    report = json.loads((scratch / f"{name}.json").read_text())
    return {item["fingerprint"]: item for item in report["findings"]}


def _verdicts(scratch: Path) -> None:
    report = json.loads((scratch / "first.json").read_text())
    coverage = report["coverage"]
    silent = [id_ for id_, counts in coverage["rules"].items() if not counts["fail"] + counts["pass"]]
    print(f"\n{len(coverage['rules'])} rules: {coverage['verdicts']}, {len(coverage['rule_errors'])} rule errors")
    by_service: dict[str, Counter[str]] = {}
    for id_, counts in coverage["rules"].items():
        by_service.setdefault(report["rules"][id_]["service"], Counter()).update(counts)
    for service, counts in sorted(by_service.items()):
        print(f"  {service:<5} {dict(counts)}")
    print(f"  neither pass nor fail here: {', '.join(silent) or 'none'}")


def _same(aws: Emulated, scratch: Path) -> None:
    """A second scan of what has not changed gives the same report and the same sealed export."""
    _scan(aws, "again", "second")
    for name in ("first", "second"):
        aws.run([POSTURE, "export", f"{name}.posture", f"{name}.gz"])
    hashes = {
        kind: [hashlib.sha256((scratch / f"{name}.{kind}").read_bytes()).hexdigest() for name in ("first", "second")]
        for kind in ("json", "gz")
    }
    for kind, (one, two) in hashes.items():
        print(f"second scan, {kind}: {'the same bytes' if one == two else 'DIFFERENT BYTES'}")


def _denied(aws: Emulated, scratch: Path) -> None:
    """Without two permissions, a verdict is what it was or unknown, and the permission is named."""
    aws.switch("deny?actions=GetKeyPolicy,GetBucketPolicy,DescribeSecurityGroups")
    _scan(aws, "three calls denied", "denied")
    aws.switch("deny?actions=")
    before, after = _findings(scratch, "first"), _findings(scratch, "denied")
    wrong = [
        key for key, item in after.items() if item["verdict"] not in ("unknown", before.get(key, {}).get("verdict"))
    ]
    unknown = [item for key, item in after.items() if item["verdict"] == "unknown" and key not in before]
    turned = sum(item["verdict"] == "unknown" != before[key]["verdict"] for key, item in after.items() if key in before)
    unnamed = [
        item for key, item in after.items()
        if item["verdict"] == "unknown" and before.get(key, {}).get("verdict") != "unknown"
        and not any(part["permission"] for part in item["evidence"])  # type: ignore[attr-defined]
    ]  # fmt: skip
    print(
        f"denied: {len(wrong)} verdicts that are neither the old one nor unknown, {turned} turned unknown,"
        f" {len(unknown)} for whole places, {len(unnamed)} of them without a named permission"
    )


if __name__ == "__main__":
    sys.exit(main())
