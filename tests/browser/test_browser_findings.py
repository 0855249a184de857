"""The list of findings: filters, search, groups, keys, permalinks."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

from scanner.model import fingerprint

pytestmark = pytest.mark.browser

DOWN, ENTER, ESCAPE = "\ue015", "\ue007", "\ue00c"


def rows(page: Any) -> list[str]:
    return [text.strip() for text in page.texts(".vlist .vr")]


def test_findings_open_with_the_failures_worst_first(page: Any) -> None:
    page.open(samples.small, "#/findings")
    assert [text.split("\n")[0] for text in rows(page)] == [
        "Anyone on the internet can read objects in exports",
        "bastion admits TCP 22 from 0.0.0.0/0",
        "alias/fleet never gets new key material",
    ]


def test_search_narrows_the_list_and_the_address(page: Any) -> None:
    page.open(samples.small, "#/findings?v=all")
    page.click("#q")
    page.keys("rule:policy logs")
    page.wait_for_text(".chips", "1 verdict")
    assert "Cannot tell for logs" in rows(page)[0]
    page.until("return location.hash.includes('q=rule%3Apolicy+logs')")
    page.keys(ESCAPE)
    page.wait_for_text(".chips", "7 verdicts")


@pytest.mark.parametrize(
    ("search", "count"),
    [("tag:env=prod", 2), ("severity:critical", 2), ("account:4444", 2), ("main.tf:12", 1), ("service:KMS", 1)],
)
def test_search_knows_prefixes_tags_and_files(page: Any, search: str, count: int) -> None:
    page.open(samples.small, "#/findings?v=all")
    page.click("#q")
    page.keys(search)
    page.wait_for_text(".chips", f"{count} verdict")
    assert len(page.texts(".vlist .vr.f")) == count


def test_facets_filter_and_count_without_themselves(page: Any) -> None:
    page.open(samples.small, "#/findings")
    counts = dict(text.split("\n") for text in page.texts(".fac fieldset:first-of-type label"))
    assert counts == {"Fail": "3", "Unknown": "2", "Waived": "1", "Pass": "1"}
    page.click("#facet-svc-1")
    page.wait_for_text(".chips", "1 verdict")
    counts = dict(text.split("\n") for text in page.texts(".fac fieldset:first-of-type label"))
    assert counts["Fail"] == "1"
    assert "svc=" in page.url_hash()
    assert page.run("return document.activeElement.id") == "facet-svc-1"


def test_a_filter_that_leaves_nothing_says_so_and_clears(page: Any) -> None:
    page.open(samples.small, "#/findings?v=fail&q=no+such+thing")
    assert "Nothing matches these filters" in page.text(".empty")
    assert "7 verdicts" in page.text(".empty")
    page.click(".empty button")
    page.wait_for_text(".chips", "7 verdicts")


def test_a_permalink_survives_a_reload(page: Any) -> None:
    page.open(samples.small, "#/findings?v=all&g=resource")
    page.click(".vlist .vr.f")
    page.until("return !document.querySelector('.detail').hidden")
    title, address = page.text(".detail h2"), page.url_hash()
    assert fingerprint("s3-bucket-policy-public", "arn:aws:s3:::exports") in address
    page.driver.refresh()
    page.until("return document.body.dataset.ready === 'yes'")
    assert page.text(".detail h2") == title
    assert page.run("return document.querySelector('select').value") == "resource"
    assert page.texts(".vr.act .m") == [title]


def test_a_permalink_to_a_finding_that_is_gone(page: Any) -> None:
    page.open(samples.small, "#/findings/0123456789abcdef0123456789abcdef")
    assert "This finding is not in this report" in page.text(".detail")
    assert "0123456789abcdef" in page.text(".detail")


def test_the_keyboard_moves_opens_searches_and_closes(page: Any) -> None:
    page.open(samples.small, "#/findings")
    page.keys("j")
    assert "bastion" in page.text(".vr.act")
    page.keys("k", ENTER)
    page.wait_for_text(".detail h2", "Anyone on the internet")
    page.keys("j")
    page.wait_for_text(".detail h2", "bastion")
    page.keys(ESCAPE)
    page.until("return document.querySelector('.detail').hidden")
    page.keys("/")
    assert page.run("return document.activeElement.id") == "q"
    page.keys("kms", DOWN)
    assert page.run("return document.activeElement.className") == "vlist"
    page.keys("g", "v")
    page.wait_for_text("h1", "Coverage")
    page.keys("?")
    page.until("return document.querySelector('#help').open")


def export(page: Any, kind: str) -> None:
    page.click(".menu summary")
    page.click(f".menu .items button:nth-child({('CSV', 'JSON').index(kind) + 1})")


def test_the_filtered_rows_are_saved_as_csv(page: Any, downloads: Path) -> None:
    page.open(samples.small, "#/findings?v=fail&s=critical&s=high")
    export(page, "CSV")
    text = page.saved(downloads / "posture-findings.csv")
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first["message"] == "Anyone on the internet can read objects in exports"
    assert (first["verdict"], first["severity"], first["resource_id"]) == ("fail", "critical", "arn:aws:s3:::exports")
    assert (second["rule_id"], second["place"]) == ("sg-ingress-ssh", "network/main.tf:12")
    assert text.endswith("\r\n")


def test_no_cell_can_start_a_formula(page: Any, downloads: Path) -> None:
    page.open(more.hostile_everywhere, "#/findings?v=all")
    export(page, "CSV")
    text = page.saved(downloads / "posture-findings.csv")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any("'=cmd|'/C calc'!A0" in row for row in rows)
    assert "\u202e" not in text


def test_the_filtered_rows_are_saved_as_json(page: Any, downloads: Path) -> None:
    page.open(more.compared, "#/findings?v=all&c=new")
    export(page, "JSON")
    data = json.loads(page.saved(downloads / "posture-findings.json"))
    (row,) = data["findings"]
    assert row["fingerprint"] == fingerprint("s3-bucket-policy-public", "arn:aws:s3:::exports")
    assert (row["change"], row["account"]) == ("new", samples.ACCOUNTS[0])
    assert data["filter"] == "#/findings?c=new&v=all"


def test_the_menu_closes_with_escape_and_keeps_the_focus(page: Any) -> None:
    page.open(samples.small, "#/findings")
    page.click(".menu summary")
    page.keys(ESCAPE)
    assert page.run("return [document.querySelector('.menu').open, document.activeElement.tagName]") == [
        False,
        "SUMMARY",
    ]


def test_quick_filters_set_verdict_and_change(page: Any) -> None:
    page.open(more.compared, "#/findings")
    names = [text.split()[0] for text in page.texts(".lens button")]
    assert names == ["Open", "New", "Unknown", "Waived", "All"]
    page.click(".lens button:nth-child(2)")
    page.wait_for_text(".chips", "2 verdicts")
    assert page.texts(".chip") == ["Fail", "New", "Reopened"]
    page.click(".chip button[aria-label='Remove Fail']")
    page.wait_for_text(".chips", "2 verdicts")
    page.click(".lens button:nth-child(3)")
    assert "c=new" not in page.url_hash()
    assert page.texts(".chip") == ["Unknown"]


def test_several_chips_are_cleared_at_once(page: Any) -> None:
    page.open(samples.small, "#/findings?v=fail&svc=s3&q=exports")
    page.click(".chips .btn")
    page.wait_for_text(".chips", "7 verdicts")
    assert page.run("return document.querySelector('#q').value") == ""
    assert "q=" not in page.url_hash()


@pytest.mark.parametrize("group", ["resource", "account"])
def test_groups_fold_and_unfold(page: Any, group: str) -> None:
    page.open(samples.small, f"#/findings?v=all&g={group}")
    heads = len(page.texts(".vr.g"))
    assert heads
    assert len(page.texts(".vr.f:not(.vh)")) == 7
    page.click(".vr.g")
    assert page.run("return document.querySelector('.vr.g').getAttribute('aria-expanded')") == "false"
    assert len(page.texts(".vr.f:not(.vh)")) < 7
    page.click(".foldall")
    page.click(".vlist")
    page.keys("k")
    assert len(page.texts(".vr.g")) == heads


def test_arrows_fold_a_group_and_climb_to_its_header(page: Any) -> None:
    page.open(samples.small, "#/findings?v=all&g=account")
    page.run("document.querySelector('.vlist').focus()")
    page.keys("\ue012")
    assert "111122223333" in page.text(".vr.act")
    page.keys("\ue012")
    assert page.run("return document.querySelector('.vr.act').getAttribute('aria-expanded')") == "false"
    page.keys("\ue014")
    assert page.run("return document.querySelector('.vr.act').getAttribute('aria-expanded')") == "true"


def test_y_copies_the_permalink(page: Any) -> None:
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    page.open(samples.small, "#/findings?v=all&s=high")
    page.keys("y")
    page.wait_for_text("#toast", "Permalink copied")


@pytest.mark.parametrize(("key", "title"), [("o", "Overview"), ("f", "Findings"), ("r", "Resources"), ("c", "Changes")])
def test_g_and_a_letter_go_to_a_view(page: Any, key: str, title: str) -> None:
    page.open(samples.small, "#/coverage")
    page.keys("g", key)
    page.wait_for_text("h1", title)


def test_a_click_elsewhere_closes_the_menu(page: Any) -> None:
    page.open(samples.small, "#/findings")
    page.click(".menu summary")
    page.click(".chips")
    assert page.run("return document.querySelector('.menu').open") is False


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_the_filter_sheet_gives_the_focus_back(page: Any, way: str) -> None:
    page.open(samples.small, "#/findings", width=390)
    page.click("[aria-label=Filters].btn")
    assert page.run("return document.activeElement.id").startswith("facet-v")
    if way == "Escape":
        page.keys(ESCAPE)
    else:
        page.click("[aria-label='Close filters']")
    assert not page.run("return document.querySelector('.fac').checkVisibility()")
    assert page.run("return document.activeElement.ariaLabel") == "Filters"


def test_the_filters_stay_where_they_were_scrolled(page: Any) -> None:
    page.open(more.heavy, "#/findings?v=all", height=500)
    page.run("document.querySelector('.fac').scrollTop = 300")
    page.click(".fac fieldset:nth-of-type(4) input")
    assert page.run("return document.querySelector('.fac').scrollTop") > 100


def test_the_address_follows_the_typing_and_the_permalink_does_not_wait(page: Any) -> None:
    page.open(samples.small, "#/findings")
    page.filled("#q", "exports")
    page.run("document.querySelector('.vlist').focus(); dispatchEvent(new KeyboardEvent('keydown', {key: 'y'}))")
    assert "q=exports" in page.url_hash()
