"""The report as the page's script reads it: columns of small numbers into lists of texts kept once.

There are two parts. The core is inflated before the first view is drawn and holds what lists, counts
and search need; the details hold evidence, fixes and configurations, which one finding at a time asks for.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from scanner.model import SEVERITIES, Finding, Report, Verdict, canonical, fingerprint
from scanner.render.html_gaps import Links, group_gaps

SHOWN = ("fail", "unknown", "waived", "pass", "not_applicable")
"""What a verdict is shown as, in the page's fixed order; waived is a fail that somebody accepted."""

_RULE = ("id", "title", "severity", "service", "resource", "responsibility", "why", "when", "expect")
_UNKNOWN_OS = b"\xff"


def shown_as(finding: Finding) -> str:
    """The verdict as readers count it: a fail under a waiver that has not expired is `waived`."""
    waiver = finding.waiver
    waived = finding.verdict is Verdict.FAIL and waiver is not None and not waiver.get("expired")
    return "waived" if waived else str(finding.verdict)


def binding(finding: Finding) -> str:
    """The parameters, where they are not the rule's defaults: they part findings that look the same."""
    if finding.fingerprint == fingerprint(finding.rule_id, finding.resource_id):
        return ""
    return ", ".join(f"{name}={canonical(value)}" for name, value in sorted(finding.params.items()))


def totals(report: Report) -> dict[str, int]:
    """How many verdicts of each kind; those that do not apply are only counted, in the coverage."""
    counts = dict.fromkeys(SHOWN, 0)
    for finding in report.findings:
        counts[shown_as(finding)] += 1
    said = report.coverage.get("rules", {}).values()
    counts["not_applicable"] = max(counts["not_applicable"], sum(item.get("not_applicable", 0) for item in said))
    return counts


def payloads(report: Report) -> tuple[dict[str, Any], dict[str, Any]]:
    """The core and the details; both are JSON."""
    tables = _Tables(report)
    core = {
        "tool": report.tool,
        "snapshot": report.snapshot,
        "totals": totals(report),
        "rules": [_rule(report, id_) for id_ in tables.rules],
        "frameworks": _frameworks(report),
        "coverage": _coverage(report),
        "gaps": [group.to_json() for group in tables.groups],
        "strings": tables.strings.values,
        "tags": tables.tags.values,
        "resources": tables.resources,
        "findings": tables.core,
    }
    details = {
        "pool": tables.pool.values,
        "findings": tables.details,
        "resources": {str(tables.resource_index[id_]): _document(body) for id_, body in tables.documents()},
    }
    return core, details


def embed(payload: Mapping[str, Any]) -> str:
    """JSON, gzipped, in base64. No time and no system is named in it, so that equal input gives equal bytes."""
    try:
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(payload), sort_keys=True, separators=(",", ":"), allow_nan=False)
    packed = gzip.compress(text.encode("ascii"), 6, mtime=0)
    return base64.b64encode(packed[:9] + _UNKNOWN_OS + packed[10:]).decode("ascii")


