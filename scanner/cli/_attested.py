"""Attestation files named by options or settings, checked against the frameworks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scanner.cli import _streams
from scanner.model import Report


def add_to(report: Report, files: Sequence[Path], frameworks: Mapping[str, Mapping[str, Any]] | None = None) -> bool:
    """Put the attestations of files into a report, behind those it has; wrong entries are told, and it is true if
    there was none. `frameworks` are those that entries may name, the report's where none are given.
    """
    if not files:
        return True
    from scanner.engine.attestation_file import AttestationSet, load

    made = AttestationSet()
    for file in files:
        made.add(load(file, frameworks or report.frameworks))
    for error in made.errors:
        _streams.tell(f"posture: {error}")
    known = [dict(item, source="") for item in report.attestations]
    for one in made.attestations:
        body = one.to_json()
        if {**body, "source": ""} not in known:
            report.attestations.append(body)
    return not made.errors
