"""`--max-age`: what is young is taken over, what is old is read anew in place, and the report says so."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scanner import api, organizing
from scanner.aws.table import tables
from scanner.collecting import Request, collect_into
from scanner.errors import UsageError
from scanner.render import console, json_report
from scanner.snapshot import export, refresh
from scanner.snapshot.reading import Snapshot

REGIONS = ("eu-west-1", "us-east-1")
OLD = "2026-01-01T00:00:00Z"
HOUR = 3600


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        for region in REGIONS:
            boto3.client("kms", region).create_key()
        yield


def run(path: Path, **more: Any) -> list[tuple[str, str]]:
    """Collect keys; gives the (region, service) that were read, before an exception if one is due."""
    read: list[tuple[str, str]] = []

    def progress(event: Any) -> None:
        if type(event).__name__ == "ShardFinished":
            read.append((event.shard.region, event.shard.service))

    options: dict[str, Any] = {"services": ["kms"], "regions": list(REGIONS), **more}
    collect_into(Request(path=path, progress=progress, **options)).close()
    return read


def age(path: Path, region: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE shard SET read_at = ? WHERE region = ?", (OLD, region))


def keys(path: Path) -> dict[str, int]:
    with closing(Snapshot(path)) as snapshot:
        return {region: sum(1 for _ in snapshot.of("AWS::KMS::Key", region=region)) for region in REGIONS}


def customer_keys(path: Path, region: str) -> set[str]:
    with closing(Snapshot(path)) as snapshot:
        return {key.id for key in snapshot.of("AWS::KMS::Key", region=region)}


def test_only_what_is_older_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.posture"
    assert set(run(path, taken_at="2026-11-24T00:00:00Z")) == {(region, "kms") for region in REGIONS}
    before = {region: customer_keys(path, region) for region in REGIONS}
    age(path, "eu-west-1")
    added = {region: boto3.client("kms", region).create_key()["KeyMetadata"]["Arn"] for region in REGIONS}
    gone = next(iter(before["eu-west-1"]))
    assert run(path, max_age=HOUR, taken_at="2026-11-25T00:00:00Z") == [("eu-west-1", "kms")]
    assert added["eu-west-1"] in customer_keys(path, "eu-west-1")
    assert customer_keys(path, "us-east-1") == before["us-east-1"], "it is as it was read"
    assert gone in customer_keys(path, "eu-west-1")
    with closing(Snapshot(path)) as snapshot:
        assert snapshot.finished
        assert snapshot.taken_at == "2026-11-25T00:00:00Z", "now, for rules, is when the new run began"
        assert snapshot.reused
        assert (snapshot.reused.shards, snapshot.reused.total) == (1, 2)
        report = api.judge(snapshot, api.load_rules(globs=["kms-*"]))
        with (tmp_path / "a.gz").open("wb") as out:
            export.seal(snapshot, out)
    assert report.coverage["reused"]["shards"] == 1
    assert json_report.load(json_report.render(report), "r.json").coverage["reused"]["total"] == 2
    assert "1 of 2 parts are from earlier runs, the oldest read" in console.render(report)
    assert export.load(tmp_path / "a.gz").reused == snapshot.reused


def test_what_is_no_longer_there_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.posture"
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="kept")
    s3.create_bucket(Bucket="dropped", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    run(path, services=["s3"])
    s3.delete_bucket(Bucket="dropped")
    age(path, "global")
    run(path, services=["s3"], max_age=HOUR)
    with closing(Snapshot(path)) as snapshot:
        assert [bucket.name for bucket in snapshot.of("AWS::S3::Bucket")] == ["kept"]


def test_a_kill_in_between_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.posture", tmp_path / "cut.posture"
    run(whole, taken_at="2026-11-24T00:00:00Z")
    cut.write_bytes(whole.read_bytes())
    for path in (whole, cut):
        for region in REGIONS:
            age(path, region)
    run(whole, max_age=HOUR, taken_at="2026-11-25T00:00:00Z")

    class Killed(BaseException):
        pass

    def dies(event: Any) -> None:
        if type(event).__name__ == "ShardFinished":
            raise Killed

    request = Request(path=cut, services=["kms"], regions=list(REGIONS), progress=dies, max_age=HOUR)
    request.taken_at = "2026-11-25T00:00:00Z"
    with pytest.raises(Killed):
        collect_into(request)
    with closing(Snapshot(cut)) as snapshot:
        assert not snapshot.finished
        assert any(gap.unanswered for gap in snapshot.gaps), "an unfinished file is never a clean report"
    assert len(run(cut, max_age=HOUR, taken_at="2026-11-25T06:00:00Z")) == 1
    assert sealed(cut) == sealed(whole)


def sealed(path: Path) -> list[str]:
    with closing(Snapshot(path)) as snapshot:
        return list(export.lines(snapshot))


def test_a_run_cut_short_long_ago_becomes_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.posture"
    run(path, taken_at=OLD)
    age(path, "us-east-1")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE meta SET value = '' WHERE key = 'finished'")
    assert run(path, max_age=HOUR, taken_at="2026-11-25T00:00:00Z") == [("us-east-1", "kms")]
    with closing(Snapshot(path)) as snapshot:
        assert snapshot.taken_at == "2026-11-25T00:00:00Z"


def test_an_unanswered_part_is_asked_again_however_young(tmp_path: Path) -> None:
    path = tmp_path / "a.posture"
    run(path)
    with closing(sqlite3.connect(path)) as file, file:
        gap = json.dumps({"reason": "denied"})
        file.execute("INSERT INTO gap VALUES ('123456789012', 'us-east-1', 'kms', ?)", (gap,))
    assert run(path, max_age=HOUR) == [("us-east-1", "kms")]


def test_another_selection_or_account_is_refused_and_drops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.posture"
    run(path)
    before = keys(path)
    with pytest.raises(UsageError, match="begun with other accounts, services"):
        run(path, services=["s3"], max_age=HOUR)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE shard SET account = '999999999999', read_at = ?", (OLD,))
    with pytest.raises(UsageError, match="this snapshot is of 999999999999, the credentials are of 123456789012"):
        run(path, max_age=HOUR)
    assert keys(path) == before


def test_no_table_is_called_as_what_a_run_says_of_itself() -> None:
    assert not set(refresh.OF_RUNS) & tables().keys()
    assert {organizing._ACCOUNT, organizing._ORGANIZATION, "regions"} == set(refresh.OF_RUNS)
