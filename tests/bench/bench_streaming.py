# ruff: noqa: T201 - printing is what a script is for
"""What judging a large snapshot takes: `posture check` with all rules, in one process and in two.

    python tests/bench/bench_streaming.py [resources] [accounts]

Prints CPU, CPU an evaluation, and the peak memory of all processes together, with the summary alone and with
the report in JSON; and whether two processes write the same bytes as one.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from multiplied import write

from scanner import api
from scanner.snapshot.reading import Snapshot

POSTURE = str(Path(sys.executable).with_name("posture"))
BOUND = 400
"""MiB that judging 250,000 resources may take."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one run took."""

    wall: float
    cpu: float
    mebibytes: float


def main() -> int:
    """Make the snapshot, judge it in each way, and say 1 if the memory is over the bound or the bytes differ."""
    resources = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    accounts = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        snapshot = place / "large.posture"
        count = write(snapshot, resources, accounts=accounts)
        print(f"{count:,} resources in {accounts} accounts, {snapshot.stat().st_size >> 20} MiB")
        evaluations, findings = _counted(snapshot)
        print(f"{evaluations:,} evaluations of {len(api.load_rules().rules)} rules, {findings:,} findings")
        runs = {}
        for processes in (1, 2):
            for output in ("", f"{processes}.json"):
                used = _check(snapshot, processes, place / output if output else None)
                runs[processes, bool(output)] = used
                print(
                    f"{processes} process{'es' if processes > 1 else '  '} {'and JSON' if output else '        '}"
                    f" {used.cpu:7.1f} s CPU {1e6 * used.cpu / evaluations:6.1f} µs an evaluation"
                    f" {used.mebibytes:6.0f} MiB {used.wall:7.1f} s"
                )
        same = filecmp.cmp(place / "1.json", place / "2.json", shallow=False)
        print(f"one process takes {runs[1, False].wall / runs[2, False].wall:.2f} times as long as two")
        print(f"the same bytes: {'yes' if same else 'NO'} ({(place / '1.json').stat().st_size >> 20} MiB)")
        return 0 if same and max(used.mebibytes for used in runs.values()) < BOUND else 1


def _counted(path: Path) -> tuple[int, int]:
    report = api.judge(Snapshot(path), api.load_rules(), processes=0)
    return sum(report.coverage["verdicts"].values()), len(report.findings)


def _check(snapshot: Path, processes: int, output: Path | None) -> Used:
    options = ["-o", f"json={output}"] if output else []
    command = [POSTURE, "check", str(snapshot), "--processes", str(processes), *options]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks: dict[int, int] = {}
    while not (waited := os.wait4(process.pid, os.WNOHANG))[0]:
        for pid in _family(process.pid):
            peaks[pid] = max(peaks.get(pid, 0), _peak(pid))
        time.sleep(0.1)
    _, status, used = waited
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Used(time.monotonic() - begun, used.ru_utime + used.ru_stime, sum(peaks.values()) / 1024)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _peak(pid: int) -> int:
    """The most KiB that a process has held."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    sys.exit(main())
