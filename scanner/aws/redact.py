"""Secrets stay out: a value that can hold some is judged on arrival, and only the judgement is kept."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

_LONGEST = 1 << 20
_WINDOW, _OVERLAP = 4096, 256
_GZIP = b"\x1f\x8b"
_STEP = re.compile(r"(\w+)(?:\[(?:(\w+)~(\w+))?\])?")

_JUDGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    ("AWS access key id", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])")),
    (
        "AWS secret access key",
        re.compile(r"(?i)aws_?secret_?(?:access_?)?key\W{1,5}[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])"),
    ),
    (
        "password",
        # Not a password: a variable, what AWS shows of a parameter with NoEcho, and where one is to be found.
        re.compile(
            r"(?i)(?:password|passwd|pwd)[\"']?\s{0,3}[=:]\s{0,3}[\"']?"
            r"(?![\"'\s]|\$[({A-Za-z]|\*{3}|\{\{resolve:|arn:aws|(?:true|false|null|none)\b)\S"
        ),
    ),
    (
        "credentials in a URL",
        re.compile(r"(?i)\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{0,200}:[^\s/@\"'$*{][^\s/@\"']{0,200}@"),
    ),
    ("token", re.compile(r"(?i)(?:api_?key|auth_?token|secret)[\"']?\s{0,3}[=:]\s{0,3}[\"']?[A-Za-z0-9_\-/+=.]{16}")),
)


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

    User data is base64, maybe of gzip; a value already judged (a recording's) is given back. With the
    `name` of a variable its value is judged as an assignment, elements of a list as lines.
    """
    if isinstance(value, dict) and value.get("redacted") is True:
        contains = value.get("contains")
        kept = [item for item in contains if isinstance(item, str)] if isinstance(contains, list) else []
        length = value.get("length")
        return {"redacted": True, "length": length if isinstance(length, int) else 0, "contains": kept}
    plain = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    raw = _bytes(plain)
    text = raw[:_LONGEST].decode("utf-8", "replace")
    found = [*_found(text), *_found(f"{name}={plain[:_LONGEST]}" if name else "")]
    return {"redacted": True, "length": len(raw), "contains": list(dict.fromkeys(found))}


def _found(text: str) -> Iterator[str]:
    """Which secrets a text holds, line by line; long lines are searched in windows, so that time is bounded."""
    for number, line in enumerate(text.splitlines(), start=1):
        starts = range(0, max(len(line) - _OVERLAP, 1), _WINDOW - _OVERLAP)
        windows = [line[start : start + _WINDOW] for start in starts]
        for kind, pattern in _JUDGES:
            if any(pattern.search(window) for window in windows):
                yield f"{kind} at line {number}"


def _bytes(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
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
