"""The grid on a terminal, drawn by rich: it knows terminals that shrink, have no colour or hide the cursor."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from scanner.cli import _streams
from scanner.cli._progress_grid import Grid

if TYPE_CHECKING:
    from scanner.aws.events import Event

_STYLES = {"waiting": "dim", "reading": "cyan", "done": "green", "gaps": "yellow", "quiet": "dim"}
_A_SECOND = 5


class LiveGrid:
    """Draws from a thread of rich's while events come from the one that collects."""

    def __init__(self) -> None:
        """The grid is gone from the terminal when it is closed."""
        self._grid = Grid()
        self._begun = time.monotonic()
        self._console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._live = Live(
            console=self._console,
            get_renderable=self._drawn,
            refresh_per_second=_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._started = False

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        self._grid.take(event)
        if not self._started:
            self._started = True
            self._live.start()

    def _drawn(self) -> Group:
        size, seconds = self._console.size, time.monotonic() - self._begun
        lines = self._grid.draw(size.width, size.height, seconds, unicode=_streams.utf8(sys.stderr))
        made = (Text.assemble(*((piece, _STYLES.get(role, "")) for piece, role in line)) for line in lines)
        return Group(*(_one_line(text) for text in made))

    def close(self) -> None:
        """Clear the grid and show the cursor."""
        if self._started:
            self._started = False
            self._live.stop()


def _one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "crop"
    return text
