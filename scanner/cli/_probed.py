"""How the calls that `doctor` tried are told: a line a service, and each call that was not answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.aws.probe import Outcome

UNTRIED = "not tried: no resource to ask about"
_SIGNS = {"": "✓", "unsupported": "–"}
_WORDS = {
    "": "answered",
    "denied": "denied",
    "throttled": "throttled",
    "unsupported": "not offered there",
    "error": "failed",
}


def lines(outcomes: Sequence[Outcome], *, all_calls: bool) -> Iterator[str]:
    """The lines of all outcomes in the order given, service by service."""
    from scanner.model import INCOMPLETE

    services = list(dict.fromkeys(one.call.service for one in outcomes))
    width = max(map(len, services), default=0)
    rows = _rows(outcomes)
    for service in services:
        mine = [one for one in outcomes if one.call.service == service]
        sign = "✗" if any(one.why in INCOMPLETE for one in mine) else "✓"
        yield f"{sign} {service:<{width}}  {counted(mine)}"
        yield from (f"  {rows[one]}" for one in mine if all_calls or one.why in INCOMPLETE)


def counted(outcomes: Sequence[Outcome]) -> str:
    """How many went how: the answered first."""
    counts = Counter(_WORDS[one.why] if one.tried else UNTRIED for one in outcomes)
    order = sorted(counts, key=lambda word: (word != _WORDS[""], word))
    return ", ".join(f"{counts[word]} {word}" for word in order)


def _rows(outcomes: Sequence[Outcome]) -> dict[Outcome, str]:
    """Each outcome's line, in columns."""
    calls = {one: f"{one.call.service}:{one.call.operation}" for one in outcomes}
    width = max(map(len, calls.values()), default=0)
    places = max((len(one.region) for one in outcomes), default=0)
    return {
        one: f"{_SIGNS.get(one.why, '✗') if one.tried else '–'} {call:<{width}}  {one.region:<{places}}  {_said(one)}"
        for one, call in calls.items()
    }


def _said(outcome: Outcome) -> str:
    from scanner.model import Why

    if not outcome.tried:
        return UNTRIED
    word = _WORDS[outcome.why]
    if outcome.why == Why.DENIED:
        return f"{word}: needs {outcome.call.action}"
    return f"{word}: {outcome.message}" if outcome.why == Why.ERROR else word
