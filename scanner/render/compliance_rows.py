"""An assessment as CSV: a line for each requirement, headings left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.render.json_text import clean
from scanner.render.rows import comma_separated

COLUMNS = (
    "framework", "requirement", "title", "heading", "responsibility", "assessment", "levels", "state", "because",
    "rules", "passed", "failed", "accepted", "unknown", "aws_answers_by", "aws_part", "remains", "attested_by",
    "attested_on", "attested_until", "attestation", "attestation_evidence", "by_account", "by_region", "note",
)  # fmt: skip


def render(document: Mapping[str, Any]) -> str:
    """`document` is as `complying.published` makes it; no cell can start a formula."""
    return comma_separated(COLUMNS, [_clean(row) for row in _rows(document)])


def _clean(row: list[Any]) -> list[Any]:
    return [clean(cell) if isinstance(cell, str) else cell for cell in row]


def _rows(document: Mapping[str, Any]) -> Iterator[list[Any]]:
    titles = {one["key"]: one["title"] for one in document["aws_attestations"]}
    for one in document["requirements"]:
        if not one.get("group"):
            yield [*_head(document["framework"]["id"], one), *_evidence(one), *_aws(one, titles), *_people(one)]


def _head(framework: str, one: Mapping[str, Any]) -> list[Any]:
    levels = ", ".join(one.get("levels", ()))
    who = [one["responsibility"], one["assessment"], levels, one["state"], " ".join(one.get("because", ()))]
    return [framework, one["id"], one["title"], one.get("parent", ""), *who]


def _evidence(one: Mapping[str, Any]) -> list[Any]:
    rules = one.get("rules", ())
    counts = [sum(rule[name] for rule in rules) for name in ("passed", "failed", "accepted", "unknown")]
    return [" ".join(rule["id"] for rule in rules), *counts]


def _aws(one: Mapping[str, Any], titles: Mapping[str, str]) -> list[Any]:
    return ["; ".join(titles[key] for key in one.get("attested_by", ())), one.get("aws", ""), one.get("remains", "")]


def _people(one: Mapping[str, Any]) -> list[Any]:
    found = one.get("attestations", ())
    said = ["; ".join(str(each[name]) for each in found) for name in ("by", "on", "until", "standing", "evidence")]
    states = [
        "; ".join(f"{place} {state}" for place, state in one.get(name, {}).items())
        for name in ("by_account", "by_region")
    ]
    return [*said, *states, one.get("note", "")]
