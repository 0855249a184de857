"""The page alone: it loads nothing, runs nothing that slips in, and stands without scripts and on paper."""

from __future__ import annotations

import base64
import re
from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

from scanner.render.html import render

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.innerHTML = '<b>x</b>'",
        "document.createElement('div').setAttribute('onclick', 'window.pwned = 1')",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.pwned = 1'}))",
        "document.body.append(Object.assign(document.createElement('iframe'), {srcdoc: '<b>x</b>'}))",
        "trustedTypes.createPolicy('x', {createHTML: (text) => text})",
    ],
)
def test_markup_that_slips_in_could_not_run(page: Any, attempt: str) -> None:
    page.open(samples.small)
    page.may_complain = True
    assert page.run(f"try {{ {attempt}; return 'done' }} catch (error) {{ return error.name }}") == "TypeError"
    assert page.run("return window.pwned") is None


@pytest.mark.parametrize(
    "attempt",
    ["fetch('https://example.com')", "new Image().src = 'https://example.com/x.png'", "location.href = 'javascript:1'"],
)
def test_the_page_can_load_nothing(page: Any, attempt: str) -> None:
    page.open(samples.small)
    page.may_complain = True
    page.run("addEventListener('securitypolicyviolation', (event) => { window.refused = event.violatedDirective; })")
    page.run(f"try {{ const made = {attempt}; made.catch?.(() => 0) }} catch {{ window.refused = 'script' }}")
    page.until("return window.refused")


def test_fonts_are_those_of_the_file(page: Any) -> None:
    page.open(samples.small, "#/coverage")
    page.until("return [...document.fonts].filter((f) => f.status === 'loaded').length > 1")
    loaded = page.run(
        "return [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family.replaceAll('\"', ''))"
    )
    assert sorted(loaded) == ["Inter", "JetBrains Mono"]


def test_without_scripts_the_summary_stands(page: Any) -> None:
    page.open(samples.small, scripts=False)
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    text = page.text("noscript .static")
    assert "Scripts are off" in text
    assert "Anyone on the internet can read objects in exports" in text
    assert "s3:GetBucketPolicy" in text


@pytest.mark.parametrize("harm", ["const DecompressionStream = undefined;", ""], ids=["old browser", "torn data"])
def test_where_the_data_cannot_be_read_the_summary_stands_in(page: Any, tmp_path: Any, harm: str) -> None:
    whole = render(samples.small())
    start = whole.index('id="core">') + len('id="core">')
    torn = tmp_path / "torn.html"
    torn.write_text(whole if harm else whole[:start] + "AAAA" + whole[start + 4 :], "utf-8")
    page.open(samples.small)
    page.may_complain = True
    added = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": harm})
    page.driver.get(torn.as_uri())
    page.wait_for_text(".page.static", "could not open the interactive report")
    page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    assert "Anyone on the internet can read objects in exports" in page.text(".page.static")


def test_the_summary_of_hostile_names_fits_a_phone(page: Any) -> None:
    page.open(more.hostile_everywhere, width=390, scripts=False)
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert page.run("return document.documentElement.scrollWidth") <= 390
    assert page.run("return document.querySelectorAll('noscript img, noscript script').length") == 0


def test_paper_is_light_and_has_few_pages(page: Any) -> None:
    page.open(more.hostile_everywhere, "#/findings", dark=True)
    made = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    pdf = base64.b64decode(made["data"])
    assert pdf.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 8
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_shows_the_summary(page: Any) -> None:
    page.open(samples.small, dark=True)
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert "Open critical and high findings (2)" in page.text("#print")
    assert not page.run("return document.querySelector('#main').checkVisibility()")
