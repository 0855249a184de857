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
from scanner.cli import _options, _streams
from scanner.errors import InputError

if TYPE_CHECKING:
    from scanner.engine.coverage import Control

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
@_options.packs
def coverage(controls: Path | None, format_: str, packs: tuple[Path, ...]) -> int:
    """Tell which controls have a rule, are answered by another's, are not automated, or open.

    CONTROLS is a CSV file with a column `key` and, for the counts, `service` and `status`. Without it: the list
    that the rules' `covers` name.
    """
    from scanner.engine import builtin
    from scanner.engine.coverage import coverage as told

    ruleset = api.load_rules(packs)
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
