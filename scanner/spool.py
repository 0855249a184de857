"""Records in a temporary file: what judging a large inventory gives is more than memory should hold.

Blocks of records, marshalled and compressed: some fifteen times smaller than they are in memory, and a few
microseconds a record to write or read. The file has no name where the system allows it, or goes with the run.
"""

from __future__ import annotations

import marshal
import tempfile
import weakref
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

_FASTEST = 1


@dataclass(slots=True)
class Segment:
    """A finished file of records: where each block ends in it, and how many records were put before that."""

    path: str
    ends: array[int]
    counts: array[int]


class Spool:
    """Records by number, in the order in which they came; each a tuple of what JSON can hold."""

    def __init__(self, path: Path | None = None, block: int = 256) -> None:
        """Write to a file of that name, which then is the caller's to remove, or to one without a name.

        `block` is how many records are compressed together; to look at one, all are read.
        """
        self._size = block
        self._path = path
        self._files: list[IO[bytes]] = []
        self._finalizer = weakref.finalize(self, _close, self._files)
        self._own: IO[bytes] | None = None
        self._ends = array("Q")
        self._counts = array("Q")
        self._open: list[Any] = []
        self._blocks: list[tuple[int, int, int]] = []
        self._firsts = array("Q")
        self._length = 0
        self._cached: tuple[int, list[Any]] = (-1, [])

    def __len__(self) -> int:
        return self._length

    def append(self, record: Any) -> None:
        """Add a record."""
        self._open.append(record)
        self._length += 1
        if len(self._open) == self._size:
            self._flush()

    def _flush(self) -> None:
        if not self._open:
            return
        if self._own is None:
            # open as long as the spool lives: reads come in any order
            self._own = self._path.open("w+b") if self._path else tempfile.TemporaryFile(prefix="posture-")  # noqa: SIM115 - it lives as long as the spool
            self._files.append(self._own)
        begin = self._ends[-1] if self._ends else 0
        data = zlib.compress(_dumped(self._open), _FASTEST)
        self._own.seek(begin)
        self._own.write(data)
        self._blocks.append((self._files.index(self._own), begin, len(data)))
        self._firsts.append(self._length - len(self._open))
        self._ends.append(begin + len(data))
        self._counts.append(self._length)
        self._open = []

    def sealed(self) -> Segment:
        """What was written, for another process to adopt; `path` was given, and nothing is added any more."""
        self._flush()
        for file in self._files:
            file.flush()
        return Segment(str(self._path or ""), self._ends, self._counts)

    def adopt(self, segment: Segment) -> None:
        """Put the records of a finished file behind one's own; the file stays open and is not named any more."""
        self._flush()
        if not segment.ends:
            return
        path = Path(segment.path)
        self._files.append(path.open("rb"))
        path.unlink(missing_ok=True)
        before, begin = 0, 0
        for end, count in zip(segment.ends, segment.counts, strict=True):
            self._blocks.append((len(self._files) - 1, begin, end - begin))
            self._firsts.append(self._length + before)
            before, begin = count, end
        self._length += before

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(number of the first record, number behind the last) of each block, in order."""
        self._flush()
        firsts = [*self._firsts, self._length]
        yield from pairwise(firsts)

    def block(self, first: int) -> list[Any]:
        """The records of the block that holds a record, and those before it left away."""
        self._flush()
        number = bisect_right(self._firsts, first) - 1
        return self._read(number)[first - self._firsts[number] :]

    def __getitem__(self, number: int) -> Any:
        """One record. Raises `IndexError`."""
        if not 0 <= number < self._length:
            raise IndexError(number)
        return self.block(number)[0]

    def __iter__(self) -> Iterator[Any]:
        for first, _ in self.blocks():
            yield from self.block(first)

    def _read(self, number: int) -> list[Any]:
        if self._cached[0] != number:
            file, begin, length = self._blocks[number]
            self._files[file].seek(begin)
            data = zlib.decompress(self._files[file].read(length))
            self._cached = (number, marshal.loads(data))  # noqa: S302 - our own file of this very run
        return self._cached[1]


def _close(files: list[IO[bytes]]) -> None:
    for file in files:
        file.close()


def _dumped(records: list[Any]) -> bytes:
    try:
        return marshal.dumps(records)
    except ValueError:  # a subclass of text or of a mapping among them
        return marshal.dumps(_plain(records))


def _plain(value: Any) -> Any:
    """The same of nothing but what `marshal` knows."""
    if isinstance(value, Mapping):
        return {_plain(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value)) if type(value) in (list, tuple) else list(map(_plain, value))
    return str(value) if isinstance(value, str) else value
