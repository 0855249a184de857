"""The report for a terminal: what matters to a tired engineer first, in plain words and few lines.

Everything is said in words and shapes; colour only helps. Names are made visible before they are
printed, so that no tag or bucket can write to the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.findings import waived
from scanner.model import Finding, Report
from scanner.render.console_next import end
from scanner.render.console_paths import attack_paths
from scanner.render.console_standing import NEW, accepted, changes, due
from scanner.render.console_style import Style, continued
from scanner.render.console_unseen import rule_errors, unseen
from scanner.render.console_words import headline, place
from scanner.render.tally import by_rule, newer_than_pin, open_fails, plural, rank, setting
from scanner.render.text import printable

NAME = "console"
EXTENSION = "txt"

_LINES = 30
"""Lines that open failures may take; the files hold all of them."""
_BRIEF = 8
"""Further rules that are told in a line each."""
_EACH = 2
"""Resources named under one rule."""
_FIX_LINES = 3
_PLACES = 3
"""Accounts or regions that are named rather than counted."""


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
        attack_paths(report, style),
        changes(report, style),
        accepted(report, style),
        due(report, style),
        unseen(report, style),
        rule_errors(report, style),
        end(report, fails, style, paths, next_step),
    )
    lines: list[str] = []
    for section in map(list, sections):
        lines += [*([""] if lines and section else []), *section]
    return style.finish(lines)


def _head(report: Report, style: Style) -> Iterator[str]:
    """What was scanned: by what and when, then where and how much."""
    tool, snapshot = report.tool, report.snapshot
    parts = [f"{tool.get('name', 'aws-posture')} {tool.get('version', '')}".strip()]
    parts += [str(snapshot[name]) for name in ("source", "taken_at") if snapshot.get(name)]
    yield style.paint(style.cut(" · ".join(parts)), "quiet")
    where = [_places(snapshot[name], name[:-1]) for name in ("accounts", "regions") if snapshot.get(name)]
    resources = sum(report.coverage.get("resources", {}).values())
    where += [plural(resources, "resource"), plural(len(report.rules), "rule")]
    yield from (style.paint(line, "quiet") for line in style.wrap(" · ".join(where), ""))
    if old := report.coverage.get("reused"):
        words = f"{old['shards']:,} of {old['total']:,} parts are from earlier runs, the oldest read {old['oldest']}"
        yield from (style.paint(line, "quiet") for line in style.wrap(printable(words), ""))


def _places(names: Sequence[str], noun: str) -> str:
    return ", ".join(map(str, names)) if len(names) <= _PLACES else plural(len(names), noun)


def _summary(report: Report, fails: Sequence[Finding], style: Style) -> Iterator[str]:
    for sentence in headline(report, fails):
        yield from (style.paint(line, "heading") for line in style.wrap(sentence, ""))
    groups = by_rule(fails)
    if newer := sum(len(group) for (_, rule), group in groups.items() if newer_than_pin(report, rule)):
        pinned = f"The rules are pinned to {report.snapshot['pin']}: {plural(newer, 'open failure')} of newer rules"
        yield from style.wrap(f"{pinned} cannot fail the run.", "")
    verdicts = report.coverage.get("verdicts", {})
    accepted = sum(1 for _ in waived(report.findings))
    blind = verdicts.get("unknown", 0) and not verdicts.get("pass", 0) + verdicts.get("fail", 0)
    counts = (
        ("fail", "not known" if blind else f"{len(fails):,}"),
        ("unknown", f"{verdicts.get('unknown', 0):,}"),
        ("accepted", f"{accepted:,}"),
        ("pass", f"{verdicts.get('pass', 0):,}"),
        ("not applicable", f"{verdicts.get('not_applicable', 0):,}"),
    )
    yield from style.packed([(f"{style.verdict(name)} {count}", len(f"x {name} {count}")) for name, count in counts])


def _fails(report: Report, fails: Sequence[Finding], style: Style) -> Iterator[str]:
    groups = sorted(by_rule(fails).items(), key=lambda item: (rank(item[0][0]), -len(item[1]), item[0]))
    used = 0
    for index, ((severity, rule_id), findings) in enumerate(groups):
        lines = list(_group(report, severity, rule_id, findings, style))
        if used and used + len(lines) > _LINES:
            yield from _brief(groups[index:], style)
            return
        used += len(lines)
        yield from lines


def _brief(groups: Sequence[tuple[tuple[str, str], Sequence[Finding]]], style: Style) -> Iterator[str]:
    """The rules for which there is no room: how many failures each has."""
    for (severity, rule_id), findings in groups[:_BRIEF]:
        yield f"{_start(severity, style)}{printable(rule_id)}  {style.paint(plural(len(findings), 'failure'), 'quiet')}"
    if left := sum(len(group) for _, group in groups[_BRIEF:]):
        yield f"  and {plural(left, 'open failure')} more, of {plural(len(groups) - _BRIEF, 'rule')}"


def _start(severity: str, style: Style) -> str:
    return f"{style.sign('fail')} {style.paint(severity, severity)}{' ' * (9 - len(severity))}"


def _group(report: Report, severity: str, rule_id: str, findings: Sequence[Finding], style: Style) -> Iterator[str]:
    title = str(report.rules.get(rule_id, {}).get("title", ""))
    yield f"{_start(severity, style)}{printable(rule_id)}  {style.paint(style.cut(title, 13 + len(rule_id)), 'quiet')}"
    for finding in findings[:_EACH]:
        yield from _finding(finding, setting(report.rules.get(rule_id, {}), finding), style)
    if len(findings) > _EACH:
        yield f"    and {len(findings) - _EACH:,} more"
    elif len(findings) == 1:
        yield from (style.paint(line, "quiet") for line in _fix(findings[0], style))


def _finding(finding: Finding, bound: str, style: Style) -> Iterator[str]:
    where = place(finding)
    new = f"[{finding.change}] " if finding.change in NEW else ""
    yield from style.wrap(f"{new}{finding.message or 'This rule fails'}", "    ", "      ")
    if where not in printable(finding.message):
        yield style.paint(f"    {where}", "quiet")
    if bound:
        yield from (style.paint(line, "quiet") for line in style.wrap(f"with {bound}", "      "))


def _fix(finding: Finding, style: Style) -> Iterator[str]:
    """The way out, if it is short enough to be read here; never a part of it, nor lines run together."""
    kind = finding.origin.get("kind")
    name = str(kind) if kind in ("terraform", "cloudformation") else "cli"
    text = finding.fix.get(name, "")
    lines = [printable(line.rstrip()) for line in text.strip().split("\n")]
    if text.strip() and len(lines) <= _FIX_LINES:
        if name != "cli" and len(lines) == 1:
            yield from style.wrap(f"fix: {lines[0]}", "    ", "         ")
            return
        if name == "cli":
            lines = [part for line in lines for part in continued(line, style.width - len("         "))]
        yield f"    fix: {lines[0]}"
        yield from (f"         {line}" for line in lines[1:])
