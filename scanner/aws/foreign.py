"""Recorded answers in the forms that other tools give them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from scanner.aws.normalise import iso

_PUBLISHERS = ("amazon", "aws-marketplace", "self")
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


def owned(page: dict[str, Any], owner: str, account: str) -> dict[str, Any]:
    """A page without what others own, as the member `owner` tells, of an answer that was not about one's own alone.

    Where all is somebody's who is not the account, the recording calls the account otherwise: it is all its own.
    """
    return {name: _own(value, owner, account) if isinstance(value, list) else value for name, value in page.items()}


def _own(items: list[Any], owner: str, account: str) -> list[Any]:
    owners = {item.get(owner) for item in items if isinstance(item, dict)} - {None}
    if len(owners) == 1 and all(isinstance(one, str) and one.lower() not in _PUBLISHERS for one in owners):
        return items
    return [item for item in items if not isinstance(item, dict) or item.get(owner, account) == account]


def at_home(page: dict[str, Any], region: str, others: Collection[str]) -> dict[str, Any]:
    """A page without what has its home in another of the recorded regions, where it is read."""
    return {
        name: [item for item in value if not _elsewhere(item, region, others)] if isinstance(value, list) else value
        for name, value in page.items()
    }


def _elsewhere(item: Any, region: str, others: Collection[str]) -> bool:
    home = item.get("HomeRegion") if isinstance(item, dict) else None
    return isinstance(home, str) and home != region and home in others
