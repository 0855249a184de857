"""Wildcard patterns of policies: `*` for any text, `?` for one character, case as given."""

from __future__ import annotations

import re
from itertools import count

_WILD_RUN = re.compile(r"[*?]+")


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text, in time of the order of both lengths multiplied."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    at = here = 0
    star, resume = -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at += 1
            here += 1
        elif star >= 0:
            at, resume = star + 1, resume + 1
            here = resume
        else:
            return False
    return not pattern[at:].strip("*")


def matches_all_below(pattern: str, prefix: str) -> bool:
    """Whether the pattern matches the prefix followed by any text of at least one character.

    Exact: a pattern that does so ends in a wildcard for any text, and matches the prefix
    followed by a character that the pattern does not hold, which only a wildcard can match.
    """
    pattern = _WILD_RUN.sub(_question_marks_first, pattern)
    return pattern.endswith("*") and matches(pattern, prefix + stranger(pattern))


def stranger(text: str) -> str:
    """A character that the text does not hold."""
    return next(chr(code) for code in count(0xE000) if chr(code) not in text)


def _question_marks_first(run: re.Match[str]) -> str:
    signs = run[0]
    return "?" * signs.count("?") + ("*" if "*" in signs else "")
