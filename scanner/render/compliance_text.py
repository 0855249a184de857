"""An assessment for a terminal: how it stands, the matrix of who answers for what, and what is left to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scanner.complying.published import ASSESSMENTS, RESPONSIBILITIES
from scanner.render.console_style import Style
from scanner.render.rows import table
from scanner.render.text import printable

WANTED = ("not_met", "not_seen", "partly_seen")
"""The states whose requirements are listed where nobody asks for others."""
_SIGNS = {
    "not_met": ("✗", "fail"),
    "not_seen": ("?", "unknown"),
    "partly_seen": ("?", "unknown"),
    "needs_attestation": ("…", "quiet"),
    "met": ("✓", "pass"),
    "attested": ("✓", "pass"),
    "inherited": ("·", "quiet"),
    "not_applicable": ("–", "not applicable"),
}
_MOST = 6
"""Failing rules that are named."""
_WHO = {"customer": "you", "shared": "shared", "aws": "AWS"}


def render(document: Mapping[str, Any], style: Style, states: Collection[str] = WANTED) -> str:
    """`document` is as `complying.published` makes it; requirements in the given states are listed."""
    return "".join(f"{line}\n" for line in _lines(document, style, states))


def _lines(document: Mapping[str, Any], style: Style, states: Collection[str]) -> Iterator[str]:
    framework, scope = document["framework"], document["scope"]
    place = " ".join(value for value in scope.values() if value) or _all(document["snapshot"])
    title = f"{framework['title']} {framework['version']}"
    yield style.paint(printable(title), "heading") + printable(f" · {place} · {document['snapshot']['taken_at']}")
    yield ""
    yield from style.wrap(f"{sentence(document)}.", "")
    yield ""
    yield from _matrix(document)
    listed = [one for one in document["requirements"] if not one.get("group") and one["state"] in states]
    yield from _requirements(listed, document, style)
    yield from _aws(document, style)
    yield ""
    yield from style.wrap(framework["statement"], "")


def _all(snapshot: Mapping[str, Any]) -> str:
    accounts = list(snapshot.get("accounts") or ())
    return f"account {accounts[0]}" if len(accounts) == 1 else f"{len(accounts)} accounts"


def sentence(document: Mapping[str, Any]) -> str:
    """How many requirements are in each state, in words."""
    total = sum(document["totals"].values())
    parts = [
        f"{count} {document['states'][state]['counted'].lower().replace('aws', 'AWS')}"
        for state, count in document["totals"].items()
        if count
    ]
    return f"{total} requirements: {', '.join(parts)}"


def _matrix(document: Mapping[str, Any]) -> Iterator[str]:
    counts = {(cell["responsibility"], cell["assessment"]): cell["count"] for cell in document["matrix"]}
    rows = [[_WHO[who], *(counts.get((who, how), "") for how in ASSESSMENTS)] for who in RESPONSIBILITIES]
    yield from table(("answers for it", *ASSESSMENTS), rows).splitlines()


def _requirements(listed: list[Mapping[str, Any]], document: Mapping[str, Any], style: Style) -> Iterator[str]:
    for state, words in document["states"].items():
        found = [one for one in listed if one["state"] == state]
        if not found:
            continue
        yield ""
        yield style.paint(f"{words['title']} ({len(found)})", "heading")
        sign, role = _SIGNS[state]
        for one in found:
            yield from style.wrap(f"{one['id']}  {one['title']}", f"  {style.paint(sign, role)} ", "      ")
            for line in one.get("because", ()):
                yield from style.wrap(line, "      ")
            failing = [rule["id"] for rule in one.get("rules", ()) if rule["failed"] or rule["accepted"]]
            if failing:
                more = f" and {len(failing) - _MOST} more" if len(failing) > _MOST else ""
                yield from style.wrap(f"Failing: {', '.join(failing[:_MOST])}{more}", "      ")
            if one["state"] == "inherited" or (one.get("remains") and one["state"] != "not_met"):
                yield from style.wrap(f"Left to you: {one['remains']}", "      ")


def _aws(document: Mapping[str, Any], style: Style) -> Iterator[str]:
    if not document["aws_attestations"]:
        return
    yield ""
    yield style.paint("What AWS answers by", "heading")
    for one in document["aws_attestations"]:
        got = [f"{each['by']}, {each['standing']} until {each['until']}" for each in one["got"]]
        on_file = f"on file: {'; '.join(got)}" if got else "no entry says that it is on file"
        yield from style.wrap(f"{one['title']} ({one['where']}): {on_file}", "  ")
