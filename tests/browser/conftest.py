"""A Chromium that opens the report from disk; each test is told what the page asked for and complained of."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "render"))  # the sample reports
sys.path.append(str(Path(__file__).resolve().parents[1] / "cli"))  # the hostile recording

from driving import Page, started

from scanner.model import Report
from scanner.render.html import render


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the browser saves files."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def chromium(downloads: Path) -> Iterator[Any]:
    pytest.importorskip("selenium", reason="needs selenium")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("needs Debian's chromium and chromium-driver")
    driver = started(downloads)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[], Report]], Path]:
    """Each sample report written once."""
    folder = tmp_path_factory.mktemp("pages")

    def page(make: Callable[[], Report]) -> Path:
        path: Path = folder / f"{make.__name__}.html"
        if not path.exists():
            path.write_text(render(make()), "utf-8")
        return path

    return page


@pytest.fixture
def page(chromium: Any, pages: Any) -> Iterator[Page]:
    opened = Page(chromium, pages)
    yield opened
    if not opened.may_complain:
        assert opened.requests() == []
        assert opened.complaints() == []
        assert opened.run("return window.refused") in ([], None)


@pytest.fixture(scope="session")
def axe() -> str:
    path = os.environ.get("POSTURE_AXE")
    if not path:
        pytest.skip("POSTURE_AXE does not name axe.min.js (npm pack axe-core)")
    return Path(path).read_text("utf-8")
