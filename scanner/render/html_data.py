"""The report as the page's script reads it: columns of small numbers into lists of texts kept once.

The core (JSON) and its columns are inflated before the first view is drawn and hold what lists, counts
and search need. Evidence, fixes and configurations stand in blocks (`html_details`), and what changed
in a block of its own, for the page inflates those only when somebody asks.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Finding, Report, Verdict
from scanner.render.html_changes import CHANGES, baseline_of, change_index, differences_of
from scanner.render.html_columns import Pool, pack
from scanner.render.html_compliance import Assessed, compliance_of
from scanner.render.html_details import blocks
from scanner.render.html_gaps import Links, group_gaps
from scanner.render.html_pack import embed_bytes, embed_json
from scanner.render.html_rules import coverage_of, frameworks_of, rule_of
from scanner.render.html_verdicts import SHOWN, binding, severity_index, shown_as, totals

_CELL = 60
"""Characters of a value that the list shows."""


@dataclass(frozen=True, slots=True)
class Payloads:
    """The page's data blocks: gzipped and in base64, the details one a line."""

    core: str
    columns: str
    details: str
    changes: str
    compliance: str


def payloads(report: Report, assessed: Assessed) -> Payloads:
    """All that the script reads; the same report gives the same bytes."""
    tables = _Tables(report)
    details = []
    for number, block in enumerate(blocks(report), 1):
        tables.starts.append(block.first)
        for id_ in block.resources:
            tables.resources["block"][tables.resource(id_)] = number
        details.append(block.text)
    layout, data = pack(tables.columns())
    return Payloads(
        core=embed_json(_core(report, tables, layout)),
        columns=embed_bytes(data),
        details="\n".join(details),
        changes=embed_json(differences_of(report)),
        compliance=embed_json(compliance_of(report, assessed, tables.rules)),
    )


def _core(report: Report, tables: _Tables, layout: Any) -> dict[str, Any]:
    return {
        "tool": report.tool,
        "snapshot": report.snapshot,
        "totals": totals(report),
        "changeNames": CHANGES,
        "rules": [rule_of(report, id_) for id_ in tables.rules],
        "frameworks": frameworks_of(report),
        "coverage": coverage_of(report),
        "gaps": [group.to_json() for group in tables.groups],
        "waivers": report.waivers,
        "acceptedGaps": report.accepted_gaps,
        "baseline": baseline_of(report),
        "paths": report.paths,
        "strings": tables.strings.values,
        "tags": tables.tags.values,
        "gapSets": tables.gap_sets.values,
        "layout": layout,
    }


class _Tables:
    """The columns of findings and resources, and the pools that they point into."""

    def __init__(self, report: Report) -> None:
        self.strings, self.tags, self.gap_sets = Pool(""), Pool([]), Pool([])
        self.groups = group_gaps(report.gaps)
        self.rules = sorted({*report.rules, *(finding.rule_id for finding in report.findings)})
        self.resources: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.findings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.fingerprints = bytearray()
        self.starts: list[int] = []
        self._index: dict[str, int] = {}
        self._report = report
        self._links = Links(report, self.groups)
        places = {id_: index for index, id_ in enumerate(self.rules)}
        for finding in report.findings:
            self._add(finding, places[finding.rule_id])
        for id_ in sorted(report.resources):
            self.resource(id_)

    def columns(self) -> dict[str, Any]:
        """All columns by the name that the page knows them by."""
        return {
            "fingerprint": bytes(self.fingerprints),
            **{f"f.{name}": column for name, column in self.findings.items()},
            **{f"r.{name}": column for name, column in self.resources.items()},
            "starts": self.starts,
        }

    def resource(self, id_: str, finding: Finding | None = None) -> int:
        """The place of a resource; what is not known of it yet is taken from the report or its finding."""
        if id_ not in self._index:
            self._index[id_] = len(self._index)
            body = self._report.resources.get(id_, {})
            texts = {
                "id": id_,
                "name": str(body.get("name") or _last(id_)),
                "type": finding.resource_type if finding else str(body.get("type", "")),
                "account": finding.account if finding else str(body.get("account", "")),
                "region": finding.region if finding else str(body.get("region", "")),
            }
            for name, text in texts.items():
                self.resources[name].append(self.strings.text(text))
            self.resources["tags"].append(self.tags.json(sorted(dict(body.get("tags") or {}).items())))
            self.resources["block"].append(0)
        return self._index[id_]

    def _add(self, finding: Finding, rule: int) -> None:
        shown = shown_as(finding)
        numbers = {
            "rule": rule,
            "resource": self.resource(finding.resource_id, finding),
            "verdict": SHOWN.index(shown),
            "severity": severity_index(finding.severity),
            "change": change_index(finding.change),
            # A pass says no more than its rule's title does.
            "message": 0 if shown == "pass" else self.strings.text(finding.message),
            "found": self.strings.text(_found(finding)),
            "binding": self.strings.text(binding(finding)),
            "place": self.strings.text(_place(finding.origin)),
            "why": self.strings.text(self._links.why(finding)),
            "gaps": self.gap_sets.json(self._links.groups_of(finding)),
        }
        for name, value in numbers.items():
            self.findings[name].append(value)
        self.fingerprints += bytes.fromhex(finding.fingerprint)


def _found(finding: Finding) -> str:
    """The first value found, short enough for a cell of the list; nothing where nothing was read."""
    if finding.verdict is Verdict.UNKNOWN or not finding.evidence:
        return ""
    value = finding.evidence[0].value
    if isinstance(value, dict) and finding.evidence[0].source:
        value = finding.evidence[0].source  # a fact says less in a cell than the place that it names
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _place(origin: Mapping[str, Any]) -> str:
    """Where in code, as `file:line`; empty for what is live."""
    file, line = origin.get("file"), origin.get("line")
    return f"{file}:{line}" if file and line else str(file or "")


def _last(id_: str) -> str:
    """The part of an id that people use as a name, where the report does not hold the resource."""
    tail = id_.rsplit("#", 1)[-1] if "#" in id_ else id_.split(":", 5)[-1]
    return tail.rsplit("/", 1)[-1] or id_
