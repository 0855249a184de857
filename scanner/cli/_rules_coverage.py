"""`posture rules coverage`."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import api
from scanner.cli import _names, _options, _streams
from scanner.complying.published import RESPONSIBILITIES
from scanner.errors import InputError, UsageError

if TYPE_CHECKING:
    from scanner.engine.coverage import Control
    from scanner.engine.rules import RuleSet

_NAME = 30


@click.command("coverage")
@click.argument("controls", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="Counts by status and service for people, or every control for programs.",
)
@click.option("--frameworks", is_flag=True, help="Count the requirements of every framework instead.")
@click.option(
    "--framework",
    "framework",
    metavar="ID",
    shell_complete=_names.framework_ids,
    help="Count those of one, and name the automated ones that no rule looks at.",
)
@_options.packs
def coverage(
    controls: Path | None, format_: str, packs: tuple[Path, ...], framework: str | None, *, frameworks: bool
) -> int:
    """Tell which controls have a rule, are answered by another's, are not automated, or open.

    CONTROLS is a CSV file with a column `key` and, for the counts, `service` and `status`. Without it: the list
    that the rules' `covers` name.
    """
    from scanner.engine import builtin
    from scanner.engine.coverage import coverage as told

    ruleset = api.load_rules(packs)
    if frameworks or framework:
        return _frameworks(ruleset, packs, framework, format_)
    rows = _rows(controls) if controls else [(key, "", status) for key, status in builtin.controls().items()]
    found = told(rows, ruleset.rules, builtin.not_automated())
    if format_ == "json":
        why = {key: entry["why"] for key, entry in builtin.not_automated().items()}
        entries = [{name: getattr(one, name) for name in one.__slots__} for one in found]
        click.echo(json.dumps([{**entry, "why": why.get(entry["key"], "")} for entry in entries], indent=2))
    else:
        _table(found)
    return 0


def _rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if "key" not in (reader.fieldnames or ()):
                raise InputError("has no column `key`", where=str(path), hint="The first line names the columns")
            return [(row["key"], row.get("service") or "", row.get("status") or "") for row in reader if row["key"]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot be read as CSV ({error})", where=str(path)) from error


def _table(found: Sequence[Control]) -> None:
    from scanner.engine.coverage import OPEN, OUTCOMES
    from scanner.render.tally import plural
    from scanner.render.text import printable

    counts = Counter((one.status, one.service, one.outcome) for one in found)
    click.echo(f"{'':{_NAME}}" + "".join(f"{name:>15}" for name in OUTCOMES))
    for status in sorted({one.status for one in found}):
        services = sorted({one.service for one in found if one.status == status})
        for service in services if services != [""] else []:
            numbers = [counts[status, service, outcome] for outcome in OUTCOMES]
            _line(f"{status} · {service}", numbers)
        _line(status or "all", [sum(counts[status, each, outcome] for each in services) for outcome in OUTCOMES])
    for one in found:
        if one.outcome == OPEN:
            click.echo(printable(f"open: {one.key}"))
    _streams.tell(f"{plural(len(found), 'control')}, {sum(one.outcome == OPEN for one in found)} open")


def _line(name: str, numbers: Sequence[int]) -> None:
    from scanner.render.text import printable

    click.echo(f"{printable(name):{_NAME}}" + "".join(f"{number:>15}" for number in numbers))


def _frameworks(ruleset: RuleSet, packs: Sequence[Path], only: str | None, format_: str) -> int:
    """Requirements by who answers and how, and how many rules give evidence for. Raises `UsageError`."""
    from scanner.engine import builtin
    from scanner.engine.frameworks import load
    from scanner.engine.served import served
    from scanner.render.rows import table
    from scanner.render.text import printable

    known = load(packs)[0]
    if only and only not in known:
        raise UsageError(f"there is no framework {only!r}", hint=f"There are {', '.join(known)}")
    tables, why_not = builtin.mapping_tables()[0], builtin.not_automated()
    found = [served(body, ruleset.rules, tables, why_not) for id_, body in known.items() if only in (None, id_)]
    if format_ == "json":
        click.echo(json.dumps([one.to_json() for one in found], indent=2))
        return 0
    rows = [
        [
            one.id,
            one.requirements,
            "/".join(str(one.responsibility.get(name, 0)) for name in RESPONSIBILITIES),
            *(f"{one.served.get(name, 0)}/{one.assessment.get(name, 0)}" for name in ("automated", "partial")),
            *(one.assessment.get(name, 0) for name in ("manual", "inherited")),
            one.rules,
        ]
        for one in found
    ]
    names = ("framework", "requirements", "customer/shared/AWS", "automated", "partial", "manual", "inherited", "rules")
    click.echo(table(names, rows), nl=False)
    for one in found if only else ():
        for id_, title, why in one.open:
            click.echo(printable(f"open: {id_} {title}: {why}"))
    _streams.tell("automated and partial: requirements that a rule gives evidence for, of all")
    return 0
