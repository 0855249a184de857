"""What an expression can read beside the document: its rule's parameters and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """`params` is what `param('name')` answers from; `now` is the snapshot's time, never the clock's.

    A `now` without a time zone is taken as UTC.
    """

    params: Mapping[str, Any]
    now: datetime


def instant(text: str) -> datetime:
    """The moment that an ISO 8601 text names, in UTC; without a time zone it is taken as UTC.

    Raises `ValueError` on other text, and on a moment that UTC's calendar does not hold.
    """
    moment = datetime.fromisoformat(text)
    try:
        return in_utc(moment)
    except OverflowError:
        message = f"out of the calendar: {text!r}"
        raise ValueError(message) from None


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
