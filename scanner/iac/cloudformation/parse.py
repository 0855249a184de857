"""Template text to plain values with the lines of each resource; refuses what CloudFormation would."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from scanner.errors import InputError

MAX_BYTES = 4 << 20
"""Four times what CloudFormation takes from S3: anything larger is no template."""

MAX_DEPTH = 60
"""Levels of nesting; templates that deploy stay below thirty."""

MAX_NODES = 400_000
"""Values after aliases are written out: stops a document of a few lines from growing without end."""

_SECTION = re.compile(rb"(?:^|[{,])[ \t]*[\"']?(?:Resources|Parameters|Mappings|Conditions)[\"']?[ \t]*:", re.MULTILINE)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*+"?|[{}\[\]:]', re.DOTALL)


@dataclass(slots=True)
class Document:
    """A parsed template: its values, and for each logical id its first and last line."""

    value: Any
    spans: dict[str, tuple[int, int]]


def is_template(name: str, head: bytes) -> bool:
    """Whether a file is worth reading as a template, from its name and its first kilobytes.

    It may say yes to a file that turns out to be none; it says no to other YAML and JSON.
    """
    if not name.lower().endswith((".yaml", ".yml", ".json", ".template", ".cfn", ".cform")):
        return False
    if b"AWSTemplateFormatVersion" in head or b"AWS::Serverless-2016-10-31" in head:
        return True
    return b"AWS::" in head and _SECTION.search(head) is not None


def parse(data: bytes, file: str) -> Document:
    """Values and lines of a template. Raises `InputError` with file and line."""
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES} bytes", where=file, hint="CloudFormation takes at most 1 MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", where=f"{file}:{line}", hint="Save the template as UTF-8.") from None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return parse_json(text, file)
        except ValueError as error:
            failure = error
        try:
            return _parse_yaml(text, file)
        except InputError:
            line = getattr(failure, "lineno", 1)
            reason = getattr(failure, "msg", "something JSON does not allow")
            raise InputError(
                f"not valid JSON: {reason}", where=f"{file}:{line}", hint="Mend the syntax there."
            ) from None
    return _parse_yaml(text, file)


def _parse_yaml(text: str, file: str) -> Document:
    """By way of PyYAML, which a JSON template does not need."""
    from scanner.iac.cloudformation.yaml_events import parse_yaml

    value, spans = parse_yaml(text, file)
    return Document(value, spans)


def parse_json(text: str, file: str) -> Document:
    """JSON has its own road: YAML would refuse surrogate pairs and keys over 1,024 characters.

    Raises `ValueError` on bad syntax, `InputError` on duplicate keys and too deep nesting.
    """
    import json

    spans = _JsonLines(text, file).spans()
    value = json.loads(text, parse_constant=_no_constant)
    if _SURROGATE.search(text):
        # Half a pair is no character: no report could be written with it (`UnicodeEncodeError` is a `ValueError`).
        json.dumps(value, ensure_ascii=False).encode()
    return Document(value, spans)


def _no_constant(name: str) -> Any:
    """Refuse `NaN` and `Infinity`, which JSON does not have."""
    raise ValueError(name)


class _JsonLines:
    """One pass over JSON's tokens: lines of the resources, duplicate keys, depth."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        self.keys: list[set[str]] = []
        self.section = ""
        self.open: tuple[str, int] | None = None
        self.found: dict[str, tuple[int, int]] = {}

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return bisect_right(self.breaks, offset - 1) + 1

    def spans(self) -> dict[str, tuple[int, int]]:
        """Logical id → first and last line."""
        last = (0, "")
        for token in _JSON_TOKEN.finditer(self.text):
            sign = token[0]
            if sign == ":":
                self._key(last[1], last[0])
            elif sign in "{[":
                self._enter(token.start())
            elif sign in "}]":
                self._leave(token.start())
            else:
                last = (token.start(), sign)
        return self.found

    def _enter(self, offset: int) -> None:
        """A bracket opens."""
        self.keys.append(set())
        if len(self.keys) > MAX_DEPTH:
            raise InputError(f"nested deeper than {MAX_DEPTH} levels", where=f"{self.file}:{self.line(offset)}")

    def _leave(self, offset: int) -> None:
        """A bracket closes; perhaps that of a resource."""
        if self.keys:
            self.keys.pop()
        if len(self.keys) == 2 and self.open:
            name, line = self.open
            self.found[name] = (line, self.line(offset))
            self.open = None

    def _key(self, raw: str, offset: int) -> None:
        """A key and its colon."""
        if not self.keys:
            return
        if raw in self.keys[-1]:
            raise duplicate(raw.strip('"'), self.file, self.line(offset))
        self.keys[-1].add(raw)
        if len(self.keys) == 1:
            self.section = raw
        elif len(self.keys) == 2 and self.section == '"Resources"':
            name = raw[1:-1]
            line = self.line(offset)
            self.found[name] = (line, line)
            self.open = (name, line)


def duplicate(key: str, file: str, line: int) -> InputError:
    """The error for a key written twice in one mapping."""
    return InputError(
        f"the key {key[:80]!r} is written twice in one mapping",
        where=f"{file}:{line}",
        hint="Remove or rename one of the two.",
    )
