"""What the rules' examples say is said alike by the plan and the template that hold the same."""

from __future__ import annotations

from rendering import table
from rendering.judged import outcomes

from scanner.engine.builtin import rules_from_yaml
from scanner.engine.rules import FROM_CODE
from scanner.model import Verdict


def test_code_says_what_the_examples_say_or_why_it_does_not() -> None:
    """All at once, for writing and reading 3,000 plans and templates takes its time."""
    rendered = [found for one in rules_from_yaml() for found in outcomes(one)]
    # Code may tell less, never something else.
    assert [one for one in rendered if one.verdict not in ("", one.expected, Verdict.UNKNOWN)] == []
    assert [one for one in rendered if one.verdict in ("", Verdict.UNKNOWN) and not one.reason] == []
    for side in ("plan", "template"):
        written = [one for one in rendered if one.side == side and one.verdict]
        same = [one for one in written if one.verdict == one.expected]
        assert len(same) > len(written) * 0.88 > 1000, side
    # `make generated` writes it anew.
    told = (table.RULES / FROM_CODE).read_text(encoding="utf-8")
    assert told == table.text(table.rows(rendered))
