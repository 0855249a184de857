"""The tables of a snapshot file, and the check that a file holds these and nothing else."""

from __future__ import annotations

import errno
import sqlite3
import stat
from pathlib import Path

from scanner.errors import InputError

APPLICATION_ID = 0x50535452
"""`PSTR` in SQLite's application id: the file names its maker (https://www.sqlite.org/pragma.html)."""

VERSION = 2

TABLES = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "shard": (
        "CREATE TABLE shard (account TEXT, region TEXT, service TEXT, read_at TEXT, reused TEXT, "
        "PRIMARY KEY (account, region, service)) WITHOUT ROWID"
    ),
    "resource": (
        "CREATE TABLE resource (type TEXT, account TEXT, region TEXT, id TEXT, name TEXT, partition TEXT, "
        "physical_id TEXT, config TEXT, tags TEXT, unknown TEXT, origin TEXT, shard TEXT, "
        "PRIMARY KEY (type, account, region, id)) WITHOUT ROWID"
    ),
    "listing": (
        "CREATE TABLE listing (type TEXT, account TEXT, region TEXT, unknown TEXT, shard TEXT, "
        "PRIMARY KEY (type, account, region)) WITHOUT ROWID"
    ),
    "gap": "CREATE TABLE gap (account TEXT, region TEXT, service TEXT, body TEXT)",
    "run": "CREATE TABLE run (body TEXT)",
    "resource_id": "CREATE INDEX resource_id ON resource (id)",
    "resource_physical": "CREATE INDEX resource_physical ON resource (physical_id) WHERE physical_id <> ''",
}
"""Name → statement. `run` is the record of calls and timings, apart from the content.

`read_at` is when a shard's reading began by the clock, `reused` is `yes` if an earlier run read it; the
`shard` of a resource or listing is `<region>/<service>`, so that a shard can be taken out whole.
"""

_MAGIC = b"SQLite format 3\0"
_INTERNAL = "sqlite_"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, inside the caller's transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    for statement in TABLES.values():
        connection.execute(statement)


def head(path: Path, count: int) -> bytes:
    """The first bytes of a file. Raises `OSError`, also for a pipe or device, which would not end."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "Not a regular file")
    with path.open("rb") as file:
        return file.read(count)


def is_sqlite(path: Path) -> bool:
    """Whether the file starts as SQLite files do. Raises `OSError`."""
    return head(path, len(_MAGIC)) == _MAGIC


def instead(path: Path) -> tuple[str, str]:
    """What a file is that is no snapshot, and what to do with it. Raises `OSError`."""
    begin = head(path, 1 << 12)
    if begin.startswith(b"\x1f\x8b"):
        return "this is an export already, or gzip of something else", "Give the snapshot that posture collect wrote"
    if begin.startswith(b'{\n "tool": {"name": "aws-posture"'):
        return "this is a report, not a snapshot", f"Render it with: posture report {path}"
    if any(mark in begin for mark in (b'"terraform_version"', b"AWSTemplateFormatVersion", b"Resources")):
        return "this is a plan or a template, not a snapshot", f"Judge it with: posture gate {path}"
    return "this is not a snapshot", "Make one with: posture collect -s FILE"


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not ours: other tables, views or triggers could run code when read.

    Raises `InputError`.
    """
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise InputError(f"this snapshot cannot be read ({error})", where=str(path), hint="Collect it again") from error
    if application != APPLICATION_ID:
        raise InputError(
            "this SQLite file is not a snapshot of aws-posture",
            where=str(path),
            hint="Make one with: posture collect -s FILE",
        )
    if version != VERSION:
        raise InputError(
            f"this snapshot has format {version}, this version reads {VERSION}",
            where=str(path),
            hint="Collect it again, or use the version that made it",
        )
    own = {name: sql for name, sql in found.items() if not name.startswith(_INTERNAL)}
    if own != TABLES:
        strange = sorted({name for name in own if own[name] != TABLES.get(name)} | (TABLES.keys() - own.keys()))
        raise InputError(
            f"this snapshot holds tables that are not ours or lacks some ({', '.join(strange)[:200]})",
            where=str(path),
            hint="It is refused, since a foreign table could do harm",
        )
