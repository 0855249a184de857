"""Changes against an earlier report, waivers and accepted gaps."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

pytestmark = pytest.mark.browser

MINUS = "\u2212"


def test_without_an_earlier_scan_the_view_says_so(page: Any) -> None:
    page.open(samples.small, "#/changes")
    assert page.text(".head") == "No earlier scan to compare with."
    assert "--baseline" in page.text("#view")
    assert "New" not in page.text("#nav")
    page.open(samples.small, "#/findings")
    assert "Change" not in page.texts(".fac legend")
    assert not any(text.startswith("New") for text in page.texts(".lens button"))


def test_the_sentence_and_the_counts(page: Any) -> None:
    page.open(more.compared, "#/changes")
    page.wait_for_text("#view", "Scope")
    assert (
        page.text(".head") == "1 finding is new, 1 reopened and 1 fixed since 16 Nov. 1 that failed has no verdict now."
    )
    facts = [text.split("\n") for text in page.texts(".facts div")]
    assert facts == [["1", "New"], ["1", "Reopened"], ["1", "Fixed"], ["1", "Not assessed"], ["3", "Gone"]]
    assert page.text("#nav a[href='#/changes'] .c") == "1 new"


def test_each_change_stands_in_its_list(page: Any) -> None:
    page.open(more.compared, "#/changes")
    page.wait_for_text("#ch-gone", "old was open")
    assert "Anyone on the internet can read objects in exports" in page.text("#ch-new")
    assert "bastion admits TCP 22" in page.text("#ch-reopened")
    assert "notes" in page.text("#ch-fixed")
    assert "logs" in page.text("#ch-not_assessed")
    gone = page.text("#ch-gone")
    for words in ("the resource is gone", "the rule was not run", "its account, region or type was not scanned"):
        assert words in gone
    page.click("#ch-fixed a")
    page.wait_for_text(".detail", "Fixed since 16 Nov")


def test_configuration_is_told_member_by_member(page: Any) -> None:
    page.open(more.compared, "#/changes")
    page.wait_for_text("#view", "Scope")
    lines = page.texts(".diff > div")
    assert "Policy.Statement[1]" in lines
    at = lines.index("PublicAccessBlockConfiguration.RestrictPublicBuckets")
    assert [line.replace("\n", "") for line in lines[at + 1 : at + 3]] == [f"{MINUS} before:true", "+ now:false"]
    assert [line.replace("\n", "") for line in lines[-5:]] == [
        "tags.owner",
        f"{MINUS} before:platform",
        "Acl",
        "before: not read, denied: s3:GetBucketAcl",
        "+ now:private",
    ]
    assert page.texts(".cfg .tag") == ["new", "gone"]
    page.click(".cfg a")
    page.wait_for_text(".detail h2", "exports")


def test_the_scope_names_what_only_one_scan_saw(page: Any) -> None:
    page.open(more.compared, "#/changes")
    page.wait_for_text("#view", "Rules that only one scan ran")
    text = page.text("#view")
    for words in (
        "only then: 999988887777; only now: 444455556666",
        "the same: global, eu-central-1, us-east-1",
        "sg-ingress-ssh",
        "s3-bucket-old-rule",
    ):
        assert words in text


def severity_told() -> Any:
    made = more.compared()
    item = next(item for item in made.findings if item.change == "existing")
    assert made.baseline is not None
    made.baseline["severities"] = {item.fingerprint: "critical"}
    return made


def test_a_severity_that_changed_is_told_where_the_comparison_tells_it(page: Any) -> None:
    page.open(severity_told, "#/changes")
    page.wait_for_text("#ch-severity", "was critical")


def test_the_overview_says_what_is_new(page: Any) -> None:
    page.open(more.compared, "#/overview")
    assert "2 are new or reopened since 16 Nov." in page.text(".head").replace("\u00a0", " ")
    assert [text.split("\n") for text in page.texts(".quad a")] == [
        ["1", "New"],
        ["1", "Reopened"],
        ["1", "Fixed"],
        ["1", "Not assessed"],
    ]
    page.click(".head a[href*='c=new']")
    page.wait_for_text(".chips", "2 verdicts")
    assert page.texts(".vr .tag.new") == ["New", "Reopened"]
    assert page.texts(".lens [aria-pressed=true]")[0].startswith("New")


def test_waivers_that_do_nothing_are_told(page: Any) -> None:
    page.open(more.compared, "#/overview")
    assert "4 waivers need attention: 1 expired, 3 unused, 1 too broad." in page.text("#view")
    page.open(more.compared, "#/coverage")
    table = page.text("[aria-label=Waivers]")
    assert table.index("Too broad") < table.index("Expired") < table.index("1 finding")
    assert "everything" in table
    assert "except key-1" in table
    assert "never" in table
    assert "env=dev*" in table


def test_accepted_gaps_stand_apart(page: Any) -> None:
    page.open(more.compared, "#/coverage")
    assert "kms:ListKeys" in page.text("[aria-label='Accepted gaps']")
    assert "The vendor holds this account" in page.text("[aria-label='Accepted gaps']")
    assert "kms:ListKeys" not in page.text("[aria-label=Gaps]")
    assert page.text("#nav a[href='#/coverage'] .c") == "2 gaps"


def same_day() -> Any:
    made = more.compared()
    made.baseline = more.baseline(taken_at="2026-11-24T00:30:00Z")
    for item in made.findings:
        item.change = "new" if item.change == "new" else None
    return made


def test_an_earlier_scan_of_the_same_day_is_told_by_its_hour(page: Any) -> None:
    page.open(same_day, "#/changes")
    page.wait_for_text("#view", "Scope")
    assert page.text(".head") == "1 finding is new and none fixed since 00:30 UTC."
    assert page.text("#ch-gone").endswith("None.")