class _Pool:
    """Values kept once, each under its place in the list."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._index: dict[str, int] = {}

    def text(self, value: str) -> int:
        """The place of a string."""
        return self._at(value, value)

    def json(self, value: Any) -> int:
        """The place of any JSON value; -1 for what is empty."""
        return self._at(canonical(value), value) if value else -1

    def _at(self, key: str, value: Any) -> int:
        index = self._index.setdefault(key, len(self.values))
        if index == len(self.values):
            self.values.append(value)
        return index


class _Tables:
    """The columns of findings and resources."""

    def __init__(self, report: Report) -> None:
        self.strings, self.tags, self.pool = _Pool(), _Pool(), _Pool()
        self.groups = group_gaps(report.gaps)
        self.rules = sorted({*report.rules, *(finding.rule_id for finding in report.findings)})
        self.resource_index: dict[str, int] = {}
        self.resources: dict[str, list[int]] = {k: [] for k in ("id", "name", "type", "account", "region", "tags")}
        self.core: dict[str, list[Any]] = defaultdict(list)
        self.details: dict[str, list[int]] = defaultdict(list)
        self._report = report
        self._links = Links(report, self.groups)
        places = {id_: index for index, id_ in enumerate(self.rules)}
        for finding in report.findings:
            self._add(finding, places[finding.rule_id])

    def documents(self) -> list[tuple[str, dict[str, Any]]]:
        """The resources that the report holds whole and a finding points at."""
        return [(id_, self._report.resources[id_]) for id_ in self.resource_index if id_ in self._report.resources]

    def _add(self, finding: Finding, rule: int) -> None:
        shown = shown_as(finding)
        core, details = self.core, self.details
        core["rule"].append(rule)
        core["resource"].append(self._resource(finding))
        core["verdict"].append(SHOWN.index(shown))
        core["severity"].append(_severity(finding))
        # A pass says no more than its rule's title does.
        core["message"].append(-1 if shown == "pass" else self.strings.text(finding.message))
        core["found"].append(self._found(finding))
        core["binding"].append(self.strings.text(binding(finding)))
        core["place"].append(self.strings.text(_place(finding.origin)))
        core["why"].append(self.strings.text(self._links.why(finding)))
        core["gaps"].append(self._links.groups_of(finding))
        core["fingerprint"].append(finding.fingerprint)
        details["evidence"].append(self.pool.json([item.to_json() for item in finding.evidence]))
        details["fix"].append(self.pool.json(finding.fix if shown != "pass" else {}))
        details["origin"].append(self.pool.json(finding.origin))
        details["params"].append(self.pool.json(finding.params))
        details["waiver"].append(self.pool.json(finding.waiver))

    def _found(self, finding: Finding) -> int:
        """The first value found, short enough for a cell of the list; -1 where nothing was read."""
        if finding.verdict is Verdict.UNKNOWN or not finding.evidence:
            return -1
        value = finding.evidence[0].value
        if isinstance(value, dict) and finding.evidence[0].source:
            value = finding.evidence[0].source  # a fact says less in a cell than the place that it names
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return self.strings.text(text if len(text) <= 60 else text[:59] + "…")

    def _resource(self, finding: Finding) -> int:
        id_ = finding.resource_id
        if id_ not in self.resource_index:
            self.resource_index[id_] = len(self.resource_index)
            body = self._report.resources.get(id_, {})
            texts = {
                "id": id_,
                "name": str(body.get("name") or _last(id_)),
                "type": finding.resource_type,
                "account": finding.account,
                "region": finding.region,
            }
            for name, text in texts.items():
                self.resources[name].append(self.strings.text(text))
            self.resources["tags"].append(self.tags.json(sorted(dict(body.get("tags") or {}).items())))
        return self.resource_index[id_]


def _place(origin: Mapping[str, Any]) -> str:
    """Where in code, as `file:line`; empty for what is live."""
    file, line = origin.get("file"), origin.get("line")
    return f"{file}:{line}" if file and line else str(file or "")


def _last(id_: str) -> str:
    """The part of an id that people use as a name, where the report does not hold the resource."""
    tail = id_.rsplit("#", 1)[-1] if "#" in id_ else id_.split(":", 5)[-1]
    return tail.rsplit("/", 1)[-1] or id_


def _severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else len(SEVERITIES) - 1


def _rule(report: Report, id_: str) -> dict[str, Any]:
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


def _frameworks(report: Report) -> dict[str, Any]:
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


def _coverage(report: Report) -> dict[str, Any]:
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
        "ruleErrors": report.coverage.get("rule_errors", []),
        "places": [[*place, entry["listed"], sorted(entry["failed"])] for place, entry in sorted(places.items())],
    }


def _document(body: Mapping[str, Any]) -> dict[str, Any]:
    names = ("config", "unknown", "derived", "physical_id")
    return {name: body[name] for name in names if body.get(name)}


def _finite(value: Any) -> Any:
    """NaN and infinities as text: JSON has none, and Python reads them from templates all the same."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
