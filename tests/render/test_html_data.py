"""What the page's script reads: every finding, resource and change of the report, in columns and blocks."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest
from html_page import Data

from scanner.model import Evidence, Report
from scanner.render import html as renderer
from scanner.render.html_columns import pack

PROBLEMS = [[], ["expired"], ["unused"], ["unused"], ["too_broad", "unused"]]


def data_of(report: Report) -> Data:
    return Data(renderer.render(report))


def test_numbers_that_json_lacks_do_not_break_the_page() -> None:
    made = samples.small()
    made.resources["arn:aws:s3:::exports"]["config"]["Odd"] = [float("nan"), float("inf"), 1.5]
    assert data_of(made).document("arn:aws:s3:::exports")["config"]["Odd"] == ["nan", "inf", 1.5]


@pytest.mark.parametrize("make", [samples.small, more.compared, more.hostile_everywhere])
def test_the_data_hold_every_finding(make: Any) -> None:
    report = make()
    data = data_of(report)
    assert data.fingerprints() == [item.fingerprint for item in report.findings]
    assert {len(column) for column in data.findings.values()} == {len(report.findings)}
    for index, item in enumerate(report.findings):
        assert data.core["rules"][data.findings["rule"][index]]["id"] == item.rule_id
        assert data.resource(data.findings["resource"][index], "id") == item.resource_id
        assert data.evidence(index) == [e.to_json() for e in item.evidence]
        assert data.core["changeNames"][data.findings["change"][index]] == (item.change or "")


def test_details_stand_in_blocks_that_end_with_a_resource() -> None:
    report = samples.many(4000)
    data = data_of(report)
    assert len(data.blocks) > 2
    assert data.columns["starts"][0] == 0
    for start in list(data.columns["starts"])[1:]:
        assert report.findings[start].resource_id != report.findings[start - 1].resource_id
    for index in (0, 777, 3999):
        assert data.evidence(index) == [e.to_json() for e in report.findings[index].evidence]
        id_ = report.findings[index].resource_id
        assert data.document(id_)["config"] == report.resources[id_]["config"]


def test_resources_that_nothing_judged_are_there_too() -> None:
    made = samples.nothing()
    made.resources["lonely"] = samples.resource("lonely", "AWS::SNS::Topic", "lonely", {"Name": "lonely"})
    assert data_of(made).document("lonely") == {"config": {"Name": "lonely"}, "origin": {"kind": "live"}}


def test_what_does_not_apply_is_counted_from_the_coverage() -> None:
    totals = data_of(samples.small()).core["totals"]
    assert totals == {"fail": 3, "unknown": 2, "waived": 1, "pass": 1, "not_applicable": 5}


def test_an_expired_waiver_waives_nothing() -> None:
    waiver = {"reason": "x", "owner": "y", "expires": "2020-01-01", "expired": True}
    made = samples.report([samples.finding("s3-bucket-versioning", "b", "fail", "b", waiver=waiver)])
    totals = data_of(made).core["totals"]
    assert (totals["fail"], totals["waived"]) == (1, 0)


def test_texts_are_kept_once() -> None:
    data = data_of(samples.many(800))
    assert len(data.core["strings"]) == len(set(data.core["strings"]))
    assert data.core["strings"][0] == ""


def test_numbers_take_the_width_that_they_need() -> None:
    layout, data = pack({"a": [0, 255], "b": [256], "c": [], "d": [70_000], "e": b"xyz"})
    assert layout == [("a", 1, 2), ("b", 2, 1), ("c", 1, 0), ("d", 4, 1), ("e", 1, 3)]
    assert data == bytes((0, 255, 0, 0, 0, 1, 0, 0)) + (70_000).to_bytes(4, "little") + b"xyz\0"


def test_the_core_says_what_changed() -> None:
    core = data_of(more.compared()).core
    assert core["baseline"]["taken_at"] == "2026-11-16T06:00:00Z"
    assert (core["baseline"]["gone"], core["baseline"]["goneFails"]) == (3, 3)
    assert core["baseline"]["differences"] == {"added": 1, "changed": 1, "removed": 1}
    assert [item["problems"] for item in core["waivers"]] == PROBLEMS
    assert data_of(samples.small()).core["baseline"] is None


def test_an_earlier_severity_is_told_where_the_comparison_tells_it() -> None:
    made = more.compared()
    item = made.findings[0]
    assert made.baseline is not None
    made.baseline["severities"] = {item.fingerprint: "low", made.findings[1].fingerprint: made.findings[1].severity}
    assert data_of(made).core["baseline"]["severities"] == {"0": 3}


def test_what_is_gone_and_what_differs_stand_apart() -> None:
    differences = data_of(more.compared()).differences()
    assert [item["why"] for item in differences["gone"]] == ["rule", "not_scanned", "resource"]
    assert [item["kind"] for item in differences["changes"]] == ["changed", "added", "removed"]
    assert differences["changes"][0]["members"] == more.POLICY_CHANGES


def test_an_unknown_rule_or_severity_does_not_break_the_page() -> None:
    stranger = samples.finding("gone", "x", "fail", "x", severity="apocalyptic", evidence=[Evidence("A", [1], None)])
    made = Report({}, {}, {}, {}, {}, [], {}, [stranger])
    data = data_of(made)
    assert data.core["rules"][0]["title"] == "gone"
    assert list(data.findings["severity"]) == [4]


def test_frameworks_may_map_requirements_by_id() -> None:
    made = samples.small()
    made.frameworks["nist-800-53-r5"]["requirements"] = {"AC-3": {"title": "Access is enforced"}}
    assert data_of(made).core["frameworks"]["nist-800-53-r5"]["requirements"] == {"AC-3": "Access is enforced"}


def test_the_list_shows_the_place_a_fact_names_rather_than_the_fact() -> None:
    shown = set(data_of(samples.small()).texts("found"))
    assert "/Policy/Statement/1" in shown
    assert not any(text.startswith("{") for text in shown)
