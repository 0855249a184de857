"""A rule as a page of Markdown: what, why, how it is judged, what it reads, how to mend it, its examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.model import Rule
from scanner.render.explanation import LANGUAGES
from scanner.render.text import printable

_FENCES = {"cli": "sh", "terraform": "hcl", "cloudformation": "yaml"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a rule: the calls that it makes with their permission, what it can be judged from, the
    requirements by framework, and the YAML of each verdict's examples.
    """

    reads: Sequence[str]
    judged_from: Sequence[str]
    requirements: Mapping[str, Sequence[str]]
    examples: Mapping[str, str]


def page(rule: Rule, beside: Beside) -> str:
    """The page.

    Texts of a pack of one's own are shown as they are written, in blocks that nothing in them ends.
    """
    parts = [
        f"# {_plain(rule.title)}",
        f"`{rule.id}` · {rule.severity} · `{rule.resource}` · {_plain(rule.responsibility)} answers for it",
        _plain(rule.why),
    ]
    if rule.when:
        parts += ["## Applies when", _block("", rule.when)]
    parts += ["## Passes when", _block("", rule.expect)]
    if rule.params:
        rows = "\n".join(f"{name}: {value!r}" for name, value in rule.params.items())
        parts += ["## Parameters", _block("yaml", rows)]
    parts += ["## Reads", _list([f"`{one}`" for one in beside.reads] or ["nothing but what every scan asks"])]
    if beside.judged_from:
        parts += ["## Judged from", _list([_plain(one) for one in beside.judged_from])]
    for name, text in rule.fix.items():
        parts += [f"## Mend with {LANGUAGES.get(name, name)}", _block(_FENCES.get(name, ""), text)]
    lines = [f"{_plain(name)}: {', '.join(map(_plain, ids))}" for name, ids in beside.requirements.items()]
    if lines:
        parts += ["## Gives evidence for", _list(lines)]
    for verdict, text in beside.examples.items():
        if text:
            parts += [f"## Examples: {verdict.replace('_', ' ')}", _block("yaml", text)]
    parts += ["## Read more", _list([f"<{url}>" for url in rule.references])]
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """A text in one line in which nothing is markup."""
    line = " ".join(printable(text).split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|" else letter for letter in line)


def _block(language: str, text: str) -> str:
    """A block whose fence is longer than any inside."""
    body = "\n".join(printable(line) for line in text.strip("\n").split("\n"))
    fence = "```"
    while fence in body:
        fence += "`"
    return f"{fence}{language}\n{body}\n{fence}"


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"* {line}" for line in lines)
