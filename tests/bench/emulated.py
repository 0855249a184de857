"""An emulated AWS as a process of its own: started, seeded, switched, and its log read.

The folder (`POSTURE_BENCH`) holds `bench_server.py`, `seed_account.py` and `site/`.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

REGIONS = ("us-east-1", "eu-west-1")


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost, by the operating system's own accounting."""

    code: int
    wall: float
    cpu: float
    mebibytes: float


class Emulated:
    """The server. Use as a context: it goes with it."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._folder = folder
        self._log = scratch / "access.jsonl"
        self._scratch = scratch
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        env = {**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
        command = [sys.executable, "bench_server.py", "--port", str(self._port), "--log", str(self._log)]
        with (self._scratch / "server.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, env=env, stdout=log, stderr=log)
        for _ in range(100):
            try:
                self.switch("mark?name=up")
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise SystemExit("the server did not start: " + (self._scratch / "server.log").read_text()[-500:])

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def seed(self, scale: int) -> dict[str, int]:
        """Fill the account; gives how many of each kind there are."""
        truth = self._scratch / "truth.json"
        command = [sys.executable, "seed_account.py", "--endpoint", self.url, "--scale", str(scale)]
        command += ["--regions", ",".join(REGIONS), "--out", str(truth)]
        subprocess.run(command, cwd=self._folder, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, int] = json.loads(truth.read_text())["by_kind"]
        return found

    def switch(self, what: str) -> None:
        """Turn a switch: `latency?ms=40`, `deny?actions=GetKeyPolicy`."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("POST", f"/bench/{what}")
            connection.getresponse().read()
        finally:
            connection.close()

    def environment(self) -> dict[str, str]:
        """What a client needs to find it; `site` leads `<account>.127.0.0.1` here."""
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGIONS[0],
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(self._folder / "site"),
        }

    def run(self, command: Sequence[str]) -> Cost:
        """Run a command against it in the scratch folder."""
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=self._scratch, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Cost(process.returncode, time.monotonic() - begun, used.ru_utime + used.ru_stime, _mebibytes(used))

    def requests(self) -> Counter[tuple[str, ...]]:
        """The requests since the last mark: how often each was made."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        last = max(index for index, line in enumerate(lines) if "mark" in line)
        return Counter((line["svc"], line["act"], line["region"], line["h"]) for line in lines[last + 1 :])


def _mebibytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024
