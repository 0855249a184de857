"""Snapshots and exports that were made to break their reader: refused in one line, whatever they hold."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scanner import api
from scanner.errors import InputError
from scanner.model import Gap, Origin, Resource, Shard, Unknown, Why
from scanner.snapshot import export
from scanner.snapshot.opening import open_inventory
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

TAKEN = "2026-11-24T01:02:03Z"
PLACE = ("111122223333", "eu-west-1")


def build(path: Path) -> Path:
    arn = "arn:aws:s3:::data"
    denied = Unknown(Why.DENIED, service="s3", operation="GetBucketPolicy", permission="s3:GetBucketPolicy")
    bucket = Resource(
        *("AWS::S3::Bucket", arn, "data", *PLACE),
        {"Name": "data", "VersioningConfiguration": {}},
        tags={"n": "1"},
        unknown={"/Policy": denied},
        origin=Origin("live", calls=("ListBuckets",)),
    )
    gap = Gap(*PLACE, "s3", "GetBucketPolicy", "s3:GetBucketPolicy", Why.DENIED, ("AWS::S3::Bucket",), arn)
    with Store(path, taken_at=TAKEN, selection={}) as store:
        store.write(Shard(*PLACE, "s3", [bucket], {"AWS::S3::Bucket": None, "AWS::KMS::Key": denied}, [gap]))
        store.finish({})
    return path


RULES = api.load_rules(globs=["s3-bucket-versioning", "s3-bucket-policy-public"])


def judged(path: Path) -> None:
    """Everything that `check` reads of a file."""
    api.judge(open_inventory(path), RULES)


VALUES: tuple[Any, ...] = (
    None, 0, 1.5, b"\xff", "", "x", "null", "[]", '"a"', "true", "NaN", "{", "[" * 5000, '{"a":' * 500 + "1" + "}" * 500,
    '{"kind":5}', '{"kind":"live","calls":3}', '{"kind":"live","line":"x"}', '{"/Policy":{"why":"nonsense"}}',
    '{"/Policy":{"why":"denied","message":null}}', '{"/Policy":7}', '{"#tags":[]}', '{"nope":1}',
)  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("resource", name) for name in ("type", "account", "region", "id", "name", "partition", "physical_id")),
        *(("resource", name) for name in ("config", "tags", "unknown", "origin")),
        *(("listing", name) for name in ("account", "region", "unknown")),
        *(("gap", "body"), ("shard", "region"), ("meta", "value"), ("meta", "key")),
    ],
)
def test_odd_values_are_refused_or_judged(tmp_path: Path, table: str, column: str) -> None:
    """Never another exception, and never silently another shape."""
    path = build(tmp_path / "s")
    original = path.read_bytes()
    refused = 0
    for value in VALUES:
        path.write_bytes(original)
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute(f"UPDATE OR REPLACE {table} SET {column} = ?", (value,))  # noqa: S608 - names above
        except sqlite3.IntegrityError:
            continue
        finally:
            db.close()
        try:
            judged(path)
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            refused += 1
    assert refused


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = build(tmp_path / "s")
    original, rng, refused = path.read_bytes(), random.Random(1), 0
    for _ in range(40):
        data = bytearray(original)
        for _ in range(2000):
            data[rng.randrange(16, len(data))] = rng.randrange(256)
        path.write_bytes(data)
        try:
            judged(path)
        except InputError:
            refused += 1
    assert refused > 30


def lines(tmp_path: Path) -> list[list[Any]]:
    return [json.loads(line) for line in export.lines(Snapshot(build(tmp_path / "s")))]


def packed(path: Path, rows: Sequence[Any]) -> Path:
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode(), 1))
    return path


@pytest.mark.parametrize("number", range(7))
def test_odd_values_of_an_export_are_refused_or_judged(tmp_path: Path, number: int) -> None:
    rows = lines(tmp_path)
    assert len(rows) == 7
    refused = 0
    for column in range(1, len(rows[number])):
        for value in (*[v for v in VALUES if not isinstance(v, bytes)], [], {}, True, "\ud800"):
            changed = [list(row) for row in rows]
            changed[number][column] = value
            try:
                judged(packed(tmp_path / "e.gz", changed))
            except InputError:
                refused += 1
    assert refused


def test_a_damaged_export_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "e.gz", lines(tmp_path))
    original, rng = path.read_bytes(), random.Random(5)
    for _ in range(200):
        data = bytearray(original)
        data[rng.randrange(10, len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        with pytest.raises(InputError):
            judged(path)


def test_an_export_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.gz"
    head = json.dumps(lines(tmp_path)[0])
    monkeypatch.setattr(export, "_LINE", 1000)
    path.write_bytes(gzip.compress(f"{head}\n{' ' * 5000}".encode()))
    with pytest.raises(InputError, match=r"e\.gz:2: .*inflates"):
        export.load(path)
    monkeypatch.setattr(export, "_LIMIT", 2000)
    path.write_bytes(gzip.compress("\n".join([head, *['["listing","a","","",""]'] * 500]).encode()))
    with pytest.raises(InputError, match="inflates"):
        export.load(path)


def test_an_unfinished_snapshot_is_incomplete_and_so_is_its_export(tmp_path: Path) -> None:
    """What was not read before an interruption was not left out by choice."""
    path = tmp_path / "s"
    with Store(path, taken_at=TAKEN, selection={}) as store:
        store.write(Shard(*PLACE, "s3", [], {"AWS::S3::Bucket": None}))
    snapshot = Snapshot(path)
    with (tmp_path / "e.gz").open("wb") as file:
        export.seal(snapshot, file)
    for inventory in (snapshot, export.load(tmp_path / "e.gz")):
        assert [(gap.reason, gap.resource_types) for gap in inventory.gaps] == [(Why.ERROR, ())]
        assert "unfinished" in inventory.gaps[0].message
    why = snapshot.listing("AWS::KMS::Key", *PLACE)
    assert why is not None
    assert why.why is Why.ERROR
    told = [gap for gap in api.judge(snapshot, api.load_rules(globs=["kms-key-rotation-*"])).gaps if gap.rules]
    assert [(gap.reason, gap.resource_types) for gap in told] == [(Why.ERROR, ("AWS::KMS::Key",))]
    assert "not selected" not in told[0].message
