"""Waivers files, in TOML or YAML: a wrong entry is an error with its place, and the others hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.engine import fields
from scanner.engine.waivers import Matcher, Waiver
from scanner.errors import InputError, PostureError, UsageError
from scanner.model import Finding

NAMES = ("posture.waivers.toml", "posture.waivers.yaml", "posture.waivers.yml")
"""What a waivers file is called where none is named."""

YAML = (".yaml", ".yml")
KEY = "waivers"
_LARGEST = 8 << 20
_WIDEST = 118
_ITEM = re.compile(rb"^([ ]*)- ", re.MULTILINE)
_BEGUN = re.compile(rb"^(\xef\xbb\xbf)?waivers[ ]*:", re.MULTILINE)
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*waivers[ \t]*\]\]", re.MULTILINE)

_MATCHERS: dict[str, fields.Reader] = {
    "rule": fields.words,
    "account": fields.account,
    "region": fields.words,
    "resource": fields.words,
    "tags": fields.pairs,
    "fingerprint": fields.one_fingerprint,
}
_NEEDED = ("reason", "owner", "expires")


def _exclude(value: Any) -> tuple[Matcher, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, dict) and item for item in items):
        raise ValueError(f"a table, or a list of tables, of {', '.join(_MATCHERS)}")
    return tuple(Matcher(**fields.read(item, _MATCHERS)) for item in items)


_ENTRY: dict[str, fields.Reader] = {
    **_MATCHERS,
    "exclude": _exclude,
    "reason": fields.words,
    "owner": fields.words,
    "expires": fields.day,
}


@dataclass(slots=True)
class WaiverSet:
    """The waivers of some files, in order, and what was wrong with others."""

    waivers: list[Waiver] = field(default_factory=list)
    errors: list[PostureError] = field(default_factory=list)

    def add(self, other: WaiverSet) -> None:
        """Take in another set."""
        self.waivers += other.waivers
        self.errors += other.errors


def found_in(*folders: Path) -> list[Path]:
    """The waivers files of the first folder that has some."""
    return next(
        filter(None, ([folder / name for name in NAMES if (folder / name).is_file()] for folder in folders)), []
    )


def load(file: Path) -> WaiverSet:
    """The waivers of one file; what is wrong with the file or an entry is one of the set's `errors`."""
    try:
        with file.open("rb") as content:
            data = content.read(_LARGEST + 1)
        return parse(data, str(file))
    except OSError as error:
        return WaiverSet(errors=[InputError(f"cannot be read ({error.strerror})", where=str(file))])
    except PostureError as error:
        return WaiverSet(errors=[error])


def parse(data: bytes, name: str) -> WaiverSet:
    """The waivers of a file's content; `name` tells by its ending which language it is in.

    Raises `InputError` or `RuleError` where the content is neither.
    """
    if len(data) > _LARGEST:
        raise InputError(f"larger than {_LARGEST >> 20} MiB", where=name, hint="Split it, and give --waivers twice")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError("is not UTF-8", where=f"{name}:{line}", hint="Save it as UTF-8") from error
    body, lines = (_yaml if name.endswith(YAML) else _toml)(text, name)
    try:
        items = fields.read(body or {}, {KEY: _list}).get(KEY, [])
    except fields.FieldError as error:
        raise error.at(name, InputError) from error
    made = WaiverSet()
    for number, item in enumerate(items, 1):
        where = f"{name}:{lines[number - 1]}" if len(lines) == len(items) else f"{name} (entry {number})"
        try:
            made.waivers.append(_waiver(item, where))
        except fields.FieldError as error:
            hint = error.hint or "The entry covers nothing until it is mended"
            made.errors.append(InputError(f"waiver: {error.message}", where=where, hint=hint))
    return made


def _list(value: Any) -> list[Any]:
    if value is None:  # YAML's key without an entry
        return []
    if not isinstance(value, list):
        raise ValueError("a list of entries: [[waivers]]")  # noqa: TRY004 - the readers' one kind of error
    return value


def _waiver(item: Any, where: str) -> Waiver:
    read = fields.read(item, _ENTRY, needed=_NEEDED)
    match = Matcher(**{name: value for name, value in read.items() if name in _MATCHERS})
    rest: Mapping[str, Any] = {name: value for name, value in read.items() if name not in _MATCHERS}
    return Waiver(match, source=where, **rest)


def _toml(text: str, name: str) -> tuple[Any, list[int]]:
    """The document, and the line of each entry; the parser tells none, so they are looked for."""
    import tomllib  # only where there is such a file

    try:
        body = tomllib.loads(text)
    except RecursionError as error:
        raise InputError("nested too deeply", where=name) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", where=name) from error
    return body, [text.count("\n", 0, found.start()) + 1 for found in _HEADER.finditer(text)]


def _yaml(text: str, name: str) -> tuple[Any, list[int]]:
    from scanner.engine import rule_yaml

    body, places = rule_yaml.parse(text, name)
    entries = body.get(KEY) if isinstance(body, dict) else None
    count = len(entries) if isinstance(entries, list) else 0
    return body, [places.line(KEY, index) for index in range(count)]


def addition(before: bytes, name: str, finding: Finding, title: str, said: Mapping[str, str]) -> bytes:
    """What to append to a waivers file so that it also covers a finding; `said` is reason, owner and expiry.

    Raises `UsageError` if what stands in the file cannot be added to at its end.
    """
    newline = "\r\n" if b"\r\n" in before else "\n"
    entry = {"rule": finding.rule_id, "resource": finding.resource_id, "fingerprint": finding.fingerprint, **said}
    comment = f"# {_visible(f'{title}: {finding.message}')}"
    lines = _yaml_entry(before, comment, entry) if name.endswith(YAML) else _toml_entry(before, comment, entry)
    ended = not before or before.endswith((b"\n", b"\r"))
    text = ("" if ended else newline) + "".join(line + newline for line in lines)
    try:
        added = text.encode()
        made = parse(before + added, name).waivers
    except (PostureError, UnicodeEncodeError):
        made = []
    match = Matcher(rule=finding.rule_id, resource=finding.resource_id, fingerprint=finding.fingerprint)
    if not made or made[-1].match != match or len(made) != len(parse(before, name).waivers) + 1:
        hint = "Write the entry by hand, or give another --file"
        raise UsageError("an entry cannot be added at the end of this file", where=name, hint=hint)
    return added


def _toml_entry(before: bytes, comment: str, entry: Mapping[str, str]) -> list[str]:
    body = [f"{key} = {value if key == 'expires' else _quoted(value)}" for key, value in entry.items()]
    return [*([""] if before.strip() else []), comment, "[[waivers]]", *body]


def _yaml_entry(before: bytes, comment: str, entry: Mapping[str, str]) -> list[str]:
    """An item at the end of the list, as far in as the last one."""
    found = [item[1].decode() for item in _ITEM.finditer(before)]
    indent = found[0] if found else "  "
    body = [f"{key}: {value if key == 'expires' else _quoted(value)}" for key, value in entry.items()]
    head = [] if _BEGUN.search(before) else [f"{KEY}:"]
    return [*head, f"{indent}{comment}", f"{indent}- {body[0]}", *(f"{indent}  {line}" for line in body[1:])]


def _visible(text: str) -> str:
    """One line of visible characters, of a length that can be read."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def _quoted(text: str) -> str:
    """A string as both TOML and YAML write it between double quotation marks, on one line of visible characters."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in plain)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
