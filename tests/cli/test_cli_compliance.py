"""`posture compliance` and --framework, as a user runs them: one report, every format, the same states."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_rules import only
from cli_snapshots import EXAMPLE, Estate, write

from scanner.model import Unknown, Why

Run = Callable[..., Any]
ATTESTED = """\
attestations:
  - framework: pci-dss-4.0.1
    requirement: ["12.1.1", "12.6.1"]
    by: "=Ada <b>Lovelace</b> | CISO"
    on: 2026-01-01
    until: 2099-12-31
    evidence: https://wiki.example.com/pci
  - {framework: pci-dss-4.0.1, requirement: "12.6.2", by: Ada, on: 2020-01-01, until: 2020-12-31, evidence: none}
  - {framework: soc2-2017, requirement: CC1, by: Ada, on: 2026-01-01, until: 2099-12-31, evidence: none}
  - {aws_report: pci, by: Ada, on: 2026-01-01, until: 2099-12-31, evidence: share/aws/pci.pdf}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compliance")


@pytest.fixture
def report(posture: Run, folder: Path) -> Path:
    """The example judged by all rules, once for this file."""
    path = folder / "report.json"
    if not path.exists():
        assert posture("check", str(EXAMPLE), "-q", "-o", f"json={path}").code in (0, 3)
    return path


@pytest.fixture
def attestations(folder: Path) -> Path:
    (folder / "attestations.yaml").write_text(ATTESTED)
    return folder / "attestations.yaml"


def told(posture: Run, report: Path, *arguments: str) -> Any:
    result = posture("compliance", str(report), *arguments)
    assert result.code == 0, result.err
    return result.out


def as_json(posture: Run, report: Path, framework: str, *arguments: str) -> dict[str, str]:
    body = json.loads(told(posture, report, "--framework", framework, "--format", "json", *arguments))
    return {one["id"]: one["state"] for one in body["requirements"] if not one.get("group")}


PCI = ("--framework", "pci-dss-4.0.1")


def on_the_page(posture: Run, report: Path, attestations: Path) -> dict[str, str]:
    """The states that the HTML report shows of PCI DSS."""
    made = posture("report", str(report), "-q", "-o", "html=-", "--attestations", str(attestations))
    [block] = re.findall(r'<script[^>]* id="compliance">([^<]*)</script>', made.out)
    body = json.loads(gzip.decompress(base64.b64decode(block)))
    names = [name for name, *_ in body["states"]]
    framework = next(one for one in body["frameworks"] if one["id"] == "pci-dss-4.0.1")
    return {one["id"]: names[one["state"]] for one in framework["requirements"] if not one.get("group")}


def test_every_format_says_the_same(posture: Run, report: Path, attestations: Path) -> None:
    given = (*PCI, "--attestations", str(attestations))
    states = as_json(posture, report, "pci-dss-4.0.1", "--attestations", str(attestations))
    assert len(states) == 280
    assert (states["12.1.1"], states["12.6.2"], states["9.2.1"]) == ("attested", "needs_attestation", "inherited")
    rows = list(csv.DictReader(io.StringIO(told(posture, report, *given, "--format", "csv"))))
    assert {row["requirement"]: row["state"] for row in rows} == states
    oscal = json.loads(told(posture, report, *given, "--format", "oscal"))["assessment-results"]
    props = [{prop["name"]: prop["value"] for prop in found["props"]} for found in oscal["results"][0]["findings"]]
    assert {each["requirement"]: each["state"] for each in props} == states
    assert on_the_page(posture, report, attestations) == states
    text = told(posture, report, *given, "--all")
    for title, state in (("Not met", "not_met"), ("Needs attestation", "needs_attestation"), ("Attested", "attested")):
        assert f"{title} ({list(states.values()).count(state)})" in text
    markdown = told(posture, report, *given, "--format", "md")
    assert markdown.count("| Inherited from AWS |") == list(states.values()).count("inherited")


def test_what_people_write_is_text_in_every_format(posture: Run, report: Path, attestations: Path) -> None:
    given = (*PCI, "--attestations", str(attestations))
    rows = list(csv.DictReader(io.StringIO(told(posture, report, *given, "--format", "csv"))))
    assert {row["attested_by"][:2] for row in rows if row["requirement"] == "12.1.1"} == {"'="}
    assert r"Ada \<b\>Lovelace\</b\> \| CISO" in told(posture, report, *given, "--format", "md")


