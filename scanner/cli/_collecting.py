"""Options and progress of the commands that ask AWS."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.collecting import Request

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--profile", metavar="NAME", help="A profile of your AWS configuration."),
    click.option("--region", "regions", multiple=True, help="Only this region; repeats. Default: all enabled ones."),
    click.option("--service", "services", multiple=True, help="Only this service (s3, kms, vpc, ec2); repeats."),
    click.option(
        "-s",
        "--snapshot",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Where the snapshot is kept; an unfinished one goes on.",
    ),
    click.option("--force", is_flag=True, help="Replace a snapshot that is there."),
    click.option(
        "--replay",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Read recorded API answers in this folder instead of asking AWS.",
    ),
    click.option(
        "--concurrency", type=click.IntRange(1, 256), default=32, show_default=True, help="Calls in flight at most."
    ),
)


def asking(command: F) -> F:
    """The options of `scan` and `collect`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request(
    options: dict[str, Any], *, settings_regions: tuple[str, ...], settings_services: tuple[str, ...]
) -> Request:
    """What to collect, from options with settings laid under."""
    return Request(
        profile=options["profile"],
        regions=options["regions"] or settings_regions or None,
        services=options["services"] or settings_services or None,
        path=options["path"],
        force=options["force"],
        replay=options["replay"],
        concurrency=options["concurrency"],
        taken_at=options["now"] or "",
        progress=None if options["quiet"] else Progress(),
    )


class Progress:
    """One line on standard error that follows the shards; on a terminal it is rewritten in place."""

    def __init__(self) -> None:
        """Nothing is written before the first event."""
        self._tty = sys.stderr.isatty()
        self._width = 0

    def __call__(self, event: object) -> None:
        """Show an event of the collector by its own words."""
        text = str(event)
        if not text:
            return
        if self._tty:
            sys.stderr.write("\r" + text[:100].ljust(self._width))
            self._width = min(len(text), 100)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._tty and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
