"""What an account leaves behind whose workers die each time: what was written stands, the rest is unknown."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner import api
from scanner.aws.events import ShardRecord, ShardsPlanned, Tick
from scanner.aws.member import Member
from scanner.aws.organization import Choice
from scanner.aws.role import Role
from scanner.collecting import Request
from scanner.model import Shard, Verdict, Why
from scanner.organizing import AccountJob, Many
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

ACCOUNT = "111122223333"
ROLE = Role(f"arn:aws:iam::{ACCOUNT}:role/aws-posture")
PLANNED = ShardsPlanned(tuple(ShardRecord(ACCOUNT, region, "kms") for region in ("eu-west-1", "us-east-1")))


def lost(path: Path, *messages: Any, regions: tuple[str, ...] | None = None) -> tuple[Snapshot, list[str]]:
    said: list[str] = []
    request = Request(services=["kms"], regions=regions, accounts=Choice(organization=True), tell=said.append)
    with Store(path, taken_at="2026-11-24T00:00:00Z", selection={}) as store:
        many: Any = Many(None, None, store, request)  # type: ignore[arg-type]  # neither AWS nor credentials are needed
        job = AccountJob(many, Member(ACCOUNT, ROLE, "us-east-1", None, regions=regions, services=["kms"]))
        for message in messages:
            job.take(message)
        job.lost("the process that read it was killed (SIGKILL)")
        store.finish({})
    return Snapshot(path), said


def test_what_was_planned_and_not_written_is_unknown(tmp_path: Path) -> None:
    written = Shard(ACCOUNT, "eu-west-1", "kms", listed={"AWS::KMS::Key": None})
    snapshot, said = lost(tmp_path / "a.posture", PLANNED, written, Tick(3, 0, 1))
    with closing(snapshot):
        assert snapshot.listing("AWS::KMS::Key", ACCOUNT, "eu-west-1") is None
        missing = snapshot.listing("AWS::KMS::Key", ACCOUNT, "us-east-1")
        assert missing
        assert missing.why is Why.ERROR
        (gap,) = snapshot.gaps
        assert (gap.account, gap.region, gap.service) == (ACCOUNT, "us-east-1", "kms")
        assert gap.blocks
    assert "killed (SIGKILL), each time it was tried: raise the memory" in said[0]


@pytest.mark.parametrize(
    ("regions", "places"), [(None, {"global"}), (("eu-west-1", "us-east-1"), {"eu-west-1", "us-east-1"})]
)
def test_an_account_of_which_nothing_is_known_is_never_clean(
    tmp_path: Path, regions: tuple[str, ...] | None, places: set[str]
) -> None:
    snapshot, _ = lost(tmp_path / "a.posture", regions=regions)
    with closing(snapshot):
        assert len([gap for gap in snapshot.gaps if gap.blocks]) == 1
        report = api.judge(snapshot, api.load_rules(globs=["kms-key-*"]))
    keys = [finding for finding in report.findings if finding.resource_type == "AWS::KMS::Key"]
    assert {finding.verdict for finding in keys} == {Verdict.UNKNOWN}
    assert {finding.region for finding in keys} == places
    assert report.snapshot["accounts"] == [ACCOUNT]
