"""`posture diff OLD NEW`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from scanner.cli import _names, _options, _output, _streams
from scanner.errors import InputError, UsageError

_UNCUT = 4000
"""Columns where nobody's terminal is in the way."""


@click.command(short_help="Say what differs between two snapshots or two reports.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Text for people, or JSON for programs.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Write to this file.")
@click.option("--exit-code", is_flag=True, help="Exit 1 if anything differs, 3 if that could not be told in full.")
@_options.rules
@_names.service_option("Only rules of this service")
@_options.packs
@_options.config
def command(old: Path, new: Path, format_: str, output: Path | None, **options: Any) -> int:
    """Say what differs between two snapshots (or exports), or between two JSON reports: OLD and NEW.

    Snapshots: every resource that came, went or is configured otherwise, and, judged by the rules as they are
    now, what fails that did not and what is fixed. Reports: the findings, and the configuration of the
    resources that both hold. --rule and --service narrow both to what these rules judge.
    """
    from scanner.differing import Wanted, difference

    settings = _options.settings_from({"config_path": options["config_path"]})
    if output is not None and output.exists() and any(output.samefile(path) for path in (old, new) if path.exists()):
        raise UsageError("this is one of the files to compare", where=str(output), hint="Give another path to -o")
    wanted = Wanted(
        rules=options["rule_globs"],
        services=options["services"],
        by_default=settings.rules,
        packs=[*options["packs"], *map(Path, settings.packs)],
        params=settings.parameters,
        own_rules=bool(options["packs"]),
    )
    found = difference(old, new, wanted)
    _write(_json(found) if format_ == "json" else _text(found, terminal=output is None), output, format_)
    if not options["exit_code"]:
        return _output.OK
    if found["different"]:
        return _output.FAILED
    return _output.OK if found["complete"] else _output.INCOMPLETE_RUN


def _json(found: dict[str, Any]) -> str:
    from scanner.render.json_text import layout

    return "".join(layout(found, 3)) + "\n"


def _text(found: dict[str, Any], *, terminal: bool) -> str:
    from scanner.render.difference import render

    tty = terminal and sys.stdout is not None and sys.stdout.isatty()
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return render(
        found,
        width=shutil.get_terminal_size().columns if tty else _UNCUT,
        color=tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        unicode=not terminal or encoding.startswith("utf"),
    )


def _write(text: str, output: Path | None, format_: str) -> None:
    if output is None or str(output) == _output.STDOUT:
        _streams.write(text, wanted=format_ == "json")
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(output)) from error
