"""A value that can hold secrets is judged, and only the judgement is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.secrets import detect, unpack

_LONGEST_NAME = 128
_MOST = 100
_KEY_IDS = {"ends": re.compile(r"[A-Z2-7]{4}"), "sha256": re.compile(r"[0-9a-f]{16}")}


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
