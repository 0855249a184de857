"""What the collector is at, on standard error: a grid on a terminal, else a line for each shard."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scanner.cli import _streams

if TYPE_CHECKING:
    from scanner.aws.events import Event


@runtime_checkable
class Progress(Protocol):
    """Takes events until it is closed."""

    def __call__(self, event: Event) -> None:
        """Take in one event."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def progress() -> Progress:
    """What suits standard error. Libraries for terminals are only loaded for one."""
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        from scanner.cli._progress_live import LiveGrid

        return LiveGrid()
    return Lines()


class Lines:
    """A line for each shard that is finished."""

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        from scanner.aws.events import ShardFinished

        if isinstance(event, ShardFinished):
            shard = event.shard
            lost = f", {shard.gaps} not answered" if shard.gaps else ""
            _streams.tell(f"{shard.account} {shard.region} {shard.service}: {shard.resources} resources{lost}")

    def close(self) -> None:
        """Nothing is left to clear."""
