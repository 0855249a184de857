"""Judging with a few rules, so that a test means the same whatever rules are added."""

from __future__ import annotations


def only(*rules: str) -> tuple[str, ...]:
    """The options that choose these rules."""
    return tuple(word for rule in rules for word in ("--rule", rule))
