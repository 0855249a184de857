"""What a user sees and does: the page in a real browser, opened from disk."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import pytest

from scanner.model import fingerprint
from scanner.render.html import render

pytestmark = pytest.mark.browser

PUBLIC = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::exports")
DENIED = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::logs")
SSH = fingerprint("sg-ingress-ssh", "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-0a1")
DOWN, ENTER, ESCAPE = "\ue015", "\ue007", "\ue00c"


def many() -> Any:
    return samples.many(20_000)


def rows(page: Any) -> list[str]:
    return [text.strip() for text in page.texts(".vlist .vr")]


def test_the_overview_counts_what_the_report_holds(page: Any) -> None:
    page.open(samples.small)
    assert (
        page.text(".head").replace("\u00a0", " ")
        == "1 critical and 1 high findings are open in 2 accounts. 16.7 % of verdicts could not be given."
    )
    assert page.texts(".leg b") == ["3", "2", "1", "1", "5"]
    assert page.texts(".sevtab td.big") == ["1", "1", "1", "0", "0"]
    assert page.text("#banner").startswith("Incomplete scan")
    assert page.texts("#nav a.n span:first-of-type") == ["Overview", "Findings", "Coverage"]


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
    assert "q=rule%3Apolicy+logs" in page.url_hash()
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


def test_the_detail_shows_the_claim_the_evidence_and_the_deciding_statement(page: Any) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".detail", "Fingerprint")
    text = page.text(".detail")
    for part in ("Anyone on the internet can read objects", "env=production", "PartnerDownloads", "AC-3", PUBLIC):
        assert part in text
    marked = page.text(".detail mark")
    assert '"Sid": "PartnerDownloads"' in marked
    assert "AllowAppRole" not in marked


def test_the_fix_has_tabs_that_arrows_move(page: Any) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".tabs", "CloudFormation")
    assert "put-public-access-block" in page.text("[role=tabpanel]")
    page.click(".tabs [role=tab]")
    page.keys("\ue014")
    page.wait_for_text("[role=tabpanel]", "restrict_public_buckets")
    assert page.run("return document.activeElement.innerText") == "Terraform"


def test_an_unknown_says_what_would_decide_it(page: Any) -> None:
    page.open(samples.small, f"#/findings/{DENIED}?v=unknown")
    page.wait_for_text(".detail", "What would decide it")
    text = page.text(".detail")
    assert "not read" in text
    assert "s3:GetBucketPolicy" in text
    assert "How to fix" not in text


def test_code_says_file_and_line(page: Any) -> None:
    page.open(samples.small, f"#/findings/{SSH}?v=fail")
    page.wait_for_text(".detail", "network/main.tf:12")
    assert page.text(".tabs [aria-selected=true]") == "CLI"


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


@pytest.mark.parametrize("hash_", ["", "#/findings?v=all&g=none", "#/coverage"])
def test_hostile_names_are_text_and_run_nothing(page: Any, hash_: str) -> None:
    page.open(samples.hostile, hash_)
    assert page.run("return window.pwned") is None
    assert page.run("return document.querySelectorAll('img,iframe,object,embed,main script').length") == 0
    assert "<img src=x onerror=window.pwned=1>" in page.run("return document.body.textContent")
    assert page.run(
        "return [...document.querySelectorAll('a')].every((a) => /^(#|https:)/.test(a.getAttribute('href')))"
    )


@pytest.mark.parametrize("index", range(len(samples.HOSTILE)))
def test_hostile_details_are_text(page: Any, index: int) -> None:
    mark = fingerprint("s3-bucket-policy-public", f"arn:aws:s3:::{samples.HOSTILE[index]}")
    page.open(samples.hostile, f"#/findings/{mark}?v=all")
    page.wait_for_text(".detail", mark)
    assert page.run("return window.pwned") is None
    assert page.run("return document.querySelectorAll('.detail img,.detail script').length") == 0
    links = page.run("return [...document.querySelectorAll('.detail a')].map((a) => a.getAttribute('href'))")
    assert all(link.startswith(("#/", "https:")) for link in links)


def test_what_turns_the_reading_direction_is_shown(page: Any) -> None:
    page.open(samples.hostile, "#/findings?v=all&g=none")
    assert any("a⟨U+202E⟩gnp.exe⟨U+0007⟩" in text for text in page.texts(".vr.f .m"))


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
    page.until("return document.fonts.status === 'loaded'")
    loaded = page.run(
        "return [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family.replaceAll('\"', ''))"
    )
    assert sorted(loaded) == ["Inter", "JetBrains Mono"]


@pytest.mark.slow
def test_twenty_thousand_findings_stay_small_and_quick(page: Any) -> None:
    for hash_ in ("", "#/findings?v=all", "#/coverage"):
        page.open(many, hash_)
        assert page.run("return document.querySelectorAll('*').length") < 1500
    page.open(many, "#/findings?v=all")
    page.run("document.querySelector('.vlist').scrollTop = 400000")
    page.until("return document.querySelector('.vlist .vr').dataset.i > 10000")
    took = page.run(
        "const q = document.querySelector('#q'); q.value = 'bucket-12'; const t = performance.now();"
        "q.dispatchEvent(new Event('input')); return performance.now() - t"
    )
    assert took < 1000  # milliseconds; far above what is needed, for slow machines
    assert page.run("return document.querySelectorAll('*').length") < 1500


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
    start = whole.index('id="data">') + len('id="data">')
    torn = tmp_path / "torn.html"
    torn.write_text(whole if harm else whole[:start] + "AAAA" + whole[start + 4 :], "utf-8")
    page.open(samples.small)
    page.may_complain = True
    added = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": harm})
    page.driver.get(torn.as_uri())
    page.wait_for_text(".page.static", "could not open the interactive report")
    page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    assert "Anyone on the internet can read objects in exports" in page.text(".page.static")


def test_paper_shows_the_summary(page: Any) -> None:
    page.open(samples.small, dark=True)
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert "Open critical and high findings (2)" in page.text("#print")
    assert not page.run("return document.querySelector('#main').checkVisibility()")


def test_the_theme_can_be_switched(page: Any) -> None:
    page.open(samples.small)
    light = page.run("return getComputedStyle(document.body).getPropertyValue('--bg')")
    page.keys("t")
    assert page.run("return getComputedStyle(document.body).getPropertyValue('--bg')") != light
    page.keys("t")
    assert page.run("return getComputedStyle(document.body).getPropertyValue('--bg')") == light
    page.run("localStorage.clear()")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("hash_", ["#/overview", "#/findings?v=all", f"#/findings/{PUBLIC}?v=fail", "#/coverage"])
def test_nothing_overflows_the_window(page: Any, width: int, hash_: str) -> None:
    page.open(samples.small, hash_, width=width)
    assert page.run("return document.documentElement.scrollWidth") <= width
    assert page.run("const v = document.querySelector('#view'); return v.scrollWidth <= v.clientWidth + 1")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "shown",
    [
        (samples.small, "#/overview"),
        (samples.small, "#/findings?v=all"),
        (samples.small, f"#/findings/{PUBLIC}?v=fail"),
        (samples.small, f"#/findings/{DENIED}?v=unknown"),
        (samples.small, "#/coverage"),
        (samples.unreadable, "#/coverage"),
        (samples.plan, "#/overview"),
    ],
)
def test_axe_finds_no_violation(page: Any, axe: str, shown: Any, width: int, dark: bool) -> None:
    make, hash_ = shown
    page.open(make, hash_, width=width, dark=dark)
    if "findings/" in hash_:
        page.wait_for_text(".detail", "Fingerprint")
    page.run(f"{axe}; window.axe = axe")
    found = page.driver.execute_async_script("axe.run(document).then(arguments[0])")
    broken = [f"{item['id']}: {node['html'][:160]}" for item in found["violations"] for node in item["nodes"]]
    assert broken == []
