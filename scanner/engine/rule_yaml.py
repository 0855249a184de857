"""Reading YAML that people write by hand: plain values, with the line of each.

The values are those of YAML 1.2's core schema without its traps: `yes`, `on`, `2012-10-17`, `22:22` and
numbers with a leading zero (account ids) are strings. Duplicate keys, aliases, tags and further documents
are refused, and nesting is bounded, so a hostile file can neither hide a member nor grow in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from scanner.errors import RuleError

Path_: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the document's root to a value."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands: its first and last line, counted from 1. A collection begins at its key."""

    first: int
    last: int


@dataclass(slots=True)
class Source:
    """The text of a file and the place of each value in it."""

    file: str
    lines: list[str]
    spans: dict[Path_, Span] = field(default_factory=dict)

    def line(self, *path: str | int, word: str = "") -> int:
        """The line of a value, or within it the first line that holds `word` as a whole word.

        A path that the file lacks gives the line of the nearest part above that it has.
        """
        span = self.spans.get(path)
        while span is None and path:
            path = path[:-1]
            span = self.spans.get(path)
        if span is None:
            return 1
        if word:
            pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
            for number in range(span.first, min(span.last, len(self.lines)) + 1):
                if pattern.search(self.lines[number - 1]):
                    return number
        return span.first

    def line_at(self, column: int, *path: str | int) -> int:
        """The line of a column (from 1) of a text that may be folded over several lines."""
        span = self.spans.get(path)
        if span is None or column <= 0:
            return self.line(*path)
        for number in range(span.first, span.last):
            column -= len(self.lines[number - 1].strip()) + 1
            if column <= 0:
                return number
        return span.last


def read(file: Path, name: str) -> tuple[Any, Source]:
    """The value of a YAML file and where its parts stand; `name` is what errors call the file.

    Raises `RuleError` with `file:line` if it cannot be read or is not the YAML we take.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise RuleError(error.strerror or "cannot be read", where=name) from error
    if len(raw) > MAX_BYTES:
        raise RuleError(f"is larger than {MAX_BYTES:,} bytes", where=name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError("is not UTF-8", where=f"{name}:{raw[: error.start].count(10) + 1}") from error
    return parse(text, name)


def parse(text: str, name: str) -> tuple[Any, Source]:
    """The value of a YAML text. Raises `RuleError` as `read` does."""
    # yaml costs 15 ms to import, which the gate's path saves.
    import yaml

    source = Source(name, text.splitlines())
    try:
        return _Reader(yaml.parse(text, Loader=yaml.CSafeLoader), source).document(), source
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise RuleError(str(getattr(error, "problem", None) or error), where=where) from error


class _Reader:
    """Builds one document out of the parser's events."""

    def __init__(self, events: Iterator[Any], source: Source) -> None:
        self._events = events
        self._source = source
        self._latest = 0

    def document(self) -> Any:
        event = self._skip("StreamStartEvent", "DocumentStartEvent")
        if type(event).__name__ == "StreamEndEvent":
            return None
        value = self._value(event, ())
        following = self._skip("DocumentEndEvent")
        if type(following).__name__ != "StreamEndEvent":
            raise self._error("holds more than one document", following)
        return value

    def _skip(self, *names: str) -> Any:
        event = next(self._events)
        while type(event).__name__ in names:
            event = next(self._events)
        return event

    def _value(self, event: Any, path: Path_) -> Any:
        kind = type(event).__name__
        if kind == "AliasEvent" or event.anchor is not None:
            raise self._error("anchors and aliases are not taken; write the value out", event)
        if event.tag is not None and event.tag != "!":
            raise self._error(f"the tag {event.tag} is not taken", event)
        if len(path) > MAX_DEPTH:
            raise self._error(f"is nested deeper than {MAX_DEPTH}", event)
        first = event.start_mark.line + 1
        if kind == "ScalarEvent":
            self._latest = max(first, event.end_mark.line + (event.end_mark.column > 0))
            # A block's text begins below its `>` or `|`.
            text = first + 1 if event.style in (">", "|") and self._latest > first else first
            self._source.spans[path] = Span(text, self._latest)
            return _plain(event.value) if event.implicit[0] else event.value
        value = self._sequence(path) if kind == "SequenceStartEvent" else self._mapping(path)
        # Scalars come in order, so the latest one is the collection's end unless it is empty.
        self._source.spans[path] = Span(first, max(first, self._latest))
        return value

    def _sequence(self, path: Path_) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path_) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for event in self._events:
            kind = type(event).__name__
            if kind == "MappingEndEvent":
                break
            if kind != "ScalarEvent":
                raise self._error("a key must be a word", event)
            if event.value in members:
                raise self._error(f"the key {event.value!r} is there twice", event)
            at = (*path, event.value)
            members[event.value] = self._value(next(self._events), at)
            if isinstance(members[event.value], dict | list):
                self._source.spans[at] = Span(event.start_mark.line + 1, self._source.spans[at].last)
        return members

    def _error(self, message: str, event: Any) -> RuleError:
        return RuleError(message, where=f"{self._source.file}:{event.start_mark.line + 1}")


def _plain(text: str) -> Any:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
