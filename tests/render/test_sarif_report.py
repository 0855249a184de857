"""SARIF: what dashboards demand of a file, and that no alert is opened or closed falsely.

The limits are those that GitHub documents for code scanning.
"""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import ACCOUNT, code, finding, gap, report, rule
from report_strategies import HOSTILE, reports

from scanner.model import Evidence, Verdict, Why
from scanner.render import sarif
from scanner.render.sarif_place import place, relative_uri
from scanner.render.sarif_write import to_json

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
PATH = re.compile(r"(?:[A-Za-z0-9._~/@+=,-]|%[0-9A-F]{2})+")


def rendered(made) -> dict[str, Any]:
    return json.loads(sarif.render(made))


def results(made) -> list[dict[str, Any]]:
    return [result for run in rendered(made)["runs"] for result in run["results"]]


def physical(result: dict[str, Any]) -> dict[str, Any]:
    return result["locations"][0]["physicalLocation"]


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=60)
@given(reports())
def test_a_dashboard_takes_every_report(made):
    log = rendered(made)
    assert log["version"] == "2.1.0"
    assert 1 <= len(log["runs"]) <= 20
    categories = [run["automationDetails"]["id"] for run in log["runs"]]
    assert len(set(categories)) == len(categories)
    assert all(category.endswith("/") for category in categories)
    for run in log["runs"]:
        for index, descriptor in enumerate(run["tool"]["driver"]["rules"]):
            check_rule(descriptor)
            assert all(item["ruleId"] == descriptor["id"] for item in run["results"] if item["ruleIndex"] == index)
        for result in run["results"]:
            check_result(result)


def check_rule(descriptor: dict[str, Any]) -> None:
    tags = descriptor["properties"]["tags"]
    assert tags[0] == "security"
    assert len(tags) == len(set(tags)) <= 10
    assert isinstance(descriptor["properties"]["security-severity"], str)
    assert 0 < float(descriptor["properties"]["security-severity"]) <= 10
    assert len(descriptor["shortDescription"]["text"]) <= 1024
    assert len(descriptor["fullDescription"]["text"]) <= 1024
    assert len(descriptor.get("name", "")) <= 255
    assert "helpUri" not in descriptor or descriptor["helpUri"].startswith("https://")


def check_result(result: dict[str, Any]) -> None:
    uri = physical(result)["artifactLocation"]["uri"]
    assert PATH.fullmatch(uri)
    assert not SCHEME.match(uri)
    assert not uri.startswith("/")
    assert ".." not in uri.split("/")
    region = physical(result)["region"]
    assert 1 <= region["startLine"] <= region["endLine"]
    assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])
    assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["primaryLocationLineHash"])
    assert result["message"]["text"]
    assert result["message"]["text"].isprintable()
    assert "](" not in result["message"]["text"]
    assert result["level"] in ("error", "warning", "note")


@settings(max_examples=60)
@given(reports())
def test_results_are_exactly_the_fails(made):
    fails = sorted(item.fingerprint for item in made.findings if item.verdict is Verdict.FAIL)
    assert sorted(item["partialFingerprints"]["primaryLocationLineHash"] for item in results(made)) == fails
    accepted = sum(bool(item.waiver) for item in made.findings if item.verdict is Verdict.FAIL)
    assert sum("suppressions" in item for item in results(made)) == accepted


@settings(max_examples=60)
@given(reports(), st.randoms(use_true_random=False))
def test_order_of_findings_never_shows(made, random):
    text = sarif.render(made)
    if len({item.sort_key() for item in made.findings}) == len(made.findings):
        random.shuffle(made.findings)
    assert sarif.render(made) == text


def test_what_cannot_be_told_opens_no_alert_and_is_said():
    doubt = finding("u", verdict="unknown", evidence=[Evidence("Policy", reason="denied: AccessDenied")])
    run = rendered(report([doubt], [gap()]))["runs"][0]
    assert run["results"] == []
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    notes = {item["level"]: item for item in invocation["toolExecutionNotifications"]}
    assert "s3:GetBucketPolicy was denied" in notes["error"]["message"]["text"]
    assert "cannot tell for 1 resource (denied): arn:aws:s3:::u" in notes["warning"]["message"]["text"]
    assert notes["warning"]["associatedRule"] == {"id": "s3-bucket-policy-public", "index": 0}


@pytest.mark.parametrize(
    ("gaps", "successful"),
    [
        ([], True),
        ([gap(reason=Why.NOT_COLLECTED)], True),
        ([gap(rules=())], True),
        ([gap(account="444455556666")], True),
        ([gap(reason=Why.THROTTLED)], False),
        ([gap(account="", operation="", resource_types=(), rules=(), reason=Why.ERROR)], False),
    ],
)
def test_a_run_is_successful_if_all_that_its_rules_need_was_read(gaps, successful):
    run = rendered(report([finding("p", verdict="pass")], gaps))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is successful


