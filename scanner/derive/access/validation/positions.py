"""JSON that remembers where everything stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from scanner.model import pointer

_TOKEN = re.compile(r'[ \t\n\r]*(?:([{}\[\],:])|"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s{}\[\],:"]+))', re.DOTALL)
_DEEPEST = 64
"""Levels whose places are kept; no policy has half as many."""


class Duplicate(NamedTuple):
    """A member that stands twice in its object, where JSON lets the last one count; `place` is that of the last."""

    place: str
    name: str


class NoJSONError(ValueError):
    """The text is no JSON; `line` and `column` count from 1, 0 where they are not known."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        """`message` has no place in it."""
        super().__init__(message)
        self.line, self.column = line, column


@dataclass(slots=True)
class Places:
    """Where the members (at their names) and elements of a text stand, by JSON Pointer."""

    _lines: list[int] = field(default_factory=list)
    _offsets: dict[str, int] = field(default_factory=dict)
    duplicates: list[Duplicate] = field(default_factory=list)

    def of(self, place: str) -> tuple[int, int]:
        """Line and column, from 1, of a place or the closest one round it that is known; 0 where none is."""
        while place and place not in self._offsets:
            place = place.rpartition("/")[0]
        offset = self._offsets.get(place)
        if offset is None:
            return 0, 0
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


@dataclass(slots=True)
class _Open:
    """An object or a list that the reading is in."""

    path: str
    names: set[str] | None
    name: str = ""
    count: int = 0
    named: bool = False


def read(text: str) -> tuple[Any, Places]:
    """The document and its places. Raises `NoJSONError`."""
    try:
        document = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NoJSONError(error.msg, error.lineno, error.colno) from error
    except RecursionError as error:
        raise NoJSONError("it is nested too deeply") from error
    except ValueError as error:
        raise NoJSONError(str(error)) from error
    places = Places([0, *(hit.end() for hit in re.finditer("\n", text))])
    for place, offset in _walk(text, places.duplicates):
        places._offsets[place] = offset  # noqa: SLF001 - its own maker
    return document, places


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _walk(text: str, duplicates: list[Duplicate]) -> Iterator[tuple[str, int]]:
    """The places of valid JSON in order."""
    stack: list[_Open] = []
    yield "", 0
    for token in _TOKEN.finditer(text):
        sign, string, _ = token.groups()
        at = stack[-1] if stack else None
        if sign in ("}", "]"):
            stack.pop()
        elif sign == ",":
            _next(stack)
        elif sign == ":" and at:
            at.named = True
        elif at and at.names is not None and not at.named:
            yield from _member(at, string or "", token.start(2) - 1, duplicates, kept=len(stack) <= _DEEPEST)
        else:
            path = _path(at) if len(stack) <= _DEEPEST else ""
            if at and at.names is None and path:
                yield path, token.start(1) if sign else token.start(2) - 1 if string is not None else token.start(3)
            if sign in ("{", "["):
                stack.append(_Open(path, set() if sign == "{" else None))


def _next(stack: list[_Open]) -> None:
    stack[-1].count += 1
    stack[-1].named = False


def _member(
    at: _Open, written: str, offset: int, duplicates: list[Duplicate], *, kept: bool
) -> Iterator[tuple[str, int]]:
    at.name = json.loads(f'"{written}"', strict=False) if "\\" in written else written
    if at.names is not None and at.name in at.names:
        duplicates.append(Duplicate(at.path + pointer(at.name), at.name))
    elif at.names is not None:
        at.names.add(at.name)
    if kept:
        yield at.path + pointer(at.name), offset


def _path(at: _Open | None) -> str:
    if at is None:
        return ""
    return at.path + pointer(at.name if at.names is not None else at.count)
