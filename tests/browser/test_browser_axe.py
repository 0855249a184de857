"""No accessibility violation, and nothing wider than its place: every view and state, both themes, three widths."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_changes as more
import html_samples_compliance as frameworks
import html_samples_paths as paths
import pytest

from scanner.model import fingerprint

pytestmark = pytest.mark.browser

WIDTHS = (1440, 1024, 390)
PUBLIC = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::exports")
WAIVED = fingerprint("s3-bucket-versioning", "arn:aws:s3:::exports")
DENIED = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::logs")
PASSED = fingerprint("s3-bucket-versioning", "arn:aws:s3:::notes")
HELP = "dispatchEvent(new KeyboardEvent('keydown', {key: '?'}))"
SHEET = "dispatchEvent(new KeyboardEvent('keydown', {key: 'f'}))"
MENU = "document.querySelector('.menu').open = true"
WAIVE = "document.querySelector('.waive').open = true; document.querySelector('.waive form').requestSubmit()"

SHOWN = {
    "overview": (more.compared, "#/overview", ""),
    "findings": (more.compared, "#/findings?v=all", ""),
    "nothing matches": (samples.small, "#/findings?q=zzz", ""),
    "fail": (more.compared, f"#/findings/{PUBLIC}?v=fail", ""),
    "unknown": (more.compared, f"#/findings/{DENIED}?v=unknown", ""),
    "waived": (more.compared, f"#/findings/{WAIVED}?v=all", ""),
    "pass": (more.compared, f"#/findings/{PASSED}?v=all", ""),
    "waiver form": (samples.small, f"#/findings/{PUBLIC}?v=fail", WAIVE),
    "gone finding": (samples.small, f"#/findings/{'0' * 32}", ""),
    "filters": (more.compared, "#/findings?v=all", SHEET),
    "export": (more.compared, "#/findings?v=all", MENU),
    "resources": (more.unread, "#/resources", ""),
    "resource": (more.unread, "#/resources/arn%3Aaws%3As3%3A%3A%3Apartly", ""),
    "changes": (more.compared, "#/changes", ""),
    "no earlier scan": (samples.small, "#/changes", ""),
    "path": (paths.attacked, f"#/paths/{paths.by_balancer().id}", ""),
    "possible path": (paths.attacked, f"#/paths/{paths.supposed().id}", ""),
    "paths": (paths.many_paths, "#/paths", ""),
    "no paths": (paths.unlisted, "#/paths", ""),
    "compliance": (frameworks.compliance, "#/compliance", ""),
    "requirement": (frameworks.compliance, "#/compliance/nist-800-53-r5/SC-7", ""),
    "no framework": (more.hostile_everywhere, "#/compliance", ""),
    "coverage": (more.compared, "#/coverage", ""),
    "nothing readable": (samples.unreadable, "#/coverage", ""),
    "plan": (samples.plan, "#/overview", ""),
    "keys": (samples.small, "#/overview", HELP),
}


def show(page: Any, name: str, width: int, *, dark: bool) -> None:
    make, hash_, action = SHOWN[name]
    page.open(make, hash_, width=width, dark=dark)
    if "findings/" in hash_ and "0" * 32 not in hash_:
        page.wait_for_text(".detail", "Fingerprint")
    if name in ("compliance", "requirement"):
        page.wait_for_text("#view", "What people attest")
    if name == "changes":
        page.wait_for_text("#view", "Scope")
    if name == "resource":
        page.wait_for_text(".detail", "Configuration")
    if action:
        page.run(action)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SHOWN)
def test_no_violation_and_nothing_overflows(page: Any, axe: str, name: str, width: int, dark: bool) -> None:
    show(page, name, width, dark=dark)
    assert page.overflow() == []
    page.run(f"{axe}; window.axe = axe")
    found = page.driver.execute_async_script("axe.run(document).then(arguments[0])")
    broken = [f"{item['id']}: {node['html'][:160]}" for item in found["violations"] for node in item["nodes"]]
    assert broken == []


@pytest.mark.parametrize("name", ["fail", "findings", "resource", "changes", "compliance", "path", "paths"])
def test_targets_on_a_phone_are_large_enough(page: Any, name: str) -> None:
    show(page, name, 390, dark=False)
    small = page.run(
        "return [...document.querySelectorAll('button, select, #nav a, input[type=search]')]"
        ".filter((e) => e.checkVisibility() && !e.closest('.chip'))"
        ".map((e) => [e.getBoundingClientRect().height, e.innerText || e.ariaLabel]).filter(([height]) => height < 34)"
    )
    assert small == []
