"""Sealing a snapshot's content: ordered, compressed, the same bytes for the same content."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.model import Resource, Reused, Shard, canonical
from scanner.snapshot import asked, rows
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.schema import head

FORMAT = "aws-posture-export/1"
_GZIP = b"\x1f\x8b"
_LIMIT = 2 << 30
"""Characters that an export may inflate to; a foreign file must not fill the machine."""
_LINE = 64 << 20
"""Characters of a line; the largest policy or security group stays far under it."""


def is_export(path: Path) -> bool:
    """Whether the file is gzip, as exports are. Raises `OSError`."""
    return head(path, len(_GZIP)) == _GZIP


def lines(snapshot: Snapshot) -> Iterator[str]:
    """One JSON array a line: header, what was reused, what was asked for, listings, gaps, then resources, in order."""
    yield canonical(["format", FORMAT, snapshot.taken_at, snapshot.source])
    if old := snapshot.reused:
        yield canonical(["reused", old.shards, old.total, old.oldest])
    if snapshot.asked is not None:
        given = asked.read(snapshot.asked)
        yield from (canonical(["asked", type_, *given.get(type_, ())]) for type_ in snapshot.listed_types())
    for type_ in snapshot.listed_types():
        for account, region, why in snapshot.listings(type_):
            yield canonical(["listing", type_, account, region, rows.unknown_text(why)])
    for gap in snapshot.gaps:
        yield canonical(["gap", rows.gap_text(gap)])
    for type_ in snapshot.types():
        for resource in snapshot.of(type_):
            yield canonical(["resource", *rows.resource_row(resource)])


def seal(snapshot: Snapshot, out: io.BufferedIOBase) -> int:
    """Write the export and return the number of lines. No clock, no name of a file is in it."""
    count = 0
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        for line in lines(snapshot):
            packed.write(line.encode() + b"\n")
            count += 1
    return count


def load(path: Path) -> MemoryInventory:
    """Read an export. Raises `InputError` with the line that is wrong."""
    content = _Content()
    header: list[Any] = []
    reused: Reused | None = None
    read = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(iter(partial(file.readline, _LINE), ""), 1):
                read += len(line)
                if read > _LIMIT or len(line) == _LINE:
                    raise _broken(path, number, "it inflates to more than an export holds")
                entry = json.loads(line)
                if number == 1:
                    header = _header(path, entry)
                elif number == 2 and entry[0] == "reused":
                    reused = _reused(*entry[1:])
                else:
                    content.take(entry)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(f"this export cannot be read ({error})", where=str(path), hint="Export it again") from error
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise _broken(path, number, repr(error)[:120]) from error
    if not header:
        raise _broken(path, 1, "it is empty")
    return MemoryInventory(content.all_shards(), taken_at=header[2], source=header[3], reused=reused)


def _header(path: Path, entry: Any) -> list[Any]:
    if not (isinstance(entry, list) and len(entry) == 4 and entry[:2] == ["format", FORMAT]):
        raise _broken(path, 1, f"the first line must name the format {FORMAT}")
    rows.moment_from(entry[2])
    rows.source_from(entry[3])
    return entry


def _reused(shards: Any, total: Any, oldest: Any) -> Reused:
    if not (type(shards) is type(total) is int and 0 < shards <= total):
        raise ValueError("not counts of shards")
    return Reused(shards, total, rows.moment_from(oldest))


class _Content:
    """The entries of an export, brought together by place."""

    def __init__(self) -> None:
        self._shards: dict[tuple[str, str], Shard] = {}
        self._asked: dict[str, list[str]] | None = None
        self._older: set[str] = set()

    def take(self, entry: list[Any]) -> None:
        """One more entry. Raises `ValueError`, `KeyError` or `TypeError` on foreign data."""
        kind = entry[0]
        if kind == "listing":
            _, type_, account, region, text = rows.texts(entry)
            self._shard(account, region).listed[type_] = rows.unknown_from(text)
        elif kind == "gap":
            gap = rows.gap_from(entry[1])
            self._shard(gap.account, gap.region).gaps.append(gap)
        elif kind == "resource":
            self._resource(rows.resource_from(entry[1:]))
        elif kind == "asked":
            _, type_, *members = rows.texts(entry)
            self._asked = {**(self._asked or {}), type_: members}
        else:
            raise ValueError(f"unknown entry {kind!r}")

    def all_shards(self) -> Iterable[Shard]:
        """The shards, with a gap for what an older version did not ask for."""
        if self._asked is not None and self._older:
            gap = asked.gap(sorted(self._older))
            shard = self._shard("", "")
            shard.gaps += [] if gap in shard.gaps else [gap]
        return self._shards.values()

    def _resource(self, resource: Resource) -> None:
        if lacks := self._lacking.get(resource.type):
            self._older.add(resource.type)
            asked.mark(resource, lacks)
        self._shard(resource.account, resource.region).resources.append(resource)

    @cached_property
    def _lacking(self) -> Mapping[str, Iterable[str]]:
        return asked.lacking(None) if self._asked is None else asked.beyond(self._asked)

    def _shard(self, account: str, region: str) -> Shard:
        return self._shards.setdefault((account, region), Shard(account, region, ""))


def _broken(path: Path, line: int, what: str) -> InputError:
    return InputError(f"this is not an export of aws-posture: {what}", where=f"{path}:{line}", hint="Export it again")
