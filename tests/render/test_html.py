"""The HTML page as text: sealed, escaped, self-contained, the same every time."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

from scanner.assets import folder
from scanner.render import html as renderer
from scanner.render.formats import formats
from scanner.render.html_summary import visible

SAMPLES = (samples.small, samples.hostile, samples.nothing, samples.empty, samples.unreadable, samples.plan)
SAMPLES += (more.compared, more.unread, more.hostile_everywhere)


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in self.raw else ""
        if self._inside:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside][-1] += data
        else:
            self.text.append(data)

    def attribute(self, tag: str, name: str) -> list[str]:
        return [str(attrs[name]) for found, attrs in self.tags if found == tag and name in attrs]


@pytest.fixture(scope="module")
def page() -> str:
    return renderer.render(samples.small())


def test_the_format_is_found_by_presence() -> None:
    assert formats()["html"].extension == "html"
    assert formats()["html"].render is renderer.render


@pytest.mark.parametrize("make", SAMPLES)
def test_the_same_report_gives_the_same_bytes(make: Any) -> None:
    assert renderer.render(make()) == renderer.render(make())


def test_the_policy_names_the_very_script_and_style(page: str) -> None:
    elements = Elements(page)
    (policy,) = [a["content"] for t, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in str(policy).split("; "))
    (script,) = [text for text in elements.raw["script"] if "function" in text]
    (style,) = elements.raw["style"]
    for name, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives[name] == f"'sha256-{digest}'"
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    assert directives["font-src"] == "data:"
    assert directives["require-trusted-types-for"] == "'script'"
    assert directives["trusted-types"] == "'none'"


def test_the_policy_stands_before_anything_it_governs(page: str) -> None:
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<body>")


@pytest.mark.parametrize("make", SAMPLES)
def test_nothing_is_loaded_and_nothing_is_inline(make: Any) -> None:
    elements = Elements(renderer.render(make()))
    names = {name for _, attrs in elements.tags for name in attrs}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "src", "srcset", "action", "formaction", "data", "poster", "srcdoc"}
    assert all(target.startswith("#") for target in elements.attribute("a", "href"))
    assert not {tag for tag, _ in elements.tags} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    (style,) = elements.raw["style"]
    assert set(re.findall(r"url\((?!#)([a-z]+):", style)) == {"data"}
    assert "@import" not in style
    assert "fonts/" not in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)


def test_hostile_strings_are_never_markup() -> None:
    page = renderer.render(more.hostile_everywhere())
    for text in more.HOSTILE:
        if html.escape(text) != text:
            assert text not in page
    elements = Elements(page)
    assert len(elements.raw["script"]) == 6
    # The noscript copy is text to a browser that runs scripts, so it must not end early either.
    assert page.count("</noscript>") == page.count("</template>") == 1
    assert "<img src=x onerror=window.pwned=1>" in "".join(elements.text)


def test_what_cannot_be_seen_is_written_out() -> None:
    assert visible("a\u202eb\u0007\ud800") == "a⟨U+202E⟩b⟨U+0007⟩⟨U+D800⟩"
    assert visible("plain – text\n") == "plain – text\n"
    assert visible(7) == 7
    assert "\u202e" not in renderer.render(samples.hostile())


def test_the_page_can_be_written_whatever_the_names() -> None:
    made = samples.report([samples.finding("s3-bucket-versioning", "x\ud83d", "fail", "lone \ud83d surrogate")])
    renderer.render(made).encode("utf-8")


def test_the_page_is_small(page: str) -> None:
    assert len(page) < 330_000
    assert len(renderer.render(samples.many(4000))) < 800_000


@pytest.mark.slow
def test_twenty_thousand_findings_stay_small() -> None:
    assert len(renderer.render(samples.many(20_000))) < 5_000_000


def test_our_own_files_cannot_end_their_elements_early() -> None:
    home: Path = folder("reports") / "html"
    assert all("</script" not in path.read_text("utf-8").lower() for path in (home / "js").iterdir())
    assert all("</style" not in path.read_text("utf-8").lower() for path in (home / "css").iterdir())
    for path in (home / "js").iterdir():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text("utf-8"))


def test_the_fonts_come_with_their_licence() -> None:
    fonts = folder("reports") / "html" / "fonts"
    assert {path.suffix for path in fonts.iterdir()} == {".woff2", ".txt"}
    for name in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts / name).read_text("utf-8")
