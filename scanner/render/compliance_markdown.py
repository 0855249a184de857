"""An assessment as Markdown: for a pull request, a wiki, or an auditor's folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.complying.published import ASSESSMENTS, RESPONSIBILITIES
from scanner.render.compliance_text import sentence
from scanner.render.text import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~!])")


def render(document: Mapping[str, Any]) -> str:
    """`document` is as `complying.published` makes it; nothing from outside is markup."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    framework, snapshot, scope = document["framework"], document["snapshot"], document["scope"]
    yield f"# {_text(framework['title'])} {_text(framework['version'])}"
    yield ""
    place = ", ".join(f"{name} {value}" for name, value in scope.items() if value)
    accounts = ", ".join(map(str, snapshot.get("accounts") or ()))
    yield _text(f"As read {snapshot['taken_at']}; {place or f'accounts {accounts}'}. {framework['statement']}")
    yield ""
    yield f"{sentence(document)}."
    yield ""
    yield from _matrix(document)
    yield from _aws(document)
    yield ""
    yield "| requirement | answers for it | assessed | state | because |"
    yield "|---|---|---|---|---|"
    for one in document["requirements"]:
        yield _row(one, document["states"])


def _matrix(document: Mapping[str, Any]) -> Iterator[str]:
    counts = {(cell["responsibility"], cell["assessment"]): cell["count"] for cell in document["matrix"]}
    yield f"| answers for it | {' | '.join(ASSESSMENTS)} |"
    yield "|---|" + "---|" * len(ASSESSMENTS)
    for who in RESPONSIBILITIES:
        yield f"| {who} | " + " | ".join(str(counts.get((who, how), "")) for how in ASSESSMENTS) + " |"


def _aws(document: Mapping[str, Any]) -> Iterator[str]:
    for one in document["aws_attestations"]:
        got = "; ".join(f"{each['by']}, {each['standing']} until {each['until']}" for each in one["got"])
        yield ""
        yield f"AWS answers by: {_text(one['title'])} ({_text(one['where'])}); {_text(got) or 'none on file'}."


def _row(one: Mapping[str, Any], states: Mapping[str, Any]) -> str:
    name = f"{_text(one['id'])} {_text(one['title'])}"
    if one.get("group"):
        return f"| **{name}** | | | | |"
    rules = ", ".join(rule["id"] for rule in one.get("rules", ()) if rule["failed"] or rule["accepted"])
    because = [*one.get("because", ()), *([f"Failing: {rules}."] if rules else [])]
    if one.get("remains"):
        because.append(f"Left to the customer: {one['remains']}.")
    cells = (name, one["responsibility"], one["assessment"], states[one["state"]]["title"], _text(" ".join(because)))
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))
