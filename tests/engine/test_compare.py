"""A report against an earlier one: what is new, open again, fixed, and what can no longer be told."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.compare import change, mark, seen_in
from scanner.model import Finding, Report, Verdict, canonical, fingerprint

ACCOUNT, REGION, TYPE = "111122223333", "eu-west-1", "AWS::KMS::Key"
RULES = ("rule-a", "rule-b")


def finding(resource: str, verdict: str, rule: str = "rule-a", **changed: Any) -> Finding:
    params = changed.pop("params", {})
    made: dict[str, Any] = {
        "rule_id": rule,
        "resource_id": resource,
        "resource_type": TYPE,
        "account": ACCOUNT,
        "region": REGION,
        "verdict": Verdict(verdict),
        "severity": "high",
        "message": "",
        "evidence": [],
        "origin": {"kind": "live"},
        "params": params,
        "fingerprint": fingerprint(rule, resource, params),
    }
    return Finding(**(made | changed))


def report(
    *findings: Finding, rules: tuple[str, ...] = RULES, complete: bool | None = True, skipped: int = 0
) -> Report:
    listing = {"type": TYPE, "account": ACCOUNT, "region": REGION, "complete": complete}
    return Report(
        tool={"name": "aws-posture", "version": "0.1.0"},
        snapshot={"taken_at": "2026-11-24T00:00:00Z", "accounts": [ACCOUNT], "regions": [REGION], "source": "live"},
        rules={id_: {} for id_ in rules},
        frameworks={},
        coverage={
            "listings": [] if complete is None else [listing],
            "rules": {id_: {"not_applicable": skipped} for id_ in rules},
        },
        gaps=[],
        resources={},
        findings=sorted(findings, key=Finding.sort_key),
    )


def baseline(earlier: Report, now: Report) -> dict[str, Any]:
    mark(earlier, now)
    assert now.baseline is not None
    return now.baseline


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "fail", "new"),
        ("pass", "fail", "new"),
        ("unknown", "fail", "new"),
        ("fail", "fail", "existing"),
        ("fail", "pass", "fixed"),
        ("fail", "unknown", "not_assessed"),
        ("pass", "pass", None),
        ("unknown", "unknown", None),
        (None, "pass", None),
        (None, "unknown", None),
    ],
)
def test_what_became_of_a_finding(before: str | None, after: str, expected: str | None) -> None:
    earlier = report(*([finding("x", before)] if before else []))
    now = report(finding("x", after))
    mark(earlier, now)
    assert now.findings[0].change == expected


def test_fixed_and_failing_again_is_reopened() -> None:
    runs = [report(finding("x", verdict)) for verdict in ("fail", "pass", "fail", "fail")]
    for earlier, now in pairwise(runs):
        mark(earlier, now)
    assert [run.findings[0].change for run in runs] == [None, "fixed", "reopened", "existing"]


def test_a_fix_is_remembered_from_run_to_run() -> None:
    runs = [report(finding("x", verdict)) for verdict in ("fail", "pass", "pass", "unknown", "fail", "pass")]
    for earlier, now in pairwise(runs):
        mark(earlier, now)
    assert [run.findings[0].change for run in runs] == [None, "fixed", None, None, "reopened", "fixed"]
    kept = [len(run.baseline["mended"]) for run in runs if run.baseline]
    assert kept == [1, 1, 1, 0, 1]


def test_a_fail_that_could_not_be_told_in_between_is_not_new() -> None:
    runs = [report(finding("x", verdict)) for verdict in ("fail", "unknown", "unknown", "fail")]
    for earlier, now in pairwise(runs):
        mark(earlier, now)
    assert [run.findings[0].change for run in runs] == [None, "not_assessed", "not_assessed", "existing"]


def test_waived_fails_are_compared_like_all() -> None:
    now = report(finding("x", "fail", waiver={"reason": "r", "owner": "o", "expires": "2027-01-01"}))
    assert baseline(report(finding("x", "fail")), now)["counts"]["existing"] == 1


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (report(), "resource"),
        (report(skipped=1), "untold"),
        (report(finding("x", "pass", "rule-b")), "not_applicable"),
        (report(rules=("rule-b",)), "rule"),
        (report(finding("x", "fail", params={"days": 2})), "rule"),
        (report(complete=False), "not_scanned"),
        (report(complete=None), "not_scanned"),
    ],
)
@pytest.mark.parametrize("verdict", ["fail", "unknown"])
def test_what_has_no_counterpart_says_why_and_is_never_fixed(now: Report, why: str, verdict: str) -> None:
    now = copy.deepcopy(now)
    made = baseline(report(finding("x", verdict)), now)
    assert [(each["resource_id"], each["verdict"], each["why"]) for each in made["gone"]] == [("x", verdict, why)]
    assert made["counts"]["gone"] == 1
    assert made["counts"]["fixed"] == 0


def test_a_pass_that_is_gone_is_nothing_to_tell() -> None:
    assert baseline(report(finding("x", "pass")), report())["gone"] == []


def test_what_was_not_listed_and_is_now_is_no_loss() -> None:
    place = finding(f"{ACCOUNT}/{REGION}/{TYPE}", "unknown")
    assert baseline(report(place, complete=False), report(finding("x", "fail")))["gone"] == []
    assert [each["why"] for each in baseline(report(place), report(complete=False))["gone"]] == ["not_scanned"]


def test_code_is_gone_only_if_its_file_was_read() -> None:
    code = {"origin": {"kind": "terraform"}, "account": "", "region": ""}
    earlier = report(finding("a.tf#x", "fail", **code), finding("b.tf#x", "fail", **code))
    made = baseline(earlier, report(finding("a.tf#y", "pass", **code), complete=None))
    assert {each["resource_id"]: each["why"] for each in made["gone"]} == {
        "a.tf#x": "resource",
        "b.tf#x": "not_scanned",
    }


def test_rules_of_one_report_only_are_named() -> None:
    made = baseline(report(rules=("rule-a", "rule-c")), report(rules=("rule-a", "rule-b")))
    assert (made["rules_added"], made["rules_removed"]) == (["rule-b"], ["rule-c"])


def test_an_inventory_decides_where_it_is_known() -> None:
    now = report(skipped=1)
    mark(report(finding("x", "fail")), now, lambda _: "gone")
    assert now.baseline is not None
    assert now.baseline["gone"][0]["why"] == "resource"
    assert seen_in(now)(finding("x", "fail")) == "untold"


# Laws.

cases = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(RULES)), st.sampled_from(["pass", "fail", "unknown"])
)


def of(case: dict[tuple[str, str], str]) -> Report:
    return report(*(finding(resource, verdict, rule) for (resource, rule), verdict in case.items()))


@given(cases)
def test_a_report_with_itself_gives_only_existing(case: dict[tuple[str, str], str]) -> None:
    now = of(case)
    made = baseline(of(case), now)
    assert made["gone"] == []
    assert {each.change for each in now.findings if each.verdict is Verdict.FAIL} <= {"existing"}
    assert {each.change for each in now.findings if each.verdict is not Verdict.FAIL} <= {None}


@given(cases, cases)
def test_counts_are_symmetric_and_nothing_is_lost(
    first: dict[tuple[str, str], str], second: dict[tuple[str, str], str]
) -> None:
    there, back = baseline(of(first), of(second)), baseline(of(second), of(first))
    counts, mirrored = there["counts"], back["counts"]
    gone = Counter(each["verdict"] for each in there["gone"])
    assert counts["existing"] == mirrored["existing"]
    fails = [sum(verdict == "fail" for verdict in case.values()) for case in (first, second)]
    assert fails[0] == counts["existing"] + counts["fixed"] + counts["not_assessed"] + gone["fail"]
    assert fails[1] == counts["existing"] + counts["new"] + counts["reopened"]
    gone_back = Counter(each["verdict"] for each in back["gone"])
    assert counts["new"] == mirrored["fixed"] + mirrored["not_assessed"] + gone_back["fail"]


@given(cases, cases)
def test_the_order_of_findings_does_not_show(
    first: dict[tuple[str, str], str], second: dict[tuple[str, str], str]
) -> None:
    earlier, backwards = of(first), of(first)
    backwards.findings.reverse()
    assert canonical(baseline(earlier, of(second))) == canonical(baseline(backwards, of(second)))


@given(st.sampled_from([None, "pass", "fail", "unknown"]), st.sampled_from(["pass", "fail", "unknown"]))
def test_fixed_is_said_of_a_pass_alone(before: str | None, after: str) -> None:
    found = change(finding("x", before) if before else None, finding("x", after))
    assert (found == "fixed") == (before == "fail" and after == "pass")


def test_another_severity_of_the_same_fail_is_told() -> None:
    one, other = finding("a", "fail"), finding("b", "fail")
    told = baseline(report(one, other), report(finding("a", "fail", severity="critical"), copy.copy(other)))
    assert told["severities"] == {one.fingerprint: "high"}
