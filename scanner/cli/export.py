"""`posture export SNAPSHOT`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import _streams
from scanner.errors import InputError, UsageError


@click.command(short_help="Seal a SNAPSHOT: same content, same bytes.")
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
def command(snapshot: Path, target: Path) -> int:
    """Seal a SNAPSHOT into FILE (`-`: standard output): ordered, compressed, free of clocks.

    The same content gives the same bytes, so two exports can be compared by their hash. `posture check`
    reads an export like a snapshot.
    """
    from scanner.render.tally import plural
    from scanner.snapshot.export import seal
    from scanner.snapshot.reading import Snapshot

    handle = Snapshot(snapshot)
    if not handle.finished:
        _streams.tell(f"posture: {snapshot}: this snapshot is unfinished; its export holds what is there")
    if str(target) == "-":
        if sys.stdout is None:
            raise InputError("standard output is closed", hint="Name a file")
        seal(handle, sys.stdout.buffer)  # type: ignore[arg-type]  # a BinaryIO is enough
        return 0
    if target.exists() and target.samefile(snapshot):
        raise UsageError("this is the snapshot itself", where=str(target), hint="Give the export its own file")
    try:
        with target.open("wb") as out:
            count = seal(handle, out)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(target)) from error
    _streams.tell(f"posture: {plural(count, 'line')} sealed in {target}")
    return 0
