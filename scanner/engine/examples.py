"""Running the examples that a rule carries: its tests, and its documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.engine.expression import EvaluationError
from scanner.engine.rules import Loaded
from scanner.engine.scope import Scope, instant
from scanner.engine.three_valued import Truth, truth
from scanner.model import Partial, Unknown, Verdict, Why

NOW = "2026-01-01T00:00:00Z"
"""What `now` is in examples."""


@dataclass(frozen=True, slots=True)
class Result:
    """One example: which, and what is wrong with it (empty: nothing)."""

    rule: str
    verdict: str
    index: int
    problem: str


def run(rules: Iterable[Loaded]) -> list[Result]:
    """Judge every example of every rule. Rules loaded without examples give none."""
    return [
        Result(one.rule.id, verdict, index, _problem(one, verdict, index, example))
        for one in rules
        for verdict, examples in one.rule.examples.items()
        for index, example in enumerate(examples)
    ]


def judge(one: Loaded, example: Mapping[str, Any]) -> Verdict:
    """The verdict on an example's long form. Raises `EvaluationError`."""
    unknown = {at: _unknown(reason) for at, reason in example["unknown"].items()}
    document = Partial(example["document"], unknown)
    scope = Scope({**one.rule.params, **example["params"]}, instant(NOW))
    applies = truth(one.when, document, scope) if one.when else Truth(value=True)
    if applies.value is False:
        return Verdict.NOT_APPLICABLE
    holds = truth(one.expect, document, scope) if applies.value else applies
    if holds.value is None:
        return Verdict.UNKNOWN
    return Verdict.PASS if holds.value else Verdict.FAIL


def _unknown(reason: Any) -> Unknown:
    return Unknown.from_json(reason) if isinstance(reason, dict) else Unknown(Why(reason))


def _problem(one: Loaded, verdict: str, index: int, example: Mapping[str, Any]) -> str:
    try:
        found = judge(one, example)
    except EvaluationError as error:
        return f"example {verdict}[{index}] cannot be judged: {error}"
    return "" if found == verdict else f"example {verdict}[{index}] is judged {found}"
