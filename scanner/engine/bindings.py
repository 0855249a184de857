"""Rules with their parameters bound: one binding for the project's values, one for each framework's own."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scanner.complying.binding import differing, of_framework
from scanner.engine.evaluate import Binding
from scanner.engine.rules import Loaded, RuleSet, parameter_bindings
from scanner.errors import UsageError
from scanner.model import Rule, canonical


def bind(
    ruleset: RuleSet, overrides: Mapping[str, Mapping[str, Any]], frameworks: Collection[str] = ()
) -> list[Binding]:
    """Every distinct binding in use. `overrides` replace defaults by rule id.

    Those under `*` are for every rule that has the parameter, unless its own say otherwise. With `frameworks`,
    the bindings are those that these ask for, and no other. Raises `UsageError` for a parameter that a rule does not
    have; a rule that is not selected is no error.
    """
    return [binding for one in ruleset for binding in _bindings(one, overridden(one.rule, overrides), frameworks)]


def overridden(rule: Rule, overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What replaces a rule's defaults."""
    shared = {name: value for name, value in overrides.get("*", {}).items() if name in rule.params}
    return {**shared, **overrides.get(rule.id, {})}


def own_values(rule: Rule, overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A project's parameters of a rule, where they are not its defaults."""
    return differing(rule.params, overridden(rule, overrides))


def _bindings(one: Loaded, override: Mapping[str, Any], frameworks: Collection[str]) -> Iterator[Binding]:
    rule = one.rule
    for name in override:
        if name not in rule.params:
            near = get_close_matches(name, rule.params, 1)
            known = ", ".join(rule.params) or "it has none"
            hint = f"Did you mean {near[0]}?" if near else f"Its parameters: {known}"
            raise UsageError(f"the rule {rule.id} has no parameter {name!r}", hint=hint)
        _check(rule.id, name, override[name], rule.params[name])
    own = differing(rule.params, override)
    wanted = [of_framework(rule.params, own, params) for params in parameter_bindings(rule, frameworks or None)]
    if not frameworks:
        # the project's values stand for the defaults; what a framework binds stays beside them
        wanted[0] = own
    for bound in {canonical(each): each for each in wanted}.values():
        yield Binding(rule, one.when, one.expect, {**rule.params, **bound}, bound, one.condition)


_KINDS = ((bool, "true or false"), ((int, float), "a number"), (str, "a string"), (list, "a list"), (dict, "a table"))


def _check(rule_id: str, name: str, value: Any, default: Any) -> None:
    """Refuse a value of another kind than the default's: compared with it, a rule would always fail or pass."""
    kind, wanted = _kind(value), _kind(default)
    if not kind or (wanted and kind != wanted):
        message = f"the parameter {name} of {rule_id} must be {wanted or 'a value that JSON knows'}"
        raise UsageError(message, hint=f"Its default is {json.dumps(default)}")


def _kind(value: Any) -> str:
    """What a value is, in words; what JSON cannot hold has none, nor has null."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return ""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "")
