"""A snapshot file read as an `Inventory`."""

from __future__ import annotations

import json
import os
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scanner.errors import InputError
from scanner.model import GLOBAL, Gap, Resource, Reused, Unknown, Why
from scanner.snapshot import asked, refresh, rows, schema

_COLUMNS = ", ".join(rows.RESOURCE_COLUMNS)
_ORDER = "ORDER BY type, account, region, id"
_NOT_ASKED = Unknown(Why.NOT_COLLECTED, message="this type was not asked for there")
_NOT_REACHED = Unknown(Why.ERROR, message="collecting ended before this type was read there")
_CUT_SHORT = Gap(
    *("", "", "", "", ""),
    reason=Why.ERROR,
    message="this snapshot is unfinished: repeat the command that began it, and it goes on",
)
"""The gap of a snapshot whose collecting was interrupted: what it lacks, nobody knows."""
_SHOWN = 120
_TEXT = {str}


class Snapshot:
    """A read-only handle on a snapshot file; see `scanner.model.Inventory` for what may be asked."""

    def __init__(self, path: Path | str, *, temporary: bool = False) -> None:
        """Open read-only and refuse what is not ours. `temporary`: the file goes when the handle does.

        Raises `InputError`.
        """
        self.path = Path(path)
        self._db = open_file(self.path)
        self._finalizer = weakref.finalize(self, _close, self._db, self.path if temporary else None)
        meta = {key: value for key, value in self._rows("SELECT key, value FROM meta")}  # noqa: C416 - rows of any width
        self.taken_at: str = self._decoded(rows.moment_from, meta.get("taken_at"))
        self.source: str = self._decoded(rows.source_from, meta.get("source"))
        self.finished = bool(meta.get("finished"))
        self.asked = meta.get("asked")
        self._lacking: dict[str, tuple[str, ...]] = self._decoded(asked.lacking, self.asked)
        self.gaps: Sequence[Gap] = self._read_gaps()
        shards = list(self._rows("SELECT DISTINCT account, region FROM shard ORDER BY account, region"))
        self.accounts: Sequence[str] = tuple(sorted({account for account, _ in shards} - {""}))
        self.regions: Sequence[str] = tuple(sorted({region for _, region in shards} - {GLOBAL, ""}))
        self.reused: Reused | None = self._read_reused()

    def _read_reused(self) -> Reused | None:
        query = "SELECT read_at, reused FROM shard WHERE service NOT IN (SELECT value FROM json_each(?))"
        shards = list(self._rows(query, (json.dumps(refresh.OF_RUNS),)))
        old = sorted(self._decoded(rows.moment_from, read_at) for read_at, reused in shards if reused)
        return Reused(len(old), len(shards), old[0]) if old else None

    def _read_gaps(self) -> tuple[Gap, ...]:
        """Gaps in order, once the same call was refused for the same resource."""
        texts = self._rows("SELECT DISTINCT body, account, region, service FROM gap ORDER BY 2, 3, 4, 1")
        gaps = dict.fromkeys(text for text, *_ in texts)
        own = [] if self.finished else [_CUT_SHORT]
        if self.asked is not None and (older := [type_ for type_ in self.types() if type_ in self._lacking]):
            own.append(asked.gap(older))
        return (*(self._decoded(rows.gap_from, text) for text in gaps), *own)

    def _rows(self, query: str, values: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
        """The rows of a query, all text. Raises `InputError` for a damaged file or a foreign value."""
        try:
            for row in self._db.execute(query, values):
                if set(map(type, row)) != _TEXT:
                    raise self._damaged("a value is not text")
                yield row
        except sqlite3.ProgrammingError as error:
            raise ValueError("the snapshot is closed") from error
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error

    def _decoded(self, decode: Any, data: Any) -> Any:
        try:
            return decode(data)
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(repr(error)[:_SHOWN]) from error

    def _damaged(self, what: str) -> InputError:
        return InputError(f"a row is damaged ({what})", where=str(self.path), hint="Collect it again")

    def types(self) -> Sequence[str]:
        """The types that hold at least one resource, in order."""
        # from one to the next: `DISTINCT` would read every row
        found: list[str] = []
        query = "SELECT type FROM resource WHERE type > ? ORDER BY type LIMIT 1"
        while row := next(self._rows(query, (found[-1] if found else "",)), None):
            found.append(row[0])
        return found

    def places(self, type_: str) -> Sequence[tuple[str, str]]:
        """(account, region) that hold a resource of the type, in order."""
        found: list[tuple[str, str]] = []
        query = (
            "SELECT account, region FROM resource WHERE type = ? AND (account, region) > (?, ?) "
            "ORDER BY account, region LIMIT 1"
        )
        last: tuple[str, ...] = ("", "")
        here = "SELECT account, region FROM resource WHERE type = ? AND account = '' AND region = '' LIMIT 1"
        row = next(self._rows(here, (type_,)), None)  # code may tell neither
        while row := row or next(self._rows(query, (type_, *last)), None):
            found.append((row[0], row[1]))
            last, row = row, None
        return found

    def counts(self) -> list[tuple[str, str, str, int]]:
        """(account, region, type, resources), in order; read from an index, not from the resources."""
        query = (
            "SELECT account, region, type, CAST(count(*) AS TEXT) FROM resource INDEXED BY resource_id "
            "GROUP BY account, region, type ORDER BY account, region, type"
        )
        return [(account, region, type_, int(count)) for account, region, type_, count in self._rows(query)]

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        """Resources of a type, ordered by account, region and id; streamed."""
        wheres, values = ["type = ?"], [type_]
        for column, value in (("account", account), ("region", region)):
            if value is not None:
                wheres.append(f"{column} = ?")
                values.append(value)
        query = f"SELECT {_COLUMNS} FROM resource WHERE {' AND '.join(wheres)} {_ORDER}"  # noqa: S608 - our own constants
        for row in self._rows(query, values):
            yield self._resource(row)

    def _resource(self, row: Sequence[str]) -> Resource:
        found: Resource = self._decoded(rows.resource_from, row)
        lacks = self._lacking.get(found.type)
        return asked.mark(found, lacks) if lacks else found

    def get(self, id_: str) -> Resource | None:
        """The resource with that id, else with that physical id."""
        for column in ("id", "physical_id"):
            query = f"SELECT {_COLUMNS} FROM resource WHERE {column} = ? {_ORDER} LIMIT 1"  # noqa: S608 - our own constants
            row = next(self._rows(query, (id_,)), None)
            if row:
                return self._resource(row)
        return None

    def listings(self, type_: str) -> Iterator[tuple[str, str, Unknown | None]]:
        """(account, region, why its listing is incomplete) wherever the type was asked for."""
        query = "SELECT account, region, unknown FROM listing WHERE type = ? ORDER BY account, region"
        for account, region, text in self._rows(query, (type_,)):
            yield account, region, self._decoded(rows.unknown_from, text)

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        """Why the listing of a type in one place is incomplete; `None` if it is complete."""
        query = "SELECT unknown FROM listing WHERE type = ? AND account = ? AND region = ?"
        row = next(self._rows(query, (type_, account, region)), None)
        if not row:
            return _NOT_ASKED if self.finished else _NOT_REACHED
        unknown: Unknown | None = self._decoded(rows.unknown_from, row[0])
        return unknown

    def listed_types(self) -> Sequence[str]:
        """The types that were asked for anywhere, in order."""
        return [name for (name,) in self._rows("SELECT DISTINCT type FROM listing ORDER BY type")]

    def run_record(self) -> dict[str, Any]:
        """Calls, timings and retries of the run that finished it; empty while unfinished."""
        row = next(self._rows("SELECT body FROM run"), None)
        return dict(self._decoded(json.loads, row[0])) if row else {}

    def close(self) -> None:
        """Close the file, and remove it if it was temporary."""
        self._finalizer()


def open_file(path: Path) -> sqlite3.Connection:
    """A read-only connection to a file that holds our tables and nothing else. Raises `InputError`."""
    try:
        if not schema.is_sqlite(path):
            what, hint = schema.instead(path)
            raise InputError(what, where=str(path), hint=hint)
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(path.resolve()))}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # read-only, and closed in whichever thread collects the garbage
        )
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read ({reason})", where=str(path), hint="Check the path and its rights") from error
    try:
        schema.verify(connection, path)
    except InputError:
        connection.close()
        raise
    return connection


def _close(connection: sqlite3.Connection, path: Path | None) -> None:
    connection.close()
    if path:
        path.unlink(missing_ok=True)
