"""What one finding or resource at a time asks for, in blocks that the page inflates when they are needed.

Findings are published resource by resource, so a block holds some hundreds of neighbouring findings
together with the configurations that they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.model import Evidence, Finding, Report
from scanner.render.html_pack import embed_json
from scanner.render.html_verdicts import shown_as

BLOCK = 400
"""Findings in a block; it ends with the resource that it is in."""

_DOCUMENT = ("config", "unknown", "derived", "physical_id", "origin")


class Block(NamedTuple):
    """One block of details."""

    first: int
    """The place of its first finding in the report."""
    resources: list[str]
    """Ids of the resources whose documents it holds."""
    text: str
    """Gzipped JSON in base64."""


def blocks(report: Report) -> Iterator[Block]:
    """The blocks in order; documents of resources without a finding stand in blocks of their own at the end."""
    written: set[str] = set()
    findings = report.findings
    for first, end in _cuts(findings):
        part = findings[first:end]
        ids = [id_ for id_ in dict.fromkeys(item.resource_id for item in part) if id_ in report.resources]
        ids = [id_ for id_ in ids if id_ not in written]
        written.update(ids)
        yield Block(first, ids, _text(report, part, ids))
    rest = sorted(id_ for id_ in report.resources if id_ not in written)
    for start in range(0, len(rest), BLOCK):
        ids = rest[start : start + BLOCK]
        yield Block(len(findings), ids, _text(report, (), ids))


def _cuts(findings: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    first = 0
    for index in range(1, len(findings) + 1):
        at_end = index == len(findings)
        if at_end or (index - first >= BLOCK and findings[index].resource_id != findings[index - 1].resource_id):
            yield first, index
            first = index


def _text(report: Report, findings: Sequence[Finding], ids: Sequence[str]) -> str:
    return embed_json(
        {
            "findings": [_detail(item) for item in findings],
            "resources": {id_: _document(report.resources[id_]) for id_ in ids},
        }
    )


def _detail(finding: Finding) -> dict[str, Any]:
    """The members that are not empty; a pass needs no fix."""
    members: dict[str, Any] = {
        "evidence": [_row(item) for item in finding.evidence],
        "fix": finding.fix if shown_as(finding) != "pass" else {},
        "origin": finding.origin,
        "params": finding.params,
        "waiver": finding.waiver,
    }
    return {name: value for name, value in members.items() if value}


def _row(item: Evidence) -> list[Any]:
    """An evidence's members in order; empty ones at the end are left out."""
    row = list(item.to_json().values())
    while row and row[-1] == "":
        row.pop()
    return row


def _document(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _DOCUMENT if body.get(name)}
