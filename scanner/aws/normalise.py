"""From AWS's answers to what is kept of them: JSON, dates in ISO 8601, unordered lists sorted."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import unquote

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import parse_timestamp

from scanner.model import canonical

TAG_MEMBERS = frozenset({"Tags", "TagSet", "TagList", "tags"})
"""Where services put the tags of what they list."""

_DEEPEST = 100
_DEEP = "it is nested too deeply"


def plain(value: Any) -> Any:
    """What botocore gives as Python, as JSON: dates as `2026-11-24T01:02:03Z`, bytes in base64.

    Half of a surrogate pair, which no file can hold, becomes a replacement character.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    return value


def iso(moment: datetime) -> str:
    """A moment in UTC with seconds; one without a zone is taken as UTC, as AWS means it."""
    zoned = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return zoned.strftime("%Y-%m-%dT%H:%M:%SZ") if zoned.year >= 1000 else zoned.isoformat()


def shaped(value: Any, shape: Shape | None) -> Any:
    """A recorded answer with what stands at its shape's timestamps brought into our form.

    Members that the shape does not know stay as they are, as does what was judged of a secret. Raises
    `ValueError` where a list or a structure should be and is not: read leniently, it would pass for an
    empty one.
    """
    if value is None or shape is None or (isinstance(value, dict) and value.get("redacted") is True):
        return value
    if isinstance(shape, StructureShape):
        if isinstance(value, dict):
            return {key: shaped(item, shape.members.get(key)) for key, item in value.items()}
    elif isinstance(shape, MapShape):
        if isinstance(value, dict):
            return {key: shaped(item, shape.value) for key, item in value.items()}
    elif isinstance(shape, ListShape):
        if isinstance(value, list):
            return [shaped(item, shape.member) for item in value]
        inside = shape.member.members if isinstance(shape.member, StructureShape) else {}
        if isinstance(value, dict) and not inside.keys().isdisjoint(value):
            return [shaped(value, shape.member)]  # who turns XML into JSON sees no list in a single element
    elif not isinstance(value, list):
        return _moment(value) if shape.type_name == "timestamp" else value
    message = f"a {shape.type_name} should be where {str(value)[:40]!r} is"
    raise ValueError(message)


def _moment(value: Any) -> Any:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    try:
        moment: Any = value  # the stubs know of strings only
        return iso(parse_timestamp(moment))
    except (ValueError, OverflowError, OSError, RuntimeError):  # the last is how botocore says it of huge numbers
        return value  # not a date after all: it stays as it was recorded


def tidy(
    value: Any,
    ordered: Collection[str],
    volatile: Collection[str] = (),
    *,
    documents: Collection[str] = (),
    keep: bool = False,
) -> Any:
    """A value with every list sorted by canonical JSON, but for those under the members `ordered`,
    without the members `volatile`, and with the members `documents` parsed and otherwise left alone.
    """
    if isinstance(value, dict):
        return {
            key: policy(item)
            if key in documents
            else tidy(item, ordered, volatile, documents=documents, keep=key in ordered)
            for key, item in value.items()
            if key not in volatile
        }
    if isinstance(value, list):
        items = [tidy(item, ordered, volatile, documents=documents) for item in value]
        return items if keep else sorted(items, key=canonical)
    return value


def tags(value: Any) -> dict[str, str]:
    """The map of a list of tags, whichever way the service names key and value."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        found = {str(key): str(item) for key, item in value.items()}
    for tag in value if isinstance(value, list) else ():
        if isinstance(tag, Mapping):
            key = _first(tag, ("Key", "TagKey", "key"))
            if isinstance(key, str):
                found[key] = str(_first(tag, ("Value", "TagValue", "value")) or "")
    return dict(sorted(found.items()))


def tagged(item: Mapping[str, Any]) -> dict[str, str]:
    """The tags of what a service lists, wherever it puts them."""
    return tags(next((item[name] for name in sorted(TAG_MEMBERS) if item.get(name)), None))


def _first(tag: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((tag[name] for name in names if name in tag), None)


def policy(value: Any) -> Any:
    """A policy document as JSON; one that does not parse stays the string it is.

    IAM gives documents percent-encoded (https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html).
    """
    if not isinstance(value, str):
        return value
    try:
        return document(unquote(value) if value.startswith("%7B") else value)
    except ValueError:
        return value


def document(text: str | bytes) -> Any:
    """JSON from outside. Raises `ValueError` for what is no JSON, or nested deeper than AWS ever does."""
    try:
        found = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(_DEEP) from error
    layer: list[Any] = [found]
    for _ in range(_DEEPEST):
        layer = [below for item in layer for below in _inside(item)]
        if not layer:
            return plain(found)
    raise ValueError(_DEEP)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


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
