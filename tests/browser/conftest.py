"""A Chromium that opens the report from disk, and keeps what its console says."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "render"))  # the sample reports

from scanner.model import Report
from scanner.render.html import render

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    binary, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver_path:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
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
        assert opened.complaints() == []


class Page:
    """The report in the browser, and what a user would do to it."""

    def __init__(self, driver: Any, pages: Callable[[Callable[[], Report]], Path]) -> None:
        self.driver = driver
        self.may_complain = False
        self._pages = pages

    def open(
        self,
        make: Callable[[], Report],
        hash_: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": scheme})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get(f"{self._pages(make).as_uri()}{hash_}")
        if scripts:
            self.until("return document.body.dataset.ready === 'yes'")
        return self

    def until(self, script: str, *arguments: Any) -> Any:
        """Wait until a script's result is true; give it."""
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.driver, 10, poll_frequency=0.05)
        return waiting.until(lambda driver: driver.execute_script(script, *arguments), script)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str = "body") -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)"
        return [str(item) for item in self.run(script, selector)]

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def keys(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def url_hash(self) -> str:
        return str(self.run("return location.hash"))

    def wait_for_text(self, selector: str, text: str) -> None:
        script = "return (document.querySelector(arguments[0])?.innerText ?? '').includes(arguments[1])"
        self.until(script, selector, text)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def axe() -> str:
    path = os.environ.get("POSTURE_AXE")
    if not path:
        pytest.skip("POSTURE_AXE does not name axe.min.js (npm pack axe-core)")
    return Path(path).read_text("utf-8")
