"""The snapshot file: resumable, private, refusing what is foreign, sealed to the same bytes."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import stat
from pathlib import Path

import pytest

from scanner.errors import InputError, UsageError
from scanner.model import Gap, Origin, Resource, Shard, Unknown, Why
from scanner.snapshot import export
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

DENIED = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy", permission="kms:GetKeyPolicy")
BEGUN = {"taken_at": "2026-11-24T01:02:03Z", "selection": {"services": ["kms"]}}


def key(number: int, region: str = "eu-west-1", **unknown: Unknown) -> Resource:
    arn = f"arn:aws:kms:{region}:111122223333:key/{number}"
    return Resource(
        "AWS::KMS::Key", arn, str(number), "111122223333", region, {"KeyId": str(number)}, {"n": "1"},
        {f"/{name}": why for name, why in unknown.items()}, Origin("live", calls=("ListKeys",)), physical_id=arn,
    )  # fmt: skip


def shard(region: str = "eu-west-1", count: int = 3) -> Shard:
    gap = Gap("111122223333", region, "kms", "GetKeyPolicy", "kms:GetKeyPolicy", Why.DENIED, ("AWS::KMS::Key",))
    resources = [key(n, region, Policy=DENIED) for n in range(count)]
    return Shard("111122223333", region, "kms", resources, {"AWS::KMS::Key": None, "AWS::KMS::Alias": DENIED}, [gap])


def build(path: Path, *shards: Shard) -> Snapshot:
    with Store(path, **BEGUN) as store:
        for each in shards:
            store.write(each)
        store.finish({"calls": 3})
    return Snapshot(path)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    snapshot = build(tmp_path / "s.posture", shard("us-east-1"), shard())
    assert [r.id for r in snapshot.of("AWS::KMS::Key")] == [
        f"arn:aws:kms:{region}:111122223333:key/{n}" for region in ("eu-west-1", "us-east-1") for n in range(3)
    ]
    assert snapshot.get("arn:aws:kms:us-east-1:111122223333:key/1") == key(1, "us-east-1", Policy=DENIED)
    assert snapshot.listing("AWS::KMS::Key", "111122223333", "eu-west-1") is None
    assert snapshot.listing("AWS::KMS::Alias", "111122223333", "eu-west-1") == DENIED
    unasked = snapshot.listing("AWS::S3::Bucket", "111122223333", "eu-west-1")
    assert unasked is not None
    assert unasked.why is Why.NOT_COLLECTED
    assert snapshot.regions == ("eu-west-1", "us-east-1")
    assert [g.reason for g in snapshot.gaps] == [Why.DENIED, Why.DENIED]
    assert snapshot.run_record() == {"calls": 3}


def test_the_file_is_private_and_single(tmp_path: Path) -> None:
    build(tmp_path / "s.posture", shard()).close()
    assert [p.name for p in tmp_path.iterdir()] == ["s.posture"]
    assert stat.S_IMODE((tmp_path / "s.posture").stat().st_mode) == 0o600


def test_an_unfinished_run_goes_on_with_its_first_clock(tmp_path: Path) -> None:
    path = tmp_path / "s.posture"
    with Store(path, **BEGUN) as store:
        store.write(shard())
    with Store(path, taken_at="2027-01-01T00:00:00Z", selection=BEGUN["selection"]) as again:
        assert again.resumed
        assert again.done("111122223333", "eu-west-1", "kms")
        assert not again.done("111122223333", "us-east-1", "kms")
        again.write(shard("us-east-1"))
        again.finish({})
    assert Snapshot(path).taken_at == BEGUN["taken_at"]


def test_another_selection_or_a_finished_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.posture"
    with Store(path, **BEGUN):
        pass
    with pytest.raises(UsageError, match="other accounts, services"):
        Store(path, taken_at="x", selection={"services": ["s3"]})
    finished = tmp_path / "f.posture"
    build(finished, shard())
    with pytest.raises(UsageError, match="finished"):
        Store(finished, **BEGUN)


def foreign(path: Path, *statements: str) -> Path:
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return path


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 4000])
def test_what_is_no_snapshot_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        Snapshot(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_foreign_tables_views_and_triggers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a snapshot of aws-posture"):
        Snapshot(foreign(tmp_path / "a", "CREATE TABLE t (x)"))
    for number, extra in enumerate(
        (
            "CREATE TABLE t (x)",
            "CREATE VIEW v AS SELECT 1",
            "CREATE TRIGGER g AFTER INSERT ON gap BEGIN SELECT 1; END",
        )
    ):
        path = tmp_path / f"s{number}"
        build(path, shard()).close()
        with pytest.raises(InputError, match="tables that are not ours"):
            Snapshot(foreign(path, extra))


def test_a_damaged_row_is_an_error_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s"
    build(path, shard()).close()
    foreign(path, "UPDATE resource SET config = '{' WHERE name = '1'")
    with pytest.raises(InputError, match="damaged"):
        list(Snapshot(path).of("AWS::KMS::Key"))


def test_a_temporary_snapshot_goes_with_its_handle(tmp_path: Path) -> None:
    build(tmp_path / "s", shard()).close()
    snapshot = Snapshot(tmp_path / "s", temporary=True)
    assert list(snapshot.of("AWS::KMS::Key"))
    del snapshot
    assert not (tmp_path / "s").exists()


def sealed(snapshot: Snapshot) -> bytes:
    out = io.BytesIO()
    export.seal(snapshot, out)
    return out.getvalue()


def test_the_seal_does_not_show_the_order_of_the_run(tmp_path: Path) -> None:
    shards = [shard(region, 5) for region in ("eu-west-1", "us-east-1", "ap-south-1", "eu-north-1")]
    first = sealed(build(tmp_path / "a", *shards))
    rng = random.Random(3)
    for each in shards:
        rng.shuffle(each.resources)
    rng.shuffle(shards)
    assert sealed(build(tmp_path / "b", *shards)) == first


def test_an_export_reads_back_the_same(tmp_path: Path) -> None:
    snapshot = build(tmp_path / "a", shard(), shard("us-east-1"))
    (tmp_path / "a.gz").write_bytes(sealed(snapshot))
    loaded = export.load(tmp_path / "a.gz")
    assert list(loaded.of("AWS::KMS::Key")) == list(snapshot.of("AWS::KMS::Key"))
    assert list(loaded.listings("AWS::KMS::Alias")) == list(snapshot.listings("AWS::KMS::Alias"))
    assert list(loaded.gaps) == list(snapshot.gaps)
    assert (loaded.taken_at, loaded.source, loaded.accounts) == (snapshot.taken_at, "live", snapshot.accounts)


@pytest.mark.parametrize(
    "line", ["", "[]", '["format","other/1","",""]', "{", '["format","aws-posture-export/1","",""]\n[1]']
)
def test_a_broken_export_is_one_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(line.encode()))
    with pytest.raises(InputError, match=r"x\.gz:\d"):
        export.load(path)


def test_memory_says_out_of_scope_for_code() -> None:
    inventory = MemoryInventory([Shard("", "", "terraform", [key(1)])], taken_at="", source="terraform")
    why = inventory.listing("AWS::S3::AccountSettings", "", "global")
    assert why is not None
    assert why.why is Why.OUT_OF_SCOPE
    assert inventory.get(key(1).id) == key(1)
    assert json.dumps(inventory.types()) == '["AWS::KMS::Key"]'
