"""The part of the page that needs no script: what paper shows, and browsers that run nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from scanner.model import SEVERITIES, Finding, Report
from scanner.render.console_paths import counted
from scanner.render.html_gaps import Group, group_gaps
from scanner.render.html_verdicts import SHOWN, binding, shown_as, totals

LISTED = 200
"""Findings and gaps that the summary lists at most; it says how many there are."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_VERDICT_WORDS = ("Fail", "Unknown", "Waived", "Pass", "Not applicable")


def visible(value: Any) -> Any:
    """Text in which what cannot be seen, or turns the reading direction, stands as its code point."""
    if type(value) is not str:
        return value
    return _INVISIBLE.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", value)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the template of the static summary reads."""

    title: str
    intro: str
    open_sentence: str
    unknown_sentence: str
    since_sentence: str
    severities: list[tuple[str, str, int]]
    verdicts: list[tuple[str, int]]
    gaps: list[tuple[str, str, str]]
    gap_count: int
    worst: list[tuple[str, str, str, str]]
    worst_count: int
    paths: list[tuple[str, str, str]]
    path_count: int
    path_sentence: str
    foot: str


def summary(report: Report) -> Summary:
    """Verdicts, gaps, and the open critical and high findings."""
    shown = [(finding, shown_as(finding)) for finding in report.findings]
    counts = totals(report)
    groups = [group for group in group_gaps(report.gaps) if group.reason != "not_collected"]
    failing = [finding for finding, verdict in shown if verdict == "fail"]
    worst = [finding for finding in failing if finding.severity in SEVERITIES[:2]]
    worst.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    nothing = nothing_readable(counts, report)
    return Summary(
        title=f"AWS posture, {report.snapshot.get('taken_at', '')}",
        intro=_intro(report),
        open_sentence=_open_sentence(report, len(failing), counts, nothing=nothing),
        unknown_sentence=_unknown_sentence(counts, groups),
        since_sentence=_since_sentence(report, shown),
        severities=_severities(shown, nothing=nothing),
        verdicts=list(zip(_VERDICT_WORDS, (counts[name] for name in SHOWN), strict=True)),
        gaps=[_gap_row(group) for group in groups[:LISTED]],
        gap_count=len(groups),
        worst=[_finding_row(finding) for finding in worst[:LISTED]],
        worst_count=len(worst),
        paths=[_path_row(path) for path in report.paths[:LISTED]],
        path_count=len(report.paths),
        path_sentence=_path_sentence(report),
        foot=f"{report.tool.get('name', '')} {report.tool.get('version', '')}",
    )


def _path_sentence(report: Report) -> str:
    words = counted(report)
    return f"{words}." if words else ""


def _path_row(path: dict[str, Any]) -> tuple[str, str, str]:
    """Severity, title, and what it leads through."""
    severity = path["severity"].capitalize()
    return (
        severity if path.get("certain", True) else f"{severity}, possible",
        _flat(path["title"]),
        " → ".join(_flat(node["name"]) for node in path["nodes"]),
    )


def _flat(text: str) -> str:
    """Names are of others: no tab or line end of theirs stands in a table."""
    return " ".join(text.split())


def nothing_readable(counts: dict[str, int], report: Report) -> bool:
    """Whether no rule could decide anything although there was something to decide."""
    decided = sum(counts[name] for name in ("fail", "waived", "pass", "not_applicable"))
    return decided == 0 and (counts["unknown"] > 0 or bool(report.gaps))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 call`, `2 calls`, `1,200 calls`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _intro(report: Report) -> str:
    accounts = report.snapshot.get("accounts") or []
    regions = report.snapshot.get("regions") or []
    source = str(report.snapshot.get("source", ""))
    where = f"{plural(len(accounts), 'account')} and {plural(len(regions), 'region')}" if accounts else source
    return f"Scanned {report.snapshot.get('taken_at', '')}: {where}, {plural(len(report.rules), 'rule')}."


def _open_sentence(report: Report, failing: int, counts: dict[str, int], *, nothing: bool) -> str:
    if nothing:
        return "Nothing could be read, so whether anything fails is not known."
    if failing:
        return f"{plural(failing, 'finding is', 'findings are')} open."
    if not sum(counts.values()):
        return "No rule found anything to judge."
    accounts = report.snapshot.get("accounts") or []
    return f"No open failures in {plural(len(accounts), 'account')}." if accounts else "No open failures."


def _unknown_sentence(counts: dict[str, int], groups: list[Group]) -> str:
    calls = sum(group.incomplete for group in groups)
    unknown, total = counts["unknown"], sum(counts.values())
    accepted = sum(group.accepted is not None for group in groups)
    if not unknown and len(groups) == accepted:
        aside = f", {plural(accepted, 'accepted gap')} aside" if accepted else ""
        return f"Every call was answered{aside}."
    share = f"{unknown:,} of {plural(total, 'verdict')} {'is' if unknown == 1 else 'are'} unknown."
    return f"Incomplete scan: {plural(calls, 'call')} could not be answered. {share}" if calls else share


def _since_sentence(report: Report, shown: list[tuple[Finding, str]]) -> str:
    """What changed since the earlier report; empty if there is none."""
    if report.baseline is None:
        return ""
    counts = Counter(finding.change for finding, _ in shown)
    words = [f"{counts[name]:,} {name.replace('_', ' ')}" for name in ("new", "reopened", "fixed", "not_assessed")]
    gone = f"{len(report.baseline.get('gone', ())):,} gone"
    return f"Since {report.baseline.get('taken_at', 'the earlier scan')}: {', '.join([*words, gone])}."


def _severities(shown: list[tuple[Finding, str]], *, nothing: bool) -> list[tuple[str, str, int]]:
    pairs = Counter((finding.severity, verdict) for finding, verdict in shown)
    return [
        (name.capitalize(), "not known" if nothing else f"{pairs[name, 'fail']:,}", pairs[name, "unknown"])
        for name in SEVERITIES
    ]


def _gap_row(group: Group) -> tuple[str, str, str]:
    body = group.to_json()
    where = ", ".join(filter(None, (group.account, *body["regions"])))
    what = group.call or body["resource"] or ", ".join(body["types"])
    why = ": ".join(filter(None, (group.reason, body["message"])))
    if group.accepted:
        why += f" (accepted by {group.accepted.get('owner', '')} until {group.accepted.get('expires', '')})"
    return what, where, why


def _finding_row(finding: Finding) -> tuple[str, str, str, str]:
    place = finding.origin.get("file") or " ".join(filter(None, (finding.account, finding.region)))
    bound = binding(finding)
    message = f"{finding.message} ({bound})" if bound else finding.message
    return finding.severity.capitalize(), message, str(place), finding.rule_id
