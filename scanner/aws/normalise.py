"""From AWS's answers to what is kept of them: JSON, dates in ISO 8601, unordered lists sorted."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import parse_timestamp

from scanner.model import canonical


def plain(value: Any) -> Any:
    """What botocore gives as Python, as JSON: dates as `2026-11-24T01:02:03Z`, bytes in base64."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def iso(moment: datetime) -> str:
    """A moment in UTC with seconds; one without a zone is taken as UTC, as AWS means it."""
    zoned = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return zoned.strftime("%Y-%m-%dT%H:%M:%SZ") if zoned.year >= 1000 else zoned.isoformat()


def dated(value: Any, shape: Shape | None) -> Any:
    """A recorded answer with whatever stands at its shape's timestamps brought into our form."""
    if isinstance(value, dict) and isinstance(shape, StructureShape):
        return {key: dated(item, shape.members.get(key)) for key, item in value.items()}
    if isinstance(value, dict) and isinstance(shape, MapShape):
        return {key: dated(item, shape.value) for key, item in value.items()}
    if isinstance(value, list) and isinstance(shape, ListShape):
        return [dated(item, shape.member) for item in value]
    if shape is not None and shape.type_name == "timestamp" and isinstance(value, str | int | float):
        return _moment(value)
    return value


def _moment(value: Any) -> Any:
    try:
        return iso(parse_timestamp(value))
    except (ValueError, OverflowError, OSError):
        return value  # not a date after all: it stays as it was recorded


def tidy(value: Any, ordered: Collection[str], volatile: Collection[str] = (), *, keep: bool = False) -> Any:
    """A value with every list sorted by canonical JSON, but for those under the members `ordered`,
    and without the members `volatile`.
    """
    if isinstance(value, dict):
        return {
            key: tidy(item, ordered, volatile, keep=key in ordered)
            for key, item in value.items()
            if key not in volatile
        }
    if isinstance(value, list):
        items = [tidy(item, ordered, volatile) for item in value]
        return items if keep else sorted(items, key=canonical)
    return value


def tags(value: Any) -> dict[str, str]:
    """The map of a list of tags, whichever way the service names key and value."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        found = {str(key): str(item) for key, item in value.items()}
    for tag in value if isinstance(value, list) else ():
        if isinstance(tag, Mapping):
            key = tag.get("Key", tag.get("TagKey"))
            if isinstance(key, str):
                found[key] = str(tag.get("Value", tag.get("TagValue", "")))
    return dict(sorted(found.items()))


def policy(value: Any) -> Any:
    """A policy document as JSON; one that does not parse stays the string it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return value


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is not JSON"
    raise ValueError(message)


def location(value: Any) -> Any:
    """The region that a bucket's location constraint means.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    return (
        {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(value, value)
        if not isinstance(value, dict | list)
        else value
    )
