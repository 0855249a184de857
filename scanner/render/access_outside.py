"""The answers of `posture access public` and `external` as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.render.text import ELLIPSIS, printable

_LONGEST = 500


def outside(answer: Mapping[str, Any], whom: str) -> str:
    """`answer` is as the commands write it in JSON; `whom` says in words who is asked about."""
    return "".join(f"{printable(line)}\n" for line in _lines(answer, whom))


def _lines(answer: Mapping[str, Any], whom: str) -> Iterator[str]:
    rows, unknown = answer["resources"], answer["unknown"]
    doubts = f", {len(unknown)} not known" if unknown else ""
    yield f"{len(rows)} of {answer['checked']} resources with a policy or a share are open to {whom}{doubts}"
    for row in rows:
        yield ""
        yield f"{row['resource']} ({row['type']})"
        for way in row["access"]:
            yield from _way(way)
    if unknown:
        yield ""
        yield "Not known:"
        for row in unknown:
            yield f"  {row['resource']}: {_reason(row['reasons'][0])}"


def _way(way: Mapping[str, Any]) -> Iterator[str]:
    witness = way["witness"]
    who = "anybody" if way["who"] == "*" else way["who"]
    if witness is None:
        yield f"  {who}: it is shared ({way['shared_by']})"
        return
    yield f"  {who}: {witness['action']} on {witness['resource']}"
    if witness["context"]:
        pairs = ", ".join(f"{key} = {' | '.join(values)}" for key, values in witness["context"].items())
        yield f"    for example in a request with {pairs}"
    for one in way["statements"]:
        name = f'"{one["sid"]}"' if one["sid"] else f"number {one['statement']}"
        yield f"    allowed by statement {name} of the {one['policy']}"
        text = json.dumps(one.get("text"), ensure_ascii=False) if one.get("text") else ""
        if text:
            yield f"      {text}" if len(text) <= _LONGEST else f"      {text[: _LONGEST - 1]}{ELLIPSIS}"


def _reason(one: Mapping[str, str]) -> str:
    call = f" ({one['operation']} needs {one['permission']})" if one.get("permission") and one.get("operation") else ""
    return f"{one.get('message') or one['why']}{call}"
