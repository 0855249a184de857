"""Writing reports where `-o` says, the summary to the terminal, and the exit code."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.cli import _streams
from scanner.errors import InputError, UsageError
from scanner.model import SEVERITIES, Report
from scanner.render import formats

OK, FAILED, INCOMPLETE_RUN = 0, 1, 3
STDOUT = "-"
_WRITE = 1 << 20
_OPENED = ("new", "reopened")


@dataclass(frozen=True, slots=True)
class Target:
    """One `-o`: a format and a path, or `-`."""

    format: str
    path: str


def targets(values: Sequence[str]) -> list[Target]:
    """Parse and check `-o` before any work is done. Raises `UsageError`."""
    found = [_target(value) for value in values]
    if sum(target.path == STDOUT for target in found) > 1:
        raise UsageError("only one -o can go to standard output", hint="Give the others a file: -o json=report.json")
    places = Counter(os.path.realpath(target.path) for target in found if target.path != STDOUT)
    if twice := [target.path for target in found if places[os.path.realpath(target.path)] > 1]:
        raise UsageError("two reports would be written to this file", where=twice[0], hint="Give each -o its own path")
    return found


def _target(value: str) -> Target:
    name, sign, path = value.partition("=")
    if not sign or not name or not path:
        raise UsageError(f"-o takes FORMAT=PATH, not {value!r}", hint="For example: -o json=report.json")
    formats.get(name)
    if path != STDOUT and not Path(path).absolute().parent.is_dir():
        raise UsageError("its folder does not exist", where=path, hint="Make it, or give another path to -o")
    if Path(path).is_dir():
        raise UsageError("this is a folder", where=path, hint=f"Name a file in it: -o {name}={path}/report.{name}")
    return Target(name, path)


def write(report: Report, wanted: Sequence[Target], *, quiet: bool, next_step: str = "") -> None:
    """Render each target; the summary goes to standard output unless a report does.

    A report that cannot be written does not keep the others from being written. Raises `InputError`.
    """
    problems = [problem for target in wanted if (problem := _written(report, target))]
    if not quiet and not any(target.path == STDOUT for target in wanted):
        lost = {problem.where for problem in problems}
        _streams.write(summary(report, [t.path for t in wanted if t.path not in lost], next_step))
    if problems:
        raise InputError("; ".join(map(str, problems)))


def _written(report: Report, target: Target) -> InputError | None:
    """Write one report; gives what went wrong."""
    try:
        if target.path != STDOUT:
            with Path(target.path).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(formats.pieces(target.format, report))
        elif target.format == "console":
            _streams.write(summary(report, (), ""))
        else:
            for text in _batches(formats.pieces(target.format, report)):
                _streams.write(text, wanted=True)
    except OSError as error:
        return InputError(f"the report cannot be written ({error.strerror})", where=target.path)
    except InputError as error:
        return error
    return None


def _batches(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces joined to texts that are worth a write."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _WRITE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def summary(report: Report, paths: Sequence[str], next_step: str) -> str:
    """The console report, fitted to the terminal and to `NO_COLOR` (https://no-color.org)."""
    from scanner.render import console

    tty = sys.stdout is not None and sys.stdout.isatty()
    return console.render(
        report,
        width=shutil.get_terminal_size().columns if tty else 100,
        color=tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        unicode=_streams.utf8(sys.stdout),
        paths=paths,
        next_step=next_step,
    )


def exit_code(report: Report, fail_on: str, *, only_new: bool = False) -> int:
    """1 for an unwaived fail at or above the threshold of a rule that no pin excuses, else 3 if incomplete, else 0.

    `only_new`: fails that the earlier report has, too, do not count.
    """
    from scanner.render.tally import by_rule, newer_than_pin, open_fails

    if fail_on != "none":
        worse = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        groups = by_rule(open_fails(report.findings)).items()
        failed = [group for (severity, rule), group in groups if severity in worse and not newer_than_pin(report, rule)]
        if any(not only_new or finding.change in _OPENED for group in failed for finding in group):
            return FAILED
    return INCOMPLETE_RUN if any(gap.blocks for gap in report.gaps) else OK