def test_oscal_is_accepted_by_trestle(posture: Run, report: Path, attestations: Path, tmp_path: Path) -> None:
    for framework in ("pci-dss-4.0.1", "nist-800-53-r5", "hipaa-security-rule"):
        given = ("--framework", framework, "--attestations", str(attestations), "--format", "oscal")
        text = told(posture, report, *given)
        assert text == told(posture, report, *given), "the same report gives the same bytes"
        (tmp_path / f"{framework}.json").write_text(text)
    commands = [["init", "--local"]]
    commands += [
        ["import", "-f", str(path), "-o", path.stem.replace(".", "-")] for path in sorted(tmp_path.glob("*.json"))
    ]
    place = tmp_path / "trestle"
    place.mkdir()
    for command in (*commands, ["validate", "-a"]):
        done = subprocess.run(
            [sys.executable, "-m", "trestle", *command], cwd=place, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("VALID: ") == 3
    assert "INVALID" not in done.stdout


def test_oscal_is_satisfied_only_by_what_was_seen_or_answered_for(
    posture: Run, report: Path, attestations: Path
) -> None:
    without = json.loads(told(posture, report, *PCI, "--format", "oscal"))
    given = json.loads(told(posture, report, *PCI, "--attestations", str(attestations), "--format", "oscal"))
    for body, inherited in ((without, "not-satisfied"), (given, "satisfied")):
        for found in body["assessment-results"]["results"][0]["findings"]:
            state = next(prop["value"] for prop in found["props"] if prop["name"] == "state")
            wanted = {
                "met": "satisfied",
                "attested": "satisfied",
                "not_applicable": "satisfied",
                "inherited": inherited,
            }
            assert found["target"]["status"]["state"] == wanted.get(state, "not-satisfied")


def deny_key_policies(resources: Estate) -> None:
    why = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy", permission="kms:GetKeyPolicy")
    for each in resources.values():
        if each.type == "AWS::KMS::Key":
            each.config.pop("Policy", None)
            each.unknown["/Policy"] = why


def test_a_denied_call_moves_exactly_what_depends_on_it(posture: Run, report: Path, tmp_path: Path) -> None:
    denied = tmp_path / "denied.json"
    posture("check", str(write(tmp_path / "d.posture", deny_key_policies)), "-q", "-o", f"json={denied}")
    before, after = json.loads(report.read_text()), json.loads(denied.read_text())
    verdicts = [
        {(each["fingerprint"], each["rule_id"]): each["verdict"] for each in body["findings"]}
        for body in (before, after)
    ]
    blinded = {key[1] for key, verdict in verdicts[1].items() if verdict == "unknown" != verdicts[0].get(key)}
    assert len(blinded) >= 5
    moved = 0
    for framework in before["frameworks"]:
        old, new = (as_json(posture, path, framework) for path in (report, denied))
        depend = {
            id_ for rule in blinded for id_ in after["rules"][rule]["frameworks"].get(framework, ()) if id_ in new
        }
        assert {id_ for id_ in new if new[id_] != old[id_]} <= depend, framework
        for id_ in depend:
            assert new[id_] in ("not_seen", "not_met"), (framework, id_)
        moved += sum(new[id_] != old[id_] for id_ in depend)
    assert moved


def test_two_frameworks_in_one_run_judge_each_at_its_own_threshold(posture: Run, tmp_path: Path) -> None:
    def shorten(resources: Estate) -> None:
        for each in resources.values():
            if each.type == "AWS::IAM::AccountPasswordPolicy":
                each.config["PasswordPolicy"] = {"MinimumPasswordLength": 12}
                each.unknown.clear()

    chosen = ("--framework", "cis-aws-7.0", *PCI, *only("iam-password-policy-min-length"))
    path = tmp_path / "both.json"
    posture("check", str(write(tmp_path / "s.posture", shorten)), "-q", "-o", f"json={path}", *chosen)
    body = json.loads(path.read_text())
    assert sorted(body["frameworks"]) == ["cis-aws-7.0", "pci-dss-4.0.1"]
    assert sorted((each["params"]["min_length"], each["verdict"]) for each in body["findings"]) == [
        (12, "pass"),
        (14, "fail"),
    ]
    rules: dict[str, dict[str, Any]] = {}
    for framework, requirement in (("cis-aws-7.0", "2.8"), ("pci-dss-4.0.1", "8.3.6")):
        told_ = json.loads(told(posture, path, "--framework", framework, "--format", "json"))
        one = next(each for each in told_["requirements"] if each["id"] == requirement)
        [rules[framework]] = [each for each in one["rules"] if each["id"] == "iam-password-policy-min-length"]
    assert (rules["cis-aws-7.0"]["params"], rules["cis-aws-7.0"]["failed"]) == ({}, 1)
    assert (rules["pci-dss-4.0.1"]["params"], rules["pci-dss-4.0.1"]["passed"]) == ({"min_length": 12}, 1)
    assert rules["pci-dss-4.0.1"]["failed"] == 0


def test_a_framework_runs_its_rules_and_no_others(posture: Run, tmp_path: Path) -> None:
    path = tmp_path / "cis.json"
    posture("check", str(EXAMPLE), "-q", "-o", f"json={path}", "--framework", "cis-aws-6.0")
    body = json.loads(path.read_text())
    assert list(body["frameworks"]) == ["cis-aws-6.0"]
    assert all("cis-aws-6.0" in rule["frameworks"] for rule in body["rules"].values())
    assert not any("not_run" in one for one in body["frameworks"]["cis-aws-6.0"]["requirements"])


def test_some_rules_leave_requirements_not_seen(posture: Run, tmp_path: Path) -> None:
    path = tmp_path / "few.json"
    posture("check", str(EXAMPLE), "-q", "-o", f"json={path}", *only("s3-bucket-tls-only"))
    states = as_json(posture, path, "cis-aws-5.0")
    assert {state for id_, state in states.items() if id_.startswith("1.") and id_ != "1.1"} <= {
        "not_seen",
        "needs_attestation",
    }


def test_the_overview_has_a_line_for_each_framework(posture: Run, report: Path) -> None:
    rows = json.loads(told(posture, report, "--format", "json"))
    assert len(rows) == 12
    assert {row["framework"]: row["requirements"] for row in rows}["cis-aws-7.0"] == 70
    assert "pci-dss-4.0.1" in told(posture, report)


@pytest.mark.parametrize(
    ("arguments", "told_"),
    [
        (("--framework", "pci-dss"), "does not hold the framework 'pci-dss'. Did you mean pci-dss-4.0.1?"),
        ((*PCI, "--account", "1"), "the report knows no account '1'. Known: 123456789012"),
        ((*PCI, "--region", "mars-1"), "the report knows no region 'mars-1'. Known: "),
        ((*PCI, "--level", "L1"), "pci-dss-4.0.1 has no level 'L1'. Known: none"),
        (("--format", "oscal"), "this needs one framework"),
    ],
)
def test_a_word_that_the_report_does_not_know_is_refused(
    posture: Run, report: Path, arguments: tuple[str, ...], told_: str
) -> None:
    result = posture("compliance", str(report), *arguments)
    assert (result.code, result.out) == (2, "")
    assert told_ in result.err


def test_a_wrong_entry_is_told_and_the_run_incomplete(posture: Run, report: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ATTESTED.replace("12.6.2", "12.66"))
    result = posture("compliance", str(report), *PCI, "--attestations", "a.yaml")
    assert result.code == 3
    assert "a.yaml:8: attestation: there is no '12.66' in pci-dss-4.0.1" in result.err
    assert "2 attested" in " ".join(result.out.split())


def test_a_report_keeps_what_was_attested(posture: Run, attestations: Path, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    given = ("--attestations", str(attestations), *PCI, *only("s3-bucket-*"))
    assert posture("check", str(EXAMPLE), "-q", "-o", f"json={path}", *given).code in (0, 3)
    assert as_json(posture, path, "pci-dss-4.0.1")["12.1.1"] == "attested"
    body = json.loads(path.read_text())["attestations"]
    assert {each["framework"] for each in body} == {"pci-dss-4.0.1", ""}, "those of other frameworks stay out"
    again = tmp_path / "again.json"
    assert posture("report", str(path), "-q", "-o", f"json={again}", "--attestations", str(attestations)).code == 0
    assert len(json.loads(again.read_text())["attestations"]) == len(body)


def test_an_unknown_framework_chooses_no_rule(posture: Run) -> None:
    result = posture("check", str(EXAMPLE), "--framework", "cis-aws-7")
    assert result.code == 2
    assert "no rule gives evidence for a framework 'cis-aws-7'. Did you mean cis-aws-7.0?" in result.err


def test_the_example_baseline_is_judged_at_its_own_thresholds(posture: Run, tmp_path: Path) -> None:
    home = EXAMPLE.parent
    path = tmp_path / "own.json"
    chosen = ("--rules", str(home / "baseline"), "--framework", "northwind-baseline")
    result = posture("check", str(EXAMPLE), "-q", "-o", f"json={path}", *chosen)
    assert (result.code, result.err) == (0, "")
    body = json.loads(path.read_text())
    assert {each["params"]["max_age_days"] for each in body["findings"] if "max_age_days" in each["params"]} == {60}
    assert all("northwind-baseline" in rule["frameworks"] for rule in body["rules"].values())
    given = ("--attestations", str(home / "attestations.yaml"))
    states = as_json(posture, path, "northwind-baseline", *given)
    assert len(states) == 12
    assert (states["PE-1"], states["PE-2"]) == ("attested", "inherited")
    assert "The attestation of Jonas Berg, databases is expired" in told(
        posture, path, "--framework", "northwind-baseline", *given
    )


def test_coverage_counts_frameworks_and_names_what_is_open(posture: Run) -> None:
    found = {
        one["framework"]: one
        for one in json.loads(posture("rules", "coverage", "--frameworks", "--format", "json").out)
    }
    assert len(found) == 12
    pci = found["pci-dss-4.0.1"]
    assert (pci["requirements"], pci["assessment"]["inherited"], pci["responsibility"]["shared"]) == (280, 19, 41)
    assert pci["served"]["automated"] + len(pci["open"]) == pci["assessment"]["automated"]
    told_ = posture("rules", "coverage", "--framework", "aws-fsbp").out
    assert "open: ECS.1 " in told_
    assert ": no rule looks at ECS yet" in told_
    assert posture("rules", "coverage", "--framework", "x").code == 2
