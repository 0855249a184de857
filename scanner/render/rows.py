"""Rows of values as a table for people, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from scanner.render.text import columns as width_of
from scanner.render.text import cut, printable

_GAP = "  "
_NARROWEST = 6
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula
(https://owasp.org/www-community/attacks/CSV_Injection)."""


def table(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None = None) -> str:
    """Columns under their names; in `width` columns the widest are cut (`None`: none is)."""
    shown = [[_shown(value) for value in row] for row in rows]
    heads = [printable(name) for name in names]
    widths = [max(width_of(text) for text in column) for column in zip(heads, *shown, strict=True)] if heads else []
    if width is not None:
        widths = _fitted(widths, width - len(_GAP) * (len(widths) - 1))
    lines = [heads, ["-" * each for each in widths], *shown]
    return "".join(_line(line, widths) for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return printable(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value))


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cut(text, each) for text, each in zip(texts, widths, strict=True))
    padded = (cell + " " * (each - width_of(cell)) for cell, each in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip() + "\n"


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """Widths that fit: those under an even share keep theirs, the others share what is left."""
    found = list(widths)
    open_ = sorted(range(len(found)), key=lambda index: found[index])
    while open_ and sum(found) > room:
        share = max((room - sum(found[i] for i in range(len(found)) if i not in open_)) // len(open_), _NARROWEST)
        if found[open_[0]] <= share and len(open_) > 1:
            open_.pop(0)
            continue
        for index in open_:
            found[index] = min(found[index], share)
        break
    return found


def objects(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A JSON array with an object a row; a column's name that is there twice gets a number."""
    unique: list[str] = []
    for name in names:
        count = 2
        fresh = name
        while fresh in unique:
            fresh, count = f"{name}_{count}", count + 1
        unique.append(fresh)
    made = [dict(zip(unique, map(_plain, row), strict=True)) for row in rows]
    return json.dumps(made, indent=2, ensure_ascii=True) + "\n"


def _plain(value: Any) -> Any:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def comma_separated(names: Sequence[str], rows: Sequence[Sequence[Any]], *, shown: bool = False) -> str:
    """CSV with a head (RFC 4180); no cell of text starts a formula; `shown` on a terminal, none controls that."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (names, *rows):
        writer.writerow([_safe(_shown(value) if shown else _plain(value)) for value in row])
    return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
