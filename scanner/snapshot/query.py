"""SQL over a snapshot: temporary views per type, and nothing but reading."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from scanner.errors import InputError, UsageError
from scanner.model import Shard
from scanner.snapshot import views
from scanner.snapshot.export import is_export, load
from scanner.snapshot.reading import open_file
from scanner.snapshot.schema import TABLES
from scanner.snapshot.store import Store

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_FOREIGN = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_STEPS = 20_000
"""Instructions of SQLite between two looks at the clock and at Ctrl-C: some milliseconds."""
_LENGTH = 1 << 28
"""Characters of a value: a query must not fill the machine."""
_LOST = re.compile(r"no such (table|column|function): (.+)")


@dataclass(slots=True)
class Answer:
    """The rows of a query. `cut`: there are more; `doubts`: what the views used do not know."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    cut: bool = False
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows of a view with unknown members, out of all, and places where the listing is incomplete."""

    view: str
    unknown: int
    rows: int
    unlisted: int


class Queryable:
    """A snapshot opened for queries. `members_of` gives the columns of a type, else those seen are taken."""

    def __init__(self, path: Path, members_of: views.MembersOf) -> None:
        """Raises `InputError` for what is not a snapshot."""
        self._path = path
        self._members_of = members_of
        self._db = open_file(path)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LENGTH)
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._run("SELECT 1 FROM json_each('[]'), json_tree('[]')")  # set up here: in a query that would be writing
        types = [row[0] for row in self._run("SELECT type FROM resource UNION SELECT type FROM listing")]
        self.finished = bool(self._run("SELECT value FROM meta WHERE key = 'finished' AND value <> ''"))
        self._names = views.names([str(type_) for type_ in types])
        self._used: set[str] = set()
        self._views: dict[str, views.View] = {}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def tables(self) -> list[tuple[views.View, int]]:
        """Every view by its short name (or the type's, where it has none), with its rows."""
        counts = dict(self._run("SELECT type, count(*) FROM resource GROUP BY type"))
        return [(self._view(name), int(counts.get(self._names[name], 0))) for name in self._best()]

    def _best(self) -> list[str]:
        """The short name of each type, or the type itself where it has none, in the order of types."""
        best = {type_: name for name, type_ in reversed(self._names.items())}
        return [name for _, name in sorted(best.items())]

    def ask(self, sql: str, *, limit: int, seconds: float) -> Answer:
        """The first `limit` rows (0: all) of one SELECT. Raises `UsageError`, `KeyboardInterrupt`."""
        self._views = {name: self._view(name) for name in views.mentioned(sql, tuple(self._names))}
        self._db.execute("PRAGMA query_only = OFF")  # the file is opened read-only; only views beside it are made
        for each in self._views.values():
            self._db.execute(each.statement)
        self._db.execute("PRAGMA query_only = ON")
        deadline = time.monotonic() + seconds
        self._db.set_authorizer(self._allowed)
        self._db.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            answer = self._answer(sql, limit)
        except (sqlite3.Error, sqlite3.Warning) as error:
            self._refuse(error, late=time.monotonic() > deadline, seconds=seconds)
        finally:
            self._db.set_authorizer(None)
            self._db.set_progress_handler(None, 0)
        answer.doubts = [doubt for name in sorted(self._used) if (doubt := self._doubt(name))]
        return answer

    def _answer(self, sql: str, limit: int) -> Answer:
        cursor = self._db.execute(sql)
        if cursor.description is None:
            raise UsageError("the query is empty", hint="For example: select name from s3_bucket")
        columns = tuple(str(column[0]) for column in cursor.description)
        rows = cursor.fetchmany(limit + 1) if limit else cursor.fetchall()
        cut = bool(limit) and len(rows) > limit
        return Answer(columns, rows[:limit] if limit else rows, cut)

    def _allowed(
        self, action: int, first: str | None, second: str | None, _base: str | None, inside: str | None
    ) -> int:
        if inside in self._views:
            self._used.add(inside)
        fine = action in _READING and not (action == sqlite3.SQLITE_FUNCTION and second in _FOREIGN)
        hidden = action == sqlite3.SQLITE_READ and first in ("meta", "run")
        return sqlite3.SQLITE_OK if fine and not hidden else sqlite3.SQLITE_DENY

    def _view(self, name: str) -> views.View:
        type_ = self._names[name]
        members = self._members_of(type_)
        if not members:
            query = "SELECT DISTINCT key FROM main.resource AS r, json_each(r.config) WHERE r.type = ? ORDER BY key"
            members = [str(key) for (key,) in self._run(query, type_)]
        return views.view(name, type_, members)

    def _doubt(self, name: str) -> Doubt | None:
        type_ = self._names[name]
        (total, unknown), *_ = self._run("SELECT count(*), total(unknown <> '') FROM resource WHERE type = ?", type_)
        ((unlisted,),) = self._run("SELECT count(*) FROM listing WHERE type = ? AND unknown <> ''", type_)
        return Doubt(name, int(unknown), int(total), int(unlisted)) if unknown or unlisted else None

    def _run(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise InputError(
                f"this snapshot is damaged ({error})", where=str(self._path), hint="Collect it again"
            ) from error

    def _refuse(self, error: Exception, *, late: bool, seconds: float) -> NoReturn:
        """A failed query in one line."""
        text = " ".join(str(error).split())
        if text == "interrupted":
            if not late:
                raise KeyboardInterrupt from error
            hint = "Ask for less, or give it longer: --timeout"
            raise UsageError(f"the query did not end within {seconds:g} s", hint=hint) from error
        if any(word in text for word in ("prohibited", "not authorized", "authorization denied", "readonly")):
            raise UsageError(f"a query may only read ({text})", hint="Write one SELECT") from error
        raise UsageError(f"the query cannot be run: {text}", hint=self._hint(text)) from error

    def _hint(self, text: str) -> str:
        """The names that come nearest to one that is not there."""
        if "one statement" in text:
            return "Write one SELECT, without a semicolon inside"
        if not (lost := _LOST.fullmatch(text)) or lost[1] == "function":
            return "See: posture query SNAPSHOT --tables"
        known = (*self._best(), *TABLES) if lost[1] == "table" else self._columns()
        wanted = lost[2].rpartition(".")[2].lower()
        by_lower = {name.lower(): name for name in reversed(known)}
        near = [by_lower[name] for name in get_close_matches(wanted, list(by_lower), 3, 0.6)]
        return f"Did you mean {' or '.join(near)}?" if near else "See: posture query SNAPSHOT --tables"

    def _columns(self) -> tuple[str, ...]:
        return tuple(column for each in self._views.values() for column in each.all_columns)


@contextmanager
def opened(path: Path, members_of: views.MembersOf) -> Iterator[Queryable]:
    """A snapshot, or an export loaded into a temporary one, for queries. Raises `InputError`."""
    try:
        sealed = is_export(path)
    except OSError as error:
        hint = "Check the path and its rights"
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint=hint) from error
    if not sealed:
        with closing(Queryable(path, members_of)) as found:
            yield found
        return
    with tempfile.TemporaryDirectory(prefix="posture-") as folder:
        copy = Path(folder, "export.posture")
        _unseal(path, copy)
        with closing(Queryable(copy, members_of)) as found:
            yield found


def _unseal(path: Path, copy: Path) -> None:
    inventory = load(path)
    with Store(copy, taken_at=inventory.taken_at, selection={}, source=inventory.source) as store:
        for type_ in sorted({*inventory.types(), *inventory.listed_types()}):
            shards: dict[tuple[str, str], Shard] = {}
            for account, region, why in inventory.listings(type_):
                shards.setdefault((account, region), Shard(account, region, type_)).listed[type_] = why
            for resource in inventory.of(type_):
                place = (resource.account, resource.region)
                shards.setdefault(place, Shard(*place, type_)).resources.append(resource)
            for shard in shards.values():
                store.write(shard)
        store.write(Shard("", "", "", gaps=list(inventory.gaps)))
        store.finish({})
