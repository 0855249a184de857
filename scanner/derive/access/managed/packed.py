"""The packed documents of AWS's managed policies.

The file is one compressed text: a line with the day of the newest of them, and for each policy a line with its path
and name as in its ARN (`service-role/AWSLambdaBasicExecutionRole`), a space and the document as JSON, in order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = "policies.xz"
_ARN = "arn:aws:iam::aws:policy/"


def document(arn: str) -> Any | None:
    """The default version of the policy of an ARN; `None` of one that is not among them, or of another partition."""
    if not arn.startswith(_ARN):
        return None
    start = f"\n{arn.removeprefix(_ARN)} "
    text = _text()
    at = text.find(start)
    if at < 0:
        return None
    return json.loads(text[at + len(start) : text.index("\n", at + 1)])


def as_of() -> str:
    """The day of the newest policy, as `2026-01-31`."""
    return _text().partition("\n")[0]


def pack(day: str, documents: Mapping[str, Any]) -> bytes:
    """The file of documents by path and name."""
    import lzma

    lines = [f"{name} {json.dumps(documents[name], separators=(',', ':'))}" for name in sorted(documents)]
    return lzma.compress("\n".join([day, *lines, ""]).encode(), preset=9 | lzma.PRESET_EXTREME)


@cache
def _text() -> str:
    import lzma

    return lzma.decompress(Path(__file__).with_name(FILE).read_bytes()).decode()
