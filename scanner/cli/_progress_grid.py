"""The progress of a run as a grid of services and regions: its state, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.render.text import cut, plain_ascii, printable

if TYPE_CHECKING:
    from scanner.aws.events import Event, ShardRecord

Line = list[tuple[str, str]]
"""Pieces of text, each with its role: `waiting`, `reading`, `done`, `gaps`, `quiet` or nothing."""

SIGNS = {"waiting": "·", "reading": "▸", "done": "✓", "gaps": "!", "": " "}
_ASCII = str.maketrans({"·": ".", "▸": ">", "✓": "+", "…": "~"})
LEAST_WIDTH, LEAST_HEIGHT = 40, 8
_AROUND = 5
"""Lines beside the services: the head, the regions or what is being read, those left out, the counts, the cursor."""
_GLOBAL = "global"
_ABBREVIATED = {"central": "c", "east": "e", "gov": "g", "north": "n", "south": "s", "west": "w"} | {
    f"{vertical}{horizontal}": vertical[0] + horizontal[0]
    for vertical in ("north", "south")
    for horizontal in ("east", "west")
}


@dataclass(slots=True)
class Cell:
    """The shards of one service and region, of all accounts."""

    planned: int = 0
    started: int = 0
    finished: int = 0
    gaps: int = 0

    @property
    def state(self) -> str:
        """A role of `Line`."""
        if self.finished >= self.planned:
            return "gaps" if self.gaps else "done"
        return "reading" if self.started else "waiting"


@dataclass(slots=True)
class Grid:
    """What a run is at."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    services: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    calls: int = 0
    throttles: int = 0

    def take(self, event: Event) -> None:
        """Take in one event; each `ShardsPlanned` adds the shards of further accounts."""
        from scanner.aws import events

        if isinstance(event, events.ShardsPlanned):
            self._plan(event.shards)
        elif isinstance(event, events.ShardStarted):
            self._cell(event.service, event.region).started += 1
        else:
            self.calls, self.throttles = event.calls, event.throttles
            if isinstance(event, events.ShardFinished):
                cell = self._cell(event.shard.service, event.shard.region)
                cell.finished += 1
                cell.gaps += event.shard.gaps

    def _plan(self, shards: Sequence[ShardRecord]) -> None:
        cells = dict(self.cells)
        for shard in shards:
            cell = cells.setdefault((shard.service, shard.region), Cell())
            cell.planned += 1
            cell.finished += shard.resumed
        self.services = sorted({service for service, _ in cells})
        self.regions = sorted({region for _, region in cells}, key=lambda name: (name != _GLOBAL, name))
        self.accounts = self.accounts | {shard.account for shard in shards}
        self.cells = cells  # last, and whole: another thread may be drawing

    def _cell(self, service: str, region: str) -> Cell:
        return self.cells.get((service, region)) or Cell()

    def counts(self, seconds: float) -> str:
        """How far, how many calls, how long."""
        cells = list(self.cells.values())
        done, planned = sum(cell.finished for cell in cells), sum(cell.planned for cell in cells)
        gaps = sum(cell.gaps for cell in cells)
        parts = [f"{done:,} of {planned:,} done", f"{self.calls:,} calls"]
        parts += [f"{self.throttles:,} throttled"] if self.throttles else []
        parts += [f"{gaps:,} not answered"] if gaps else []
        minutes, rest = divmod(int(seconds), 60)
        return " · ".join((*parts, f"{minutes}:{rest:02d}"))

    def draw(self, width: int, height: int, seconds: float, *, unicode: bool = True) -> list[Line]:
        """The lines that fit a terminal; only the last one where it is too small for a grid."""
        last: Line = [(cut(self.counts(seconds), max(width - 1, 1)), "")]
        roomy = width >= LEAST_WIDTH and height >= LEAST_HEIGHT and self.cells
        lines = [*(self._rows(width, height) if roomy else ()), last]
        if unicode:
            return lines
        return [[(plain_ascii(text.translate(_ASCII)), role) for text, role in line] for line in lines]

    def _rows(self, width: int, height: int) -> list[Line]:
        """Everything above the counts; nothing where the columns do not fit."""
        label = max(len(name) for name in self.services) + 2
        tail = len(" 99/99") if len(self.accounts) < 2 else len(" 9,999/9,999")
        if label + len(self.regions) + tail >= width:
            return []
        heads = self._heads(width - label - tail)
        widths = [len(head) for head in heads] or [1] * len(self.regions)
        shown = self._shown(height - _AROUND)
        lines = [self._head(width)]
        if heads:
            lines.append([(" " * label + "".join(heads), "quiet")])
        lines += [self._row(name, label, widths) for name in shown]
        if not heads:
            lines.append([(cut(self._now(), width - 1), "quiet")])
        if len(shown) < len(self.services):
            left = [name for name in self.services if name not in shown]
            done = sum(self._finished(name) for name in left)
            lines.append([(cut(f"and {len(left)} services more, {done} of them done", width - 1), "quiet")])
        return lines

    def _head(self, width: int) -> Line:
        accounts = sorted(self.accounts)
        whose = accounts[0] if len(accounts) == 1 else f"{len(accounts)} accounts"
        legend = "  ".join(f"{SIGNS[role]} {word}" for role, word in _LEGEND)
        return [(cut(f"Reading {printable(whose)}   {legend}", width - 1), "quiet")]

    def _heads(self, room: int) -> list[str]:
        """A short name above each column; none where they do not fit."""
        heads = [f"{short(name)} " for name in self.regions]
        return heads if sum(map(len, heads)) < room else []

    def _row(self, service: str, label: int, widths: Sequence[int]) -> Line:
        line: Line = [(printable(service).ljust(label), "")]
        for region, wide in zip(self.regions, widths, strict=True):
            cell = self.cells.get((service, region))
            state = cell.state if cell else ""
            line.append((SIGNS[state].center(wide - 1) + " " if wide > 1 else SIGNS[state], state))
        cells = [cell for (name, _), cell in self.cells.items() if name == service]
        done = sum(cell.finished for cell in cells)
        return [*line, (f" {done:,}/{sum(cell.planned for cell in cells):,}", "quiet")]

    def _now(self) -> str:
        """What is being read, where columns have no names."""
        reading = (f"{name} {region}" for (name, region), cell in self.cells.items() if cell.state == "reading")
        return f"now: {printable(', '.join(reading)) or '-'}"

    def _shown(self, room: int) -> list[str]:
        """The services that have room: all, or those that are not done first."""
        if len(self.services) <= room:
            return self.services
        ordered = sorted(self.services, key=lambda name: (self._finished(name), name))
        return sorted(ordered[: max(room, 0)])

    def _finished(self, service: str) -> bool:
        return all(cell.state in ("done", "gaps") for (name, _), cell in self.cells.items() if name == service)


_LEGEND = (("waiting", "waiting"), ("reading", "reading"), ("done", "done"), ("gaps", "done, with gaps"))


def short(region: str) -> str:
    """`euc1` for `eu-central-1`, as people abbreviate regions."""
    if region == _GLOBAL:
        return "glob"
    return "".join(_ABBREVIATED.get(part, part) for part in printable(region).split("-"))


def text_of(lines: Sequence[Line]) -> Iterator[str]:
    """The lines without their roles."""
    for line in lines:
        yield "".join(piece for piece, _ in line).rstrip()
