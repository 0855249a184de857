"""`posture explain RULE`, and `posture explain` of one finding or one resource."""

from __future__ import annotations

import os
import shutil
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import api
from scanner.cli import _names, _options, _rule_reads, _streams
from scanner.errors import UsageError
from scanner.model import Inventory, Rule

if TYPE_CHECKING:
    from scanner.engine.rules import Loaded, RuleSet
    from scanner.render.console_style import Style

_UNCUT = 4000


_HELP = """Say what a RULE wants, why, how it decides and how to mend a failure.

\b
posture explain RULE
posture explain --finding FINGERPRINT --report report.json
posture explain --resource ID --rule RULE SNAPSHOT

The second says why a finding failed, passed or could not be told. The third says so of any resource of a
snapshot, plan or template, and why a rule does not apply to it.
"""


@click.command(help=_HELP, short_help="Say what a RULE wants, or why a finding is what it is.")
@click.argument("subject", metavar="RULE | SNAPSHOT", required=False, shell_complete=_names.rule_ids)
@click.option("--finding", metavar="FINGERPRINT", help="Explain this finding of --report; its first digits are enough.")
@click.option("--report", type=click.Path(path_type=Path), help="The report that holds the finding (-o json=FILE).")
@click.option("--resource", metavar="ID", help="Judge this resource of SNAPSHOT again, by --rule, and explain that.")
@click.option("--rule", metavar="ID", help="The rule for --resource.", shell_complete=_names.rule_ids)
@_options.packs
@_options.config
def command(subject: str | None, packs: tuple[Path, ...], **options: Any) -> int:
    """Explain a rule, a finding of a report, or one resource of a snapshot."""
    if options["finding"] or options["report"]:
        return _finding(subject, options)
    if options["resource"] or options["rule"]:
        return _resource(subject, packs, options)
    if subject is None:
        raise UsageError("explain needs a rule", hint="See: posture rules list, or posture explain --help")
    settings = _options.settings_from(options)
    return _rule(subject, (*packs, *map(Path, settings.packs)))


def _finding(subject: str | None, options: dict[str, Any]) -> int:
    from scanner.cli._report_file import read_report
    from scanner.explaining import explained, find

    name, path = options["finding"], options["report"]
    if subject or options["resource"] or options["rule"]:
        raise UsageError("--finding is explained alone", hint="Leave out the rule, --rule and --resource")
    if not name or not path:
        raise UsageError("--finding and --report go together", hint="See: posture explain --help")
    report = read_report(path)
    _show(explained(report, find(report, name)), report.baseline)
    return 0


def _resource(subject: str | None, packs: tuple[Path, ...], options: dict[str, Any]) -> int:
    from scanner.explaining import judged

    name, rule = options["resource"], options["rule"]
    if not name or not rule or not subject:
        raise UsageError("--resource, --rule and a SNAPSHOT go together", hint="See: posture explain --help")
    settings = _options.settings_from(options)
    ruleset = _ruleset((*packs, *map(Path, settings.packs)))
    chosen = ruleset.select(ids=[_known(rule, ruleset).id])
    for index, explanation in enumerate(judged(_open(subject), chosen, rule, name, settings.parameters)):
        if index:
            click.echo()
        _show(explanation, None)
    return 0


def _open(path: str) -> Inventory:
    """A snapshot, an export, a plan or a template."""
    from scanner.gating import is_snapshot, read_inputs
    from scanner.snapshot.opening import open_inventory

    if is_snapshot(path):
        return open_inventory(Path(path))
    return read_inputs([path], taken_at=api.utc_now(), root=Path.cwd())


def _show(explanation: dict[str, Any], baseline: dict[str, Any] | None) -> None:
    from scanner.render.explanation import render

    _streams.write(render(explanation, baseline=baseline, style=_style()))


def _style() -> Style:
    from scanner.render.console_style import Style

    tty = sys.stdout is not None and sys.stdout.isatty()
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    color = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(shutil.get_terminal_size().columns if tty else _UNCUT, color, encoding.startswith("utf"))


def _ruleset(packs: tuple[Path, ...]) -> RuleSet:
    ruleset = api.load_rules(packs)
    for error in ruleset.errors:
        _streams.tell(f"posture: {error}")
    return ruleset


def _known(rule: str, ruleset: RuleSet) -> Rule:
    """The rule of that id. Raises `UsageError` that names the nearest."""
    found = {each.id: each for each in ruleset.rules}
    if rule not in found:
        near = get_close_matches(rule, found, 1, 0.5)
        hint = f"Did you mean {near[0]}?" if near else "See: posture rules list"
        raise UsageError(
            f"there is no rule {rule!r}", hint=f"{hint} A rule of your own needs --rules PATH, or packs in the settings"
        )
    return found[rule]


def _rule(rule: str, packs: tuple[Path, ...]) -> int:
    from scanner.render.text import printable

    ruleset = _ruleset(packs)
    text = _text(ruleset.loaded[_known(rule, ruleset).id], _style())
    _streams.write("".join(f"{printable(line)}\n" for line in text.split("\n")))
    return 0


def _text(one: Loaded, style: Style) -> str:
    from scanner.engine.mappings import by_framework
    from scanner.render.explanation import LANGUAGES

    rule = one.rule
    parts = [
        f"{rule.id}\n{rule.title}",
        f"{rule.severity} · {rule.resource} · {rule.responsibility} answers for it · since {rule.since}",
        "\n".join(("Why", *style.wrap(rule.why.strip(), "  "))),
    ]
    if rule.when:
        parts.append(f"Applies when\n{_indent(rule.when.strip())}")
    parts.append(f"Passes when\n{_indent(rule.expect.strip())}")
    if rule.params:
        parts.append("Parameters\n" + "\n".join(f"  {name} = {value!r}" for name, value in rule.params.items()))
    parts += [f"Mend with {LANGUAGES.get(name, name)}\n{_indent(text.strip())}" for name, text in rule.fix.items()]
    if lines := by_framework(rule):
        parts.append("Gives evidence for\n" + "\n".join(f"  {name}: {', '.join(ids)}" for name, ids in lines.items()))
    if told := _rule_reads.calls(one):
        parts.append("Reads\n" + "\n".join(f"  {line}" for line in told))
    if told := _rule_reads.inputs(rule):
        parts.append("Judged from\n" + "\n".join(f"  {line}" for line in told))
    parts.append(f"Examples\n  posture rules show {rule.id}")
    parts.append("Read more\n" + "\n".join(f"  {url}" for url in rule.references))
    return "\n\n".join(parts)


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
