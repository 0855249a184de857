"""Text from outside made fit to be shown: names, tags and messages may be written by an attacker.

A terminal obeys control sequences and a reader is fooled by bidirectional overrides and invisible
characters, so everything that is not plainly visible is shown as an escape instead.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"


def printable(text: str) -> str:
    r"""The text with every control, format, separator and unassigned character as `\xNN` or `\uNNNN`.

    That takes in newlines, ANSI and C1 sequences, bidirectional overrides, zero-width characters,
    lone surrogates and blanks other than the space. The result is one line and encodes to UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in text)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain_ascii(text: str) -> str:
    """The text for a terminal or file that takes ASCII only, the rest as escapes; newlines stay."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def columns(text: str) -> int:
    """How many columns a terminal gives to the (printable) text: two a wide character, none a mark."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """The text in at most `width` columns; one that is longer ends in the ellipsis."""
    if columns(text) <= width:
        return text
    room = width - columns(ellipsis)
    if room <= 0:
        return ellipsis[: max(width, 0)]
    kept = 0
    for position, char in enumerate(text):
        kept += _columns(char)
        if kept > room:
            return text[:position] + ellipsis
    return text  # pragma: no cover - a text wider than the room has been cut in the loop
