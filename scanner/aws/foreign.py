"""Recorded answers in the forms that other tools give them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scanner.aws.normalise import iso

_MOMENT = ("year", "month", "day", "hour", "minute", "second")


def unwrapped(answer: Any) -> Any:
    """The answer in what placebo keeps (`{"status_code": 200, "data": {…}}`), its dates as text; others as they are.

    https://github.com/garnaat/placebo
    """
    if isinstance(answer, dict) and answer.keys() == {"status_code", "data"} and isinstance(answer["data"], dict):
        return _dated(answer["data"])
    return answer


def _dated(value: Any) -> Any:
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("__class__") == "datetime":
        try:
            year, month, day, hour, minute, second = (int(value.get(name, 0)) for name in _MOMENT)
            return iso(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
        except (TypeError, ValueError):
            return None
    return {name: _dated(item) for name, item in value.items()}


def owned(page: dict[str, Any], account: str) -> dict[str, Any]:
    """A page without what others own, of an answer that was given without asking for one's own alone."""
    return {
        name: [item for item in value if not _of_another(item, account)] if isinstance(value, list) else value
        for name, value in page.items()
    }


def _of_another(item: Any, account: str) -> bool:
    return isinstance(item, dict) and item.get("OwnerId", account) != account
