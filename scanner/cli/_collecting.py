"""Options and progress of the commands that ask AWS."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli import _streams
from scanner.collecting import Request, collect_into
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.aws.events import Event
    from scanner.snapshot.store import Snapshot

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--profile", metavar="NAME", help="A profile of your AWS configuration."),
    click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="NAME",
        help="Only this region; repeats. Default: all enabled ones.",
    ),
    click.option(
        "--service", "services", multiple=True, metavar="NAME", help="Only this service: ec2, kms, s3 or vpc; repeats."
    ),
    click.option(
        "-s",
        "--snapshot",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Keep the snapshot in this file; if an interrupted run began it, go on there.",
    ),
    click.option("--force", is_flag=True, help="Replace the snapshot that is in that file."),
    click.option(
        "--replay",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Read recorded API answers in this folder instead of asking AWS.",
    ),
    click.option(
        "--record",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep AWS's answers in this folder, secrets gone, for --replay.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 256),
        default=32,
        show_default=True,
        help="How many calls are made at a time.",
    ),
)


def asking(command: F) -> F:
    """The options of `scan` and `collect`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request(options: dict[str, Any], settings: Settings) -> Request:
    """What to collect, from options and the settings that lie under them."""
    return Request(
        profile=options["profile"],
        regions=settings.regions or None,
        services=settings.services or None,
        path=options["path"],
        force=options["force"],
        replay=options["replay"],
        record=options["record"],
        concurrency=options["concurrency"],
        taken_at=options["now"] or "",
        progress=None if options["quiet"] else Progress(),
    )


def collect(what: Request) -> Snapshot:
    """Collect, and clear the progress line whatever happens."""
    try:
        return collect_into(what)
    finally:
        if isinstance(what.progress, Progress):
            what.progress.close()


class Progress:
    """What the collector is at, on standard error: one line rewritten on a terminal, else a line a shard."""

    def __init__(self) -> None:
        """Nothing is written before the first event."""
        self._tty = sys.stderr.isatty()
        self._width = 0
        self._started = 0
        self._finished = 0
        self._last = ""

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        from scanner.aws.events import ShardFinished, ShardStarted

        if isinstance(event, ShardStarted):
            self._started += 1
            return
        if isinstance(event, ShardFinished):
            self._finished += 1
            shard = event.shard
            lost = f", {shard.gaps} not answered" if shard.gaps else ""
            self._last = f"{shard.account} {shard.region} {shard.service}: {shard.resources} resources{lost}"
            if not self._tty:
                _streams.tell(self._last)
        if self._tty:
            throttled = f" · {event.throttles} throttled" if event.throttles else ""
            self._line(f"{self._finished}/{self._started} done · {event.calls} calls{throttled} · {self._last}")

    def _line(self, text: str) -> None:
        from scanner.render.text import cut, printable

        line = cut(printable(text), max(shutil.get_terminal_size().columns - 1, 20))
        self._rewrite(line.ljust(self._width))
        self._width = len(line)

    def close(self) -> None:
        """Clear the line, so that what follows stands at its beginning."""
        if self._width:
            self._rewrite(" " * self._width + "\r")
            self._width = 0

    @staticmethod
    def _rewrite(text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()
