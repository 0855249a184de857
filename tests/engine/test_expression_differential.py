"""The compiled evaluator against jmespath itself: the same value, or both none."""

from __future__ import annotations

import os
from random import Random

import jmespath
import pytest
import strategies as s
from hypothesis import given, settings
from jmespath.functions import Functions, signature
from strategies_expressions import MAKERS

from scanner.engine import functions
from scanner.engine.expression import EvaluationError, ExpressionError, parse


class Reference(Functions):
    """jmespath with our functions; its own errors are `ValueError`s."""

    @signature({"types": ["string"]})
    def _func_param(self, name):
        return s.SCOPE.params[name]

    @signature({"types": ["string", "null"]})
    def _func_age_days(self, date):
        return functions.fn_age_days(s.SCOPE, date)

    @signature({"types": ["array-number"]}, {"types": ["number"]}, {"types": ["number"]})
    def _func_between(self, values, low, high):
        return functions.fn_between(values, low, high)

    @signature()
    def _func_now(self):
        return functions.fn_now(s.SCOPE)


OPTIONS = jmespath.Options(custom_functions=Reference())


def reference(source, document):
    try:
        return True, s.spelt(jmespath.search(source, document, OPTIONS))
    except (ValueError, EvaluationError, TypeError, OverflowError, KeyError):
        return False, None


def ours(source, document):
    try:
        return True, s.spelt(parse(source).search(document, s.SCOPE))
    except EvaluationError:
        return False, None


def check(rng, maker):
    source, document = maker(rng, 3), s.document(rng)
    assert ours(source, document) == reference(source, document), (source, document)


@settings(derandomize=True, max_examples=150, database=None)
@given(s.randoms)
def test_random_expressions(rng):
    check(rng, MAKERS["anything"])


@pytest.mark.parametrize("name", MAKERS)
def test_each_operator_and_function(name):
    rng = Random(name)
    for _ in range(60):
        check(rng, MAKERS[name])


@pytest.mark.slow
def test_many_more():
    rng = Random(os.environ.get("SEED", "many"))
    for _ in range(40_000):
        check(rng, MAKERS[rng.choice(sorted(MAKERS))])


@settings(derandomize=True, max_examples=300, database=None)
@given(s.texts)
def test_any_text_is_read_or_refused(source):
    try:
        parse(source)
    except ExpressionError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right
