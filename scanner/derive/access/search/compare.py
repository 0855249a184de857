"""Does a changed policy allow anything that it did not allow before?

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.decision.statements import Grant, means, names
from scanner.derive.access.search.askers import Asker, everybody, holders
from scanner.derive.access.search.bindings import OpenVariablesError
from scanner.derive.access.search.problem import Problem
from scanner.derive.access.search.strings import OutOfBudgetError


class Comparison(NamedTuple):
    """`new_access` is `None` where it could not be told, for the reason given; the witness is newly allowed."""

    new_access: bool | None
    witness: Request | None = None
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """`{"new_access", "witness": {"principal", "action", "resource", "context"} | null, "reason"}`.

        `reason` is there only where it could not be told.
        """
        told: dict[str, Any] = {"new_access": self.new_access, "witness": None}
        if self.witness is not None:
            told["witness"] = _shown(self.witness)
        return {**told, "reason": self.reason} if self.reason else told


def _shown(request: Request) -> dict[str, Any]:
    who = request.principal
    return {
        "principal": who.id if who.in_account else {"type": who.kind, "id": who.id},
        "action": request.action,
        "resource": request.resource,
        "context": {
            key: list(values) for key, values in sorted(request.given.items()) if _implied(who).get(key) != values
        },
    }


def _implied(who: Principal) -> Mapping[str, Values]:
    """What follows from the principal itself, and need not be told beside it."""
    return Request(who, "x:x", "*", "", {}).context


def compare(old: Document, new: Document, kind: Literal["identity", "resource"]) -> Comparison:
    """Whether there is a request that the new document allows and the old one does not."""
    for name, document in (("old", old), ("new", new)):
        if document.problems:
            problem = document.problems[0]
            return Comparison(None, reason=f"AWS would refuse the {name} policy: {problem.place}: {problem.message}")
    try:
        found = _search(old, new, kind)
    except OutOfBudgetError as error:
        return Comparison(None, reason=f"the search was ended: {error}")
    if found is None:
        return Comparison(new_access=False)
    if not permits(new, found) or permits(old, found):
        return Comparison(None, found, "the request that was found is not confirmed")
    return Comparison(new_access=True, witness=found)


def _search(old: Document, new: Document, kind: str) -> Request | None:
    allowing, denying = merged(_of(new, "Allow")), merged(_of(new, "Deny"))
    before, forbidden = merged(_of(old, "Allow")), merged(_of(old, "Deny"))
    statements = [*allowing, *denying, *before, *forbidden]
    problem = Problem(statements)
    ways = [([allowing], [*denying, *before]), *([([allowing, forbidden], denying)] if forbidden else [])]
    left: OpenVariablesError | None = None
    for asker in _askers(statements, kind):
        for groups, blockers in ways:
            try:
                found = problem.solve(asker, groups, blockers)
            except OpenVariablesError as error:
                left = error
                continue
            if found is not None:
                return found
    if left:
        raise left
    return None


def merged(statements: Iterable[Statement]) -> list[Statement]:
    """The statements, those that differ only in their resources as one: large policies are made of such."""
    found: dict[Statement, dict[str, None]] = {}
    for one in statements:
        shape = replace(one, number=0, sid="", resources=None if one.resources is None else ())
        found.setdefault(shape, {}).update(dict.fromkeys(one.resources or ()))
    return [
        shape if shape.resources is None else replace(shape, resources=tuple(texts)) for shape, texts in found.items()
    ]


def _askers(statements: Sequence[Statement], kind: str) -> Iterator[Asker]:
    yield from holders(statements) if kind == "identity" else everybody(statements)


def _of(document: Document, effect: str) -> list[Statement]:
    return [one for one in document.statements if one.effect == effect]


def permits(document: Document, request: Request) -> bool:
    """Whether a document by itself allows a request and does not deny it."""
    return _any(_of(document, "Allow"), request) and not _any(_of(document, "Deny"), request)


def _any(statements: Iterable[Statement], request: Request) -> bool:
    return any(_names(one, request) and means(one, request) for one in statements)


def _names(statement: Statement, request: Request) -> bool:
    if statement.principals is None and statement.not_principals is None:
        return True
    return names(statement, request) > Grant.NONE
