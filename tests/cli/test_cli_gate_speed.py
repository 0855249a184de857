"""What the gate must not pay for: heavy modules stay off its path."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "boto3", "botocore", "pydantic", "jinja2", "sarif_om", "moto", "sqlite3", "rich", "jmespath", "importlib.metadata",
    "asyncio", "http.client", "urllib.request", "xml.etree.ElementTree", "email", "concurrent.futures",
    "scanner.aws.run", "scanner.render.html", "scanner.render.sarif", "scanner.snapshot.store", "scanner.snapshot.reading",
}  # fmt: skip

WAIVER = '[[waivers]]\nrule = "sg-ingress-ssh"\nreason = "a"\nowner = "b"\nexpires = 2999-01-01\n'


def loaded(arguments: list[str], cwd: Path) -> set[str]:
    code = (
        "import json, sys\nfrom scanner.cli._root import run\n"
        f"code = run({arguments!r})\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_gate_imports_nothing_heavy(template: Path, built: None) -> None:
    (template.parent / "posture.toml").write_text('fail_on = "high"\n[params.kms-key-rotation-enabled]\n')
    (template.parent / "posture.waivers.toml").write_text(WAIVER)
    assert loaded(["gate", template.name], template.parent) & HEAVY == set()
    assert loaded(["gate", template.name, "-o", "json=x.json"], template.parent) & HEAVY == set()
    arguments = ["gate", template.name, "--baseline", "x.json", "--fail-on-new", "-o", "json=y.json"]
    assert loaded(arguments, template.parent) & HEAVY == set()


def test_the_gate_reads_no_toml_where_there_is_none(template: Path, built: None) -> None:
    assert "tomllib" not in loaded(["gate", template.name, "--fail-on", "none"], template.parent)
