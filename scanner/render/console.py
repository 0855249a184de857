"""The report for a terminal: what matters to a tired engineer first, in plain words and few lines.

Everything is said in words and shapes; colour only helps. Names are made visible before they are
printed, so that no tag or bucket can write to the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scanner.model import Finding, Report, Verdict
from scanner.render.acceptances import notes
from scanner.render.console_style import Style
from scanner.render.console_words import headline, place, unseen
from scanner.render.gap_groups import gap_groups, gap_text
from scanner.render.tally import newer_than_pin, open_fails, plural, rank, reason, setting
from scanner.render.text import printable

NAME = "console"
EXTENSION = "txt"

_LINES = 40
"""Lines that open failures may take; the files hold all of them."""
_EACH = 2
"""Resources named under one rule."""
_FIX_LINES = 3
_GAPS = 6
_NAMED = 3
_NOTES = 8


def render(  # noqa: PLR0913 - each is an independent property of the terminal or of the run
    report: Report,
    *,
    width: int = 100,
    color: bool = False,
    unicode: bool = True,
    paths: Sequence[str] = (),
    next_step: str = "",
) -> str:
    """The summary of a report as text, ending in a newline.

    `width` is in columns; without `unicode` the text is ASCII. `paths` are the files that hold the whole
    report, `next_step` is a sentence or command that the caller recommends. `NO_COLOR` is the caller's.
    """
    style = Style(width, color, unicode)
    fails = open_fails(report.findings)
    sections = (
        _head(report, style),
        _summary(report, fails, style),
        _fails(report, fails, style),
        _unseen(report, style),
        _rule_errors(report, style),
        _acceptances(report, style),
        _end(paths, next_step, style),
    )
    lines: list[str] = []
    for section in map(list, sections):
        lines += [*([""] if lines and section else []), *section]
    return style.finish(lines)


def _head(report: Report, style: Style) -> Iterator[str]:
    tool, snapshot = report.tool, report.snapshot
    parts = [f"{tool.get('name', 'aws-posture')} {tool.get('version', '')}".strip()]
    parts += [str(snapshot[name]) for name in ("source", "taken_at") if snapshot.get(name)]
    parts += [plural(len(snapshot[name]), name[:-1]) for name in ("accounts", "regions") if snapshot.get(name)]
    yield style.paint(style.cut(" · ".join(parts)), "quiet")


def _summary(report: Report, fails: Sequence[Finding], style: Style) -> Iterator[str]:
    for sentence in headline(report, fails):
        yield from (style.paint(line, "heading") for line in style.wrap(sentence, ""))
    if newer := sum(newer_than_pin(report, item) for item in fails):
        pinned = f"The rules are pinned to {report.snapshot['pin']}: {plural(newer, 'open failure')} of newer rules"
        yield from style.wrap(f"{pinned} cannot fail the run.", "")
    verdicts = report.coverage.get("verdicts", {})
    accepted = sum(item.verdict is Verdict.FAIL and bool(item.waiver) for item in report.findings)
    blind = verdicts.get("unknown", 0) and not verdicts.get("pass", 0) + verdicts.get("fail", 0)
    counts = (
        ("fail", "not known" if blind else f"{len(fails):,}"),
        ("unknown", f"{verdicts.get('unknown', 0):,}"),
        ("accepted", f"{accepted:,}"),
        ("pass", f"{verdicts.get('pass', 0):,}"),
        ("not applicable", f"{verdicts.get('not_applicable', 0):,}"),
    )
    yield "   ".join(f"{style.verdict(name)} {count}" for name, count in counts)
    told = (item for item in report.findings if item.verdict is not Verdict.PASS or item.change == "fixed")
    changes = Counter(item.change for item in told if item.change)
    if changes:
        words = (f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(changes.items()))
        yield f"Since the earlier scan: {', '.join(words)}."


def _fails(report: Report, fails: Sequence[Finding], style: Style) -> Iterator[str]:
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in fails:
        by_rule.setdefault((finding.severity, finding.rule_id), []).append(finding)
    groups = sorted(by_rule.items(), key=lambda item: (rank(item[0][0]), -len(item[1]), item[0]))
    used = 0
    for index, ((severity, rule_id), findings) in enumerate(groups):
        lines = list(_group(report, severity, rule_id, findings, style))
        if used and used + len(lines) > _LINES:
            left = [finding for _, group in groups[index:] for finding in group]
            yield f"  and {plural(len(left), 'open failure')} more, of {plural(len(groups) - index, 'rule')}"
            return
        used += len(lines)
        yield from lines


def _group(report: Report, severity: str, rule_id: str, findings: Sequence[Finding], style: Style) -> Iterator[str]:
    title = str(report.rules.get(rule_id, {}).get("title", ""))
    start = f"{style.sign('fail')} {style.paint(severity, severity)}{' ' * (9 - len(severity))}"
    yield f"{start}{printable(rule_id)}  {style.paint(style.cut(title, 13 + len(rule_id)), 'quiet')}"
    for finding in findings[:_EACH]:
        yield from _finding(finding, setting(report.rules.get(rule_id, {}), finding), style)
    if len(findings) > _EACH:
        yield f"    and {len(findings) - _EACH:,} more"
    elif len(findings) == 1:
        yield from (style.paint(line, "quiet") for line in _fix(findings[0]))


def _finding(finding: Finding, bound: str, style: Style) -> Iterator[str]:
    where = place(finding)
    yield from style.wrap(finding.message or "This rule fails", "    ", "      ")
    if where not in printable(finding.message):
        yield style.paint(f"      {where}", "quiet")
    if bound:
        yield from (style.paint(line, "quiet") for line in style.wrap(f"with {bound}", "      "))


def _fix(finding: Finding) -> Iterator[str]:
    """The way out, if it is short enough to be read here; never a part of it, nor lines run together."""
    kind = finding.origin.get("kind")
    text = finding.fix.get(str(kind) if kind in ("terraform", "cloudformation") else "cli", "")
    lines = [printable(line.rstrip()) for line in text.strip().split("\n")]
    if text.strip() and len(lines) <= _FIX_LINES:
        yield f"    fix: {lines[0]}"
        yield from (f"         {line}" for line in lines[1:])


def _unseen(report: Report, style: Style) -> Iterator[str]:
    groups = gap_groups(report.gaps)
    unknown = [item for item in report.findings if item.verdict is Verdict.UNKNOWN]
    if groups:
        yield style.paint("Could not be seen", "heading")
    for group in groups[:_GAPS]:
        first, *rest = style.wrap(gap_text(group), "  ? ", "    ")
        yield first.replace("?", style.sign("unknown"), 1)
        yield from rest
    if len(groups) > _GAPS:
        yield f"    and {plural(len(groups) - _GAPS, 'cause')} more"
    if unknown and not groups:
        yield style.paint("Could not be told", "heading")
        messages = list(dict.fromkeys(item.message for item in unknown))[:_NAMED]
        yield from (line for text in messages for line in style.wrap(text, "  ? ", "    "))
    if unknown:
        yield from style.wrap(unseen(Counter(map(reason, unknown))), "")


def _rule_errors(report: Report, style: Style) -> Iterator[str]:
    errors = report.coverage.get("rule_errors", [])
    by_rule = Counter(str(error.get("rule", "")) for error in errors)
    first = {str(error.get("rule", "")): str(error.get("message", "")) for error in reversed(errors)}
    if errors:
        yield style.paint("Rules that could not be evaluated", "heading")
    for rule, count in sorted(by_rule.items())[:_NAMED]:
        yield from style.wrap(f"{rule}, on {plural(count, 'resource')}: {first[rule]}", "    ")
    if len(by_rule) > _NAMED:
        yield f"    and {plural(len(by_rule) - _NAMED, 'rule')} more"


def _acceptances(report: Report, style: Style) -> Iterator[str]:
    found = notes(report)
    if found:
        yield style.paint("Accepted, and due for a look", "heading")
    for note in found[:_NOTES]:
        yield from style.wrap(note.text, "    ", "      ")
    if len(found) > _NOTES:
        yield f"    and {len(found) - _NOTES:,} more"


def _end(paths: Sequence[str], next_step: str, style: Style) -> Iterator[str]:
    if paths:
        yield f"Report: {', '.join(map(printable, paths))}"
    if next_step:
        yield from style.wrap(next_step, "Next: ")
