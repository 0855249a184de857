"""Secrets stay out: a value that can hold some is judged on arrival, and only the judgement is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scanner.secrets.judge import judged

_STEP = re.compile(r"(\w+)(?:\[(?:(\w+)~(\w+))?\])?")

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
