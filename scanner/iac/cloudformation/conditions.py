"""Conditions in three values: true, false, or not decided by the template and the given parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.iac.cloudformation.holes import Hole

Truth = bool | None
"""`None`: only the deploy decides."""


class Conditions:
    """A template's conditions under assumptions.

    `assume` holds conditions taken as decided: a resource is judged as if it existed, so its own
    condition holds inside it. `resolve` gives the value of the two sides of `Fn::Equals`.
    """

    def __init__(self, table: Mapping[str, Any], assume: Mapping[str, bool], resolve: Callable[[Any], Any]) -> None:
        self._table = table
        self._known: dict[str, Truth] = dict(assume)
        self._resolve = resolve

    def truth(self, name: Any) -> Truth:
        """Whether a condition of that name holds. A condition that refers to itself is undecided."""
        if not isinstance(name, str):
            return None
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self._eval(self._table.get(name))
        return self._known[name]

    def _eval(self, node: Any) -> Truth:
        """The truth of a condition's expression."""
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict) or len(node) != 1:
            return None
        ((name, argument),) = node.items()
        if name == "Condition":
            return self.truth(argument)
        if not isinstance(argument, list):
            return None
        if name == "Fn::Equals":
            return self._equals(argument)
        if name not in ("Fn::And", "Fn::Or", "Fn::Not"):
            return None
        parts = [self._eval(part) for part in argument]
        if name == "Fn::Not":
            return None if len(parts) != 1 or parts[0] is None else not parts[0]
        decisive = name == "Fn::Or"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive

    def _equals(self, sides: list[Any]) -> Truth:
        """`Fn::Equals` compares text, case and all."""
        if len(sides) != 2:
            return None
        left, right = (self._resolve(side) for side in sides)
        if isinstance(left, Hole) or isinstance(right, Hole):
            same = isinstance(left, Hole) and isinstance(right, Hole) and bool(left.token) and left.token == right.token
            return True if same else None
        if isinstance(left, list | dict) or isinstance(right, list | dict):
            return None
        return text_of(left) == text_of(right)


def implied(table: Mapping[str, Any], name: str) -> dict[str, bool]:
    """All that holds if the named condition holds: the parts of an `And`, the inverse under a `Not`."""
    found: dict[str, bool] = {}
    _imply(table, {"Condition": name}, found, truth=True)
    return found


def _imply(table: Mapping[str, Any], node: Any, found: dict[str, bool], *, truth: bool) -> None:
    """Add what follows from `node` being true or false."""
    if not isinstance(node, dict) or len(node) != 1:
        return
    ((name, argument),) = node.items()
    if name == "Condition" and isinstance(argument, str):
        if argument not in found:
            found[argument] = truth
            _imply(table, table.get(argument), found, truth=truth)
    elif name == "Fn::Not" and isinstance(argument, list) and len(argument) == 1:
        _imply(table, argument[0], found, truth=not truth)
    elif name == ("Fn::And" if truth else "Fn::Or") and isinstance(argument, list):
        for part in argument:
            _imply(table, part, found, truth=truth)


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it where text is wanted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
