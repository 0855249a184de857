# ruff: noqa: T201 - printing is what a script is for
"""Every screen of the report at three widths in both themes, as small PNGs.

`python tests/browser/screenshots.py FOLDER [REPORT.json]`; without a report, that of `posture demo`.
"""

from __future__ import annotations

import io
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from driving import Page, started
from PIL import Image

from scanner.model import SEVERITIES, Report
from scanner.render.html import render
from scanner.render.json_report import load

SIZES = ((1440, 960), (1024, 768), (390, 844))
PHONE = 700
EXACT = 96
"""Colours that are kept to the letter."""


def main(folder: Path, report: Path | None) -> None:
    """Write the pictures anew; say how many and how large."""
    with TemporaryDirectory() as scratch:
        source = report or _demo(Path(scratch))
        shown = load(source.read_text("utf-8"), str(source))
        path = Path(scratch) / "report.html"
        path.write_text(render(shown), "utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        driver = started(Path(scratch))
        try:
            for name, picture in _pictures(Page(driver, lambda _: path), shown):
                picture.save(folder / name, optimize=True)
        finally:
            driver.quit()
    made = list(folder.glob("*.png"))
    print(f"{len(made)} pictures in {folder}, {sum(item.stat().st_size for item in made) / 1e6:.2f} MB")


def _demo(scratch: Path) -> Path:
    path = scratch / "report.json"
    command = [str(Path(sys.executable).parent / "posture"), "demo", "-q", "-o", f"json={path}"]
    subprocess.run(command, check=True)
    return path


def _views(report: Report) -> dict[str, str]:
    """The address of each screen; details are those of the worst finding."""
    fails = [item for item in report.findings if item.verdict == "fail" and not item.waiver]
    worst = min(fails, key=lambda item: SEVERITIES.index(item.severity), default=None)
    views = {name: f"#/{name}" for name in ("overview", "findings", "resources", "compliance", "changes", "coverage")}
    if worst:
        views["finding"] = f"#/findings/{worst.fingerprint}?v=fail"
        views["resource"] = f"#/resources/{quote(worst.resource_id, safe='')}"
    return views


def _pictures(page: Page, report: Report) -> Iterator[tuple[str, Any]]:
    for name, hash_ in _views(report).items():
        for width, height in SIZES:
            if name == "resource" and width > PHONE:
                continue  # beside the list the worst one is open anyway
            for theme in ("light", "dark"):
                page.open(Report, hash_, width=width, height=height, dark=theme == "dark")
                page.until("return document.fonts.status === 'loaded'")
                if name == "compliance":
                    page.until("return document.querySelector('details.req') !== null")
                if name in ("finding", "resource"):
                    page.until("return document.querySelectorAll('.detail .sec').length > 1")
                picture = Image.open(io.BytesIO(page.driver.get_screenshot_as_png())).convert("RGB")
                yield f"{name}-{width}-{theme}.png", _reduced(picture)


def _reduced(picture: Any) -> Any:
    """In 256 colours: the commonest as they are, so that flat ones stay exact; of the rest a fair choice."""
    pixels = list(picture.get_flattened_data())
    counts = Counter(pixels)
    kept = [colour for colour, _ in counts.most_common(EXACT)]
    others = [colour for colour in counts if colour not in set(kept)]
    if others:
        rest = Image.new("RGB", (len(others), 1))
        rest.putdata(others)
        chosen = rest.quantize(256 - len(kept), Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        kept += sorted(set(chosen.convert("RGB").get_flattened_data()))
    nearest = {colour: min(range(len(kept)), key=lambda n: math.dist(kept[n], colour)) for colour in counts}
    made = Image.new("P", picture.size)
    made.putpalette([part for colour in kept for part in colour])
    made.putdata([nearest[colour] for colour in pixels])
    return made


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
