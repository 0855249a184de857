"""Secrets stay out: a value that can hold some is judged on arrival, and only the judgement is kept."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable
from typing import Any

_LONGEST = 1 << 20
_GZIP = b"\x1f\x8b"
_STEP = re.compile(r"(\w+)(?:\[(?:(\w+)~(\w+))?\])?")

_JUDGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    ("AWS access key id", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])")),
    (
        "AWS secret access key",
        re.compile(r"(?i)aws_?secret_?(?:access_?)?key\W{1,5}[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])"),
    ),
    ("password", re.compile(r"(?i)(?:password|passwd|pwd)[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?![\"'\s]|\$[({A-Za-z])\S")),
    ("token", re.compile(r"(?i)(?:api_?key|auth_?token|secret)[\"']?\s{0,3}[=:]\s{0,3}[\"']?[A-Za-z0-9_\-/+=.]{16}")),
)


def redacted(answer: Any, paths: Iterable[str]) -> Any:
    """An answer in which the values at `paths` (`Versions[].Data.UserData`, `Values[]`) are judged; changed in place.

    `Options[Name~PASSWORD].Value`: only of those whose `Name` contains the word.
    """
    for path in paths:
        _walk(answer, path.split("."))
    return answer


def _walk(value: Any, path: list[str]) -> None:
    step, rest = _STEP.fullmatch(path[0]), path[1:]
    name, member, word = step.groups() if step else (path[0], None, "")
    if not isinstance(value, dict) or value.get(name) is None:
        return
    below = value[name]
    if not rest:
        each = path[0].endswith("[]") and isinstance(below, list)
        value[name] = [judged(item) for item in below] if each else judged(below)
        return
    for item in below if isinstance(below, list) else [below]:
        if member is None or not isinstance(item, dict) or word.lower() in str(item.get(member, word)).lower():
            _walk(item, rest)


def judged(value: Any) -> dict[str, Any]:
    """What may be kept of a secret: its length in bytes, and what kinds of secrets it holds in which line.

    User data is base64, maybe of gzip; a value already judged (a recording's) is given back.
    """
    if isinstance(value, dict) and value.get("redacted") is True:
        contains = value.get("contains")
        kept = [item for item in contains if isinstance(item, str)] if isinstance(contains, list) else []
        length = value.get("length")
        return {"redacted": True, "length": length if isinstance(length, int) else 0, "contains": kept}
    raw = _bytes(value)
    text = raw[:_LONGEST].decode("utf-8", "replace")
    found = [
        f"{kind} at line {number}"
        for number, line in enumerate(text.splitlines(), start=1)
        for kind, pattern in _JUDGES
        if pattern.search(line[:4096])
    ]
    return {"redacted": True, "length": len(raw), "contains": found}


def _bytes(value: Any) -> bytes:
    raw = str(value).encode("utf-8", "replace")
    try:
        raw = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        return raw
    if not raw.startswith(_GZIP):
        return raw
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, _LONGEST)
    except zlib.error:
        return raw