def test_a_clean_account_has_a_run_because_that_closes_its_alerts():
    made = report([finding()], snapshot={"accounts": [ACCOUNT, "444455556666"], "source": "live"})
    runs = {run["automationDetails"]["id"]: len(run["results"]) for run in rendered(made)["runs"]}
    assert runs == {f"aws-posture/{ACCOUNT}/": 1, "aws-posture/444455556666/": 0}


def test_a_plan_never_closes_the_alerts_of_the_live_account():
    made = report([finding(), code(account=ACCOUNT), code("main.tf#b")])
    categories = [run["automationDetails"]["id"] for run in rendered(made)["runs"]]
    assert categories == [
        f"aws-posture/{ACCOUNT}/",
        f"aws-posture/terraform/{ACCOUNT}/",
        "aws-posture/terraform/no-account/",
    ]
    empty = rendered(report([], snapshot={"accounts": [], "source": "terraform"}))
    assert [run["automationDetails"]["id"] for run in empty["runs"]] == ["aws-posture/terraform/no-account/"]


def test_many_accounts_share_twenty_runs_and_stay_where_they_are():
    accounts = [f"{number:012d}" for number in range(60)]
    made = report([finding(name, account=name) for name in accounts])
    where = {item["properties"]["account"]: run for run in rendered(made)["runs"] for item in run["results"]}
    assert len(rendered(made)["runs"]) <= 20
    assert set(where) == set(accounts)
    fewer = report([finding(name, account=name) for name in accounts[:40]], snapshot={"source": "live"})
    for run in rendered(fewer)["runs"]:
        for item in run["results"]:
            before = where[item["properties"]["account"]]
            assert run["automationDetails"] == before["automationDetails"]


def test_results_past_the_limit_are_left_out_least_severe_first_and_said():
    made = report(
        [
            *[finding(f"low{i}", "a", severity="low") for i in range(3000)],
            *[finding(f"ok{i}", "b", severity="critical", waiver={"reason": "x"}) for i in range(10)],
            *[finding(f"high{i}", "c", severity="high") for i in range(2500)],
        ]
    )
    text = sarif.render(made)
    run = json.loads(text)["runs"][0]
    levels = [item["level"] for item in run["results"]]
    assert levels == ["error"] * 2500 + ["note"] * 2500
    invocation = run["invocations"][0]
    assert invocation["properties"]["leftOut"] == 510
    assert invocation["toolExecutionNotifications"][-1]["message"]["text"].startswith("510 fails are left out")
    assert [item["id"] for item in run["tool"]["driver"]["rules"]] == ["a", "c"]
    assert len(gzip.compress(text.encode())) < 10 * 2**20


def test_code_stands_at_its_lines_and_live_at_the_anchor():
    made = report([code(), finding()])
    spots = {item["properties"].get("account", ""): physical(item) for item in results(made)}
    assert spots[""] == {
        "artifactLocation": {"uri": "main.tf"},
        "region": {"startLine": 4, "startColumn": 1, "endLine": 9, "endColumn": 2},
    }
    assert spots[ACCOUNT] == {
        "artifactLocation": {"uri": "posture.toml"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
    }


@pytest.mark.parametrize(
    ("anchor", "uri"),
    [("infra/aws accounts.yml", "infra/aws%20accounts.yml"), ("https://x", "https%3A/x"), ("/etc/x", "posture.toml")],
)
def test_the_anchor_is_the_callers(anchor, uri):
    made = report()
    made.snapshot["anchor"] = anchor
    assert physical(results(made)[0])["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("modules/a/main.tf", "modules/a/main.tf"),
        ("./a//b.tf", "a/b.tf"),
        ("a\\b.tf", "a/b.tf"),
        ("s3:x.tf", "s3%3Ax.tf"),
        ("a b%#?.tf", "a%20b%25%23%3F.tf"),
        ("é.tf", "%C3%A9.tf"),
        ("../x.tf", ""),
        ("a/../../x.tf", ""),
        ("/abs.tf", ""),
        ("C:/x.tf", ""),
        ("\\\\host\\x", ""),
        ("", ""),
        (".", ""),
    ],
)
def test_paths_are_relative_and_without_scheme(path, uri):
    assert relative_uri(path) == uri


@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None))), st.integers(), st.integers())
def test_every_origin_has_a_place(file, line, end):
    uri, region = place({"file": file, "line": line, "end_line": end}, "posture.toml")
    assert PATH.fullmatch(uri)
    assert 1 <= region["start_line"] <= region["end_line"] < 2**31


