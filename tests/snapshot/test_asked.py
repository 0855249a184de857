"""A snapshot of an older version: what its collectors did not ask for is not known, where null means "not set"."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from scanner.aws import asked as collectors
from scanner.errors import InputError
from scanner.model import Origin, Resource, Shard, Unknown, Why
from scanner.snapshot import asked
from scanner.snapshot.export import seal
from scanner.snapshot.opening import open_inventory
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

BEGUN = {"taken_at": "2026-11-24T01:02:03Z", "selection": {}}
TYPE, ACCOUNT = "AWS::IAM::Role", "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}:role/r"
DENIED = Unknown(Why.DENIED)


def role(config: object = None, kind: str = "live", **unknown: Unknown) -> Resource:
    given = {"RoleName": "r", "Arn": ARN, **(config if isinstance(config, dict) else {})}
    doubts = {f"/{name}": why for name, why in unknown.items()}
    return Resource(TYPE, ARN, "r", ACCOUNT, "global", given, {}, doubts, Origin(kind, calls=("ListRoles",)))


def version_without(*members: str) -> str:
    """What the collectors of a version that did not know these gave."""
    data = json.loads(asked.current())
    given = data["types"][TYPE]
    data["types"][TYPE] = {kind: [name for name in names if name not in members] for kind, names in given.items()}
    return json.dumps(data)


def written(path: Path, one: Resource, kept: str = "", *, finished: bool = True) -> Path:
    with Store(path, **BEGUN, asked=kept) as store:
        store.write(Shard(ACCOUNT, "global", "iam", [one], {TYPE: None}, []))
        if finished:
            store.finish({})
    return path


def run(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute(statement)
    db.close()


def sealed(path: Path) -> Path:
    snapshot, out = Snapshot(path), path.with_suffix(".gz")
    with out.open("wb") as file:
        seal(snapshot, file)
    snapshot.close()
    return out


def read(path: Path) -> Resource:
    found = open_inventory(path).get(ARN)
    assert found is not None
    return found


def test_what_is_kept_is_made_of_the_tables() -> None:
    if asked.botocore() != collectors.botocore.__version__:
        pytest.skip("its members are those of another botocore")
    assert asked.current() == collectors.content(), "make it anew: python -m scanner.aws.asked"


def test_a_file_of_this_version_lacks_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "s.posture", role())
    for each in (path, sealed(path)):
        assert read(each).unknown == {}
        assert not open_inventory(each).gaps


@pytest.mark.parametrize("export", [False, True])
def test_what_an_older_version_did_not_ask_for_is_not_known(tmp_path: Path, *, export: bool) -> None:
    older = version_without("MaxSessionDuration", "AttachedManagedPolicies", "Path")
    one = role({"Path": "/"}, AttachedManagedPolicies=DENIED)
    path = written(tmp_path / "s.posture", one, older)
    path = sealed(path) if export else path
    found = read(path)
    assert found.unknown["/AttachedManagedPolicies"] == DENIED  # which the file says itself
    assert found.unknown["/MaxSessionDuration"].why is Why.NOT_COLLECTED
    assert set(found.unknown) == {"/AttachedManagedPolicies", "/MaxSessionDuration"}
    (gap,) = open_inventory(path).gaps
    assert (gap.reason, gap.resource_types) == (Why.NOT_COLLECTED, (TYPE,))
    assert [one.unknown for one in open_inventory(path).of(TYPE)] == [found.unknown]


@pytest.mark.parametrize("export", [False, True])
def test_of_a_file_that_does_not_tell_what_has_a_call_of_its_own_is_not_known(tmp_path: Path, *, export: bool) -> None:
    for config, unknown in (({}, {"/ServicesLastAccessed"}), ({"ServicesLastAccessed": None}, set())):
        path = written(tmp_path / f"{len(unknown)}.posture", role(config))
        run(path, "DELETE FROM meta WHERE key = 'asked'")
        assert set(read(sealed(path) if export else path).unknown) == unknown


def test_code_is_not_read_by_collectors(tmp_path: Path) -> None:
    assert read(written(tmp_path / "s.posture", role(kind="terraform"), version_without("Path"))).unknown == {}


def test_a_run_that_goes_on_reads_anew_what_an_older_version_read(tmp_path: Path) -> None:
    path = written(tmp_path / "s.posture", role(), version_without("Path"), finished=False)
    with Store(path, **BEGUN) as store:
        assert not store.done(ACCOUNT, "global", "iam")
        store.write(Shard(ACCOUNT, "global", "iam", [role({"Path": "/"})], {TYPE: None}, []))
    with Store(path, **BEGUN) as store:
        assert store.done(ACCOUNT, "global", "iam")
        store.finish({})
    assert read(path).unknown == {}


@pytest.mark.parametrize("value", ["", "7", "{}", '{"types": {"a": {"own": [7], "other": []}}}', '{"types": {"a": 7}}'])
def test_foreign_words_are_refused(tmp_path: Path, value: str) -> None:
    path = written(tmp_path / "s.posture", role())
    run(path, f"UPDATE meta SET value = '{value}' WHERE key = 'asked'")  # noqa: S608 - of this test
    with pytest.raises(InputError, match="damaged"):
        Snapshot(path)
    run(path, "UPDATE meta SET value = '' WHERE key = 'finished'")
    with pytest.raises(InputError, match="damaged"):
        Store(path, **BEGUN)


@pytest.mark.parametrize(
    ("other", "told"), [("0.1.2", False), ("999.0.0", True), (collectors.botocore.__version__, False)]
)
def test_an_older_botocore_gives_less(other: str, *, told: bool) -> None:
    assert bool(collectors.by_older(other)) is told
