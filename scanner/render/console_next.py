"""The end of the console report: where the whole is, and commands to go on with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from scanner.model import Finding, Report, Why
from scanner.render.console_style import Style
from scanner.render.console_unseen import missing
from scanner.render.tally import plural
from scanner.render.text import printable

_DIGITS = 12
"""Of a fingerprint: enough to name a finding of a report."""
_CODE = ("terraform", "cloudformation")


def end(report: Report, fails: Sequence[Finding], style: Style, paths: Sequence[str], next_step: str) -> Iterator[str]:
    """The files, then what to do next."""
    if paths:
        yield from style.wrap(", ".join(map(printable, paths)), "Report: ")
    found = list(steps(report, fails, paths))
    if not found and not next_step:
        return
    yield style.paint("Next", "heading")
    if next_step:
        yield from style.wrap(next_step, "  ")
    for command, why in found:
        yield from style.wrap(f"{why}:", "  ")
        yield f"    {printable(command)}"


def steps(report: Report, fails: Sequence[Finding], paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(command, what it is good for), the most useful first; `…` stands for the command that made this."""
    saved = next((path for path in paths if path.endswith(".json")), "")
    live = report.snapshot.get("source") not in _CODE
    if fails:
        yield _why(fails[0], saved), "Why the worst of them fails, and how it is mended"
    if live and (actions := missing(report)):
        lacking = f"{plural(len(actions), 'permission')} {'is' if len(actions) == 1 else 'are'} missing"
        yield "posture permissions", f"{lacking}; the policy that has all"
    if live and any(gap.reason is Why.THROTTLED for gap in report.gaps):
        yield "… --concurrency 8", "AWS asked to slow down; with fewer calls at a time"
    if fails and not any(path.endswith(".html") for path in paths):
        command = f"posture report {shlex.quote(saved)}" if saved else "…"
        yield f"{command} -o html=report.html{'' if saved else ' -o json=report.json'}", "All of them in one page"
    if saved and report.baseline is None:
        yield f"… --baseline {shlex.quote(saved)}", "Next time, what is new and what is fixed"


def _why(finding: Finding, saved: str) -> str:
    if saved:
        return f"posture explain --finding {finding.fingerprint[:_DIGITS]} --report {shlex.quote(saved)}"
    return f"posture explain {shlex.quote(finding.rule_id)}"
