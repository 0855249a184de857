# ruff: noqa: T201 - printing is what a script is for
"""Compiled expressions against `jmespath.search`: run with python, optionally with the expressions as arguments.

By default on every expression in `rules/`, each on its own rule's examples.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from datetime import UTC, datetime
from pathlib import Path

import jmespath
import yaml
from jmespath.functions import Functions, signature

from scanner.assets import folder
from scanner.engine.expression import EvaluationError, parse
from scanner.engine.functions import fn_age_days, fn_between, fn_now
from scanner.engine.scope import Scope


def of_rules(root: Path):
    """(name, expression, parameters, documents)."""
    for file in sorted(root.glob("*/*.yaml")):
        rule = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if not isinstance(rule, dict) or "expect" not in rule:
            continue
        documents = [example for group in (rule.get("examples") or {}).values() for example in group]
        for part in ("when", "expect"):
            if rule.get(part):
                yield f"{file.stem} {part}", rule[part], rule.get("params") or {}, documents


def options(scope: Scope) -> jmespath.Options:
    class Ours(Functions):
        @signature({"types": ["string"]})
        def _func_param(self, name):
            return scope.params[name]

        @signature({"types": ["string", "null"]})
        def _func_age_days(self, date):
            return fn_age_days(scope, date)

        @signature({"types": ["array-number"]}, {"types": ["number"]}, {"types": ["number"]})
        def _func_between(self, values, low, high):
            return fn_between(values, low, high)

        @signature()
        def _func_now(self):
            return fn_now(scope)

    return jmespath.Options(custom_functions=Ours())


def attempt(function, document) -> bool:
    try:
        function(document)
    except (EvaluationError, ValueError, TypeError):
        return False
    return True


def main(arguments: list[str]) -> None:
    rows = [(text, text, {}, [{}]) for text in arguments] or list(of_rules(folder("rules")))
    ratios = []
    for name, source, params, documents in rows:
        scope = Scope(params, datetime(2026, 7, 1, tzinfo=UTC))
        expression, reference = parse(source), options(scope)
        slow = lambda each, s=source, o=reference: jmespath.search(s, each, o)  # noqa: E731
        fast = lambda each, e=expression, c=scope: e.search(each, c)  # noqa: E731
        usable = [each for each in documents if attempt(slow, each)]
        if not usable:
            continue
        before, after = (
            min(timeit.repeat(lambda f=f, given=usable: [f(each) for each in given], number=200, repeat=5))
            for f in (slow, fast)
        )
        ratios.append(before / after)
        print(f"{before / after:6.1f}x  {after / 200 / len(usable) * 1e6:7.2f} µs  {name}")
    if ratios:
        print(
            f"{min(ratios):.1f}x to {max(ratios):.1f}x, median {statistics.median(ratios):.1f}x, {len(ratios)} expressions"
        )
    else:
        print("no expressions")


if __name__ == "__main__":
    main(sys.argv[1:])
