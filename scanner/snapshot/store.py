"""The snapshot as one SQLite file: written a shard a transaction, read as an `Inventory`."""

from __future__ import annotations

import json
import os
import sqlite3
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from scanner.errors import InputError, UsageError
from scanner.model import GLOBAL, Gap, Resource, Reused, Shard, Unknown, Why, canonical
from scanner.snapshot import refresh, rows, schema

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


class Store:
    """A snapshot file being written; what is in it survives a kill, and a second run goes on.

    Use as a context manager: leaving it without an error does not finish the snapshot, `finish` does.
    """

    def __init__(  # noqa: PLR0913 - what a file is begun with
        self,
        path: Path,
        *,
        taken_at: str,
        selection: Mapping[str, Any],
        source: str = "live",
        since: str = "",
        accounts: Collection[str] = (),
    ) -> None:
        """Create the file (mode 0600) or open an unfinished one made with the same selection.

        `since`: a finished one is opened, too, and what was read before that moment is taken out, to be
        read anew (`scanner.snapshot.refresh`). `accounts`: those to be read, if they are known. Raises
        `UsageError` if the file is finished, was begun with another selection or is of none of these
        accounts, and `InputError` if it is not a snapshot.
        """
        self.path = path
        try:
            if path.exists() and schema.head(path, 1) and not schema.is_sqlite(path):
                raise InputError("this file exists and is not a snapshot", where=str(path), hint="Give another path")
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None)
            self.resumed = bool(self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"cannot be written ({reason})", where=str(path), hint="Give another path") from error
        if self.resumed:
            self._open_again(canonical(dict(selection)), taken_at, since, accounts)
        else:
            self._begin(taken_at, canonical(dict(selection)), source)
        self.taken_at: str = self._meta("taken_at")
        self._done = set(self._db.execute("SELECT account, region, service FROM shard").fetchall())

    def _begin(self, taken_at: str, selection: str, source: str) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            schema.create(self._db)
            meta = {"taken_at": taken_at, "selection": selection, "source": source, "finished": ""}
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())

    def _open_again(self, selection: str, taken_at: str, since: str, accounts: Collection[str]) -> None:
        schema.verify(self._db, self.path)
        if self._meta("finished") and not since:
            raise UsageError(
                f"this snapshot of {self._meta('taken_at')} is finished",
                where=str(self.path),
                hint="Give another path, --max-age to read anew only what is older, or --force to replace it",
            )
        if self._meta("selection") != selection:
            state = "" if self._meta("finished") else "unfinished "
            raise UsageError(
                f"this {state}snapshot was begun with other accounts, services, regions or rules",
                where=str(self.path),
                hint="Repeat that command, give another path, or --force to begin again",
            )
        own = {account for (account,) in self._db.execute("SELECT DISTINCT account FROM shard WHERE account <> ''")}
        if accounts and own and not own & set(accounts):
            raise UsageError(
                f"this snapshot is of {', '.join(sorted(own)[:3])}, the credentials are of {', '.join(accounts)}",
                where=str(self.path),
                hint="Use the credentials that began it, or give another path",
            )
        if since:
            refresh.drop_stale(self._db, since, taken_at)

    def _meta(self, key: str) -> str:
        return str(self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])

    def done(self, account: str, region: str, service: str) -> bool:
        """Whether that shard is already in the file."""
        return (account, region, service) in self._done

    def places(self, account: str) -> frozenset[tuple[str, str]]:
        """(region, service) of an account's shards that are in the file."""
        return frozenset((region, service) for owner, region, service in self._done if owner == account)

    def keep_only(self, account: str, planned: Iterable[tuple[str, str]]) -> None:
        """Drop what an earlier run read of an account in places that are not (region, service) of this run's plan."""
        left = self.places(account) - set(planned)
        own = [(account, region, service) for region, service in left if service not in refresh.OF_RUNS]
        refresh.drop(self._db, own)
        self._done -= set(own)

    def keep_accounts(self, accounts: Iterable[str]) -> list[str]:
        """Drop what an earlier run read of accounts that are not among these; gives these."""
        kept = sorted(set(accounts))
        gone = {place for place in self._done if place[0] and place[0] not in kept}
        refresh.drop(self._db, sorted(gone))
        self._done -= gone
        return kept

    def recall(self, key: str) -> Any:
        """What `remember` was given by this run before it was cut short; `None` if nothing."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (refresh.NOTE + key,)).fetchone()
        return json.loads(row[0]) if row else None

    def remember(self, key: str, value: Any) -> None:
        """Keep JSON that a resumed run needs."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (refresh.NOTE + key, canonical(value)))

    def write(self, shard: Shard) -> None:
        """Add a shard and its row in one transaction."""
        place = (shard.account, shard.region, shard.service)
        within = f"{shard.region}/{shard.service}"
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                f"INSERT OR REPLACE INTO resource ({_COLUMNS}, shard) VALUES ({'?, ' * len(rows.RESOURCE_COLUMNS)}?)",  # noqa: S608 - our own constants
                ((*rows.resource_row(resource), within) for resource in shard.resources),
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?, ?)",
                (
                    (type_, shard.account, shard.region, rows.unknown_text(why), within)
                    for type_, why in sorted(shard.listed.items())
                ),
            )
            self._db.executemany(
                "INSERT INTO gap VALUES (?, ?, ?, ?)",
                ((*place, text) for text in sorted(map(rows.gap_text, shard.gaps))),
            )
            self._db.execute("INSERT INTO shard VALUES (?, ?, ?, ?, '')", (*place, shard.read_at or self.taken_at))
        self._done.add(place)

    def finish(self, record: Mapping[str, Any]) -> None:
        """Mark the snapshot as complete, keep the run's record, and leave a single file."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT INTO run VALUES (?)", (json.dumps(dict(record), sort_keys=True),))
            self._db.execute("UPDATE meta SET value = 'yes' WHERE key = 'finished'")
        self._db.execute("PRAGMA journal_mode = DELETE")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


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
        return (*(self._decoded(rows.gap_from, text) for text in gaps), *(() if self.finished else (_CUT_SHORT,)))

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
            yield self._decoded(rows.resource_from, row)

    def get(self, id_: str) -> Resource | None:
        """The resource with that id, else with that physical id."""
        for column in ("id", "physical_id"):
            query = f"SELECT {_COLUMNS} FROM resource WHERE {column} = ? {_ORDER} LIMIT 1"  # noqa: S608 - our own constants
            row = next(self._rows(query, (id_,)), None)
            if row:
                found: Resource = self._decoded(rows.resource_from, row)
                return found
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
