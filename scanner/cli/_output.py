"""Writing reports where `-o` says, the summary to the terminal, and the exit code."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import InputError, UsageError
from scanner.model import INCOMPLETE, SEVERITIES, Report, Verdict
from scanner.render import formats

OK, FAILED, INCOMPLETE_RUN = 0, 1, 3
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One `-o`: a format and a path, or `-`."""

    format: str
    path: str


def targets(values: Sequence[str]) -> list[Target]:
    """Parse and check `-o` before any work is done. Raises `UsageError`."""
    found = []
    for value in values:
        name, sign, path = value.partition("=")
        if not sign or not path:
            raise UsageError(f"-o takes FORMAT=PATH, not {value!r}", hint="For example: -o json=report.json")
        formats.get(name)
        if path != STDOUT and not Path(path).absolute().parent.is_dir():
            raise UsageError("its folder does not exist", where=path, hint="Make it, or give another path to -o")
        found.append(Target(name, path))
    if sum(target.path == STDOUT for target in found) > 1:
        raise UsageError("only one -o can go to standard output")
    return found


def write(report: Report, wanted: Sequence[Target], *, quiet: bool, next_step: str = "") -> None:
    """Render each target; the summary goes to standard output unless a report does. Raises `InputError`."""
    for target in wanted:
        text = formats.render(target.format, report)
        if target.path == STDOUT:
            sys.stdout.write(text)
            continue
        try:
            Path(target.path).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise InputError(f"the report cannot be written ({error.strerror})", where=target.path) from error
    if not quiet and not any(target.path == STDOUT for target in wanted):
        sys.stdout.write(summary(report, [t.path for t in wanted], next_step))


def summary(report: Report, paths: Sequence[str], next_step: str) -> str:
    """The console report, fitted to the terminal and to `NO_COLOR` (https://no-color.org)."""
    from scanner.render import console

    tty = sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return console.render(
        report,
        width=shutil.get_terminal_size().columns if tty else 100,
        color=tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        unicode=encoding.startswith("utf"),
        paths=paths,
        next_step=next_step,
    )


def exit_code(report: Report, fail_on: str) -> int:
    """1 for an unwaived fail at or above the threshold, else 3 if incomplete, else 0."""
    if fail_on != "none":
        worse = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        if any(f.verdict is Verdict.FAIL and not f.waiver and f.severity in worse for f in report.findings):
            return FAILED
    return INCOMPLETE_RUN if incomplete(report) else OK


def incomplete(report: Report) -> bool:
    """Whether a call that a rule needed, or a whole place or input, could not be read."""
    return any(gap.reason in INCOMPLETE and (gap.rules or not gap.resource_types) for gap in report.gaps)
