"""Statements read without regard to what their policy variables are: whatever they may be, what is proven so holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.search.actions import Actions
from scanner.derive.access.search.bindings import Places
from scanner.derive.access.search.strings import within

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_SIGN = "${"


def at_most(statement: Statement) -> Statement:
    """A statement that means whatever this one may mean: a variable is any text."""
    if not statement.variables:
        return statement
    resources, others = statement.resources, statement.not_resources
    return replace(
        statement,
        resources=None if resources is None else tuple(_VARIABLE.sub("*", text) for text in resources),
        not_resources=None if others is None else tuple(text for text in others if not _varies(text)),
        tests=tuple(test for test in statement.tests if not any(map(_varies, test.values))),
        variables=False,
    )


def at_least(statement: Statement) -> Statement | None:
    """A statement that means only what this one surely means; `None` where that is nothing."""
    if not statement.variables:
        return statement
    if any(_varies(text) for test in statement.tests for text in test.values):
        return None
    resources, others = statement.resources, statement.not_resources
    sure = None if resources is None else tuple(text for text in resources if not _varies(text))
    if sure == ():
        return None
    wild = None if others is None else tuple(_VARIABLE.sub("*", text) for text in others)
    return replace(statement, resources=sure, not_resources=wild, variables=False)


def uncovered(
    group: Sequence[Statement], blockers: Iterable[Statement], places: Places, actions: Actions
) -> list[Statement]:
    """The statements of a group but for those of which a blocker means all, whatever the variables are."""
    varying = [one for one in blockers if one.variables]
    return [one for one in group if not any(_covers(other, one, places, actions) for other in varying)]


def _covers(blocker: Statement, one: Statement, places: Places, actions: Actions) -> bool:
    if not one.variables or actions.of(one) & ~actions.of(blocker) or not {*blocker.tests} <= {*one.tests}:
        return False
    if blocker.not_resources is not None or one.not_resources is not None:
        return blocker.not_resources == one.not_resources and blocker.resources == one.resources
    if blocker.resources is None or one.resources is None:
        return blocker.resources is None
    wide = places.resources(blocker)
    return all(any(within(inner, outer) for outer in wide) for inner in places.resources(one))


def _varies(text: str) -> bool:
    return _SIGN in text
