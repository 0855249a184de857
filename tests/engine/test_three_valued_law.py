"""The law: what is decided on a partial document holds on every completion that gives a value."""

from __future__ import annotations

import os
from random import Random

import pytest
import strategies as s
from hypothesis import given, settings
from strategies_expressions import MAKERS

from scanner.engine.expression import parse

quick = settings(derandomize=True, max_examples=120, database=None)


def holds(rng, name):
    violation = s.judged(rng, MAKERS[name]).violation()
    assert not violation, violation


@quick
@given(s.randoms)
def test_random_expressions(rng):
    holds(rng, "anything")


@quick
@given(s.randoms)
def test_random_rules(rng):
    """What rules look like: conditions joined, and counts of filtered lists."""
    holds(rng, rng.choice(["and", "or", "counted", "filter", "equality", "contains()"]))


@pytest.mark.parametrize("name", MAKERS)
def test_each_operator_and_function(name):
    rng = Random(name)
    for _ in range(120):
        holds(rng, name)


@pytest.mark.slow
def test_many_more():
    rng = Random(os.environ.get("SEED", "many"))
    for _ in range(100_000):
        holds(rng, rng.choice(sorted(MAKERS)))


def test_share_of_decided_cases():
    """The law would hold if nothing were ever decided; so much is."""
    counts = dict.fromkeys(("cases", "decided", "agreed", "found"), 0)
    rng = Random("share")
    for _ in range(2000):
        case = s.judged(rng, MAKERS[rng.choice(sorted(MAKERS))], completions=12)
        if case.raised or not case.valued or not s.touched(parse(case.source), case.partial):
            continue
        counts["cases"] += 1
        counts["decided"] += case.decided
        if len(case.truths) == 1:  # twelve completions agree, which is no proof that all would
            counts["agreed"] += 1
            counts["found"] += case.decided
    print(  # noqa: T201 - the figure is the point
        f"{counts['decided']} of {counts['cases']} cases that see an unknown are decided; "
        f"{counts['found']} of {counts['agreed']} on which twelve completions agree"
    )
    assert counts["cases"] > 250
    assert counts["decided"] > 0.35 * counts["cases"]
    assert counts["found"] > 0.5 * counts["agreed"]
