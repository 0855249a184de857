"""`posture query SNAPSHOT SQL`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import _streams
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.snapshot.query import Answer, Queryable
    from scanner.snapshot.views import View

_EXAMPLES = """\b
Examples:
  posture query account.posture --tables
  posture query account.posture "select name, region from s3_bucket where Policy is null"
  posture query account.posture "select KeyId from kms_key
     where json_extract(Rotation, '$.KeyRotationEnabled') = 0" --format csv

A view is named after its type: AWS::EC2::SecurityGroup is ec2_security_group. Its columns are id, name,
account, region, tags, unknown, config and one for each member of the configuration, in AWS's own words; one
that would share a name with the former is called config_Name. Structures are JSON (json_extract, json_each),
booleans 1 and 0. NULL means not configured, unless the column unknown names the member: then it was not
read. The type in double quotes is a view, too.

\b
Exit codes: 0 done, 2 a query or file that is wrong
"""


@click.command(short_help="Ask a SNAPSHOT in SQL.", epilog=_EXAMPLES)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.argument("sql", required=False)
@click.option("--tables", is_flag=True, help="List the views with their columns and numbers of rows.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json", "csv")),
    default="table",
    show_default=True,
    help="A table for people, or JSON or CSV for programs.",
)
@click.option(
    "--limit", type=click.IntRange(0), default=10_000, show_default=True, metavar="ROWS", help="At most; 0 for all."
)
@click.option("--timeout", type=click.FloatRange(0), default=60, show_default=True, metavar="SECONDS", help="At most.")
def command(  # noqa: PLR0913 - an option each
    snapshot: Path, sql: str | None, format_: str, limit: int, timeout: float, *, tables: bool
) -> int:
    """Ask a SNAPSHOT, or an export of one, in SQL: a view for each type, opened only for reading."""
    from scanner.snapshot.query import opened

    if tables == (sql is not None):
        raise UsageError("query takes a SNAPSHOT and either SQL or --tables", hint="See: posture query --help")
    with opened(snapshot, _members_of) as handle:
        if not handle.finished:
            _streams.tell(f"posture: {snapshot}: this snapshot is unfinished; the answer holds what is there")
        if sql is None:
            _streams.write(_list(handle, format_))
            return 0
        answer = handle.ask(sql, limit=limit, seconds=timeout)
    _streams.write(_text(format_, answer.columns, answer.rows))
    _tell(answer, limit)
    return 0


def _members_of(type_: str) -> Sequence[str]:
    from scanner.aws.shapes import shape_of

    shape = shape_of(type_)
    return tuple(shape.members) if shape else ()


def _list(handle: Queryable, format_: str) -> str:
    found = handle.tables()
    if format_ != "table":
        listed = [(view.name, view.type, rows, ", ".join(view.all_columns)) for view, rows in found]
        return _text(format_, ("view", "type", "rows", "columns"), listed)
    return "\n".join(_described(view, rows) for view, rows in found)


def _described(view: View, rows: int) -> str:
    from textwrap import fill

    from scanner.render.tally import plural
    from scanner.render.text import printable

    head = printable(f"{view.name}  {view.type}  {plural(rows, 'row')}")
    width = max(shutil.get_terminal_size().columns, 40)
    columns = printable(", ".join(view.all_columns))
    return f"{head}\n{fill(columns, width, initial_indent='  ', subsequent_indent='  ')}\n"


def _text(format_: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    from scanner.render import rows as render

    if format_ == "json":
        return render.objects(columns, rows)
    tty = sys.stdout is not None and sys.stdout.isatty()
    if format_ == "csv":
        return render.comma_separated(columns, rows, shown=tty)
    return render.table(columns, rows, shutil.get_terminal_size().columns if tty else None)


def _tell(answer: Answer, limit: int) -> None:
    """What the rows alone would hide."""
    from scanner.render.tally import plural

    if answer.cut:
        _streams.tell(f"posture: only the first {plural(limit, 'row')}; --limit 0 gives all")
    parts = []
    for doubt in answer.doubts:
        if doubt.unknown:
            parts.append(f"{doubt.unknown:,} of {plural(doubt.rows, 'row')} of {doubt.view} have unknown members")
        if doubt.unlisted:
            parts.append(f"the listing of {doubt.view} is incomplete in {plural(doubt.unlisted, 'place')}")
    if parts:
        _streams.tell(f"posture: {'; '.join(parts)}: see the columns unknown, and the tables listing and gap")
