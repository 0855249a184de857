"""JSON text with one record a line: the same bytes for equal values, and never an exception.

Keys are sorted and all is ASCII, so neither a terminal nor an encoding can be confused by what names
contain. What JSON cannot hold is mended: a lone surrogate becomes U+FFFD, a number that is not finite
the word for it, and what is nested past any use is cut.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_DEPTH = 200  # AWS's documents stay far under this; what is deeper was made to break parsers
_TOO_DEEP = "(nested too deeply to be shown)"
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)


def layout(value: Any, depth: int, indent: str = "") -> Iterator[str]:
    """The value in pieces; objects and lists stand open to `depth` levels, deeper ones on one line.

    An iterator is written as a list, element by element.
    """
    if depth and isinstance(value, Mapping):
        by_key = {clean(str(key)): key for key in value}  # the values one by one: they may stand in a file
        pairs = ((f"{encode(key)}: ", value[by_key[key]]) for key in sorted(by_key))
        yield from _opened("{}", pairs, depth, indent)
    elif depth and isinstance(value, (list, tuple, Iterator)):
        yield from _opened("[]", (("", item) for item in value), depth, indent)
    else:
        yield encode(value)


def _opened(brackets: str, items: Iterable[tuple[str, Any]], depth: int, indent: str) -> Iterator[str]:
    separator = brackets[0]
    for label, item in items:
        yield f"{separator}\n{indent} {label}"
        yield from layout(item, depth - 1, indent + " ")
        separator = ","
    yield brackets if separator == brackets[0] else f"\n{indent}{brackets[1]}"


def encode(value: Any) -> str:
    """The value on one line of ASCII."""
    try:
        text = _ENCODER.encode(value)
    except (ValueError, RecursionError):
        return _ENCODER.encode(_mended(value, _DEPTH))
    # Every surrogate is written as \udXXX: most are halves of an emoji, but one may stand alone.
    return _ENCODER.encode(_mended(value, _DEPTH)) if "\\ud" in text else text


def clean(text: str) -> str:
    """The text with lone surrogates as U+FFFD, so that it can be encoded."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mended(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        pairs = ((clean(str(key)), item) for key, item in value.items())
        return {key: _mended(item, depth - 1) for key, item in pairs} if depth else _TOO_DEEP
    if isinstance(value, (list, tuple)):
        return [_mended(item, depth - 1) for item in value] if depth else _TOO_DEEP
    return value
