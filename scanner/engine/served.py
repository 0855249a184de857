"""Which requirements of a framework rules give evidence for, and why the others that could be automated have none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.engine.mappings import Table, by_framework
from scanner.model import Rule


@dataclass(frozen=True, slots=True)
class Served:
    """A framework's requirements, counted. `open` are the automated ones without a rule: id, title and reason."""

    id: str
    requirements: int
    responsibility: Mapping[str, int]
    assessment: Mapping[str, int]
    served: Mapping[str, int]
    rules: int
    open: Sequence[tuple[str, str, str]]

    def to_json(self) -> dict[str, Any]:
        """All members."""
        return {
            "framework": self.id,
            "requirements": self.requirements,
            "responsibility": dict(self.responsibility),
            "assessment": dict(self.assessment),
            "served": dict(self.served),
            "rules": self.rules,
            "open": [dict(zip(("requirement", "title", "why"), one, strict=True)) for one in self.open],
        }


def served(
    framework: Mapping[str, Any],
    rules: Iterable[Rule],
    tables: Iterable[Table] = (),
    why_not: Mapping[str, Mapping[str, Any]] | None = None,
) -> Served:
    """Count a framework; `tables` and `why_not` (controls that are not automated) tell why some have no rule."""
    evidence: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for id_ in by_framework(rule).get(framework["id"], ()):
            evidence[id_].add(rule.id)
    asked = [one for one in framework["requirements"] if not one.get("group")]
    waiting = _waiting(str(framework["id"]), tables)
    headings = {one["id"]: one["title"] for one in framework["requirements"] if one.get("group")}
    looked_at = {one.get("parent") for one in asked if evidence[one["id"]]}
    left = [one for one in asked if one["assessment"] == "automated" and not evidence[one["id"]]]
    return Served(
        str(framework["id"]),
        len(asked),
        Counter(str(one["responsibility"]) for one in asked),
        Counter(str(one["assessment"]) for one in asked),
        Counter(str(one["assessment"]) for one in asked if evidence[one["id"]]),
        len({id_ for ids in evidence.values() for id_ in ids}),
        [(one["id"], one["title"], _why(one, waiting, why_not or {}, headings, looked_at)) for one in left],
    )


def _waiting(framework: str, tables: Iterable[Table]) -> dict[str, list[str]]:
    """Requirement → the controls that would give evidence for it, if they had a rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for word, items in table.rules.items() if table.framework == framework else ():
            for id_, _ in items:
                found[id_].append(word)
    return found


def _why(
    one: Mapping[str, Any],
    waiting: Mapping[str, Sequence[str]],
    why_not: Mapping[str, Mapping[str, Any]],
    headings: Mapping[str, str],
    looked_at: set[Any],
) -> str:
    controls = waiting.get(one["id"], ())
    told = [str(why_not[word]["why"]) for word in controls if word in why_not]
    if told:
        return " ".join(dict.fromkeys(told))
    if controls:
        return f"no rule yet for {', '.join(controls)}"
    parent = str(one.get("parent"))
    if parent in headings and parent not in looked_at:
        return f"no rule looks at {headings[parent]} yet"
    return "no rule looks at it yet"
