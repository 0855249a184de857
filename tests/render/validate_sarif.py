# ruff: noqa: T201 - printing is what a script is for
"""SARIF files through OASIS's schema and Microsoft's validator: `python validate_sarif.py MULTITOOL FILE…`.

The schema lies beside the validator, which exits 0 whatever it finds, so its own output is read. The one rule that looks at the
network (are all links reachable?) is off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from jsonschema.validators import validator_for

_OFFLINE = """<?xml version="1.0" encoding="utf-8"?>
<Properties><Properties Key="SARIF2006.UrisShouldBeReachable.Options">
<Property Key="RuleEnabled" Value="Disabled" Type="Driver.RuleEnabledState" />
</Properties></Properties>
"""


def validate(tool: Path, file: Path, scratch: Path) -> Counter[str]:
    """How many results of each level the validator has for a file; each error and warning is printed."""
    (scratch / "offline.xml").write_text(_OFFLINE)
    found = scratch / "found.sarif"
    found.unlink(missing_ok=True)
    command = [tool, "validate", file.resolve(), "--rule-kind", "Sarif;Ghas", "--config", "offline.xml"]
    command += ["--output", found, "--log", "ForceOverwrite", "--level", "Error;Warning;Note"]
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, cwd=scratch, env=env, capture_output=True, text=True, check=False)
    if not found.exists():
        raise SystemExit(f"the validator wrote nothing: {done.stdout[-800:]}")
    results = [item for run in json.loads(found.read_text())["runs"] for item in run.get("results", ())]
    for item in results:
        if item.get("level", "warning") != "note":
            print(f"{file}: {item['ruleId']} {json.dumps(item['message'])}")
    return Counter(item.get("level", "warning") for item in results)


def schema_errors(tool: Path, file: Path) -> int:
    """How many places of a file the schema refuses; each is printed."""
    schema = json.loads((tool.parent / "sarif-2.1.0.json").read_text("utf-8-sig"))
    found = list(validator_for(schema)(schema).iter_errors(json.loads(file.read_text())))
    for error in found:
        print(f"{file}: {error.json_path}: {error.message[:200]}")
    return len(found)


def main(arguments: list[str]) -> int:
    """1 if a file has an error or a warning."""
    tool, *files = map(Path, arguments)
    worst = 0
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            refused = schema_errors(tool, file)
            counts = validate(tool.resolve(), file, Path(scratch))
            told = f"{counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes"
            print(f"{file}: {refused} places against the schema; {told}")
            worst += refused + counts["error"] + counts["warning"]
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
