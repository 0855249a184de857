"""What a policy allows by access level, and by which wildcards.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from scanner.derive.access.catalogue.services import LEVELS, Level, action, expand
from scanner.derive.access.decision.document import Document, Statement

Levels = Mapping[Level, frozenset[str]]
"""Access level → names of actions as AWS writes them; every level is there."""


class Wildcard(NamedTuple):
    """A pattern of an Allow: the statement's number, the pattern (in lower case) and the actions that it means now."""

    statement: int
    pattern: str
    actions: tuple[str, ...]


def levels(document: Document) -> Levels:
    """The actions that some Allow of a policy names, whatever its resources and conditions; denials take none away."""
    found: dict[Level, frozenset[str]] = {level: frozenset() for level in LEVELS}
    for statement in document.statements:
        if statement.effect == "Allow":
            for level, names in _named(statement).items():
                found[level] |= names
    return found


def wildcards(document: Document) -> Iterator[Wildcard]:
    """The patterns with wildcards in `Action` of Allows, and those that `NotAction` leaves, which is one of `*`."""
    for statement in document.statements:
        if statement.effect != "Allow":
            continue
        if statement.actions is None:
            names = _named(statement)
            yield Wildcard(statement.number, "*", tuple(sorted(name for each in names.values() for name in each)))
        for pattern in statement.actions or ():
            if "*" in pattern or "?" in pattern:
                yield Wildcard(statement.number, pattern, expand(pattern))


def _named(statement: Statement) -> Levels:
    if statement.actions is not None:
        return _united(statement.actions)
    everything, others = _united(("*",)), _united(statement.not_actions or ())
    return {level: everything[level] - others[level] for level in LEVELS}


@lru_cache(4096)
def _united(patterns: tuple[str, ...]) -> Levels:
    each = [_levels_of(pattern) for pattern in patterns]
    return {level: frozenset().union(*(one[level] for one in each)) for level in LEVELS}


@lru_cache(8192)
def _levels_of(pattern: str) -> Levels:
    found: dict[Level, set[str]] = {level: set() for level in LEVELS}
    for name in expand(pattern):
        known = action(name)
        if known is not None:
            found[known.level].add(name)
    return {level: frozenset(names) for level, names in found.items()}
