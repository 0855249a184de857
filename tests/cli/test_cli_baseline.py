"""`--baseline` and `--fail-on-new`: only what is new stops a deploy, and nothing is fixed that was not judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_rules import only
from cli_snapshots import ARCHIVE, DENIED, Estate, five_changes, write
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.usefixtures("few_rules")

Run = Callable[..., Any]
SCHEMA = Path(__file__).resolve().parents[2] / "reports" / "schema" / "report.json"


@pytest.fixture
def first(posture: Run, tmp_path: Path) -> Path:
    """The report of the unchanged estate."""
    write(tmp_path / "old.posture")
    assert posture("check", "old.posture", "-q", "-o", "json=first.json").code == 0
    return tmp_path / "first.json"


def check(posture: Run, first: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Judge `new.posture` against the first report."""
    result = posture("check", "new.posture", "-q", "--baseline", "first.json", "-o", "json=next.json", *arguments)
    assert result.code == code, result.err
    report: dict[str, Any] = json.loads((first.parent / "next.json").read_text())
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(report)
    return report


def changes(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(each["rule_id"], each["resource_id"]): each["change"] for each in report["findings"] if each["change"]}


def test_the_first_run_has_none_and_says_how_to_make_one(posture: Run, template: Path) -> None:
    result = posture("gate", str(template), "--baseline", "last.json")
    assert result.code == 2
    assert "last.json: there is no earlier report" in result.err
    assert "-o json=last.json" in result.err
    assert posture("gate", str(template), "--fail-on-new").code == 2


def test_an_unchanged_estate_has_only_existing_fails(posture: Run, first: Path) -> None:
    write(first.parent / "new.posture")
    report = check(posture, first)
    assert set(changes(report).values()) == {"existing"}
    counts = report["baseline"]["counts"]
    assert counts.pop("existing") > 20
    assert set(counts.values()) == {0}
    assert (report["changes"], report["baseline"]["gone"]) == ([], [])
    assert report["baseline"]["taken_at"] == json.loads(first.read_text())["snapshot"]["taken_at"]


def test_what_changed_is_in_the_report(posture: Run, first: Path) -> None:
    few = only("sg-ingress-ssh", "s3-bucket-tls-only", "s3-bucket-versioning", "kms-key-policy-public")
    assert posture("check", "old.posture", "-q", "-o", "json=first.json", *few).code == 0
    write(first.parent / "new.posture", five_changes)
    report = check(posture, first, *few)
    found = changes(report)
    assert "new" in {change for (rule, _), change in found.items() if rule == "sg-ingress-ssh"}
    assert found["s3-bucket-versioning", ARCHIVE] == "new"
    assert found["s3-bucket-versioning", "arn:aws:s3:::nwf-twin"] == "new"
    assert {each["why"] for each in report["baseline"]["gone"]} <= {"resource", "not_applicable"}
    # the earlier report holds the resources that failed there, and only of these it can tell what they were
    assert [member["path"] for each in report["changes"] for member in each["members"]] == [
        "/Policy/Statement/0",
        "/VersioningConfiguration/Status",
    ]


def test_a_fix_is_told_with_its_cause(posture: Run, first: Path) -> None:
    def close(resources: Estate) -> None:
        for each in resources.values():
            if each.type == "AWS::EC2::SecurityGroup":
                each.config["IpPermissions"] = []
            if each.name == "nwf-route-exports":
                each.config["VersioningConfiguration"] = {"Status": "Enabled"}

    write(first.parent / "new.posture", close)
    report = check(posture, first)
    fixed = {rule for (rule, _), change in changes(report).items() if change == "fixed"}
    assert {"sg-ingress-ssh", "s3-bucket-versioning"} <= fixed
    paths = {member["path"] for each in report["changes"] for member in each["members"]}
    assert "/VersioningConfiguration/Status" in paths
    assert any(path.startswith("/IpPermissions/") for path in paths)


