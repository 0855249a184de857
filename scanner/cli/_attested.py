"""Attestation files named by options or settings, checked against the frameworks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.cli import _streams
from scanner.model import Report

if TYPE_CHECKING:
    from scanner.complying.attestations import Attestation


def add_to(report: Report, files: Sequence[Path], frameworks: Mapping[str, Mapping[str, Any]] | None = None) -> bool:
    """Put the attestations of files that are about the report's frameworks into it, behind those it has.

    Wrong entries are told, and it is false if there were some. `frameworks` are those that entries may name beside
    the report's: by default the built-in ones.
    """
    if not files:
        return True
    from scanner.engine import builtin
    from scanner.engine.attestation_file import AttestationSet, load

    known = {**(builtin.frameworks()[0] if frameworks is None else frameworks), **report.frameworks}
    made = AttestationSet()
    for file in files:
        made.add(load(file, known))
    for error in made.errors:
        _streams.tell(f"posture: {error}")
    add(report, made.attestations)
    return not made.errors


def add(report: Report, attestations: Iterable[Attestation]) -> None:
    """Put those that are about the report's frameworks into it, each once."""
    said = [dict(item, source="") for item in report.attestations]
    for one in attestations:
        body = one.to_json()
        if one.framework in ("", *report.frameworks) and {**body, "source": ""} not in said:
            report.attestations.append(body)
