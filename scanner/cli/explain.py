"""`posture explain RULE`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from scanner import api
from scanner.cli import _names, _options, _streams
from scanner.errors import UsageError
from scanner.model import Rule


@click.command()
@click.argument("rule", shell_complete=_names.rule_ids)
@_options.packs
def command(rule: str, packs: tuple[Path, ...]) -> int:
    """Say what a RULE wants, why, how it decides and how to mend a failure."""
    from scanner.render.text import printable

    ruleset = api.load_rules(packs)
    for error in ruleset.errors:
        _streams.tell(f"posture: {error}")
    found = {each.id: each for each in ruleset.rules}
    if rule not in found:
        near = get_close_matches(rule, found, 1, 0.5)
        raise UsageError(
            f"there is no rule {rule!r}", hint=f"Did you mean {near[0]}?" if near else "See: posture rules list"
        )
    click.echo("\n".join(map(printable, _text(found[rule]).split("\n"))))
    return 0


def _text(rule: Rule) -> str:
    parts = [
        f"{rule.id}\n{rule.title}",
        f"{rule.severity} · {rule.resource} · {rule.responsibility} answers for it · since {rule.since}",
        f"Why\n{_indent(rule.why.strip())}",
    ]
    if rule.when:
        parts.append(f"Applies when\n{_indent(rule.when.strip())}")
    parts.append(f"Passes when\n{_indent(rule.expect.strip())}")
    if rule.params:
        parts.append("Parameters\n" + "\n".join(f"  {name} = {value!r}" for name, value in rule.params.items()))
    parts += [f"Mend with {name}\n{_indent(text.strip())}" for name, text in rule.fix.items()]
    if rule.frameworks:
        lines: dict[str, list[str]] = {}
        for mapping in rule.frameworks:
            lines.setdefault(mapping.framework, []).append(mapping.requirement)
        parts.append("Gives evidence for\n" + "\n".join(f"  {name}: {', '.join(ids)}" for name, ids in lines.items()))
    parts.append("Read more\n" + "\n".join(f"  {url}" for url in rule.references))
    return "\n\n".join(parts)


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
