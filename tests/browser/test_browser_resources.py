"""Resources: worst first, verdicts, facts, and configuration with what was not read in line."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import html_samples as samples
import html_samples_changes as more
import pytest

pytestmark = pytest.mark.browser

ENTER, ESCAPE = "\ue007", "\ue00c"


def link(id_: str) -> str:
    return f"#/resources/{quote(id_, safe='')}"


def test_the_worst_resource_comes_first_and_is_open(page: Any) -> None:
    page.open(samples.small, "#/resources")
    names = page.texts(".vlist .vr.r b")
    assert names == ["exports", "bastion", "alias/fleet", "logs", "Any EC2::SecurityGroup", "notes"]
    assert page.text(".detail h2") == "exports"
    assert page.text(".vr.act b") == "exports"
    assert link("arn:aws:s3:::exports") in page.url_hash()


def test_a_name_that_many_have_stands_with_the_end_of_its_id(page: Any) -> None:
    page.open(samples.small, "#/resources?q=bastion")
    assert page.text(".vr.r .two-lines").split("\n")[0] == "bastion sg-0a1"


def test_a_resource_shows_verdicts_and_configuration(page: Any) -> None:
    page.open(samples.small, link("arn:aws:s3:::exports"))
    page.wait_for_text(".detail", "Configuration")
    text = page.text(".detail")
    for part in ("1 fail, 1 waived", "Bucket policies admit nobody unnamed", "env=production", "PartnerDownloads"):
        assert part in text
    page.click(".detail .rows a")
    page.wait_for_text(".detail h2", "Anyone on the internet")
    page.click(".kv a")
    page.wait_for_text("h1", "Resources")
    assert page.text(".detail h2") == "exports"


def test_what_was_not_read_stands_in_line_with_its_reason(page: Any) -> None:
    page.open(more.unread, "#/resources")
    page.wait_for_text(".detail", "Configuration")
    rows = {text.split("\n")[0]: text.split("\n")[1:] for text in page.texts(".tree > div")}
    assert rows["Policy"] == ["not read: s3:GetBucketPolicy, denied"]
    assert rows["Flags.Three"] == ["not read: known only after apply"]
    assert rows["exposure.ports"] == ["not read: s3:GetBucketPolicy, denied"]
    assert rows["Flags.One"] == ["true"]
    gaps = page.texts(".code .gap")
    assert [text.strip() for text in gaps] == [
        "⟨may not be there: denied⟩",
        "⟨may have more elements: not collected⟩",
        '"Condition": ⟨not read: throttled out⟩',
    ]
    order = [text.split("\n")[0] for text in page.texts(".tree > div")]
    assert order == [
        "exposure.internet",
        "exposure.ports",
        "Flags.One",
        "Flags.Three",
        "Flags.Two",
        "Grants",
        "Name",
        "Policy",
        "Statements",
    ]


def test_an_unread_member_leads_to_the_gap(page: Any) -> None:
    page.open(samples.small, link("arn:aws:s3:::logs"))
    page.wait_for_text(".detail", "not read: s3:GetBucketPolicy, denied")
    page.click(".tree .u a")
    page.wait_for_text("h1", "Coverage")
    assert "s3:GetBucketPolicy" in page.text("tr.act")


def test_a_resource_that_only_passes_says_why_it_has_no_configuration(page: Any) -> None:
    page.open(samples.small, link("arn:aws:s3:::notes"))
    page.wait_for_text(".detail", "--resources all")


def test_search_type_and_keys(page: Any) -> None:
    page.open(samples.small, "#/resources")
    page.click("#q")
    page.keys("tag:env=prod")
    page.wait_for_text(".chips", "1 resource")
    page.keys(ESCAPE)
    page.wait_for_text(".chips", "6 resources")
    page.run(
        "const s = document.querySelector('.tools select'); s.value = 'AWS::KMS::Key'; s.dispatchEvent(new Event('change'))"
    )
    assert page.texts(".vlist .vr.r b") == ["alias/fleet"]
    assert "type=AWS" in page.url_hash()
    page.driver.refresh()
    page.until("return document.body.dataset.ready === 'yes'")
    assert len(page.texts(".vlist .vr.r")) == 1
    page.open(samples.small, "#/resources")
    page.keys("j")
    page.wait_for_text(".detail h2", "bastion")
    page.keys(ESCAPE)
    page.until("return document.querySelector('.detail').hidden")
    page.keys(ENTER)
    page.wait_for_text(".detail h2", "bastion")


def test_a_phone_shows_the_list_then_the_resource_and_goes_back(page: Any) -> None:
    page.open(samples.small, "#/resources", width=390)
    assert not page.run("return document.querySelector('.detail').checkVisibility()")
    page.click(".vr.r")
    page.wait_for_text(".detail h2", "exports")
    page.click(".detail [aria-label='Back to the list']")
    assert not page.run("return document.querySelector('.detail').checkVisibility()")


def test_a_permalink_to_a_resource_that_is_gone(page: Any) -> None:
    page.open(samples.small, link("arn:aws:s3:::nowhere"))
    assert "This resource is not in this report" in page.text(".detail")
    assert "arn:aws:s3:::nowhere" in page.text(".detail")
    page.click(".detail .btn")
    assert len(page.texts(".vlist .vr.r")) == 6


def test_a_search_that_finds_nothing_says_so(page: Any) -> None:
    page.open(samples.small, "#/resources?q=nothing-of-the-kind")
    assert "Nothing matches these filters" in page.text(".empty")
    page.click(".empty .btn")
    assert len(page.texts(".vlist .vr.r")) == 6
