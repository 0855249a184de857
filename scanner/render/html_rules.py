"""What the page shows of rules, frameworks and coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from scanner.model import SEVERITIES, Report

_RULE = ("id", "title", "severity", "service", "resource", "responsibility", "why", "when", "expect")


def rule_of(report: Report, id_: str) -> dict[str, Any]:
    """What the page shows of a rule; a rule that the report does not hold is known by its id alone."""
    body = report.rules.get(id_, {})
    rule: dict[str, Any] = {name: str(body.get(name) or "").strip() for name in _RULE}
    rule["id"] = id_
    rule["title"] = rule["title"] or id_
    rule["service"] = rule["service"] or id_.split("-", 1)[0]
    rule["severity"] = rule["severity"] if rule["severity"] in SEVERITIES else "info"
    rule["references"] = [str(item) for item in body.get("references", ())]
    rule["frameworks"] = {name: [str(x) for x in ids] for name, ids in dict(body.get("frameworks", {})).items()}
    counts = report.coverage.get("rules", {}).get(id_, {})
    rule["notApplicable"] = counts.get("not_applicable", 0)
    return rule


def frameworks_of(report: Report) -> dict[str, Any]:
    """Titles of the frameworks and requirements that a rule of this report points at."""
    used: dict[str, set[str]] = defaultdict(set)
    for rule in report.rules.values():
        for name, ids in dict(rule.get("frameworks", {})).items():
            used[name].update(str(id_) for id_ in ids)
    out: dict[str, Any] = {}
    for name in sorted(used):
        body = report.frameworks.get(name, {})
        title = " ".join(str(body[k]) for k in ("title", "version") if body.get(k)) or name
        titles = _requirement_titles(body.get("requirements") or {})
        kept = {id_: titles[id_] for id_ in sorted(used[name]) if id_ in titles}
        out[name] = {"title": title, "requirements": kept}
    return out


def _requirement_titles(requirements: Any) -> dict[str, str]:
    """Requirements come as a list of mappings with an id, or as a mapping by id."""
    is_map = isinstance(requirements, Mapping)
    pairs = list(requirements.items()) if is_map else [(item.get("id"), item) for item in requirements]
    return {str(id_): str(item.get("title", "")) for id_, item in pairs if isinstance(item, Mapping)}


def coverage_of(report: Report) -> dict[str, Any]:
    """How many resources of each type were read, and which listings of a place were asked for and failed."""
    places: dict[tuple[str, str], dict[str, Any]] = {}
    for item in report.coverage.get("listings", ()):
        place = (str(item.get("account", "")), str(item.get("region", "")))
        entry = places.setdefault(place, {"listed": 0, "failed": []})
        if item.get("complete"):
            entry["listed"] += 1
        else:
            why = [str(item.get(name) or "") for name in ("type", "reason", "message")]
            entry["failed"].append(why)
    return {
        "resources": report.coverage.get("resources", {}),
        "reused": report.coverage.get("reused"),
        "paths": report.coverage.get("paths"),
        "ruleErrors": report.coverage.get("rule_errors", []),
        "places": [[*place, entry["listed"], sorted(entry["failed"])] for place, entry in sorted(places.items())],
    }
