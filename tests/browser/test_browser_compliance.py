"""The compliance view: the matrix filters, rows say what a state rests on, and paper gets the whole framework."""

from __future__ import annotations

import base64
from typing import Any

import html_samples as samples
import html_samples_changes as more
import html_samples_compliance as made
import pytest
from test_browser_hostile import assert_is_text

pytestmark = pytest.mark.browser

VIEW = "#/compliance/nist-800-53-r5"


def rows(page: Any) -> list[str]:
    return [text.split("\n")[0] for text in page.texts("details.req > summary")]


def shown(page: Any, hash_: str = VIEW, **more_: Any) -> Any:
    page.open(made.compliance, hash_, **more_)
    page.wait_for_text("#view", "What people attest")
    return page


def test_the_sentence_and_the_matrix_count_the_same(page: Any) -> None:
    shown(page)
    total = 4 + made.MANY
    assert f"2 of {total} requirements are met, attested or inherited." in page.text(".head")
    assert "2 are not met." in page.text(".head")
    cells = page.run("return [...document.querySelectorAll('.cellm b')].map((e) => Number(e.innerText))")
    assert sum(cells) == total
    assert f"{total} requirements" in page.text("#view")


def test_a_cell_filters_and_lets_go(page: Any) -> None:
    shown(page)
    page.click("[data-k='shared.partial']")
    assert rows(page) == ["SC-7"]
    assert "m=shared.partial" in page.until("return location.hash.includes('m=') && location.hash")
    page.click("[data-k='shared.partial']")
    assert len(rows(page)) == 40


def test_state_and_search_narrow_and_stay_in_the_address(page: Any) -> None:
    shown(page, f"{VIEW}?s=not_met")
    assert rows(page) == ["AC-3", "SC-7"]
    shown(page)
    page.filled("#q", "doors")
    assert rows(page) == ["PE-3"]
    page.filled("#q", "s3-bucket-policy-public")
    assert rows(page) == ["AC-3", "SC-7"]
    page.filled("#q", "zzz")
    assert "Nothing matches these filters." in page.text("#view")


def test_a_row_says_what_its_state_rests_on(page: Any) -> None:
    shown(page, f"{VIEW}/AC-3")
    page.wait_for_text("details[open]", "rules give evidence")
    text = page.text("details[open]")
    assert "A resource fails a rule that gives evidence for it" in text
    assert "s3-bucket-policy-public" in text
    assert "444455556666" in text, "the state in each account"
    page.click("details[open] a.lrow")
    page.wait_for_text("h1", "Findings")
    assert "rule=" in page.url_hash()


def test_one_row_is_open_at_a_time(page: Any) -> None:
    shown(page, f"{VIEW}/AC-3")
    page.click("details.req:not([open]) > summary")
    page.until("return document.querySelectorAll('details.req[open]').length === 1")
    assert page.until('return location.hash.endsWith("%2FAC-4")')
    assert "Ada Lovelace" in page.text("details[open]")
    assert page.run("return document.querySelectorAll('details.req:not([open]) .in > *').length") == 0


def test_what_ended_stands_first_among_what_people_attest(page: Any) -> None:
    shown(page)
    text = page.text("#view")
    assert text.index("M-0 Ada Lovelace, CISO, expired (2020-01-01 to 2020-12-31)") < text.index("AC-4 Ada Lovelace")
    assert "No entry says that it is on file." in text


def test_a_finding_leads_to_its_requirement(page: Any) -> None:
    page.open(made.compliance, "#/findings?v=fail")
    page.click(".vr.f:not(.vh)")
    page.wait_for_text(".detail", "Fingerprint")
    page.click(".fws a.tag")
    page.wait_for_text("details[open]", "Access is enforced")


def test_paper_gets_the_whole_framework_whatever_is_filtered(page: Any) -> None:
    shown(page, f"{VIEW}?s=not_met")
    page.run("dispatchEvent(new Event('beforeprint'))")
    paper = page.run("return document.querySelector('#print').textContent")
    assert all(f"M-{n} Told {n}" in paper for n in range(made.MANY))
    assert "AWS answers by: AWS SOC 2 report." in paper
    assert "Left to the customer: Own offices." in paper
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("return document.querySelector('#print').children.length") == 0
    pdf = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert base64.b64decode(pdf["data"]).startswith(b"%PDF")


def test_other_views_print_the_summary(page: Any) -> None:
    page.open(made.compliance, "#/overview")
    page.run("dispatchEvent(new Event('beforeprint'))")
    paper = page.run("return document.querySelector('#print').textContent")
    assert "Open failures" in paper
    assert "Compliance: requirements by state" in paper


@pytest.mark.parametrize("make", [more.hostile_everywhere, samples.small])
def test_frameworks_that_the_report_does_not_hold_whole_break_nothing(page: Any, make: Any) -> None:
    page.open(make, "#/compliance")
    page.until("return document.querySelector('#view .head') !== null")
    assert_is_text(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_words_are_text(page: Any, width: int) -> None:
    page.open(made.hostile_compliance, f"{VIEW}?m=shared.manual", width=width)
    page.wait_for_text("#view", "What people attest")
    for place in range(len(samples.HOSTILE)):
        page.run("document.querySelectorAll('details.req > summary')[arguments[0]].click()", place)
        page.until("return document.querySelector('details.req[open] .in > *') !== null")
        assert_is_text(page)
        assert page.overflow() == []
    assert page.nodes() < 1500
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert_is_text(page)