def test_what_is_denied_now_is_not_fixed(posture: Run, first: Path) -> None:
    def blind(resources: Estate) -> None:
        for each in resources.values():
            if each.type == "AWS::KMS::Key":
                each.config.pop("Policy")
                each.unknown["/Policy"] = DENIED

    write(first.parent / "new.posture", blind)
    report = check(posture, first)
    policies = {change for (rule, _), change in changes(report).items() if rule == "kms-key-policy-public"}
    assert policies == {"not_assessed"}
    assert report["baseline"]["counts"]["fixed"] == 0
    assert report["changes"] == []


def test_what_was_not_listed_is_not_gone(posture: Run, first: Path) -> None:
    def empty(resources: Estate) -> None:
        for id_ in [id_ for id_, each in resources.items() if each.type == "AWS::S3::Bucket"]:
            del resources[id_]

    denied = replace(DENIED, service="s3", operation="ListBuckets")
    write(first.parent / "new.posture", empty, unlisted={("AWS::S3::Bucket", "global"): denied})
    report = check(posture, first, code=0)
    assert {each["why"] for each in report["baseline"]["gone"]} == {"not_scanned"}
    assert report["changes"] == []
    write(first.parent / "other.posture", empty)
    posture("check", "other.posture", "-q", "--baseline", "first.json", "-o", "json=next.json")
    report = json.loads((first.parent / "next.json").read_text())
    assert {each["why"] for each in report["baseline"]["gone"]} == {"resource"}
    assert {each["kind"] for each in report["changes"]} == {"removed"}


def test_rules_that_were_not_run_leave_their_findings_open(posture: Run, first: Path) -> None:
    write(first.parent / "new.posture")
    report = check(posture, first, "--rule", "kms-*")
    assert {each["why"] for each in report["baseline"]["gone"]} == {"rule"}
    assert "s3-bucket-versioning" in report["baseline"]["rules_removed"]


def test_a_rule_that_does_not_apply_any_more(posture: Run, first: Path) -> None:
    def disable(resources: Estate) -> None:
        for each in resources.values():
            if each.type == "AWS::KMS::Key":
                each.config["KeyState"] = "Disabled"

    write(first.parent / "new.posture", disable)
    gone = {each["rule_id"]: each["why"] for each in check(posture, first)["baseline"]["gone"]}
    assert gone == {"kms-key-rotation-enabled": "not_applicable"}


def test_only_what_is_new_fails(posture: Run, first: Path) -> None:
    write(first.parent / "new.posture")
    arguments = ("check", "new.posture", "-q", "--baseline", "first.json")
    assert posture(*arguments, "--fail-on", "high").code == 1
    assert posture(*arguments, "--fail-on-new").code == 0
    assert posture(*arguments, "--fail-on-new", "--fail-on", "info").code == 0
    write(first.parent / "worse.posture", five_changes)
    worse = ("check", "worse.posture", "-q", "--baseline", "first.json")
    assert posture(*worse).code == 0
    assert posture(*worse, "--fail-on-new").code == 1
    calm = (
        *worse,
        "--fail-on-new",
        "--fail-on",
        "critical",
        "--ignore-rule",
        "s3-bucket-public-*",
        "--ignore-rule",
        "*-reachable",
    )
    assert posture(*calm).code == 0
    assert posture(*worse, "--fail-on-new", "--fail-on", "none").code == 0


def test_from_run_to_run(posture: Run, first: Path) -> None:
    """Each report is the next one's baseline, written over it."""
    folder = first.parent

    def enable(resources: Estate) -> None:
        resources["arn:aws:s3:::nwf-route-exports"].config["VersioningConfiguration"] = {"Status": "Enabled"}

    write(folder / "mended.posture", enable)
    said = []
    for snapshot in ("mended", "mended", "old", "old"):
        posture("check", f"{snapshot}.posture", "-q", "--baseline", "first.json", "-o", "json=first.json")
        found = changes(json.loads(first.read_text()))
        said.append(found.get(("s3-bucket-versioning", "arn:aws:s3:::nwf-route-exports")))
    assert said == ["fixed", None, "reopened", "existing"]


