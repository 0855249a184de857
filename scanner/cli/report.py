"""`posture report REPORT.json`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _options, _output
from scanner.errors import InputError


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@_options.output
@_options.quiet
@_options.fail_on
def command(report: Path, outputs: tuple[str, ...], fail_on: str | None, *, quiet: bool) -> int:
    """Render a saved REPORT (the JSON of `-o json=…`) in other formats; nothing is judged again."""
    from scanner.render.json_report import load

    targets = _output.targets(outputs)
    try:
        text = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the report cannot be read ({error})", where=str(report)) from error
    loaded = load(text, str(report))
    _output.write(loaded, targets, quiet=quiet)
    return _output.exit_code(loaded, fail_on or "none")
