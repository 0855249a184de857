"""Overview and coverage: what the report holds, and what it says where it holds little."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

pytestmark = pytest.mark.browser


def test_the_overview_counts_what_the_report_holds(page: Any) -> None:
    page.open(samples.small)
    assert (
        page.text(".head").replace("\u00a0", " ")
        == "1 critical and 1 high findings are open in 2 accounts. 16.7 % of verdicts could not be given."
    )
    assert page.texts(".leg b") == ["3", "2", "1", "1", "5"]
    assert page.texts(".sevtab td.big") == ["1", "1", "1", "0", "0"]
    assert page.text("#banner").startswith("Incomplete scan")
    assert page.texts("#nav a.n span:first-of-type") == [
        "Overview",
        "Findings",
        "Resources",
        "Compliance",
        "Changes",
        "Paths",
        "Coverage",
    ]


def test_coverage_says_what_is_missing_and_what_to_add(page: Any) -> None:
    page.open(samples.small, "#/coverage")
    assert "2 verdicts are unknown" in page.text(".head")
    assert "ec2:DescribeSecurityGroups" in page.text("table.stack")
    assert '"s3:GetBucketPolicy"' in page.text("pre.code")
    assert "Partly seen" in page.text("table.cov")
    assert "AWS::RDS::DBInstance" in page.text("#view")
    assert not page.run("return document.querySelector('#banner').checkVisibility()")
    page.click("#gap-0 td:last-child a")
    page.wait_for_text(".chips", "1 verdict")


@pytest.mark.parametrize(
    ("make", "view", "words"),
    [
        (samples.nothing, "Overview", "No open failures in 2 accounts. Every call was answered."),
        (samples.empty, "Overview", "No rule found anything to judge. Every call was answered."),
        (samples.unreadable, "Coverage", "Nothing could be read. 4 verdicts are unknown."),
        (samples.plan, "Overview", "1 low finding is open in this plan. 50.0 % of verdicts could not be given."),
    ],
)
def test_edge_states_say_what_they_are(page: Any, make: Any, view: str, words: str) -> None:
    page.open(make)
    assert page.text("h1") == view
    assert page.text(".head").replace("\u00a0", " ") == words


def test_nothing_readable_never_counts_zero(page: Any) -> None:
    page.open(samples.unreadable, "#/overview")
    assert page.texts(".sevtab td.big") == ["not known"] * 5


def test_the_theme_can_be_switched(page: Any) -> None:
    page.open(samples.small)
    light = page.run("return getComputedStyle(document.body).getPropertyValue('--bg')")
    page.keys("t")
    assert page.run("return getComputedStyle(document.body).getPropertyValue('--bg')") != light
    page.keys("t")
    assert page.run("return getComputedStyle(document.body).getPropertyValue('--bg')") == light
    page.run("localStorage.clear()")


def test_the_table_of_accounts_and_services_counts_the_worst(page: Any) -> None:
    page.open(samples.small, "#/overview")
    assert page.texts(".heat thead th") == ["EC2", "KMS", "S3"]
    assert page.texts(".heat tbody th") == list(samples.ACCOUNTS)
    page.click(".heat tbody td a")
    page.wait_for_text(".chips", "1 verdict")
    assert "a=111122223333" in page.url_hash()


def organisation() -> Any:
    return samples.many(4000)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("hash_", ["#/overview", "#/coverage"])
def test_many_accounts_and_regions_do_not_overlap(page: Any, hash_: str, width: int) -> None:
    page.open(organisation, hash_, width=width)
    assert page.overflow() == []
    assert page.nodes() < 1500
    assert "100000000000" in page.text("#view table:not(.sevtab):not(.t)")


def test_long_lists_turn_a_page(page: Any) -> None:
    page.open(organisation, "#/coverage")
    first = page.texts(".cov tbody th")
    page.click(".pager [aria-label='Next page']")
    assert page.text(".pager").startswith(f"{len(first) + 1}–")
    assert not set(page.texts(".cov tbody th")) & set(first)
    assert page.run("return document.querySelector('.pager [aria-label=\"Previous page\"]').disabled") is False


@pytest.mark.parametrize(
    "hash_",
    ["#/overview", "#/findings?v=all", "#/findings?v=all&q=bucket-0", "#/resources", "#/changes", "#/coverage"],
)
def test_no_screen_draws_more_than_the_browser_bears(page: Any, hash_: str) -> None:
    page.open(more.heavy, hash_, width=1440, height=1200)
    if "findings" in hash_:
        page.click(".vr.f:not(.vh)")
        page.wait_for_text(".detail", "Fingerprint")
    if "resources" in hash_:
        page.wait_for_text(".detail", "Configuration")
    if "changes" in hash_:
        page.wait_for_text("#view", "Scope")
    assert page.nodes() <= 1500
    assert page.overflow() == []
