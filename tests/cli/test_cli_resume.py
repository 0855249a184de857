"""A collection that is killed goes on where it stopped, and its export shows nothing of it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from emulation import served

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with served() as url:
        for region in REGIONS:
            kms = boto3.client("kms", region, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")
            for number in range(4):
                kms.create_key(Description=f"key {number}")
        yield url


def environment(url: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def command(path: str) -> list[str]:
    regions = [part for region in REGIONS for part in ("--region", region)]
    services = ["--service", "kms", "--service", "vpc"]
    return ["collect", "-s", path, "--now", "2026-11-24T00:00:00Z", "--concurrency", "1", *regions, *services]


def digest(posture: Run, folder: Path, name: str) -> str:
    assert posture("export", name, f"{name}.gz").code == 0
    return hashlib.sha256((folder / f"{name}.gz").read_bytes()).hexdigest()


def killed_after(folder: Path, url: str, path: str, shards: int) -> list[str]:
    """Kill -9 once that many shards have been announced; returns their lines."""
    env = {**os.environ, **environment(url), "HOME": "/nonexistent"}
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", *command(path)], cwd=folder, env=env, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(shards)]
    process.send_signal(signal.SIGKILL)
    process.stderr.close()
    assert process.wait() == -signal.SIGKILL
    return lines


def test_kill_and_go_on(posture: Run, endpoint: str, tmp_path: Path) -> None:
    whole = posture(*command("whole.posture"), **environment(endpoint))
    assert whole.code == 0, whole.err
    finished = killed_after(tmp_path, endpoint, "cut.posture", 3)
    assert all(re.match(r"\d{12} \S+ (kms|vpc): \d+ resources", line) for line in finished), finished
    again = posture(*command("cut.posture"), **environment(endpoint))
    assert again.code == 0, again.err
    for line in finished:
        assert line.split(":")[0] not in again.err, "a finished shard was read again"
    assert digest(posture, tmp_path, "cut.posture") == digest(posture, tmp_path, "whole.posture")


def test_a_finished_snapshot_is_not_overwritten_unasked(posture: Run, endpoint: str) -> None:
    assert posture(*command("a.posture"), **environment(endpoint)).code == 0
    second = posture(*command("a.posture"), **environment(endpoint))
    assert second.code == 2
    assert "finished" in second.err
    assert posture(*command("a.posture"), "--force", **environment(endpoint)).code == 0
