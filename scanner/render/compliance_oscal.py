"""An assessment as OSCAL assessment results (https://pages.nist.gov/OSCAL/, model 1.1.3).

A finding is a requirement. OSCAL knows two answers; `satisfied` is given only to what was seen whole, what a
person attests, what AWS answers for by a report that is on file, and what is stated not to apply. The state in
our words is a property of the finding.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.render.json_text import clean
from scanner.render.text import printable

VERSION = "1.1.3"
NAMESPACE = "https://github.com/aws-posture/ns/oscal"
_ROOT = uuid.UUID("6f1d7c1e-5f0b-5d6f-9d1f-2f8d5a0a7b11")
_NOT_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")


def render(document: Mapping[str, Any]) -> str:
    """`document` is as `complying.published` makes it, with places; the same one gives the same bytes."""
    return json.dumps({"assessment-results": _Results(document).all()}, indent=2, ensure_ascii=False) + "\n"


class _Results:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._framework = document["framework"]["id"]
        # trestle and others read a time without fractions of a second
        self._time = str(document["snapshot"]["taken_at"]).replace("Z", "+00:00")
        place = json.dumps([document["snapshot"], document["scope"], self._framework], sort_keys=True)
        self._seed = uuid.uuid5(_ROOT, place)
        self._requirements = [one for one in document["requirements"] if not one.get("group")]
        self._got = {
            one["key"]
            for one in document["aws_attestations"]
            if any(each["standing"] == "valid" for each in one["got"])
        }

    def _id(self, *parts: str) -> str:
        return str(uuid.uuid5(self._seed, "\0".join(map(clean, parts))))

    def all(self) -> dict[str, Any]:
        framework = self._document["framework"]
        title = f"{framework['title']} {framework['version']}: AWS accounts as read {self._time[:10]}"
        people = self._people()
        metadata = {
            "title": _line(title),
            "last-modified": self._time,
            "version": self._time,
            "oscal-version": VERSION,
            **({"roles": [{"id": "attester", "title": "Attester"}], "parties": people} if people else {}),
        }
        plan = self._id("plan")
        return {
            "uuid": self._id("document"),
            "metadata": metadata,
            "import-ap": {"href": f"#{plan}"},
            "results": [self._result(title)],
            "back-matter": {"resources": [self._plan(plan)]},
        }

    def _plan(self, plan: str) -> dict[str, Any]:
        tool = self._document["tool"]
        return {
            "uuid": plan,
            "title": "How it was assessed",
            "description": (
                f"{tool.get('name')} {tool.get('version')} read the accounts' configuration and judged it by rules. "
                f"{self._document['framework']['statement']}"
            ),
            "rlinks": [{"href": self._document["framework"]["url"]}],
        }

    def _result(self, title: str) -> dict[str, Any]:
        attestations = list(self._attestations())
        observations = list(self._observations())
        return {
            "uuid": self._id("result"),
            "title": _line(title),
            "description": self._document["framework"]["statement"],
            "start": self._time,
            "end": self._time,
            "props": [_prop("framework", self._framework), *self._scope()],
            "reviewed-controls": {
                "control-selections": [
                    {"include-controls": [{"control-id": self._control(one)} for one in self._requirements]}
                ]
            },
            **({"attestations": attestations} if attestations else {}),
            **({"observations": observations} if observations else {}),
            "findings": [self._finding(one) for one in self._requirements],
        }

    def _scope(self) -> Iterator[dict[str, str]]:
        for account in self._document["snapshot"].get("accounts") or ():
            yield _prop("account", str(account))
        for name, value in self._document["scope"].items():
            if value:
                yield _prop(f"only-{name}", value)

    def _control(self, one: Mapping[str, Any]) -> str:
        """NIST's catalogue has identifiers of its own (`ac-2.1`); the others get one of their framework and number."""
        number = one["id"].replace("(", ".").replace(")", "")
        if self._framework.startswith("nist-800-53"):
            return str(number).lower()
        return _NOT_TOKEN.sub("-", f"{self._framework}_{number}")

    def _finding(self, one: Mapping[str, Any]) -> dict[str, Any]:
        words = self._document["states"][one["state"]]
        said = " ".join([f"{words['title']}. {words['meaning']}", *one.get("because", ())])
        props = [_prop("requirement", one["id"]), _prop("state", one["state"])]
        props += [_prop(name, one[name]) for name in ("responsibility", "assessment")]
        props += [_prop(name, one[name]) for name in ("aws", "remains") if one.get(name)]
        props += [_prop(f"state-in-{account}", state) for account, state in one.get("by_account", {}).items()]
        related = [{"observation-uuid": self._observation_id(rule)} for rule in one.get("rules", ()) if rule["run"]]
        return {
            "uuid": self._id("finding", one["id"]),
            "title": _line(f"{one['id']} {one['title']}"),
            "description": clean(said),
            "props": props,
            "target": {
                "type": "statement-id",
                "target-id": f"{self._control(one)}_smt",
                "status": self._status(one),
                **_implementation(one["state"]),
            },
            **({"related-observations": related} if related else {}),
        }

    def _status(self, one: Mapping[str, Any]) -> dict[str, str]:
        state = one["state"]
        if state == "met":
            return {"state": "satisfied", "reason": "pass"}
        if state == "not_met":
            return {"state": "not-satisfied", "reason": "fail"}
        words = self._document["states"][state]["title"]
        answered = state in ("attested", "not_applicable") or (
            state == "inherited" and bool(self._got.intersection(one.get("attested_by", ())))
        )
        if state == "inherited" and not answered:
            words = "Inherited from AWS, by a report of which no entry says that it is on file"
        return {"state": "satisfied" if answered else "not-satisfied", "reason": "other", "remarks": words}

    def _observation_id(self, rule: Mapping[str, Any]) -> str:
        return self._id("rule", rule["id"], json.dumps(rule["params"], sort_keys=True))

    def _observations(self) -> Iterator[dict[str, Any]]:
        for rule in self._document["evidence"]:
            if rule["run"]:
                yield self._observation(rule, self._observation_id(rule))

    def _observation(self, rule: Mapping[str, Any], name: str) -> dict[str, Any]:
        counts = [f"{rule[kind]} {kind}" for kind in ("passed", "failed", "accepted", "unknown")]
        params = [_prop(f"parameter-{key}", json.dumps(value)) for key, value in rule["params"].items()]
        found: dict[str, Any] = {
            "uuid": name,
            "title": _line(rule["title"]),
            "description": f"{rule['id']}: {', '.join(counts)}.",
            "props": [_prop("rule", rule["id"]), _prop("severity", rule["severity"]), *params],
            "methods": ["TEST"],
            "collected": self._time,
        }
        places = [
            {"description": f"account {place['account']}, {place['region']}: {_counts(place)}"}
            for place in rule["places"]
        ]
        return found | ({"relevant-evidence": places} if places else {})

    def _said(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every attestation once, with what it is about."""
        told: set[str] = set()
        for one in [*self._document["requirements"], *self._document["aws_attestations"]]:
            for each in (*one.get("attestations", ()), *one.get("got", ())):
                key = json.dumps(each, sort_keys=True)
                if key not in told:
                    told.add(key)
                    yield each["requirement"] or each["aws_report"], each

    def _people(self) -> list[dict[str, str]]:
        names = dict.fromkeys(_line(each["by"]) for _, each in self._said())
        return [{"uuid": self._id("person", name), "type": "person", "name": name} for name in names]

    def _attestations(self) -> Iterator[dict[str, Any]]:
        for about, each in self._said():
            scope = f" for {', '.join(each['accounts'])}" if each["accounts"] else ""
            prose = (
                f"{about}: {each['says'].replace('_', ' ')}{scope}, {each['on']} to {each['until']} "
                f"({each['standing']}). {each['statement']} Evidence: {each['evidence']}"
            )
            yield {
                "responsible-parties": [
                    {"role-id": "attester", "party-uuids": [self._id("person", _line(each["by"]))]}
                ],
                "parts": [{"name": "attestation", "ns": NAMESPACE, "title": _line(about), "prose": clean(prose)}],
            }


def _implementation(state: str) -> dict[str, Any]:
    """OSCAL's own word for what there is nothing of."""
    return {"implementation-status": {"state": "not-applicable"}} if state == "not_applicable" else {}


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": _NOT_TOKEN.sub("-", name), "ns": NAMESPACE, "value": _line(value) or "-"}


def _line(text: str) -> str:
    """One line without blanks at its ends, as OSCAL's titles and values must be."""
    return printable(text).strip()


def _counts(place: Mapping[str, Any]) -> str:
    return ", ".join(f"{place[kind]} {kind}" for kind in ("passed", "failed", "accepted", "unknown"))
