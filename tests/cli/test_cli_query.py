"""SQL over a snapshot: the right rows, what is not known said, and nothing but reading."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Resource, Shard, Unknown, Why
from scanner.snapshot import views
from scanner.snapshot.query import opened
from scanner.snapshot.store import Store

Run = Callable[..., Any]
ACCOUNT = "111122223333"
DENIED = Unknown(Why.DENIED, message="AccessDenied", service="s3", operation="GetBucketPolicy")
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


def bucket(name: str, config: dict[str, Any], **changed: Any) -> Resource:
    made: dict[str, Any] = {"tags": {}, "unknown": {}} | changed
    return Resource(
        "AWS::S3::Bucket", f"arn:aws:s3:::{name}", name, ACCOUNT, "eu-west-1", {"Name": name, **config}, **made
    )


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "s.posture"
    shard = Shard(ACCOUNT, "eu-west-1", "s3")
    shard.resources = [
        bucket("a", {"Policy": None, "VersioningConfiguration": {"Status": "Enabled"}}, tags={"team": "x"}),
        bucket("b", {"VersioningConfiguration": {}}, unknown={"/Policy": DENIED}),
        bucket("=cmd|' /C calc'!A0", {"Policy": {"Version": "2012-10-17"}}),
        Resource("AWS::KMS::Key", "k", "k", ACCOUNT, "eu-west-1", {"KeyId": "k", "MultiRegion": True}),
        Resource('AWS::Odd::"Thing', "o", "o", ACCOUNT, "eu-west-1", {"A'\"b": 1, "Fine": 2, "fine": 3}),
    ]
    shard.listed = {"AWS::S3::Bucket": None, "AWS::KMS::Key": DENIED, "AWS::EC2::SecurityGroup": None}
    with Store(path, taken_at="2026-11-24T01:02:03Z", selection={}) as store:
        store.write(shard)
        store.finish({})
    return path


def ask(posture: Run, path: Path, sql: str, *more: str) -> Any:
    return posture("query", path.name, sql, "--format", "json", *more)


def test_members_are_columns_and_structures_json(posture: Run, snapshot: Path) -> None:
    result = ask(
        posture, snapshot,
        "select name, tags, Policy, json_extract(VersioningConfiguration, '$.Status') as status, config_Name "
        "from S3_BUCKET where region = 'eu-west-1' order by name limit 2",
    )  # fmt: skip
    assert json.loads(result.out) == [
        {"name": "=cmd|' /C calc'!A0", "tags": "{}", "Policy": '{"Version":"2012-10-17"}', "status": None, "config_Name": "=cmd|' /C calc'!A0"},
        {"name": "a", "tags": '{"team":"x"}', "Policy": None, "status": "Enabled", "config_Name": "a"},
    ]  # fmt: skip
    assert result.code == 0


def test_scalars_are_scalars_and_the_own_name_is_a_view(posture: Run, snapshot: Path) -> None:
    rows = json.loads(ask(posture, snapshot, 'select MultiRegion, Rotation from "AWS::KMS::Key"').out)
    assert rows == [{"MultiRegion": 1, "Rotation": None}]
    assert json.loads(ask(posture, snapshot, "select count(*) as n from ec2_security_group").out) == [{"n": 0}]


def test_what_is_not_known_is_said_for_the_views_used_and_no_others(posture: Run, snapshot: Path) -> None:
    result = ask(posture, snapshot, "select name from s3_bucket where Policy is null and unknown is null")
    assert [row["name"] for row in json.loads(result.out)] == ["a"]
    assert "1 of 3 rows of s3_bucket have unknown members" in result.err
    assert "kms_key" not in result.err
    assert result.err.count("\n") == 1
    assert "the listing of kms_key is incomplete in 1 place" in ask(posture, snapshot, "select id from kms_key").err
    assert ask(posture, snapshot, "select 's3_bucket' as word").err == ""
    assert ask(posture, snapshot, "select * from ec2_security_group").err == ""
    counted = ask(posture, snapshot, "select count(*) from s3_bucket")
    assert "1 of 3 rows" in counted.err


def test_csv_cells_start_no_formula(posture: Run, snapshot: Path) -> None:
    out = posture("query", snapshot.name, "select name, -1 as n from s3_bucket order by 1", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(out)))
    assert rows == [["name", "n"], ["'=cmd|' /C calc'!A0", "-1"], ["a", "-1"], ["b", "-1"]]


def test_the_table_loses_control_sequences(posture: Run, snapshot: Path) -> None:
    result = posture("query", snapshot.name, "select char(27) || '[2J' as x")
    assert result.out == "x\n-------\n\\x1b[2J\n"


@pytest.mark.parametrize("function", ["json_each", "json_tree"])
def test_structures_are_taken_apart_as_the_help_shows(posture: Run, snapshot: Path, function: str) -> None:
    sql = "select name, e.key, e.value from s3_bucket, json_each(tags) e where e.atom is not null"
    result = ask(posture, snapshot, sql.replace("json_each", function))
    assert json.loads(result.out) == [{"name": "a", "key": "team", "value": "x"}]


def test_tables_lists_views_with_columns_and_rows(posture: Run, snapshot: Path) -> None:
    out = posture("query", snapshot.name, "--tables").out
    assert "s3_bucket  AWS::S3::Bucket  3 rows\n  id, name, account, region, tags, unknown, config, config_Name" in out
    assert "ec2_security_group  AWS::EC2::SecurityGroup  0 rows" in out
    listed = {
        row["view"]: row for row in json.loads(posture("query", snapshot.name, "--tables", "--format", "json").out)
    }
    assert listed["odd_thing"]["columns"].endswith("config, Fine, config_fine"), (
        "a foreign member that no column can be named after"
    )
    assert listed["kms_key"]["rows"] == 1


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("select * from s3_buckets", ("no such table: s3_buckets", "Did you mean s3_bucket?")),
        ("select Polcy from s3_bucket", ("no such column: Polcy", "Did you mean Policy?")),
        ("select b.regoin from s3_bucket b", ("Did you mean region?",)),
        ("delete from resource", ("may only read",)),
        ("insert into resource select * from resource", ("may only read",)),
        ("create table x (y)", ("may only read",)),
        ("attach database 'x.db' as y", ("may only read",)),
        ("pragma query_only = off", ("may only read",)),
        ("select * from pragma_database_list", ("may only read",)),
        ("select load_extension('x')", ("may only read",)),
        ("vacuum into 'x.db'", ("may only read",)),
        ("select * from run", ("may only read",)),
        ("begin", ("may only read",)),
        ("select 1; select 2", ("one statement", "Write one SELECT")),
        ("selct 1", ("syntax error",)),
        ("select ?", ("cannot be run",)),
        ("", ("empty",)),
        ("select lowr('A')", ("no such function: lowr",)),
    ],
)  # fmt: skip
def test_what_does_not_read_or_does_not_run_is_one_line(
    posture: Run, snapshot: Path, tmp_path: Path, sql: str, parts: tuple[str, ...]
) -> None:
    before = hashlib.sha256(snapshot.read_bytes()).digest()
    result = ask(posture, snapshot, sql)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("posture: ")
    assert result.err.count("\n") == 1, result.err
    for part in parts:
        assert part in result.err
    assert hashlib.sha256(snapshot.read_bytes()).digest() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["s.posture"]


def test_wrong_arguments_and_files(posture: Run, snapshot: Path, tmp_path: Path) -> None:
    assert "either SQL or --tables" in posture("query", snapshot.name).err
    assert posture("query", "missing.posture", "select 1").code == 2
    foreign = sqlite3.connect(tmp_path / "foreign.posture")
    foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    assert "not a snapshot of aws-posture" in posture("query", "foreign.posture", "select 1").err


def test_rows_are_bounded_and_the_cut_is_told(posture: Run, snapshot: Path) -> None:
    result = ask(posture, snapshot, "select 1 from resource", "--limit", "2")
    assert len(json.loads(result.out)) == 2
    assert "only the first 2 rows" in result.err
    assert "only the first" not in ask(posture, snapshot, "select 1 from resource", "--limit", "5").err


def test_an_endless_query_ends(posture: Run, snapshot: Path) -> None:
    result = ask(posture, snapshot, ENDLESS, "--timeout", "0")
    assert result.code == 2
    assert "did not end within 0 s" in result.err


def test_ctrl_c_ends_an_endless_query(snapshot: Path) -> None:
    # a job in the background of a shell ignores the signal, and its children do so too
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt), opened(snapshot, lambda _: ()) as handle:
            handle.ask(ENDLESS, limit=1, seconds=60)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_export_answers_the_same(posture: Run, snapshot: Path, tmp_path: Path) -> None:
    assert posture("export", snapshot.name, "s.gz").code == 0
    sql = "select id, name, unknown, config from s3_bucket order by 1"
    first, second = ask(posture, snapshot, sql), ask(posture, tmp_path / "s.gz", sql)
    assert (first.out, first.err) == (second.out, second.err)
    assert json.loads(first.out)[1]["name"] == "a"
    gaps = "select count(*) as n from listing"
    assert ask(posture, snapshot, gaps).out == ask(posture, tmp_path / "s.gz", gaps).out


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("AWS::EC2::SecurityGroup", "ec2_security_group"),
        ("AWS::EC2::VPC", "ec2_vpc"),
        ("AWS::RDS::DBInstance", "rds_db_instance"),
        ("AWS::EC2::VPCPeeringConnection", "ec2_vpc_peering_connection"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancingv2_load_balancer"),
        ("AWS::SecurityHub::HubV2", "securityhub_hub_v2"),
        ("Custom::Own::Thing", "custom_own_thing"),
    ],
)
def test_short_names(type_: str, name: str) -> None:
    assert views.short_name(type_) == name


def test_types_that_would_share_a_name_keep_their_own() -> None:
    found = views.names(["AWS::X::DBThing", "AWS::X::DbThing", "AWS::resource", "AWS::S3::Bucket"])
    assert found == {
        "s3_bucket": "AWS::S3::Bucket",
        **{name: name for name in ("AWS::X::DBThing", "AWS::X::DbThing", "AWS::resource", "AWS::S3::Bucket")},
    }
