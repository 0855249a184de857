"""The sentences of the console report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scanner.model import SEVERITIES, Finding, Report, Why
from scanner.render.tally import by_rule, plural
from scanner.render.text import printable

_CODE = ("terraform", "cloudformation")


def headline(report: Report, fails: Sequence[Finding]) -> Iterator[str]:
    """One or two sentences: what is open, then how much could not be told. Never the first alone."""
    verdicts = report.coverage.get("verdicts", {})
    told = verdicts.get("pass", 0) + verdicts.get("fail", 0)
    unknown = verdicts.get("unknown", 0)
    complete = not any(gap.blocks for gap in report.gaps)
    scope = _scope(report)
    if fails:
        yield f"{plural(len(fails), 'open failure')} in {scope}: {by_severity(fails)}."
    elif not told and not unknown:
        yield f"Nothing was judged in {scope}: no resource that a rule applies to was read."
    elif not told:
        yield f"Nothing could be judged in {scope}: how many failures there are is not known."
    elif complete:
        yield f"No open failures in {scope}.{_answered(report)}"
    else:
        yield f"No open failures in what was read of {scope}."
    if unknown:
        total = sum(verdicts.values())  # as the page counts them: those that do not apply are verdicts, too
        yield f"Cannot tell for {unknown:,} of {plural(total, 'verdict')}{_share(unknown, total)}."
    if accepted := sum(bool(gap.accepted) for gap in report.gaps):
        yield f"{plural(accepted, 'gap')} {'is' if accepted == 1 else 'are'} accepted."
    if not complete:
        yield "The scan is incomplete: calls or inputs that rules need were not read."


def _answered(report: Report) -> str:
    """That nothing was missed, where that is so."""
    if report.coverage.get("verdicts", {}).get("unknown", 0) or any(
        gap.reason is not Why.NOT_COLLECTED for gap in report.gaps
    ):
        return ""
    return " Every input was read." if report.snapshot.get("source") in _CODE else " Every call was answered."


def _scope(report: Report) -> str:
    accounts = report.snapshot.get("accounts", ())
    if accounts and report.snapshot.get("source") not in _CODE:
        return plural(len(accounts), "account")
    return plural(sum(report.coverage.get("resources", {}).values()), "resource")


def _share(part: int, whole: int) -> str:
    if 0 < 100 * part < whole:
        return " (under 1 %)"
    return f" ({min(round(100 * part / whole), 99 if part < whole else 100)} %)"


def by_severity(findings: Sequence[Finding]) -> str:
    """`1 critical, 5 high`, worst first; severities without a finding are left out."""
    counts: Counter[str] = Counter()
    for (severity, _), group in by_rule(findings).items():
        counts[severity] += len(group)
    return ", ".join(f"{counts[name]:,} {name}" for name in SEVERITIES if counts[name])


def place(finding: Finding) -> str:
    """`main.tf:4 aws_s3_bucket.data` for code, else the resource's id."""
    origin = finding.origin
    if not origin.get("file"):
        return printable(finding.resource_id)
    line = f":{origin['line']}" if origin.get("line") else ""
    return printable(f"{origin['file']}{line} {origin.get('address') or finding.resource_id}")


def unseen(reasons: Mapping[str, int]) -> str:
    """How many verdicts are open for which reason, most first."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    words = (f"{count:,} {name or 'for other reasons'}" for name, count in ordered)
    return f"Verdicts left open: {', '.join(words)}."
