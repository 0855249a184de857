"""How the page counts and words verdicts, for its data and for its static summary."""

from __future__ import annotations

from scanner.model import SEVERITIES, Finding, Report, Verdict, canonical, fingerprint

SHOWN = ("fail", "unknown", "waived", "pass", "not_applicable")
"""What a verdict is shown as, in the page's fixed order; waived is a fail that somebody accepted."""


def shown_as(finding: Finding) -> str:
    """The verdict as readers count it: a fail under a waiver that has not expired is `waived`."""
    waiver = finding.waiver
    waived = finding.verdict is Verdict.FAIL and waiver is not None and not waiver.get("expired")
    return "waived" if waived else str(finding.verdict)


def binding(finding: Finding) -> str:
    """The parameters, where they are not the rule's defaults: they part findings that look the same."""
    if not finding.params or finding.fingerprint == fingerprint(finding.rule_id, finding.resource_id):
        return ""
    return ", ".join(f"{name}={canonical(value)}" for name, value in sorted(finding.params.items()))


def severity_index(name: str) -> int:
    """0 for the worst; one that is not known counts as the least."""
    return SEVERITIES.index(name) if name in SEVERITIES else len(SEVERITIES) - 1


def totals(report: Report) -> dict[str, int]:
    """How many verdicts of each kind; those that do not apply are only counted, in the coverage."""
    counts = dict.fromkeys(SHOWN, 0)
    for finding in report.findings:
        counts[shown_as(finding)] += 1
    said = report.coverage.get("rules", {}).values()
    counts["not_applicable"] = max(counts["not_applicable"], sum(item.get("not_applicable", 0) for item in said))
    return counts
