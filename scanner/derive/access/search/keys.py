"""Is there something that a request could give for one key, so that some tests hold and others do not?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.operators import Test, Values
from scanner.derive.access.decision.patterns import Lookup
from scanner.derive.access.search.strings import Clause, exactly, glob, holds
from scanner.derive.access.search.values import Wish, value

Presence: TypeAlias = Literal["free", "always", "never"]


class Demand(NamedTuple):
    """A test that shall hold, or shall not."""

    test: Test
    holds: bool


class Room(NamedTuple):
    """What a request may give for a key: whether at all, how many values, of which form.

    `fixed` is what the request is known to give; nothing else is looked for then.
    """

    presence: Presence = "free"
    several: bool = False
    domain: tuple[Clause, ...] = ()
    likely: tuple[str, ...] = ("x",)
    fixed: Values | None = None


_EMPTY: Values = ("",)
BOOLEAN = Clause((exactly("true"), exactly("false")), inside=True)
_NOT_EMPTY = Clause((glob("?*"),), inside=True)
ARN = Clause((glob("arn:*:*:*:*:*"),), inside=True)


def choose(demands: Sequence[Demand], room: Room, lookup: Lookup | None) -> Values | None:
    """Values that fulfil all demands, `()` for a key that is absent; `None` if there are none.

    Raises `OutOfBudgetError`.
    """
    if any("${" in text for demand in demands for text in demand.test.values):
        return _chosen(demands, room, lookup)
    return _known(tuple(demands), room)


@lru_cache(8192)
def _known(demands: tuple[Demand, ...], room: Room) -> Values | None:
    """Without variables the answer is the same for every asker."""
    return _chosen(demands, room, None)


def _chosen(demands: Sequence[Demand], room: Room, lookup: Lookup | None) -> Values | None:
    if room.fixed is not None:
        return room.fixed if _fulfils(demands, room.fixed, lookup) else None
    if room.presence != "always" and _fulfils(demands, (), lookup):
        return ()
    if room.presence == "never" or not all(_may_be_present(demand) for demand in demands):
        return None
    found = _values([demand for demand in demands if demand.test.operator != "null"], room, lookup)
    quantified = any(demand.test.quantifier for demand in demands)
    for values in (found, _EMPTY if quantified else None):
        if values is not None and _fulfils(demands, values, lookup) and _lie(values, room.domain):
            return values
    return None


def _lie(values: Values, domain: Sequence[Clause]) -> bool:
    return all(holds(clause, value) for clause in domain for value in values)


def _fulfils(demands: Sequence[Demand], values: Values, lookup: Lookup | None) -> bool:
    return all(operators.holds(one.test, {one.test.key: values}, lookup) is one.holds for one in demands)


def _may_be_present(demand: Demand) -> bool:
    return (
        demand.test.operator != "null" or operators.holds(demand.test, {demand.test.key: ("x",)}, None) is demand.holds
    )


def _values(demands: Sequence[Demand], room: Room, lookup: Lookup | None) -> Values | None:
    """Every value fulfils what is asked of all of them; one is looked for for each thing asked of any of them."""
    of_all = [wish for demand in demands if (wish := _of_all(demand))]
    of_any = [wish for demand in demands if (wish := _of_any(demand))]
    # for ForAllValues and ForAnyValue, nothing but empty texts is as no value at all
    apart = (_NOT_EMPTY,) if any(demand.test.quantifier for demand in demands) else ()
    sets = [[*of_all, wish] for wish in of_any] if room.several and of_any else [[*of_all, *of_any]]
    found: list[str] = []
    for wishes in sets:
        one = value(wishes, (*room.domain, *apart), (*found, *room.likely), lookup)
        if one is None:
            return None
        found.append(one)
    return tuple(dict.fromkeys(found))


def _of_all(demand: Demand) -> Wish | None:
    """What must be true of each of the key's values."""
    test, negated = demand.test, demand.test.operator in operators.NEGATED
    if test.quantifier == "forallvalues":
        return Wish(test, not negated) if demand.holds else None
    if test.quantifier == "foranyvalue":
        return None if demand.holds else Wish(test, negated)
    return Wish(test, inside=False) if demand.holds is negated else None


def _of_any(demand: Demand) -> Wish | None:
    """What must be true of one of the key's values."""
    test, negated = demand.test, demand.test.operator in operators.NEGATED
    if test.quantifier == "forallvalues":
        return None if demand.holds else Wish(test, negated)
    if test.quantifier == "foranyvalue":
        return Wish(test, not negated) if demand.holds else None
    return None if demand.holds is negated else Wish(test, inside=True)