def test_the_gate(posture: Run, template: Path, tmp_path: Path) -> None:
    judged = ("gate", template.name, *only("sg-ingress-ssh", "sg-ingress-rdp"))
    assert posture(*judged, "-q", "-o", "json=last.json").code == 1
    gate = (*judged, "--baseline", "last.json", "--fail-on-new", "-o", "json=now.json")
    same = posture(*gate)
    assert same.code == 0
    text = template.read_text()
    template.write_text(text.replace("FromPort: 22, ToPort: 22", "FromPort: 3389, ToPort: 3389"))
    assert posture(*gate).code == 1
    report = json.loads((tmp_path / "now.json").read_text())
    found = {rule: change for (rule, id_), change in changes(report).items() if id_.endswith("#Open")}
    assert found == {"sg-ingress-rdp": "new", "sg-ingress-ssh": "fixed"}
    (change,) = report["changes"]
    ports = [member[side] and member[side]["FromPort"] for member in change["members"] for side in ("before", "after")]
    assert ports == [22, None, None, 3389]
    template.write_text(text.partition("  Open:")[0])
    posture(*gate)
    report = json.loads((tmp_path / "now.json").read_text())
    assert {(each["resource_id"], each["why"]) for each in report["baseline"]["gone"]} == {
        (f"{template.name}#Open", "resource")
    }
    assert [(each["kind"], each["resource_id"]) for each in report["changes"]] == [("removed", f"{template.name}#Open")]


def test_a_resource_that_cannot_be_read_is_not_gone(posture: Run, template: Path, tmp_path: Path) -> None:
    posture("gate", template.name, "-q", "-o", "json=last.json")
    template.write_text(
        template.read_text().partition("    Type: AWS::EC2")[0]
        + "    Type: AWS::EC2::SecurityGroup\n    Properties: 7\n"
    )
    posture("gate", template.name, "-q", "--baseline", "last.json", "-o", "json=now.json")
    report = json.loads((tmp_path / "now.json").read_text())
    assert {each["why"] for each in report["baseline"]["gone"]} == {"not_scanned"}
    assert report["changes"] == []


def test_another_accounts_report_is_told(posture: Run, first: Path, template: Path) -> None:
    result = posture("gate", str(template), "--baseline", "first.json", "--fail-on-new", "-q")
    assert result.code == 1
    assert "no finding in common" in result.err


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"findings": []}', "\0"])
def test_what_is_no_report_stops_before_any_work(posture: Run, template: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    result = posture("gate", str(template), "--baseline", "bad.json", "-o", "json=out.json")
    assert result.code == 2
    assert result.err.startswith("posture: bad.json: not ")
    assert not (tmp_path / "out.json").exists()


def test_sarif_says_what_is_new(posture: Run, first: Path) -> None:
    write(first.parent / "new.posture", five_changes)
    check(posture, first, "-o", "sarif=next.sarif")
    (run,) = json.loads((first.parent / "next.sarif").read_text())["runs"]
    states = [result["baselineState"] for result in run["results"]]
    assert set(states) == {"new", "unchanged"}
    posture("check", "new.posture", "-q", "-o", "sarif=plain.sarif")
    (plain,) = json.loads((first.parent / "plain.sarif").read_text())["runs"]
    assert not any("baselineState" in result for result in plain["results"])


def test_the_settings_may_name_it(posture: Run, first: Path) -> None:
    settings = first.parent / "posture.toml"
    settings.write_text(f'baseline = "first.json"\n{settings.read_text()}')
    assert posture("check", "old.posture", "-q", "--fail-on-new").code == 0
    assert posture("check", "old.posture", "-q", "-o", "json=next.json").code == 0
    assert json.loads((first.parent / "next.json").read_text())["baseline"]["counts"]["existing"] > 20
    first.unlink()
    missing = posture("check", "old.posture", "-q", "--fail-on-new")
    assert missing.code == 1  # then all that fails counts
    assert "first.json: there is no earlier report yet" in missing.err
