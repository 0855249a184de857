"""`posture report REPORT.json`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _options, _output
from scanner.errors import InputError

_LARGEST = 1 << 30
"""Bytes; 100,000 findings are some 200 MB."""
_HINT = "Give a report written by -o json=FILE"


@click.command(short_help="Render a saved REPORT in other formats.")
@click.argument("report", type=click.Path(path_type=Path))
@_options.output
@_options.quiet
@_options.fail_on
def command(report: Path, outputs: tuple[str, ...], fail_on: str | None, *, quiet: bool) -> int:
    """Render a saved REPORT (the JSON of `-o json=…`) in other formats; nothing is judged again."""
    from scanner.render.json_report import load

    targets = _output.targets(outputs)
    try:
        with report.open("rb") as file:
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not JSON: not UTF-8", where=str(report), hint=_HINT) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(report), hint=_HINT) from error
    if len(data) > _LARGEST:
        raise InputError(f"larger than {_LARGEST >> 30} GiB", where=str(report), hint=_HINT)
    loaded = load(text, str(report))
    _output.write(loaded, targets, quiet=quiet)
    return _output.exit_code(loaded, fail_on or "none")
