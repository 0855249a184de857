"""YAML as CloudFormation reads it: version 1.1, short forms of functions, no tags of its own.

Built from the C parser's events in one loop: no recursion that deep nesting could exhaust, and
the marks give the lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from scanner.errors import InputError
from scanner.iac.cloudformation.parse import MAX_DEPTH, MAX_NODES, duplicate

_CORE = "tag:yaml.org,2002:"
_BOOLEANS = {
    form: truth
    for word, truth in (("yes", True), ("true", True), ("on", True), ("no", False), ("false", False), ("off", False))
    for form in (word, word.capitalize(), word.upper())
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NUMERIC = frozenset("0123456789+-.")
_LONGEST_NUMBER = 40


def scalar(text: str) -> Any:
    """What a plain scalar means in YAML 1.1; dates stay text, as CloudFormation leaves them."""
    if text in _NULLS:
        return None
    if text[0] not in _NUMERIC:
        return _BOOLEANS.get(text, text)
    read = next((read for pattern, read in _NUMBERS if pattern.match(text)), None)
    return text if read is None or len(text) > _LONGEST_NUMBER else read(text.replace("_", ""), text)


def _decimal(digits: str, _text: str) -> int:
    """`-1_000`."""
    return int(digits)


def _float(digits: str, text: str) -> Any:
    """`1.5`; where the number would not give the text back (`1.10`), the text, as a string property gets it."""
    number = float(digits)
    return number if repr(number) == text else text


def _radix(digits: str, _text: str) -> int:
    """`0x1f`, `0b11` and the octal `017`."""
    sign, digits = (-1, digits[1:]) if digits[0] == "-" else (1, digits.lstrip("+"))
    base = {"0x": 16, "0b": 2}.get(digits[:2], 8)
    body = digits[2:] if base != 8 else digits[1:]
    return sign * int(body, base) if body else 0


def _sexagesimal(digits: str, _text: str) -> int:
    """`1:30` is 90."""
    sign, digits = (-1, digits[1:]) if digits[0] == "-" else (1, digits.lstrip("+"))
    total = 0
    for part in digits.split(":"):
        total = total * 60 + int(part)
    return sign * total


_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str, str], Any]], ...] = (
    (re.compile(r"[-+]?(?:0|[1-9][0-9_]*)\Z"), _decimal),
    (re.compile(r"[-+]?0(?:b[01_]+|x[0-9a-fA-F_]+|[0-7_]+)\Z"), _radix),
    (re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+\Z"), _sexagesimal),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?\Z"), _float),
)
"""The forms of numbers and what they mean; an account id with an 8 or 9 after a leading zero is none of them."""


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    value: Any
    tag: str | None
    anchor: str | None
    line: int
    nodes_before: int
    height: int = 1
    key: str | None = None
    merges: list[Any] | None = None


def parse_yaml(text: str, file: str) -> tuple[Any, dict[str, tuple[int, int]]]:
    """The document's value, and for each logical id its lines. Raises `InputError`."""
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _syntax(error, file) from None
    return builder.result, builder.trimmed(text)


def _syntax(error: yaml.YAMLError, file: str) -> InputError:
    """PyYAML's complaint in one line."""
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "bad syntax"
    where = f"{file}:{mark.line + 1}" if mark else file
    return InputError(f"not valid YAML: {reason}", where=where, hint="Mend the syntax there.")


