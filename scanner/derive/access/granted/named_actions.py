"""The actions that a statement means, by name, and which of them are about resources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from scanner.derive.access.catalogue.services import action, expand
from scanner.derive.access.grants import ANY, Patterns
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.logic import Maybe

CHANGES = frozenset({"Write", "Permissions management"})
EVERYWHERE = (f"arn:{ANY}:{ANY}:{ANY}:{ANY}:{ANY}/{ANY}", f"arn:{ANY}:{ANY}:::{ANY}")
"""Resources that only patterns mean which mean those of every service."""


def named_actions(statement: PolicyStatement) -> Iterator[tuple[str, Maybe]]:
    """The actions that a statement means, as far as the reference has them."""
    patterns = Patterns.of(statement.node, "Action")
    if patterns.doubt:
        yield "", patterns.doubt
        return
    if patterns.others:
        for name in expand("*"):
            value = patterns.name(name.lower())
            if value is not False:
                yield name, value
        return
    seen: set[str] = set()
    for pattern in (*sorted(patterns.exact), *patterns.wild):
        for name in expand(pattern):
            if name not in seen:
                seen.add(name)
                yield name, True
    for why in patterns.unknown:
        yield "", why


@lru_cache(2)
def about_resources(*, changes: bool) -> frozenset[str]:
    """The actions that are about resources; `""` stands for one that is not known."""
    found = ((name, action(name)) for name in expand("*"))
    return frozenset({"", *(n for n, one in found if one and one.resources and (not changes or one.level in CHANGES))})
