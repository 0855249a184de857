"""Gaps as readers count them, and the summary for paper and browsers without scripts."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest
from html_page import Data

from scanner.model import Gap, Report, Verdict, Why
from scanner.render import html as renderer
from scanner.render.html_gaps import Links, group_gaps
from scanner.render.html_summary import LISTED, summary


def data_of(report: Report) -> Data:
    return Data(renderer.render(report))


def test_an_accepted_gap_leaves_the_run_complete() -> None:
    accepted = {"reason": "x", "owner": "y", "expires": "2027-01-31"}
    made = samples.report([], gaps=[gap("ListKeys", "x", accepted=accepted), gap("ListKeys", "y", accepted=accepted)])
    (group,) = data_of(made).core["gaps"]
    assert (group["incomplete"], group["accepted"], group["count"]) == (False, accepted, 2)
    assert summary(made).unknown_sentence == "Every call was answered, 1 accepted gap aside."
    made.gaps.append(gap("ListKeys", "x"))
    assert [item["incomplete"] for item in data_of(made).core["gaps"]] == [True, False]


def gap(operation: str, region: str, reason: Why = Why.DENIED, **more: Any) -> Gap:
    return Gap(samples.ACCOUNTS[0], region, "s3", operation, f"s3:{operation}", reason, **more)


def test_gaps_are_one_entry_a_call_and_reason() -> None:
    gaps = [
        gap("GetBucketPolicy", "eu-central-1", resource_id="a", rules=("x",), message="no"),
        gap("GetBucketPolicy", "us-east-1", resource_id="b", rules=("y",), message="no"),
        gap("GetBucketPolicy", "us-east-1", Why.THROTTLED),
        gap("", "", Why.NOT_COLLECTED, resource_types=("AWS::RDS::DBInstance",)),
    ]
    first, second, third = (group.to_json() for group in group_gaps(gaps))
    assert (first["reason"], first["regions"], first["resources"]) == ("denied", ["eu-central-1", "us-east-1"], 2)
    assert (first["rules"], first["count"], first["message"]) == (["x", "y"], 2, "no")
    assert second["reason"] == "throttled"
    assert (third["reason"], third["incomplete"]) == ("not_collected", False)


def test_inputs_without_a_call_are_not_lumped_together() -> None:
    gaps = [
        Gap("", "", "", "", "", Why.ERROR, resource_id=name, message="does not parse") for name in ("a.yaml", "b.yaml")
    ]
    assert [group.to_json()["resource"] for group in group_gaps(gaps)] == ["a.yaml", "b.yaml"]


def test_findings_are_linked_to_the_gap_that_left_them_open() -> None:
    report = samples.small()
    groups = group_gaps(report.gaps)
    links = Links(report, groups)
    linked = {
        item.resource_id: [groups[index].call for index in links.groups_of(item)]
        for item in report.findings
        if item.verdict is Verdict.UNKNOWN
    }
    assert linked["arn:aws:s3:::logs"] == ["s3:GetBucketPolicy"]
    assert linked[f"{samples.ACCOUNTS[1]}/us-east-1/AWS::EC2::SecurityGroup"] == ["ec2:DescribeSecurityGroups"]


def test_why_comes_from_the_resource_then_the_gap_then_the_listing() -> None:
    plan = samples.plan()
    (unknown,) = [item for item in plan.findings if item.verdict is Verdict.UNKNOWN]
    assert Links(plan, []).why(unknown) == "after_apply"
    small = samples.small()
    by_id = {item.resource_id: item for item in small.findings if item.verdict is Verdict.UNKNOWN}
    unlisted = by_id[f"{samples.ACCOUNTS[1]}/us-east-1/AWS::EC2::SecurityGroup"]
    assert Links(small, group_gaps(small.gaps)).why(unlisted) == "denied"
    assert Links(small, []).why(unlisted) == "denied"
    small.coverage["listings"] = []
    assert Links(small, []).why(unlisted) == ""


@pytest.mark.parametrize(
    ("make", "said", "unknown"),
    [
        (
            samples.small,
            "3 findings are open.",
            "Incomplete scan: 2 calls could not be answered. 2 of 12 verdicts are unknown.",
        ),
        (samples.nothing, "No open failures in 2 accounts.", "Every call was answered."),
        (samples.empty, "No rule found anything to judge.", "Every call was answered."),
        (samples.plan, "1 finding is open.", "1 of 2 verdicts is unknown."),
        (
            samples.unreadable,
            "Nothing could be read, so whether anything fails is not known.",
            "Incomplete scan: 1 call could not be answered. 4 of 4 verdicts are unknown.",
        ),
    ],
)
def test_the_summary_says_what_it_is(make: Any, said: str, unknown: str) -> None:
    made = summary(make())
    assert (made.open_sentence, made.unknown_sentence) == (said, unknown)


def test_the_summary_says_what_changed_and_what_was_accepted() -> None:
    made = summary(more.compared())
    assert made.since_sentence == ("Since 2026-11-16T06:00:00Z: 1 new, 1 reopened, 1 fixed, 1 not assessed, 3 gone.")
    assert [why for call, _, why in made.gaps if call == "kms:ListKeys"] == [
        "denied (accepted by platform until 2027-01-31)"
    ]
    assert summary(samples.small()).since_sentence == ""


def test_no_failures_is_never_said_of_an_incomplete_scan_alone() -> None:
    made = samples.report([samples.finding("s3-bucket-versioning", "a", "pass", "a")], gaps=[gap("GetBucketAcl", "x")])
    assert summary(made).open_sentence == "No open failures in 2 accounts."
    assert summary(made).unknown_sentence.startswith("Incomplete scan: 1 call could not be answered.")


def test_severity_counts_of_an_unreadable_estate_are_not_zero() -> None:
    assert {shown for _, shown, _ in summary(samples.unreadable()).severities} == {"not known"}


def test_a_long_summary_says_that_it_is_cut() -> None:
    findings = [samples.finding("sg-ingress-ssh", f"sg-{n}", "fail", f"sg-{n} is open") for n in range(LISTED + 5)]
    page = renderer.render(samples.report(findings))
    assert f"The first {LISTED} of {LISTED + 5} are listed." in page


def test_findings_of_other_parameters_say_which() -> None:
    usual = samples.finding("sg-ingress-ssh", "b", "fail", "b is open", params={"port": 22})
    other = samples.finding("sg-ingress-ssh", "b", "fail", "b is open", params={"port": 90}, fingerprint="0" * 32)
    made = samples.report([usual, other])
    assert data_of(made).texts("binding") == ["port=90", ""]
    assert sorted(row[1] for row in summary(made).worst) == ["b is open", "b is open (port=90)"]
