"""Kleene's logic where "unknown" carries its reason: `True`, `False`, or an `Unknown`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

from scanner.model import INCOMPLETE, Unknown, Why

Maybe: TypeAlias = bool | Unknown


def either(values: Iterable[Maybe]) -> Maybe:
    """True if one is, else unknown if one is, else false."""
    reasons: list[Unknown] = []
    for value in values:
        if value is True:
            return True
        if value is not False:
            reasons.append(value)
    return weightiest(reasons) if reasons else False


def both(values: Iterable[Maybe]) -> Maybe:
    """False if one is, else unknown if one is, else true."""
    return negate(either(negate(value) for value in values))


def negate(value: Maybe) -> Maybe:
    """The opposite; unknown stays unknown."""
    return (not value) if isinstance(value, bool) else value


def weightiest(reasons: Iterable[Unknown]) -> Unknown:
    """The reason to tell where one must do: the first that makes a run incomplete, else the first.

    Raises `StopIteration` if there are none.
    """
    known = list(reasons)
    return next((reason for reason in known if reason.why in INCOMPLETE), None) or next(iter(known))


def malformed(place: str, what: str) -> Unknown:
    """That something stands there which AWS would refuse, so nothing follows from it."""
    return Unknown(Why.ERROR, message=f"{place or '/'}: {what}")


def as_kind(why: Unknown, kind: Literal["any", "more", "maybe"]) -> Unknown:
    """The same reason for another kind of place: what lies beneath, a list that it leaves open, an element in doubt."""
    return why if why.kind == kind else replace(why, kind=kind, token="")