class _Builder:
    """Values out of events."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.result: Any = None
        self.spans: dict[str, tuple[int, int]] = {}
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.nodes = 0
        self.documents = 0
        self.line = 1
        self.takers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:
        """One event."""
        taker = self.takers.get(type(event))
        if taker:
            taker(event)

    def trimmed(self, text: str) -> dict[str, tuple[int, int]]:
        """The spans without the blank lines that end a block scalar."""
        lines = text.split("\n")
        out = {}
        for name, (first, last) in self.spans.items():
            end = min(last, len(lines))
            while end > first and not lines[end - 1].strip():
                end -= 1
            out[name] = (first, end)
        return out

    def _fail(self, message: str, event: Any, hint: str = "") -> InputError:
        return InputError(message, where=f"{self.file}:{event.start_mark.line + 1}", hint=hint)

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._fail("a second YAML document begins", event, "Keep one template a file.")

    def _count(self, event: Any, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._fail(f"more than {MAX_NODES} values once aliases are written out", event, "Use fewer aliases.")

    def _scalar(self, event: Any) -> None:
        self._count(event)
        end = event.end_mark
        block = event.style in ("|", ">") and end.column == 0
        self.line = max(event.start_mark.line, end.line - 1 if block else end.line) + 1
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self._key(frame, event)
            return
        value = event.value
        if event.tag is None or event.tag.startswith(_CORE):
            value = self._typed(event)
        else:
            value = self._tagged(event.tag, value, event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1, 0)
        self._add(value)

    def _typed(self, event: Any) -> Any:
        """A scalar with no tag or one of YAML's own."""
        tag = event.tag and event.tag.removeprefix(_CORE)
        if tag in (None, "int", "float", "bool", "null"):
            return scalar(event.value) if tag or event.implicit[0] else event.value
        if tag != "str":
            raise self._fail(f"the tag !!{tag} is not one that CloudFormation reads", event, "Remove it.")
        return event.value

    def _key(self, frame: _Frame, event: Any) -> None:
        """Keys are text, whatever they look like: account ids, `On`, numbers."""
        key: str = event.value
        if event.anchor:
            self.anchors[event.anchor] = (key, 1, 0)
        if key == "<<" and event.implicit[0]:
            frame.merges = frame.merges or []
        elif key in frame.value:
            raise duplicate(key, self.file, event.start_mark.line + 1)
        frame.key = key
        if self._is_resources(frame):
            self.spans[key] = (event.start_mark.line + 1, self.line)

    def _is_resources(self, frame: _Frame) -> bool:
        return len(self.stack) == 2 and self.stack[0].key == "Resources" and frame is self.stack[1]

    def _start(self, event: Any) -> None:
        self._count(event)
        if len(self.stack) >= MAX_DEPTH:
            raise self._fail(f"nested deeper than {MAX_DEPTH} levels", event)
        if self.stack and self.stack[-1].key is None and isinstance(self.stack[-1].value, dict):
            raise self._fail("a mapping or list as a key", event, "Keys are text.")
        value: Any = {} if type(event) is yaml.MappingStartEvent else []
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self.line = max(self.line, event.start_mark.line + 1)
        self.stack.append(_Frame(value, event.tag, event.anchor, event.start_mark.line + 1, self.nodes))

    def _end(self, event: Any) -> None:
        frame = self.stack.pop()
        value = frame.value
        if event.end_mark.column > 0 and event.start_mark.index != event.end_mark.index:
            self.line = event.end_mark.line + 1  # a closing bracket; blocks end without a sign of their own
        if frame.merges:
            value = self._merged(frame, event)
        if frame.tag is not None and not frame.tag.startswith(_CORE):
            value = self._tagged(frame.tag, value, event)
        if frame.anchor:
            self.anchors[frame.anchor] = (value, self.nodes - frame.nodes_before + 1, frame.height)
        self._add(value, frame.height)

    def _merged(self, frame: _Frame, event: Any) -> dict[str, Any]:
        """`<<`: what the mapping says itself wins, then the first merged mapping."""
        out = dict(frame.value)
        for source in frame.merges or ():
            for item in source if isinstance(source, list) else [source]:
                if not isinstance(item, dict):
                    raise self._fail("<< merges something that is not a mapping", event)
                out = {**item, **out}
        return out

    def _alias(self, event: Any) -> None:
        found = self.anchors.get(event.anchor)
        if found is None:
            raise self._fail(f"the alias *{event.anchor[:80]} has no anchor before it", event)
        value, nodes, height = found
        self._count(event, nodes)
        if len(self.stack) + height > MAX_DEPTH:
            raise self._fail(f"nested deeper than {MAX_DEPTH} levels once aliases are written out", event)
        self.line = event.end_mark.line + 1
        frame = self.stack[-1]
        if frame.key is None and isinstance(frame.value, dict):
            raise self._fail("an alias as a key", event, "Write the key out.")
        self._add(value, height)

    def _add(self, value: Any, height: int = 0) -> None:
        """Put a finished value where it belongs."""
        if not self.stack:
            self.result = value
            return
        frame = self.stack[-1]
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.value, list):
            frame.value.append(value)
            return
        key = frame.key
        if key == "<<" and frame.merges is not None:
            frame.merges.append(value)
        elif key is not None:
            frame.value[key] = value
            if self._is_resources(frame):
                self.spans[key] = (self.spans[key][0], self.line)
        frame.key = None

    def _tagged(self, tag: str, value: Any, event: Any) -> Any:
        """`!Sub x` is `{Fn::Sub: x}`; `!Ref` and `!Condition` have no prefix."""
        if tag == "!":
            return value
        if not tag.startswith("!"):
            raise self._fail(f"the tag {tag[:80]} is not one that CloudFormation reads", event, "Remove it.")
        name = tag[1:]
        if name in ("Ref", "Condition"):
            return {name: value}
        if name == "GetAtt" and isinstance(value, str):
            return {"Fn::GetAtt": value.split(".", 1)}
        return {f"Fn::{name}": value}
