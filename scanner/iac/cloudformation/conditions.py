"""Conditions in three values: true, false, or not decided by the template and the given parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.iac.cloudformation.budget import Budget
from scanner.iac.cloudformation.holes import Hole

Truth = bool | None
"""`None`: only the deploy decides."""


class Conditions:
    """A template's conditions under assumptions.

    `assume` holds conditions taken as decided: a resource is judged as if it existed, so its own
    condition holds inside it. `resolve` gives the value of the two sides of `Fn::Equals`.
    """

    def __init__(
        self, table: Mapping[str, Any], assume: Mapping[str, bool], resolve: Callable[[Any], Any], budget: Budget
    ) -> None:
        self._table = table
        self._known: dict[str, Truth] = dict(assume)
        self._resolve = resolve
        self._budget = budget

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
        name, argument = next(iter(node.items())) if isinstance(node, dict) and len(node) == 1 else ("", None)
        with self._budget:
            if name == "Condition":
                return self.truth(argument)
            parts = argument if isinstance(argument, list) else []
            if name == "Fn::Equals" and len(parts) == 2:
                return self._equals(*parts)
            return _combine(name, [self._eval(part) for part in parts])

    def _equals(self, first: Any, second: Any) -> Truth:
        """`Fn::Equals` compares text, case and all. Two unknown sides are equal if they are the same one."""
        left, right = self._resolve(first), self._resolve(second)
        if isinstance(left, Hole) and isinstance(right, Hole):
            return True if left.token and left.token == right.token else None
        if isinstance(left, Hole | list | dict) or isinstance(right, Hole | list | dict):
            return None
        return text_of(left) == text_of(right)


def _combine(name: str, parts: list[Truth]) -> Truth:
    """Kleene's `Fn::And`, `Fn::Or` and `Fn::Not`; undecided for anything else."""
    if name == "Fn::Not":
        return None if len(parts) != 1 or parts[0] is None else not parts[0]
    if name not in ("Fn::And", "Fn::Or") or not parts:
        return None
    decisive = name == "Fn::Or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def implied(table: Mapping[str, Any], name: str) -> dict[str, bool]:
    """All that holds if the named condition holds: the parts of an `And`, the inverse under a `Not`."""
    found: dict[str, bool] = {}
    waiting: list[tuple[Any, bool]] = [({"Condition": name}, True)]
    while waiting:
        node, truth = waiting.pop()
        function, argument = next(iter(node.items())) if isinstance(node, dict) and len(node) == 1 else ("", None)
        parts = argument if isinstance(argument, list) else []
        if function == "Condition" and isinstance(argument, str) and argument not in found:
            found[argument] = truth
            waiting.append((table.get(argument), truth))
        elif function == "Fn::Not" and len(parts) == 1:
            waiting.append((parts[0], not truth))
        elif function == ("Fn::And" if truth else "Fn::Or"):
            waiting += [(part, truth) for part in parts]
    return found


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it where text is wanted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
