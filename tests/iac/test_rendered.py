"""What the rules' examples say is said alike by the plan and the template that hold the same."""

from __future__ import annotations

import pytest
from rendering import table
from rendering.judged import Outcome, outcomes

from scanner.engine.builtin import rules_from_yaml
from scanner.engine.rules import FROM_CODE
from scanner.model import Verdict


@pytest.fixture(scope="module")
def rendered() -> list[Outcome]:
    return [found for one in rules_from_yaml() for found in outcomes(one)]


def test_no_example_is_judged_otherwise_from_code(rendered: list[Outcome]) -> None:
    """Code may tell less, never something else."""
    other = [one for one in rendered if one.verdict not in ("", one.expected, Verdict.UNKNOWN)]
    assert other == []


def test_most_of_what_can_be_written_is_judged(rendered: list[Outcome]) -> None:
    for side in ("plan", "template"):
        written = [one for one in rendered if one.side == side and one.verdict]
        same = [one for one in written if one.verdict == one.expected]
        assert len(same) > len(written) * 0.9 > 1000, side


def test_whatever_is_not_judged_has_a_reason(rendered: list[Outcome]) -> None:
    assert [one for one in rendered if one.verdict in ("", Verdict.UNKNOWN) and not one.reason] == []


def test_the_table_is_what_the_examples_show(rendered: list[Outcome]) -> None:
    """`make generated` writes it anew."""
    told = (table.RULES / FROM_CODE).read_text(encoding="utf-8")
    assert told == table.text(table.rows(rendered))
