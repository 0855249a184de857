"""What collectors ask for: a snapshot keeps it, so that a later version knows what the file cannot tell.

A member that nobody asked for is absent from a resource like one that AWS left out, and that means "not
set". So the file names the members that its collectors could give; what this version's could give
beyond them is not known of its resources. `asked.json` is this version's, made by `python -m scanner.aws.asked`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from scanner.model import Gap, Resource, Unknown, Why, pointer

Asked: TypeAlias = Mapping[str, Sequence[str]]
"""By type: the members of `config` that collectors can give."""

_FILE = Path(__file__).with_name("asked.json")
_OLDER = Unknown(Why.NOT_COLLECTED, message="the version that wrote this snapshot did not ask for it: collect again")
_KEPT = ("live", "recording")


@cache
def current() -> str:
    """What this version's collectors give, as a snapshot keeps it."""
    return _FILE.read_text(encoding="utf-8")


def botocore() -> str:
    """The version of botocore that `current` was told by."""
    return str(json.loads(current())["botocore"])


def read(kept: str) -> Asked:
    """The members by type of what a snapshot keeps. Raises `ValueError`, `KeyError` or `TypeError` on foreign data."""
    types: dict[str, dict[str, Any]] = json.loads(kept)["types"]
    return {type_: _names([*given["own"], *given["other"]]) for type_, given in types.items()}


def lacking(kept: str | None) -> dict[str, tuple[str, ...]]:
    """By type: what this version's collectors give and those of a file did not. Raises as `read`.

    A file that does not tell (`None`) was written before files did: what has a call of its own is in
    every resource that was asked for it, so of that `mark` sees which was not.
    """
    if kept is None:
        types = json.loads(current())["types"]
        return {type_: tuple(given["own"]) for type_, given in types.items()}
    return {} if kept == current() else beyond(read(kept))


def beyond(then: Asked) -> dict[str, tuple[str, ...]]:
    """By type: what this version's collectors give and those that gave `then` did not."""
    found = {type_: tuple(sorted({*now} - {*then.get(type_, ())})) for type_, now in read(current()).items()}
    return {type_: members for type_, members in found.items() if members}


def mark(resource: Resource, members: Iterable[str]) -> Resource:
    """The resource, in which these members are not known unless it holds them or says why not."""
    if resource.origin.kind in _KEPT and "" not in resource.unknown:
        for member in members:
            if member not in resource.config and (at := pointer(member)) not in resource.unknown:
                resource.unknown[at] = _OLDER
    return resource


def gap(types: Iterable[str]) -> Gap:
    """That resources of these types lack what this version reads."""
    message = "an older version wrote this snapshot and did not ask for all that rules read: collect again"
    return Gap(*("", "", "", "", ""), reason=Why.NOT_COLLECTED, resource_types=tuple(types), message=message)


def _names(members: Sequence[Any]) -> Sequence[str]:
    if not all(isinstance(member, str) for member in members):
        raise ValueError("not names of members")
    return members
