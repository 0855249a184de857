"""Reading a snapshot anew in place: what is too old is taken out, the rest is kept as reused.

Taking out is one transaction, after which the file is an unfinished snapshot like any other: whatever
ends the run, the same command goes on with what is missing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from scanner.model import INCOMPLETE
from scanner.snapshot import asked

OF_RUNS = ("run/account", "run/organization", "regions")
"""Shards that say how a run went: which accounts and regions it could read. Each run tells that anew.

No service of a table may be called so: its shard would be taken for the other.
"""
NOTE = "note:"
"""How keys of `meta` begin that hold what a resumed run needs."""

Place = tuple[str, str, str]


def drop_stale(db: sqlite3.Connection, since: str, taken_at: str) -> bool:
    """Take out what was read before `since`; gives whether that begins a new run, taken at `taken_at`.

    It does if the file is finished, or if anything in it is too old: the run that was cut short then
    goes on as a new one, since its own moment would be as old. In a finished file what had calls without
    an answer is taken out, too: asked again they may be answered.
    """
    finished = db.execute("SELECT value FROM meta WHERE key = 'finished'").fetchone()[0] != ""
    shards = _shards(db)
    stale = {place for place, read_at in shards.items() if read_at < since}
    if not finished and not stale:
        return False
    if finished:
        stale |= {place for place, body in _gaps(db) if json.loads(body).get("reason") in INCOMPLETE}
    stale |= {place for place in shards if place[2] in OF_RUNS}
    with db:
        db.execute("BEGIN IMMEDIATE")
        _drop(db, sorted(stale))
        db.execute("UPDATE shard SET reused = 'yes'")
        db.execute("DELETE FROM run")
        db.execute("DELETE FROM meta WHERE substr(key, 1, ?) = ?", (len(NOTE), NOTE))
        db.executemany("UPDATE meta SET value = ? WHERE key = ?", ((taken_at, "taken_at"), ("", "finished")))
    db.execute("PRAGMA journal_mode = WAL")
    return True


def drop_older(db: sqlite3.Connection, kept: str) -> None:
    """Take out what collectors read that gave less than those at hand, and keep what these give.

    Raises `ValueError`, `KeyError` or `TypeError` on foreign data.
    """
    row = db.execute("SELECT value FROM meta WHERE key = 'asked'").fetchone()
    if row and row[0] == kept:
        return
    types = asked.lacking(row[0] if row else None)
    query = "SELECT DISTINCT account, shard FROM resource WHERE type IN (SELECT value FROM json_each(?))"
    found = db.execute(query, (json.dumps(list(types)),)).fetchall()
    with db:
        db.execute("BEGIN IMMEDIATE")
        _drop(db, sorted((account, *shard.split("/", 1)) for account, shard in found))
        db.execute("INSERT OR REPLACE INTO meta VALUES ('asked', ?)", (kept,))


def drop(db: sqlite3.Connection, places: Sequence[Place]) -> None:
    """Take out shards with all that they gave, in one transaction."""
    if places:
        with db:
            db.execute("BEGIN IMMEDIATE")
            _drop(db, places)


def _drop(db: sqlite3.Connection, places: Sequence[Place]) -> None:
    db.execute("CREATE TEMP TABLE gone (account TEXT, region TEXT, service TEXT, shard TEXT)")
    db.executemany("INSERT INTO gone VALUES (?, ?, ?, ?)", ((*place, f"{place[1]}/{place[2]}") for place in places))
    for table in ("resource", "listing"):
        db.execute(f"DELETE FROM {table} WHERE (account, shard) IN (SELECT account, shard FROM gone)")  # noqa: S608 - our own names
    for table in ("gap", "shard"):
        db.execute(
            f"DELETE FROM {table} WHERE (account, region, service) IN (SELECT account, region, service FROM gone)"  # noqa: S608 - our own names
        )
    db.execute("DROP TABLE gone")


def _shards(db: sqlite3.Connection) -> dict[Place, str]:
    query = "SELECT account, region, service, read_at FROM shard"
    return {(account, region, service): read_at for account, region, service, read_at in db.execute(query)}


def _gaps(db: sqlite3.Connection) -> list[tuple[Place, str]]:
    query = "SELECT account, region, service, body FROM gap"
    return [((account, region, service), body) for account, region, service, body in db.execute(query)]
