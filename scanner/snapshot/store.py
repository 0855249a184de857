"""The snapshot as one SQLite file, written a shard a transaction."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scanner.errors import InputError, UsageError
from scanner.model import Shard, canonical
from scanner.snapshot import refresh, rows, schema
from scanner.snapshot.asked import current

_COLUMNS = ", ".join(rows.RESOURCE_COLUMNS)


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
        asked: str = "",
    ) -> None:
        """Create the file (mode 0600) or open an unfinished one made with the same selection.

        `since`: a finished one is opened, too, and what was read before that moment is taken out, to be
        read anew (`scanner.snapshot.refresh`). `accounts`: those to be read, if they are known. `asked`: what
        the collectors give, if that is not what this version's do (`scanner.snapshot.asked`). Raises
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
        asked = asked or current()
        if self.resumed:
            self._open_again(canonical(dict(selection)), taken_at, since, accounts)
            self._drop_older(asked)
        else:
            self._begin(taken_at, canonical(dict(selection)), source, asked)
        self.taken_at: str = self._meta("taken_at")
        self._done = set(self._db.execute("SELECT account, region, service FROM shard").fetchall())

    def _begin(self, taken_at: str, selection: str, source: str, asked: str) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            schema.create(self._db)
            meta = {"taken_at": taken_at, "selection": selection, "source": source, "finished": "", "asked": asked}
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

    def _drop_older(self, asked: str) -> None:
        try:
            refresh.drop_older(self._db, asked)
        except (ValueError, KeyError, TypeError) as error:
            what = f"what it says of its collectors is damaged ({error!r})"
            raise InputError(what, where=str(self.path), hint="Give another path, or --force") from error

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
