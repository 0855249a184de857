"""The answer of `posture reach exposed` as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.render.reach import packet, row, short, stage
from scanner.render.text import printable


def text(answer: Mapping[str, Any]) -> str:
    """`answer` is as the command writes it in JSON."""
    return "".join(f"{printable(line)}\n" for line in _lines(answer))


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    found, unknown = answer["exposed"], answer["unknown"]
    doubts = f", {len(unknown)} not known" if unknown else ""
    yield f"the internet reaches {len(found)} of {answer['checked']} ends{doubts}"
    for one in found:
        yield ""
        yield _named(one)
        yield from (f"  {row(each)}" for each in one["packets"])
        yield f"  for example {packet(one['witness'])}, through {', '.join(one['via'])}"
    if unknown:
        yield ""
        yield "Not known:"
    for one in unknown:
        yield f"  {_named(one)}"
        yield from (f"    {stage(each)}{_call(each)}" for each in one["reasons"][:2])
    if answer["near_misses"]:
        yield ""
        yield "Open but for one thing:"
    for one in answer["near_misses"]:
        back = " (on the way back)" if one["blocked_by"]["way"] == "back" else ""
        yield f"  {_named(one)}: {stage(one['blocked_by'])}{back}"
        yield from (f"    {row(each)}" for each in one["packets"])


def _named(one: Mapping[str, Any]) -> str:
    name = f" ({one['name']})" if one["name"] else ""
    return f"{short(one['type'])} {one['resource']}{name}"


def _call(one: Mapping[str, str]) -> str:
    return f" ({one['operation']} needs {one['permission']})" if one.get("permission") and one.get("operation") else ""
