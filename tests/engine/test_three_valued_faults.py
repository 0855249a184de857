"""Bugs that one could well write, planted in the three-valued evaluator: the law's check finds each."""

from __future__ import annotations

from random import Random

import pytest
import strategies as s
from faults_documents import DOCUMENTS
from faults_syntax import SYNTAX
from faults_values import VALUES

PLANTED = DOCUMENTS | SYNTAX | VALUES

CASES = 4000
"""Tries before a fault counts as missed; most are found within fifty."""


def _tries(fault, most=CASES):
    """How many cases it took to find the fault, or nothing."""
    rng = Random(fault.__name__)
    for count in range(1, most + 1):
        made = PLANTED[fault](rng, 2)
        source, partial = made if isinstance(made, tuple) else (made, None)
        if s.judged(rng, lambda _rng, _depth, text=source: text, partial).violation():
            return count
    return None


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.__name__)
def test_the_law_finds(fault, monkeypatch):
    with monkeypatch.context() as planted:
        fault(planted)
        found = _tries(fault)
    assert found, "the planted fault was not found"
    assert not _tries(fault, found), "the same cases break the law without the fault"
