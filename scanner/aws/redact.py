"""Secrets stay out: a value that can hold some is judged on arrival, and only the judgement is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scanner.aws import detect, unpack

_STEP = re.compile(r"(\w+)(?:\[(?:(\w+)~(\w+))?\])?")
_LONGEST_NAME = 128
_MOST = 100
_KEY_IDS = {"ends": re.compile(r"[A-Z2-7]{4}"), "sha256": re.compile(r"[0-9a-f]{16}")}

# Where a value's name stands beside it: what a variable is called says what it holds.
_NAMED_BY = {
    "HeaderValue": ("HeaderName",),
    "OutputValue": ("OutputKey",),
    "ParameterValue": ("ParameterKey",),
    "ResolvedValue": ("ParameterKey",),
    "Value": ("Key", "Name"),
    "value": ("name",),
}


def redacted(answer: Any, paths: Iterable[str]) -> Any:
    """An answer in which the values at `paths` (`Versions[].Data.UserData`, `Values[]`) are judged; changed in place.

    `Variables.*`: all values of a map. `Options[Name~PASSWORD].Value`: only of those whose `Name` contains the word.
    """
    for path in paths:
        _walk(answer, path.split("."))
    return answer


def _walk(value: Any, path: list[str]) -> None:
    step, rest = _STEP.fullmatch(path[0]), path[1:]
    wanted, member, word = step.groups() if step else (path[0], None, "")
    if not isinstance(value, dict):
        return
    for name in list(value) if wanted == "*" else [wanted]:
        below = value.get(name)
        if below is None:
            continue
        if not rest:
            label = name if wanted == "*" else _named(value, name)
            each = path[0].endswith("[]") and isinstance(below, list)
            value[name] = [judged(item, label) for item in below] if each else judged(below, label)
            continue
        for item in below if isinstance(below, list) else [below]:
            if member is None or not isinstance(item, dict) or word.lower() in str(item.get(member, word)).lower():
                _walk(item, rest)


def _named(value: dict[str, Any], member: str) -> str:
    """The name that stands beside a value."""
    return next((str(value[name]) for name in _NAMED_BY.get(member, ()) if value.get(name)), "")


def judged(value: Any, name: str = "") -> dict[str, Any]:
    """What may be kept of a secret: its length in bytes, and what kinds of secrets it holds in which line.

    `name` is what the value is called: a password may be known by nothing else. Of a structure each value is judged
    by its own name, the elements of a list are lines. Where there are ids of AWS access keys, `access_keys` tells
    them apart by their last characters and a digest. A value already judged (a recording's) is given back.
    """
    if isinstance(value, dict) and value.get("redacted") is True:
        return _kept(value)
    found: dict[str, None] = {}
    keys: set[detect.KeyId] = set()
    length = 0
    for called, text in _leaves(value, ""):
        raw = unpack.raw(text)
        length += len(raw)
        for part in unpack.texts(raw):
            keys.update(detect.key_ids(part.text))
            found |= dict.fromkeys(_places(part, called or name, called))
    contains = list(found)
    if len(contains) > _MOST:
        contains[_MOST:] = [f"{len(contains) - _MOST} more"]
    known = [{"ends": key.ends, "sha256": key.sha256} for key in sorted(keys)]
    return {"redacted": True, "length": length, "contains": contains} | ({"access_keys": known} if known else {})


def _places(part: unpack.Text, name: str, called: str) -> Iterator[str]:
    """The secrets of a text as one reads of them: `password at line 3 of what is encoded at line 12`."""
    inside = "".join(f" of what is encoded at line {line}" for line in reversed(part.at))
    of = f" of {called[:_LONGEST_NAME]}" if called else ""
    plain = detect.secrets(part.text)
    for one in plain:
        yield f"{one.kind} at line {one.line}{inside}{of}"
    if name and not plain and not part.at:
        yield from (f"{one.kind} at line {one.line}{of}" for one in detect.secrets(f"{name}={part.text}"))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """The texts in a structure, each by the name of the member that holds it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, str(key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for item in value:
            yield from _leaves(item, name)
    elif value is not None:
        yield name, "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _kept(value: dict[str, Any]) -> dict[str, Any]:
    """What belongs to a judgement of one that comes from outside."""
    contains, length, keys = value.get("contains"), value.get("length"), value.get("access_keys")
    kept: dict[str, Any] = {
        "redacted": True,
        "length": length if isinstance(length, int) else 0,
        "contains": [item for item in contains if isinstance(item, str)] if isinstance(contains, list) else [],
    }
    known = [
        {member: key[member] for member in _KEY_IDS}
        for key in (keys if isinstance(keys, list) else ())
        if isinstance(key, dict) and all(form.fullmatch(str(key.get(member))) for member, form in _KEY_IDS.items())
    ]
    return kept | ({"access_keys": known} if known else {})
