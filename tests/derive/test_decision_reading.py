"""The engine against a literal reading of AWS's documentation, which shares no code with it."""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest
from derive_cases import Cases
from derive_reading import decision

from scanner.derive.access.decision.simulate import simulate


def compare(seeds: range) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        case = Cases(seed).case()
        expected, found = decision(case), simulate(case)
        assert found["decision"] == expected, (
            f"seed {seed}: {expected} by the documentation\n{json.dumps(case)}\n{found}"
        )
        counts[expected] += 1
    return counts


def test_decisions_are_those_of_the_documentation() -> None:
    counts = compare(range(900))
    assert counts["Allowed"] >= 300
    assert min(counts["ExplicitlyDenied"], counts["ImplicitlyDenied"]) >= 60


@pytest.mark.slow
def test_a_great_many_decisions_are_those_of_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    counts = compare(range(1_000, 21_000))
    with capsys.disabled():
        sys.stdout.write(f"\n{counts.total()} cases without a difference: {dict(counts)}\n")
    assert counts["Allowed"] * 3 >= counts.total()
