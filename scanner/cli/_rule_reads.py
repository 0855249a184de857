"""What one rule reads of an account, and what it can be judged from: for `explain` and the rules' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.engine.rules import Loaded
    from scanner.model import Rule


def calls(one: Loaded) -> list[str]:
    """The calls, each with the permission that it takes."""
    from scanner import api
    from scanner.aws.permissions import calls as needed
    from scanner.engine.rules import RuleSet

    found = needed(api.needed(RuleSet({one.rule.id: one}), paths=False))
    return [f"{call.service} {call.operation} ({call.action})" for call in found]


def inputs(rule: Rule) -> list[str]:
    """The inputs from which a built-in rule is judged, as its examples show; none of a rule of one's own."""
    from scanner.engine.from_code import JUDGED, PARTLY, SIDES, from_code

    code = from_code().get(rule.id)
    if code is None:
        return []
    lines = ["a live account, a snapshot or a recording"]
    for side, words in SIDES.items():
        how, because = code[side].how, code[side].because
        sign = "" if how == JUDGED else f", in part ({because})" if how == PARTLY else f": not ({because})"
        lines.append(f"a {words}{sign}")
    return lines
