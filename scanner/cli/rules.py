"""`posture rules list|show|new|coverage|pages|lint|test`."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import api
from scanner.cli import _names, _options, _rules_coverage, _rules_new, _rules_pages, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError
from scanner.model import SEVERITIES, Rule

if TYPE_CHECKING:
    from scanner.engine.rules import RuleSet

FAILED = 1

_LISTED = (
    "id", "title", "covers", "service", "severity", "resource", "responsibility", "since", "params", "frameworks",
)  # fmt: skip


@click.group()
def command() -> None:
    """List, show, begin, lint and test rules."""


command.add_command(_rules_new.show)
command.add_command(_rules_new.new)
command.add_command(_rules_coverage.coverage)
command.add_command(_rules_pages.pages)


@command.command("list")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="A table for people, or JSON for programs.",
)
@_names.service_option("Only rules of this service")
@_options.rules
@click.option(
    "--severity", "severities", multiple=True, type=click.Choice(SEVERITIES), help="Only this severity; repeats."
)
@click.option(
    "--framework",
    "framework_ids",
    multiple=True,
    metavar="ID",
    shell_complete=_names.framework_ids,
    help="Only rules that give evidence for this framework, such as cis-aws-5.0; repeats.",
)
@click.option(
    "--resource",
    "types",
    multiple=True,
    metavar="TYPE",
    shell_complete=_names.types,
    help="Only rules on this type, such as AWS::S3::Bucket; repeats.",
)
@click.option(
    "--from", "side", type=click.Choice(("plan", "template")), help="Only rules that a gate can judge from such code."
)
@_options.packs
def list_(format_: str, rule_globs: tuple[str, ...], packs: tuple[Path, ...], side: str | None, **only: Any) -> int:
    """List the rules, their severities and the frameworks they give evidence for."""
    from scanner.render.tally import plural
    from scanner.render.text import printable

    ruleset = api.load_rules(packs).select(rule_globs, only["services"], only["severities"])
    rules = _told(_picked(ruleset.rules, only["framework_ids"], only["types"]), side)
    code = INCOMPLETE_RUN if ruleset.errors else 0
    for error in ruleset.errors:
        _streams.tell(f"posture: {error}")
    if format_ == "json":
        click.echo(json.dumps([_entry(rule) for rule in rules], indent=2))
        return code
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        click.echo(f"{rule.id:<{width}}  {rule.severity:<8}  {printable(rule.title)}")
    _streams.tell(f"{plural(len(rules), 'rule')}. More on one: posture explain RULE")
    return code


def _told(rules: list[Rule], side: str | None) -> list[Rule]:
    """The rules that a plan or a template can be judged by, at least in part."""
    from scanner.engine.from_code import NOT, from_code

    if side is None:
        return rules
    code = from_code()
    return [rule for rule in rules if rule.id in code and code[rule.id][side].how != NOT]


def _picked(rules: list[Rule], frameworks: tuple[str, ...], types: tuple[str, ...]) -> list[Rule]:
    """The rules for these frameworks and types. Raises `UsageError` for a word that no rule has."""
    of_frameworks = {rule.id: {mapping.framework for mapping in rule.frameworks} for rule in rules}
    _known(frameworks, {id_ for ids in of_frameworks.values() for id_ in ids}, "for the framework")
    _known(types, {rule.resource for rule in rules}, "on the type")
    return [
        rule
        for rule in rules
        if (not frameworks or of_frameworks[rule.id] & set(frameworks)) and (not types or rule.resource in types)
    ]


def _known(words: tuple[str, ...], known: set[str], what: str) -> None:
    for word in words:
        if word not in known:
            near = get_close_matches(word, sorted(known), 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(known))}"
            raise UsageError(f"no rule listed is {what} {word!r}", hint=hint)


def _entry(rule: Rule) -> dict[str, Any]:
    from scanner.engine.from_code import from_code
    from scanner.engine.published import rule_json

    whole = rule_json(rule)
    code = from_code().get(rule.id, {})
    told = {side: {"how": said.how, "because": said.because} for side, said in code.items()}
    return {**{name: whole[name] for name in _LISTED}, "from_code": told}


@command.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def lint(paths: tuple[Path, ...]) -> int:
    """Check rules against AWS's API shapes: the built-in ones, or those at PATHS.

    Finds mistyped members and enum values, comparisons that can never hold, unguarded function
    arguments, control ids that a framework lacks, and examples whose verdict differs.
    """
    from scanner.render.tally import plural
    from scanner.render.text import printable

    ruleset = _ruleset(paths)
    problems = _problems(ruleset)
    for line in problems:
        click.echo(printable(line))
    _streams.tell(f"posture: {plural(len(problems), 'problem')} in {plural(len(ruleset), 'rule')}")
    return FAILED if problems else 0


def _ruleset(paths: tuple[Path, ...]) -> RuleSet:
    """Rules with their examples and lines: the built-in ones, or only those at the paths."""
    from scanner.engine.builtin import rules_from_yaml
    from scanner.engine.rules import load_pack

    if not paths:
        return rules_from_yaml()
    ruleset = load_pack(paths[0])
    for path in paths[1:]:
        ruleset.add(load_pack(path))
    return ruleset


def _problems(ruleset: RuleSet) -> list[str]:
    from scanner.aws.shapes import shape_of
    from scanner.derive.shapes import shape_of as derived_shape_of
    from scanner.engine.lint import lint

    broken = [str(error) for error in ruleset.errors]
    return broken + [str(problem) for problem in lint(ruleset, shape_of, derived_shape_of)]


@command.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mutants",
    "spoil",
    is_flag=True,
    help="Also spoil each rule (expect negated, a part of an && left out) and name what no example notices.",
)
def test(paths: tuple[Path, ...], *, spoil: bool) -> int:
    """Run the examples that each rule carries: the built-in rules, or those at PATHS."""
    from scanner.engine.examples import run
    from scanner.render.tally import plural
    from scanner.render.text import printable

    ruleset = _ruleset(paths)
    for error in ruleset.errors:
        click.echo(printable(str(error)))
    results = run(ruleset)
    wrong = [result for result in results if result.problem]
    for result in wrong:
        click.echo(printable(f"{result.rule}: {result.problem}"))
    counts = f"{plural(len(results), 'example')} of {plural(len(ruleset), 'rule')}"
    _streams.tell(f"{counts}, {len(wrong)} wrong")
    if spoil and not wrong:
        return _spoiled(ruleset) or (FAILED if ruleset.errors else 0)
    return FAILED if wrong or ruleset.errors else 0


def _spoiled(ruleset: RuleSet) -> int:
    from scanner.engine.mutants import mutants
    from scanner.render.tally import plural
    from scanner.render.text import printable

    made = [each for one in ruleset for each in mutants(one)]
    unnoticed = [each for each in made if not each.caught]
    for each in unnoticed:
        click.echo(printable(f"{each.rule}: no example notices: {each.change}"))
    _streams.tell(f"{plural(len(made), 'mutant')}, {len(unnoticed)} unnoticed")
    return FAILED if unnoticed else 0
