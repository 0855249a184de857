"""A Chromium, and the report in it as a user has it before them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanner.model import Report

OUTSIDE = ("file:", "data:", "blob:", "about:", "chrome")
"""Where a page may get things from without asking anybody."""

LISTENER = """
window.refused = [];
addEventListener('securitypolicyviolation', (event) => {
  window.refused.push(event.violatedDirective + ' ' + event.blockedURI);
});
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.pwned = name; };
"""
"""Runs before the page does: remembers what its policy refused, and dialogs that a name would have opened."""


def started(downloads: Path) -> Any:
    """A Chromium without a window that saves files into the folder."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LISTENER})
    return driver


OVERFLOW = """
const wide = [];
if (document.documentElement.scrollWidth > innerWidth) wide.push('the page');
for (const element of document.querySelectorAll('#view, .page, .detail, .mid, .card, .vlist, .cov td, .cov tbody th, .heat td, .heat tbody th, .lrow')) {
  const style = getComputedStyle(element);
  if (element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'hidden') wide.push(element.className || element.id);
}
return wide;
"""


class Page:
    """The report in the browser, and what a user would do to it."""

    def __init__(self, driver: Any, pages: Callable[[Callable[[], Report]], Path]) -> None:
        self.driver = driver
        self.may_complain = False
        self.pages = pages

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
        self.driver.get_log("performance")
        self.driver.get(f"{self.pages(make).as_uri()}{hash_}")
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

    def filled(self, selector: str, text: str) -> None:
        """Type into a field, whatever characters; a driver's keys cannot hold all."""
        self.run(
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event('input', {bubbles: true}))",
            selector,
            text,
        )

    def saved(self, path: Path) -> str:
        """The text of a file that the page saved; waits for it, and takes it away."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10, poll_frequency=0.05).until(lambda _: path.exists() and path.stat().st_size)
        text = path.read_bytes().decode()
        path.unlink()
        return text

    def nodes(self) -> int:
        return int(self.run("return document.querySelectorAll('*').length"))

    def overflow(self) -> list[str]:
        """What is wider than the window, or than the view that holds it."""
        return list(self.run(OVERFLOW))

    def requests(self) -> list[str]:
        """What the page asked the network for."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = (item["params"] for item in messages if item["method"] == "Network.requestWillBeSent")
        return [item["request"]["url"] for item in sent if not item["request"]["url"].startswith(OUTSIDE)]

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]
