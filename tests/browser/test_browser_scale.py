"""A hundred thousand findings: how large the page is, and how much of it the browser ever draws.

Times are printed by `make browser-scale`, and not asserted: they depend on the machine.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from html_scale import scale

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_BYTES = 25_000_000
MOST_NODES = 1500
VIEWS = ("#/overview", "#/findings?v=all", "#/findings?v=all&g=account", "#/resources", "#/changes", "#/coverage")
WORDS = ("a", "arn", "route", "route-ingest-1", "rule:s3", "tag:env=prod", "severity:high s3", "not there", "")
FILTERS = ("#facet-v-0", "#facet-s-1", *(f".fac fieldset:nth-last-of-type({n}) input" for n in (1, 2, 3, 4)))
TYPE = """
const q = document.querySelector('#q');
q.value = arguments[0];
const begun = performance.now();
q.dispatchEvent(new Event('input'));
document.body.getBoundingClientRect();
return performance.now() - begun;
"""
CLICK = """
const begun = performance.now();
document.querySelector(arguments[0]).click();
document.body.getBoundingClientRect();
return performance.now() - begun;
"""
CHOOSE = """
const [selector, value] = arguments;
const field = document.querySelector(selector);
const begun = performance.now();
field.value = value;
field.dispatchEvent(new Event('change'));
document.body.getBoundingClientRect();
return performance.now() - begun;
"""


def test_a_hundred_thousand_findings(page: Any, capsys: pytest.CaptureFixture[str]) -> None:
    figures: dict[str, Any] = {}
    for hash_ in VIEWS:
        page.open(scale, hash_)
        figures[f"ready {hash_}"] = page.run("return performance.now()")
        assert page.nodes() <= MOST_NODES, hash_
        figures[f"nodes {hash_}"] = page.nodes()
    size = page.pages(scale).stat().st_size
    assert size <= MOST_BYTES
    page.open(scale, "#/findings?v=all")
    figures |= {f"type {word!r}": page.run(TYPE, word) for word in WORDS}
    figures |= {f"filter {selector}": page.run(CLICK, selector) for selector in FILTERS}
    page.open(scale, "#/findings?v=all")
    for group in ("resource", "account", "none", "rule"):
        figures[f"group {group}"] = page.run(CHOOSE, ".tools select", group)
        assert page.nodes() <= MOST_NODES, group
    page.run("document.querySelector('.vlist').scrollTop = 1e9")
    page.until("return document.querySelector('.vlist .vr:last-child').getAttribute('aria-posinset') > 100")
    page.click(".vr.f:not(.vh)")
    page.wait_for_text(".detail", "Fingerprint")
    assert page.nodes() <= MOST_NODES
    page.open(scale, "#/resources")
    figures |= {f"resources {word!r}": page.run(TYPE, word) for word in WORDS}
    with capsys.disabled():
        print(f"\n{size / 1e6:.1f} MB")  # noqa: T201 - figures are what `make browser-scale` is for
        print(json.dumps({name: round(value) for name, value in figures.items()}, indent=1))  # noqa: T201
