"""The findings of a report against those of an earlier one, by fingerprint.

Nothing is called fixed that was not judged: a fail whose resource or rule the new report does not have is
named in `baseline.gone` with the reason. A fail that could not be told in between (`not_assessed`) still
counts as failing: told again, it is `existing` or `fixed`, not `new`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.findings import amend
from scanner.model import GLOBAL, Finding, Report, Verdict, canonical

_CODE = ("terraform", "cloudformation")
CHANGES = ("new", "reopened", "existing", "fixed", "not_assessed")

Look = Callable[[Finding], str]
"""Where the resource of an earlier finding is now: `here`, `gone`, `not_scanned`, or `untold`."""


def mark(earlier: Report, report: Report, look: Look | None = None) -> None:
    """Set `change` of the report's findings and its `baseline`.

    `look` knows the inventory that the report was made from; without it the report itself must do.
    """
    before = _by_fingerprint(earlier.findings)
    mended = _mended(earlier)

    def say(finding: Finding) -> None:
        finding.change = change(before.get(finding.fingerprint), finding, mended=finding.fingerprint in mended)

    amend(report.findings, say)
    gone = _gone(before.values(), report, look or seen_in(report))
    counts = Counter(finding.change for finding in report.findings)
    report.baseline = {
        "taken_at": str(earlier.snapshot.get("taken_at", "")),
        "version": str(earlier.tool.get("version", "")),
        "accounts": list(earlier.snapshot.get("accounts", ())),
        "regions": list(earlier.snapshot.get("regions", ())),
        "rules_added": sorted(report.rules.keys() - earlier.rules.keys()),
        "rules_removed": sorted(earlier.rules.keys() - report.rules.keys()),
        "counts": {**{name: counts[name] for name in CHANGES}, "gone": len(gone)},
        "gone": gone,
        "severities": _other_severities(before, report.findings),
        "mended": sorted(
            finding.fingerprint
            for finding in report.findings
            if finding.change == "fixed" or (finding.verdict is not Verdict.FAIL and finding.fingerprint in mended)
        ),
    }


def _other_severities(before: Mapping[str, Finding], findings: Iterable[Finding]) -> dict[str, str]:
    """What the fails that the earlier report has with another severity were there, by fingerprint."""
    both = ((finding, before.get(finding.fingerprint)) for finding in findings if finding.verdict is Verdict.FAIL)
    return {now.fingerprint: old.severity for now, old in both if old and old.severity != now.severity}


def _mended(report: Report) -> set[str]:
    """Findings of a report that had failed and were then fixed, in it or before it."""
    fixed = {finding.fingerprint for finding in report.findings if finding.change == "fixed"}
    return fixed | set((report.baseline or {}).get("mended", ()))


def change(before: Finding | None, after: Finding, *, mended: bool = False) -> str | None:
    """What became of a finding; none for one that neither failed nor fails.

    `mended`: it failed once and was fixed, as the earlier report knows.
    """
    failed = before is not None and (before.verdict is Verdict.FAIL or before.change == "not_assessed")
    if after.verdict is Verdict.FAIL:
        if failed:
            return "existing"
        return "reopened" if mended else "new"
    if not failed:
        return None
    return "fixed" if after.verdict is Verdict.PASS else "not_assessed"


def _by_fingerprint(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The findings by name; a name that stands twice is that of a fail if one of them is."""
    found: dict[str, Finding] = {}
    for finding in findings:
        if finding.verdict is Verdict.FAIL or finding.fingerprint not in found:
            found[finding.fingerprint] = finding
    return found


def _gone(before: Iterable[Finding], report: Report, look: Look) -> list[dict[str, Any]]:
    """What failed or was unknown earlier and has no counterpart, in the published order."""
    now = {finding.fingerprint for finding in report.findings}
    bound = {(finding.rule_id, canonical(finding.params)) for finding in report.findings}
    judged = {(finding.rule_id, finding.resource_id) for finding in report.findings}
    gone = []
    for finding in sorted(before, key=Finding.sort_key):
        if finding.fingerprint in now or finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
            continue
        other = (finding.rule_id, finding.resource_id) in judged
        if finding.rule_id not in report.rules or (other and (finding.rule_id, canonical(finding.params)) not in bound):
            gone.append(_told(finding, "rule"))
            continue
        where = look(finding)
        if not (_is_listing(finding) and where in ("gone", "untold")):  # what was not listed is listed now
            gone.append(_told(finding, _WHY[where]))
    return gone


_WHY = {"here": "not_applicable", "gone": "resource", "not_scanned": "not_scanned", "untold": "untold"}
_GONE = ("rule_id", "resource_id", "resource_type", "account", "region", "severity", "message", "fingerprint")


def _told(finding: Finding, why: str) -> dict[str, Any]:
    return {**{name: getattr(finding, name) for name in _GONE}, "verdict": str(finding.verdict), "why": why}


def _is_listing(finding: Finding) -> bool:
    """Whether it stands for all resources of a type that could not be listed."""
    place = f"{finding.account}/{finding.region}/{finding.resource_type}"
    return finding.verdict is Verdict.UNKNOWN and finding.resource_id == place


def seen_in(report: Report) -> Look:
    """What a report alone tells of the place of earlier findings.

    A resource to which no rule applies any more leaves no trace in a report: then it is `untold`.
    """
    ids = {finding.resource_id for finding in report.findings} | report.resources.keys()
    listed = {(each["type"], each["account"], each["region"]): each["complete"] for each in report.coverage["listings"]}
    files = {id_.partition("#")[0] for id_ in ids if "#" in id_}
    counts = report.coverage["rules"]

    def look(finding: Finding) -> str:
        if finding.resource_id in ids:
            return "here"
        if finding.origin.get("kind") in _CODE:
            scanned = finding.resource_id.partition("#")[0] in files
        else:
            places = ((finding.resource_type, finding.account, region) for region in (finding.region, GLOBAL))
            scanned = next((listed[place] for place in places if place in listed), False)
        if not scanned:
            return "not_scanned"
        return "untold" if counts.get(finding.rule_id, {}).get("not_applicable") else "gone"

    return look
