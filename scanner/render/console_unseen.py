"""The part of the console report that says what could not be seen, and what would show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scanner.findings import having
from scanner.model import Report, Verdict, Why
from scanner.render.console_style import Style
from scanner.render.console_words import unseen as reasons
from scanner.render.gap_groups import ASSUME, gap_groups, gap_text
from scanner.render.tally import plural, reason

_GAPS = 6
_NAMED = 3


def unseen(report: Report, style: Style) -> Iterator[str]:
    """Calls that were not answered, by cause; else what could not be told."""
    groups = gap_groups(report.gaps)
    unknown = [(item.message, reason(item)) for item in having(report.findings, Verdict.UNKNOWN)]
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
        messages = list(dict.fromkeys(message for message, _ in unknown))[:_NAMED]
        yield from (line for text in messages for line in style.wrap(text, "  ? ", "    "))
    if unknown:
        yield from style.wrap(reasons(Counter(why for _, why in unknown)), "")


def missing(report: Report) -> list[str]:
    """The IAM actions that were denied and are not accepted as that, in order; but for entering other accounts."""
    denied = (gap for gap in report.gaps if gap.reason is Why.DENIED and not gap.accepted)
    return sorted({gap.permission for gap in denied} - {"", ASSUME})


def rule_errors(report: Report, style: Style) -> Iterator[str]:
    """Rules that broke on some resource."""
    errors = report.coverage.get("rule_errors", [])
    by_rule = Counter(str(error.get("rule", "")) for error in errors)
    first = {str(error.get("rule", "")): str(error.get("message", "")) for error in reversed(errors)}
    if errors:
        yield style.paint("Rules that could not be evaluated", "heading")
    for rule, count in sorted(by_rule.items())[:_NAMED]:
        yield from style.wrap(f"{rule}, on {plural(count, 'resource')}: {first[rule]}", "    ")
    if len(by_rule) > _NAMED:
        yield f"    and {plural(len(by_rule) - _NAMED, 'rule')} more"
