"""Rules with their parameters bound: one binding for the project's values, one for each framework's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scanner.engine.evaluate import Binding
from scanner.engine.rules import Loaded, RuleSet, parameter_bindings
from scanner.errors import UsageError
from scanner.model import canonical


def bind(ruleset: RuleSet, overrides: Mapping[str, Mapping[str, Any]]) -> list[Binding]:
    """Every distinct binding in use. `overrides` replace defaults by rule id.

    Raises `UsageError` for a parameter that a rule does not have; a rule that is not selected is no error.
    """
    return [binding for one in ruleset for binding in _bindings(one, overrides.get(one.rule.id, {}))]


def _bindings(one: Loaded, override: Mapping[str, Any]) -> Iterator[Binding]:
    rule = one.rule
    for name in override:
        if name not in rule.params:
            near = get_close_matches(name, rule.params, 1)
            known = ", ".join(rule.params) or "it has none"
            hint = f"Did you mean {near[0]}?" if near else f"Its parameters: {known}"
            raise UsageError(f"the rule {rule.id} has no parameter {name!r}", hint=hint)
    own = {name: value for name, value in override.items() if rule.params[name] != value}
    # the project's values stand for the defaults; what a framework binds stays beside them
    wanted = [own, *(bound for bound in parameter_bindings(rule) if bound)]
    for bound in {canonical(each): each for each in wanted}.values():
        yield Binding(rule, one.when, one.expect, {**rule.params, **bound}, bound, one.condition)
