"""Columns of small numbers as bytes: what a page of a hundred thousand findings can afford to read.

A column takes the smallest width that holds its largest number. Little-endian, each column padded to
four bytes, so that the page lays typed arrays over the bytes without copying them.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping

from scanner.model import canonical

_ALIGNED = 4
_WIDTHS = (("B", 0xFF), ("H", 0xFFFF), ("I", 0xFFFFFFFF))

Layout = list[tuple[str, int, int]]
"""(name, bytes a number, how many numbers), in the order of the bytes."""


def pack(columns: Mapping[str, Iterable[int] | bytes]) -> tuple[Layout, bytes]:
    """The layout and the bytes; a column given as bytes is kept as it is, one byte a number."""
    layout: Layout = []
    parts: list[bytes] = []
    for name, values in columns.items():
        width, data = (1, values) if isinstance(values, bytes) else _narrowest(values)
        layout.append((name, width, len(data) // width))
        parts.append(data + bytes(-len(data) % _ALIGNED))
    return layout, b"".join(parts)


def _narrowest(values: Iterable[int]) -> tuple[int, bytes]:
    wide = array("I", values)
    most = max(wide, default=0)
    code = next(code for code, limit in _WIDTHS if most <= limit)
    column = array(code, wide)
    if sys.byteorder == "big":
        column.byteswap()
    return column.itemsize, column.tobytes()


class Pool:
    """Values kept once, each under its place in the list; place 0 is for what is empty."""

    def __init__(self, empty: object) -> None:
        """`empty` is what stands for nothing."""
        self.values: list[object] = [empty]
        self._index: dict[str, int] = {}

    def text(self, value: str) -> int:
        """The place of a string."""
        return self._at(value, value) if value else 0

    def json(self, value: object) -> int:
        """The place of any JSON value."""
        return self._at(canonical(value), value) if value else 0

    def _at(self, key: str, value: object) -> int:
        index = self._index.setdefault(key, len(self.values))
        if index == len(self.values):
            self.values.append(value)
        return index
