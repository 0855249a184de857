"""The examples do what their page says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def posture(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    report: dict[str, Any] = json.loads(done.stdout)
    return {f["rule_id"]: f["verdict"] for f in report["findings"]}


def test_the_template() -> None:
    done = posture("gate", "examples/infra", "-o", "json=-", "--rules", "examples/rules")
    assert done.returncode == 1
    found = verdicts(done)
    assert found["sg-ingress-rdp"] == "fail"
    assert found["sg-ingress-ssh"] == "unknown"
    assert found["s3-bucket-tls-only"] == "pass"
    assert found["own-bucket-tagged"] == "fail"


def test_a_parameter_decides() -> None:
    for network, verdict in (("192.0.2.0/24", "pass"), ("0.0.0.0/0", "fail")):
        done = posture("gate", "examples/infra", "-o", "json=-", "--parameter", f"Office={network}")
        assert verdicts(done)["sg-ingress-ssh"] == verdict


def test_the_rule_pack_proves_itself() -> None:
    assert posture("rules", "lint", "examples/rules").returncode == 0
    assert posture("rules", "test", "examples/rules").returncode == 0


def test_the_sealed_snapshot_is_judged() -> None:
    done = posture("check", "examples/northwind.posture.gz", "-o", "json=-")
    assert done.returncode == 0
    assert verdicts(done)["kms-key-policy-public"] in ("pass", "fail")
