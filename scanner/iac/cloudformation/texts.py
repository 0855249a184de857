"""Texts of which parts may not be known: put together, and what stands for them."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, Missing, broken, later

LONGEST = 1 << 16
"""Characters of a text that are followed, so that references cannot double it for ever."""

_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")
_KNOWN_TEXT = re.compile(r"[A-Za-z0-9]")


def compose(parts: list[Any]) -> Any:
    """Texts and holes put one after the other: a text, or a hole whose token is the template of it.

    Only parts that are surely strings nobody types make an opaque whole: a parameter may complete
    the text to anything.
    """
    unknown = [part for part in parts if isinstance(part, Hole)]
    if any(isinstance(part, list | dict | Missing) for part in parts):
        return broken("a list or mapping inside a text")
    if not unknown:
        text = "".join(text_of(part) for part in parts)
        return text if len(text) <= LONGEST else later("a text too long to follow")
    if len(unknown) == 1 and all(isinstance(part, Hole) or text_of(part) == "" for part in parts):
        return unknown[0]
    return _template(parts, unknown)


def _template(parts: list[Any], unknown: list[Hole]) -> Hole:
    """A hole for a text of which some parts are known."""
    known = "".join(text_of(part) for part in parts if not isinstance(part, Hole))
    token = "".join(_placeholder(part) if isinstance(part, Hole) else text_of(part) for part in parts)
    if len(token) > LONGEST or not all(part.token for part in unknown):
        token = ""
    stable = bool(token) and all(part.stable for part in unknown)
    worst = next((part for part in unknown if not part.stable), unknown[0])
    literal = any(part.literal for part in unknown) or _KNOWN_TEXT.search(known) is not None
    return Hole(worst.why, "opaque" if stable else "any", worst.message, token, stable, composed=True, literal=literal)


def plain(text: str) -> Any:
    """A literal text of the template, in which `{{resolve:…}}` is fetched at the deploy."""
    if "{{resolve:" in text:
        return _withfetched(text)
    return text if len(text) <= LONGEST else later("a text too long to follow")


def _withfetched(text: str) -> Any:
    """A text with dynamic references in it."""
    parts: list[Any] = []
    at = 0
    for found in _DYNAMIC.finditer(text):
        parts += [text[at : found.start()], fetched(found[0])]
        at = found.end()
    return compose([*parts, text[at:]])


def fetched(reference: str) -> Hole:
    """A dynamic reference; its path is not printed, so the token is a digest."""
    return later("a dynamic reference is resolved at the deploy", f"dynamic {digest(reference)}")


def digest(value: Any) -> str:
    """A short name for a value: equal values, equal names."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _placeholder(part: Hole) -> str:
    """How a hole shows in a token."""
    return part.token if part.composed else "${" + part.token + "}"
