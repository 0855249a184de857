"""Shell completion: what is offered, and that a keystroke does not load AWS's libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.aws.names import region_names, service_names
from scanner.aws.table import tables

Run = Callable[..., Any]
HEAVY = {"boto3", "botocore", "pydantic", "jinja2", "sarif_om", "moto", "sqlite3", "rich", "yaml", "jmespath"}


def offered(posture: Run, *words: str) -> list[str]:
    """What bash is told for the last word."""
    asked = {"_POSTURE_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    result = posture(**asked)
    assert (result.code, result.err) == (0, "")
    return [line.split(",", 1)[1] for line in result.out.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_command(posture: Run, shell: str) -> None:
    result = posture("completion", shell)
    assert result.code == 0
    assert f"_POSTURE_COMPLETE={shell}_complete" in result.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("posture", "que"), ["query"]),
        (("posture", "scan", "--service", "k"), ["kms"]),
        (("posture", "scan", "--rule", "kms-key-rot"), ["kms-key-rotation-enabled"]),
        (("posture", "collect", "--region", "eu-south"), ["eu-south-1", "eu-south-2"]),
        (("posture", "gate", "-o", "sar"), ["sarif="]),
        (("posture", "gate", "--fail-on", "cr"), ["critical"]),
        (("posture", "explain", "sg-ingress-ss"), ["sg-ingress-ssh"]),
        (("posture", "rules", "show", "sg-ingress-ss"), ["sg-ingress-ssh"]),
        (("posture", "rules", "list", "--framework", "cis-aws-5"), ["cis-aws-5.0"]),
        (("posture", "rules", "new", "x-y", "--resource", "AWS::KMS::K"), ["AWS::KMS::Key"]),
        (("posture", "completion", "z"), ["zsh"]),
    ],
    ids=lambda value: value[-1],
)
def test_names_are_offered(posture: Run, words: tuple[str, ...], found: list[str]) -> None:
    assert offered(posture, *words) == found


def test_the_names_are_those_of_the_tables() -> None:
    assert service_names() == tuple(tables())
    regions = region_names()
    assert {"us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"} <= set(regions)
    assert not [name for name in regions if "global" in name]


@pytest.mark.parametrize(
    "words", ["posture s", "posture scan --rule s3-", "posture scan --region eu-", "posture scan --service e"]
)
def test_completing_imports_little(tmp_path: Path, words: str) -> None:
    code = "import sys, json, scanner.cli._root as r\nr.complete('bash_complete')\nsys.stderr.write(json.dumps([*sys.modules]))"
    environment = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    assert done.stdout.strip()
    assert set(json.loads(done.stderr)) & HEAVY == set()


def test_a_wrong_word_offers_nothing(posture: Run) -> None:
    assert offered(posture, "posture", "frobnicate", "--x") == []
