"""How the console report looks: signs that need no colour, and colour where it is wanted."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.render.text import cut, plain_ascii, printable

_ASCII = str.maketrans(
    {"✗": "x", "?": "?", "✓": "+", "‖": "=", "–": "-", "·": "|", "…": "~", "×": "x", "—": "-", "’": "'"}
)
_SIGNS = {"fail": "✗", "unknown": "?", "accepted": "‖", "pass": "✓", "not applicable": "–"}
_BETWEEN = "   "
_COLORS = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "2",
    "fail": "31",
    "unknown": "35",
    "accepted": "36",
    "pass": "32",
    "not applicable": "2",
    "heading": "1",
    "quiet": "2",
}


@dataclass(frozen=True, slots=True)
class Style:
    """A terminal: how wide it is, and whether it shows colour and more than ASCII."""

    width: int
    color: bool
    unicode: bool

    def paint(self, text: str, role: str) -> str:
        """The text in the colour of a severity, a verdict, `heading` or `quiet`."""
        bare = text.rstrip()  # blanks at a line's end are taken off later, which colour behind them would prevent
        if not (self.color and role in _COLORS and bare):
            return text
        return f"\x1b[{_COLORS[role]}m{bare}\x1b[0m{text[len(bare) :]}"

    def verdict(self, name: str) -> str:
        """Shape and word of a verdict."""
        return self.paint(f"{_SIGNS[name]} {name}", name)

    def sign(self, name: str) -> str:
        """The shape alone, where the word stands in the sentence beside it."""
        return self.paint(_SIGNS[name], name)

    def wrap(self, text: str, first: str, rest: str = "") -> Iterator[str]:
        """The text in lines of the terminal's width; identifiers are never broken or cut."""
        hanging = rest or " " * len(first)
        yield from textwrap.wrap(
            printable(text),
            max(self.width, 20),
            initial_indent=first,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def packed(self, parts: Sequence[tuple[str, int]]) -> Iterator[str]:
        """Parts with the columns that each takes, as many in a line as fit."""
        line, used = "", 0
        for text, columns in parts:
            if line and used + len(_BETWEEN) + columns > self.width:
                yield line
                line, used = "", 0
            used += columns + (len(_BETWEEN) if line else 0)
            line = f"{line}{_BETWEEN}{text}" if line else text
        yield line

    def cut(self, text: str, indent: int = 0) -> str:
        """Text that may lose its end: a title, never an identifier."""
        return cut(printable(text), max(self.width - indent, 20))

    def finish(self, lines: list[str]) -> str:
        """The lines as text that the terminal's encoding can hold."""
        text = "".join(line.rstrip() + "\n" for line in lines)
        return text if self.unicode else to_ascii(text)


def to_ascii(text: str) -> str:
    """Text for a terminal or file that takes ASCII only, our signs as near ones."""
    return plain_ascii(text.translate(_ASCII))


def continued(command: str, width: int) -> Iterator[str]:
    """A shell command in lines that fit, each but the last ending in a backslash; it stays one command.

    It is only parted before an option outside quotes, so a part may still be wider; what is
    no command, or holds escapes or a comment, is left alone.
    """
    if command.startswith("# aws "):
        yield from (f"# {part}" for part in continued(command.removeprefix("# "), width - len("# ")))
        return
    if command.startswith("#") or "\\" in command or " #" in command:
        yield command
        return
    indent, line, parts = "", "", command.split(" --")
    for part in _whole(parts):
        if line and len(line) + len(part) + len(" \\") > width:
            yield f"{line} \\"
            line, indent = "", "  "
        line = f"{line} {part}" if line else f"{indent}{part}"
    yield line


def _whole(parts: list[str]) -> Iterator[str]:
    """The options of a command, those put together again whose `--` stood in quotes."""
    held = ""
    for index, part in enumerate(parts):
        held += part if not index else (f" --{part}" if held else f"--{part}")
        if not _quoting(held):
            yield held
            held = ""
    if held:
        yield held


def _quoting(text: str) -> bool:
    """Whether a quote is still open at the end."""
    quote = ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in ("'", '"'):
            quote = sign
    return bool(quote)
