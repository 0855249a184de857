"""The page that a scan of the hostile recording writes: names are text in every view."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_recording import HOSTILE, whole, write
from test_browser_hostile import VIEWS, assert_is_text

from scanner.model import Report, fingerprint

pytestmark = pytest.mark.browser
RULES = ("s3-bucket-policy-public", "s3-bucket-versioning")
DETAILS = [f"#/findings/{fingerprint(rule, f'arn:aws:s3:::{whole(name)}')}?v=all" for rule in RULES for name in HOSTILE]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[], Report]], Path]:
    """The one page, whatever is asked for."""
    folder = tmp_path_factory.mktemp("scanned")
    write(folder / "before", versioning="Enabled")
    write(folder / "after")
    posture = [sys.executable, "-m", "scanner", "scan", "-q", "--replay"]
    subprocess.run([*posture, "before", "-o", "json=before.json"], cwd=folder, check=True)
    subprocess.run([*posture, "after", "--baseline", "before.json", "-o", "html=r.html"], cwd=folder, check=True)
    return lambda _: folder / "r.html"


def scanned() -> Report:
    raise AssertionError("the page is written by the command")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("hash_", VIEWS)
def test_names_of_a_scan_are_text_in_every_view(page: Any, hash_: str, width: int) -> None:
    page.open(scanned, hash_, width=width)
    assert_is_text(page)
    assert page.overflow() == []
    assert page.nodes() < 1500


@pytest.mark.parametrize("hash_", DETAILS, ids=range(len(DETAILS)))
def test_details_of_a_scan_are_text(page: Any, hash_: str) -> None:
    page.open(scanned, hash_, width=390)
    page.wait_for_text(".detail", "Fingerprint")
    assert_is_text(page)
    assert page.overflow() == []


def test_hostile_names_are_there_to_be_seen(page: Any) -> None:
    page.open(scanned, "#/resources")
    assert "window.pwned=1" in page.run("return document.querySelector('#main').textContent")


def test_the_summary_without_scripts_is_text(page: Any) -> None:
    page.open(scanned, scripts=False)
    assert page.run("return document.querySelectorAll('.static img, .static svg[onload], .static script').length") == 0
    assert "window.pwned=1" in page.text(".static")
