"""Judging many resources: the same report whatever the number of processes, and no more memory for more of them."""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path

import pytest

from scanner import api, dividing, findings
from scanner.engine import judge
from scanner.findings import Findings, Kept
from scanner.model import Verdict
from scanner.render import console, json_report
from scanner.snapshot.reading import Snapshot

sys.path.insert(0, str(Path(__file__).parent / "bench"))
from multiplied import write

RULES = ("s3-bucket-*", "ec2-instance-*", "iam-user-*")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.posture"
    assert write(path, 900, accounts=4) >= 900
    return path


@pytest.fixture(autouse=True)
def few_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MOST_HELD", 300)
    monkeypatch.setattr(dividing, "MOST_HELD", 300)
    monkeypatch.setattr(findings, "MOST_HELD", 300)


def test_two_processes_write_the_same_bytes_as_one(large: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from scanner.cli._root import root

    chosen = [word for rule in RULES for word in ("--rule", rule)]
    texts = []
    for processes in ("1", "2", "3"):
        target = tmp_path / f"{processes}.json"
        arguments = ["check", str(large), "--processes", processes, "-o", f"json={target}", *chosen]
        result = CliRunner().invoke(root, arguments)
        texts.append((target.read_bytes(), result.stdout.replace(str(target), "FILE")))
    assert texts[0] == texts[1] == texts[2]


def test_a_report_out_of_a_file_reads_as_one_in_memory(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = api.load_rules(globs=RULES)
    spilled = api.judge(Snapshot(large), rules)
    monkeypatch.setattr(judge, "MOST_HELD", 1 << 30)
    held = api.judge(Snapshot(large), rules)
    assert isinstance(spilled.findings, Findings)
    assert isinstance(spilled.resources, Kept)
    assert isinstance(held.findings, list)
    assert list(spilled.findings) == held.findings
    assert len(spilled.findings) == len(held.findings)
    assert spilled.findings[-1] == held.findings[-1]
    assert spilled.findings[700:703] == held.findings[700:703]
    assert dict(spilled.resources) == held.resources
    assert list(findings.having(spilled.findings, Verdict.UNKNOWN)) == [
        finding for finding in held.findings if finding.verdict is Verdict.UNKNOWN
    ]
    assert console.render(spilled) == console.render(held)
    assert json_report.render(spilled) == json_report.render(held)


def test_waivers_and_changes_stay_with_findings_out_of_a_file(large: Path, tmp_path: Path) -> None:
    from scanner.engine.compare import mark

    waivers = tmp_path / "waivers.yaml"
    entry = {"rule": "s3-bucket-public-read", "reason": "r", "owner": "o", "expires": "2030-01-01"}
    waivers.write_text(json.dumps({"waivers": [entry]}))
    report = api.check(Snapshot(large), rules=list(RULES), waivers=waivers)
    earlier = api.check(Snapshot(large), rules=["iam-user-*"])
    mark(earlier, report)
    assert isinstance(report.findings, Findings)
    for finding in report.findings:
        waived = finding.rule_id == "s3-bucket-public-read" and finding.verdict is Verdict.FAIL
        assert (finding.waiver is not None) is waived
        if finding.verdict is Verdict.FAIL:
            assert finding.change == ("existing" if finding.rule_id.startswith("iam-") else "new")
    assert sum(1 for _ in findings.waived(report.findings)) == report.waivers[0]["findings"] > 0
    assert "Accepted" in console.render(report)


def test_memory_does_not_grow_with_the_resources(tmp_path: Path) -> None:
    rules = api.load_rules(globs=RULES)
    peaks = []
    for accounts in (1, 2, 5):
        path = tmp_path / f"{accounts}.posture"
        write(path, 200 * accounts, accounts=accounts)
        tracemalloc.start()
        report = api.judge(Snapshot(path), rules)
        for _ in json_report.chunks(report):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # the first pays for what is loaded once; more of the resources may not take half as much again
    assert peaks[2] < 1.5 * peaks[1]
