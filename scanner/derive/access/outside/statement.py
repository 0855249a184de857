"""Whether one statement of a policy that is wholly known lets anybody in, once every Deny is taken off."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from scanner.derive.access.decision.document import parse
from scanner.derive.access.outside.strangers import strangers
from scanner.derive.access.search.problem import Problem
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, glob


def lets_anybody_in(policy: Any, number: int, arn: str, owner: str, actions: Collection[str]) -> bool | None:
    """Whether anybody may do one of the actions on the resource, or what is in it, by the statement of that number.

    `None` where the search would take too long, or AWS would refuse the policy.
    """
    document = parse(policy, "resource")
    allowing = [one for one in document.statements if one.number == number and one.effect == "Allow"]
    if document.problems:
        return None
    denying = [one for one in document.statements if one.effect == "Deny"]
    within = Clause((glob(arn), glob(f"{arn}/*")), inside=True)
    problem = Problem([*allowing, *denying], owner=owner, actions=tuple(actions))
    try:
        for stranger in strangers([*allowing, *denying], owner, anybody_only=True):
            box = stranger.box.at(within)
            if problem.solve(stranger.asker, [allowing], denying, action=actions, box=box) is not None:
                return True
    except OutOfBudgetError:
        return None
    return False
