"""The report as SARIF 2.1.0 that code-scanning dashboards accept.

* A result is a fail. GitHub opens an alert for every result, whatever its `kind`, so what could not be
  told is no result: it stands in the invocation's notifications, and `executionSuccessful` is false if a
  call that a rule needed was not answered. Such a file should not be uploaded: it would close the alerts
  of what could not be read.
* A fail that someone accepted has a suppression. GitHub does not read suppressions; other tools do.
* Every result has a place in the repository: its code, or an anchor file (`snapshot.anchor`, from the
  settings) where the resource is live; the ARN is its logical location.

The limits are those of GitHub's page "SARIF support for code scanning".
"""

from __future__ import annotations

import re
from typing import Any

import sarif_om as om

from scanner.model import Finding, Report
from scanner.render import acceptances
from scanner.render import sarif_text as words
from scanner.render.gap_groups import gap_groups
from scanner.render.json_text import layout
from scanner.render.sarif_place import ANCHOR, place
from scanner.render.sarif_runs import RunPart, parts
from scanner.render.sarif_write import to_json
from scanner.render.text import printable

NAME = "sarif"
EXTENSION = "sarif"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5000
MOST_TAGS = 10
MOST_NOTES = 100
"""On waivers and accepted gaps; the JSON report has all."""

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.5"}
_BASELINE = {"new": "new", "reopened": "new", "existing": "unchanged"}
_NAME = "urn:aws-posture:tool"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def render(report: Report) -> str:
    """The report as one SARIF file with one run an account, worst results first."""
    runs = [_run(report, part) for part in parts(report)]
    log = om.SarifLog(runs=runs, version="2.1.0", schema_uri=SCHEMA)
    return "".join(layout(to_json(log), 4)) + "\n"


def _run(report: Report, part: RunPart) -> Any:
    fails = part.fails()
    unknown = words.unknown_by_rule(part.findings)
    kept = fails[:MOST_RESULTS]
    rules = {id_: index for index, id_ in enumerate(sorted({item.rule_id for item in kept} | set(unknown)))}
    compared = all(item.change in _BASELINE for item in kept)
    return om.Run(
        tool=om.Tool(driver=_driver(report, list(rules))),
        automation_details=om.RunAutomationDetails(id=part.category),
        column_kind="unicodeCodePoints",
        invocations=[_invocation(report, part, unknown, rules, len(fails) - len(kept))],
        results=[_result(report, finding, rules[finding.rule_id], compared=compared) for finding in kept],
    )


def _driver(report: Report, rule_ids: list[str]) -> Any:
    tool = report.tool
    version = printable(str(tool.get("version", ""))) or None
    return om.ToolComponent(
        name=printable(str(tool.get("name", ""))) or "aws-posture",
        version=version,
        semantic_version=version if version and re.fullmatch(r"\d+\.\d+\.\d+", version) else None,
        # Validators want an absolute URI; where no page is known, the tool's name is one (RFC 8141).
        information_uri=next(iter(words.web([tool.get("information_uri")])), _NAME),
        rules=[_rule(id_, report.rules.get(id_, {})) for id_ in rule_ids],
    )


def _rule(id_: str, rule: dict[str, Any]) -> Any:
    severity = rule.get("severity", "info")
    references = words.web(rule.get("references", ()))
    tags = ["security", "aws", rule.get("service", ""), *sorted(rule.get("frameworks", {}))]
    unique = dict.fromkeys(printable(str(tag)) for tag in tags if tag)
    return om.ReportingDescriptor(
        id=printable(id_),
        name=words.pascal(id_) or None,
        short_description=_text(words.short(rule.get("title") or id_)),
        full_description=_text(words.short(rule.get("why") or rule.get("title") or id_)),
        help=_text(words.help_text(rule) or printable(id_), words.help_markdown(rule) or None),
        help_uri=references[0] if references else None,
        default_configuration=om.ReportingConfiguration(level=_LEVELS.get(severity, "note")),
        properties={
            "precision": "very-high",
            "security-severity": _SCORES.get(severity, _SCORES["info"]),
            "tags": list(unique)[:MOST_TAGS],
        },
    )


def _text(text: str, markdown: str | None = None) -> Any:
    return om.MultiformatMessageString(text=text, markdown=markdown)


def _result(report: Report, finding: Finding, index: int, *, compared: bool) -> Any:
    return om.Result(
        message=om.Message(text=words.message(finding, report.rules.get(finding.rule_id, {}))),
        rule_id=printable(finding.rule_id),
        rule_index=index,
        level=_LEVELS.get(finding.severity, "note"),
        baseline_state=_BASELINE[str(finding.change)] if compared else None,
        locations=[_location(report, finding)],
        partial_fingerprints={"primaryLocationLineHash": finding.fingerprint},
        suppressions=[_suppression(finding.waiver)] if finding.waiver else None,
        properties=_properties(finding),
    )


def _location(report: Report, finding: Finding) -> Any:
    uri, region = place(finding.origin, str(report.snapshot.get("anchor") or ANCHOR))
    resource = report.resources.get(finding.resource_id, {})
    names = dict.fromkeys((finding.resource_id, str(resource.get("physical_id") or finding.resource_id)))
    return om.Location(
        physical_location=om.PhysicalLocation(
            artifact_location=om.ArtifactLocation(uri=uri), region=om.Region(**region)
        ),
        logical_locations=[
            om.LogicalLocation(
                name=words.short(str(resource.get("name") or name)),
                fully_qualified_name=words.short(name),
                kind="resource",
            )
            for name in names
        ],
    )


def _suppression(waiver: dict[str, Any]) -> Any:
    said = (f"{name}: {waiver[name]}" for name in sorted(waiver) if name != "reason" and isinstance(waiver[name], str))
    reason = str(waiver.get("reason", ""))
    return om.Suppression(kind="external", justification=words.short("; ".join([reason, *said])) or None)


def _properties(finding: Finding) -> dict[str, Any]:
    pairs = {
        "severity": finding.severity,
        "account": finding.account,
        "region": finding.region,
        "resourceType": finding.resource_type,
        "params": finding.params,
        "change": finding.change,
    }
    return {name: value for name, value in pairs.items() if value}


def _invocation(
    report: Report, part: RunPart, unknown: dict[str, list[Finding]], rules: dict[str, int], left_out: int
) -> Any:
    taken_at = str(report.snapshot.get("taken_at", ""))
    notes = [_notification(words.gap(group), "error" if group.blocks else "note") for group in gap_groups(part.gaps)]
    for id_, findings in unknown.items():
        title = report.rules.get(id_, {}).get("title") or id_
        about = om.ReportingDescriptorReference(id=printable(id_), index=rules[id_])
        notes.append(_notification(words.unknown_text(title, findings), "warning", about))
    told = acceptances.notes(report)
    notes += [
        _notification(words.short(words.sentence(note.text)), "warning" if note.wrong else "note")
        for note in told[:MOST_NOTES]
    ]
    if left_out:
        text = (
            f"{left_out:,} fails are left out, the least severe ones: dashboards keep {MOST_RESULTS:,} results a run."
        )
        notes.append(_notification(text, "warning"))
    return om.Invocation(
        execution_successful=not any(gap.blocks for gap in part.gaps),
        start_time_utc=taken_at if _TIME.fullmatch(taken_at) else None,
        tool_execution_notifications=notes,
        properties={"unknown": sum(map(len, unknown.values())), "leftOut": left_out},
    )


def _notification(text: str, level: str, about: Any = None) -> Any:
    return om.Notification(message=om.Message(text=text), level=level, associated_rule=about)
