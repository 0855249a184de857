"""The texts in a value that may hold secrets: itself decoded, and what is encoded inside it.

User data is base64, maybe of gzip; cloud-init carries files and parts of a MIME message in base64 or gzip again
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html,
https://cloudinit.readthedocs.io/en/latest/explanation/format.html).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1 << 20
_DEEPEST = 3
_MOST = 100
_GZIP = b"\x1f\x8b"
_WHOLE = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_INSIDE = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={0,2}")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the lines at which it and what it is encoded in begin, from the outside in."""

    text: str
    at: tuple[int, ...] = ()


def raw(value: str) -> bytes:
    """What a string stands for: the bytes that it encodes, of which at most `LONGEST` are inflated, else its own."""
    written = value.encode("utf-8", "replace")
    try:
        found = base64.b64decode(b"".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        return written
    inflated = _inflated(found)
    return inflated if inflated is not found or _readable(found) is not None else written


def texts(value: bytes) -> Iterator[Text]:
    """The text of some bytes, then those that are encoded inside it; a bounded number and length of them."""
    waiting = [Text(value[:LONGEST].decode("utf-8", "replace"))]
    room = LONGEST
    for _ in range(_MOST):
        if not waiting:
            return
        one = waiting.pop(0)
        yield one
        if len(one.at) < _DEEPEST:
            for line, blob in _encoded(one.text):
                found = _decoded(blob) if len(waiting) < _MOST else None
                if found is not None and len(found) <= room:
                    room -= len(found)
                    waiting.append(Text(found, (*one.at, line)))


def _encoded(text: str) -> Iterator[tuple[int, str]]:
    """What looks like base64, by the line where it begins: whole lines that follow each other, or words in a line."""
    lines: list[str] = []
    begun = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        bare = line.strip()
        # The last line of a block may be short.
        if _WHOLE.fullmatch(bare) or (lines and bare and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", bare)):
            begun = begun or number
            lines.append(bare)
            continue
        if lines:
            yield begun, "".join(lines)
            lines, begun = [], 0
        for found in _INSIDE.finditer(line):
            yield number, found[0]


def _decoded(blob: str) -> str | None:
    """The text that base64 stands for; `None` if it is another thing, such as a key, a digest or an image."""
    try:
        found = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return _readable(_inflated(found))


def _inflated(value: bytes) -> bytes:
    if not value.startswith(_GZIP):
        return value
    try:
        return zlib.decompressobj(wbits=31).decompress(value, LONGEST)
    except zlib.error:
        return value


def _readable(value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _BINARY.search(text) else text