def test_a_fail_that_someone_accepted_is_suppressed_with_the_reason():
    waiver = {"reason": "public site", "owner": "web@example.org", "expires": "2027-01-01"}
    [result] = results(report([finding(waiver=waiver)]))
    assert result["suppressions"] == [
        {"kind": "external", "justification": "public site; expires: 2027-01-01; owner: web@example.org"}
    ]


def test_logical_locations_hold_the_arn_and_what_code_will_become():
    made = report([code()])
    made.resources[made.findings[0].resource_id] = {"name": "data", "physical_id": "arn:aws:s3:::data"}
    [result] = results(made)
    assert [item["fullyQualifiedName"] for item in result["locations"][0]["logicalLocations"]] == [
        "main.tf#aws_s3_bucket.data",
        "arn:aws:s3:::data",
    ]


def test_help_shows_why_and_fix_in_fences_that_hold():
    made = report()
    made.rules["s3-bucket-policy-public"] = rule(
        fix={"cli": "aws s3api x\nand ```` y"}, references=["https://docs.aws.amazon.com/x", "javascript:alert(1)"]
    )
    descriptor = rendered(made)["runs"][0]["tool"]["driver"]["rules"][0]
    assert descriptor["help"]["markdown"] == (
        "Anybody on the internet can read what the policy opens.\n\n"
        "**AWS CLI**\n\n`````sh\naws s3api x\nand ```` y\n`````\n\n"
        "**References**\n\n* <https://docs.aws.amazon.com/x>\n\n"
        "**Gives evidence for**\n\n* nist-800-53-r5: AC-3"
    )
    assert descriptor["helpUri"] == "https://docs.aws.amazon.com/x"
    assert descriptor["name"] == "S3BucketPolicyPublic"


def test_results_of_one_rule_under_two_settings_are_told_apart():
    made = report([finding(params={"days": 90}), finding(params={"days": 30}, fingerprint="0" * 32)])
    made.rules["s3-bucket-policy-public"]["params"] = {"days": 90}
    texts = [item["message"]["text"] for item in results(made)]
    assert sorted(text.partition(", with ")[2] for text in texts) == ["", "days = 30"]


def test_a_baseline_is_stated_for_all_results_or_none():
    both = results(report([finding("a", change="new"), finding("b", change="existing")]))
    assert [item["baselineState"] for item in both] == ["new", "unchanged"]
    assert all("baselineState" not in item for item in results(report([finding("a", change="new"), finding("b")])))


def test_a_severity_that_differs_from_the_rules_is_the_findings():
    made = report([finding(severity="medium")])
    made.rules["s3-bucket-policy-public"]["severity"] = "critical"
    assert results(made)[0]["level"] == "warning"


@settings(max_examples=60)
@given(reports())
def test_all_text_is_plain_and_can_be_encoded(made):
    text = sarif.render(made)
    assert text.isascii()
    params = [item.pop("properties", None) for run in json.loads(text)["runs"] for item in run["results"]]
    assert len(params) == len(results(made))
    log = json.loads(text)
    for run in log["runs"]:
        for item in run["results"]:
            item.pop("properties")
    assert all(line.isprintable() for string in strings(log) for line in string.split("\n"))


def test_what_is_not_set_is_not_written():
    import sarif_om as om

    assert to_json(om.Location(physical_location=om.PhysicalLocation(region=om.Region(start_line=3)))) == {
        "physicalLocation": {"region": {"startLine": 3}}
    }
    assert to_json(om.Result(message=om.Message(text="x"), rule_index=0, level="warning")) == {
        "message": {"text": "x"},
        "ruleIndex": 0,
        "kind": "fail",
        "level": "warning",
    }


@pytest.mark.parametrize(
    ("change", "state"), [("new", "new"), ("reopened", "new"), ("existing", "unchanged"), (None, None)]
)
def test_the_baseline_state_of_each_change(change, state):
    (result,) = results(report([finding(change=change)]))
    assert result.get("baselineState") == state
    assert result["properties"].get("change") == change


def test_no_state_unless_all_results_have_one_and_nothing_absent_is_written():
    """SARIF 3.27.24: if one result has a state, all have; a result `absent` would open an alert for what is fixed."""
    mixed = results(report([finding("a", change="new"), finding("b")]))
    assert not any("baselineState" in result for result in mixed)
    mended = [finding("a", change="existing"), finding("b", verdict="pass", change="fixed")]
    open_ = finding("c", verdict="unknown", change="not_assessed")
    assert [result["baselineState"] for result in results(report([*mended, open_]))] == ["unchanged"]
