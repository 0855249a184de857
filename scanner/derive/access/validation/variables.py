"""Checks of `${…}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.derive.access.validation.policy import Block, Found, Policy, shown

_VARIABLE = re.compile(r"\$\{([^}]*)(\}?)")
_PLAIN = ("*", "?", "$")


def variables(policy: Policy, block: Block) -> Iterator[Found]:
    """Variables that AWS does not read as such."""
    for place, text in _where_they_count(block):
        for hit in _VARIABLE.finditer(text):
            inside = hit[1]
            if not policy.variables:
                message = f"without version 2012-10-17 {shown(hit[0])} is no variable but that very text"
                yield Found("VARIABLE_UNSUPPORTED_IN_VERSION", place, message)
            if not hit[2]:
                yield Found("MISSING_BRACE_IN_VARIABLE", place, f"{shown(hit[0])} lacks its closing brace")
            elif inside not in _PLAIN:
                yield from _inside(place, inside)
    for place, text in _where_they_do_not(block):
        if "${" in text:
            message = f"there are no variables in this element: {shown(text)}"
            yield Found("VARIABLE_UNSUPPORTED_IN_ELEMENT", place, message)


def _inside(place: str, inside: str) -> Iterator[Found]:
    name, comma, default = inside.partition(",")
    if not name.strip():
        yield Found("EMPTY_VARIABLE", place, "${} names no key")
    elif re.search(r"\s", name.strip() if comma else name):
        yield Found("UNSUPPORTED_SPACE_IN_VARIABLE", place, f"there are no spaces in a variable's name: {shown(name)}")
    default = default.strip()
    if comma and not (len(default) > 1 and default[0] == default[-1] == "'"):
        yield Found("MISSING_QUOTE_IN_VARIABLE", place, f"a default stands in single quotes, not {shown(default)}")


def _where_they_count(block: Block) -> Iterator[tuple[str, str]]:
    for element in ("Resource", "NotResource"):
        yield from block.texts(element)
    for line in block.lines:
        yield from ((value.place, value.text) for value in line.values)


def _where_they_do_not(block: Block) -> Iterator[tuple[str, str]]:
    for element in ("Action", "NotAction"):
        yield from block.texts(element)
    for one in (*block.principals, *block.not_principals):
        yield one.place, one.name
