"""`posture report REPORT.json`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _attested, _options, _output
from scanner.cli._report_file import read_report


@click.command(short_help="Render a saved REPORT in other formats.")
@click.argument("report", type=click.Path(path_type=Path))
@_options.output
@_options.quiet
@_options.fail_on
@_options.attestations
def command(
    report: Path, outputs: tuple[str, ...], fail_on: str | None, attestations: tuple[Path, ...], *, quiet: bool
) -> int:
    """Render a saved REPORT (the JSON of `-o json=…`) in other formats; nothing is judged again."""
    targets = _output.targets(outputs)
    loaded = read_report(report)
    attested = _attested.add_to(loaded, attestations)
    _output.write(loaded, targets, quiet=quiet)
    code = _output.exit_code(loaded, fail_on or "none")
    return code if attested or code != _output.OK else _output.INCOMPLETE_RUN
