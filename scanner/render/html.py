"""The report as one HTML file that needs no network: it can be mailed, archived and opened from disk.

The page is put together from `reports/html/`. A policy in its head lets the browser run this one
script and use this one style sheet, both named by their hashes, and load nothing at all; everything
that comes from the report is text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.assets import folder
from scanner.complying.states import TITLES
from scanner.model import Report
from scanner.render.html_compliance import Assessed, totals_of
from scanner.render.html_data import payloads
from scanner.render.html_summary import summary, visible

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "html"
EXTENSION = "html"

_FONT = re.compile(r"url\((fonts/[a-z-]+\.woff2)\)")


def render(report: Report) -> str:
    """One self-contained page; the same report gives the same bytes.

    Raises `FileNotFoundError` if the installation lacks `reports/html`.
    """
    home = folder("reports") / "html"
    style = _style(home)
    script = _script(home)
    assessed = Assessed.of(report)
    data = payloads(report, assessed)
    page = _environment(home).get_template("page.html.j2")
    return page.render(
        policy=_policy(script, style),
        style=_trusted(style),
        script=_trusted(script),
        sprite=_trusted((home / "sprite.svg").read_text("utf-8")),
        data={name: _trusted(getattr(data, name)) for name in data.__slots__},
        summary=summary(report),
        compliance={"states": list(TITLES.values()), "rows": totals_of(assessed)},
    )


def _environment(home: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(home),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _trusted(text: str) -> str:
    """Mark our own files and base64 as markup; nothing else may pass through here."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - only our own files and base64, see above


def _joined(home: Path, kind: str) -> str:
    """Every file of one kind in the order of their names, which begin with a number for that reason."""
    return "\n".join(path.read_text("utf-8") for path in sorted((home / kind).glob(f"*.{kind}")))


def _script(home: Path) -> str:
    """All modules in one scope of their own."""
    return f"\n(() => {{\n'use strict';\n{_joined(home, 'js')}}})();\n"


def _style(home: Path) -> str:
    """The colours of both themes, then every sheet, with the fonts inside."""

    def data(match: re.Match[str]) -> str:
        font = base64.b64encode((home / match[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{font})"

    return f"\n{_tokens(home)}{_FONT.sub(data, _joined(home, 'css'))}"


def _tokens(home: Path) -> str:
    """`tokens.json` as custom properties. Paper is light whatever the screen was."""
    themes: dict[str, dict[str, str]] = json.loads((home / "tokens.json").read_text("utf-8"))
    light, dark = (";".join(f"--{name}:{value}" for name, value in themes[key].items()) for key in ("light", "dark"))
    return (
        f":root{{{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark};color-scheme:dark}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark};color-scheme:dark}}}}\n"
    )


def _policy(script: str, style: str) -> str:
    """The Content-Security-Policy: https://www.w3.org/TR/CSP3/ and https://www.w3.org/TR/trusted-types/."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
