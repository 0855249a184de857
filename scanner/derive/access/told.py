"""Facts that are a list of what the statements of one policy tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from scanner.derive.access.policy import PolicyStatement, PolicyStatements, policy_statements
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind
from scanner.derive.node import Node
from scanner.model import Partial, Unknown

Told: TypeAlias = "tuple[Mapping[str, Any], Maybe]"
"""An element's members, and whether it is there."""

Tell: TypeAlias = Callable[[PolicyStatement, PolicyStatements], Iterable["Told | Unknown"]]
"""What one statement, among the others, tells; an `Unknown` says why it may tell more."""


def told_by_statements(document: Node, tell: Tell) -> Partial:
    """The elements of all statements, each with the statement's `sid` and `source`.

    The list is open where a statement or what it tells is not known, and unknown with the whole document.
    """
    statements = policy_statements(document)
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        place = {"sid": statement.node.member("Sid"), "source": statement.node.path}
        for one in tell(statement, statements):
            if isinstance(one, Unknown):
                elements.open(one)
            else:
                elements.add({**one[0], **place}, one[1])
    return fact
