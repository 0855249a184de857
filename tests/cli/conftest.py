"""Running the command as a user does: arguments in, streams and an exit code out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # read when moto is imported; 2 s a test run


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


CLEAN = {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "COLUMNS": "100"}


@pytest.fixture
def posture(tmp_path: Path) -> Callable[..., Result]:
    """Run `posture …` in an empty folder with an empty home, as its own process."""

    def run(*arguments: str, cwd: Path = tmp_path, stdin: bytes = b"", **environment: str) -> Result:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        done = subprocess.run(
            [sys.executable, "-m", "scanner", *arguments],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            env={**kept, **CLEAN, **environment},
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def few_rules(tmp_path: Path) -> None:
    """A settings file with some rules of each service: what is tried does not depend on how many there are."""
    select = ("sg-ingress-*", "s3-bucket-*", "kms-key-*", "iam-user-*", "ec2-instance-*")
    chosen = ", ".join(f'"{each}"' for each in select)
    (tmp_path / "posture.toml").write_text(f"[rules]\nselect = [{chosen}]\n")


TEMPLATE = """\
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties: {BucketName: data-bucket}
  Open:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture(scope="session")
def built() -> None:
    """The generated module of built-in rules, as an installation has it."""
    from scanner import assets
    from scanner.engine.build import build

    build(assets.folder("rules"))
