"""Rules and frameworks as a report publishes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.engine.bindings import own_values
from scanner.engine.judge import Inputs
from scanner.engine.mappings import by_framework
from scanner.model import Rule


def rules(used: Mapping[str, Rule], inputs: Inputs) -> dict[str, dict[str, Any]]:
    """The rules that were run, by id, with the parameters that they were run with where these are not the defaults."""
    bound: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for binding in inputs.bindings:
        bound[binding.rule.id].append(dict(binding.bound))
    return {id_: rule_json(used[id_]) | _binding(used[id_], bound[id_], inputs) for id_ in sorted(used)}


def _binding(rule: Rule, bound: list[dict[str, Any]], inputs: Inputs) -> dict[str, Any]:
    """`bindings`, `own` and `framework_params`, each where it says something."""
    if not rule.params:
        return {}
    asked: dict[str, dict[str, Any]] = defaultdict(dict)
    for mapping in rule.frameworks:
        if mapping.params:
            asked[mapping.framework][mapping.requirement] = dict(mapping.params)
    own = own_values(rule, inputs.own)
    found = {"bindings": [] if bound == [{}] else bound, "own": own, "framework_params": dict(asked)}
    return {name: value for name, value in found.items() if value}


def frameworks(used: Mapping[str, Mapping[str, Any]], apart: Iterable[Rule]) -> dict[str, dict[str, Any]]:
    """Frameworks by id; `not_run` counts the rules that would give evidence for a requirement and were not run."""
    left: Counter[tuple[str, str]] = Counter()
    for rule in apart:
        left.update((name, id_) for name, ids in by_framework(rule).items() for id_ in ids)
    return {id_: _framework(body, left) for id_, body in sorted(used.items())}


def _framework(body: Mapping[str, Any], left: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    found = [
        {**one, "not_run": left[body["id"], one["id"]]} if (body["id"], one["id"]) in left else one
        for one in body["requirements"]
    ]
    return {**body, "requirements": found}


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as the report and `rules list` publish it: complete."""
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "service": rule.service,
        "resource": rule.resource,
        "responsibility": rule.responsibility,
        "since": rule.since,
        "covers": list(rule.covers),
        "params": rule.params,
        "when": rule.when,
        "expect": rule.expect,
        "message": rule.message,
        "why": rule.why,
        "fix": rule.fix,
        "references": list(rule.references),
        "frameworks": by_framework(rule),
    }
