"""An assessment as JSON: what every format of it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.complying.assess import Assessed, Assessment
from scanner.complying.attestations import Attestation
from scanner.complying.evidence import Rule
from scanner.complying.states import COUNTED, MEANINGS, TITLES, State
from scanner.model import Report, canonical

RESPONSIBILITIES = ("customer", "shared", "aws")
ASSESSMENTS = ("automated", "partial", "manual", "inherited")


def document(report: Report, assessment: Assessment, *, places: bool = False) -> dict[str, Any]:
    """The whole assessment; `states` says what each word means.

    With `places`, `evidence` holds each rule's verdicts by account and region, once for each binding.
    """
    body = assessment.framework
    return {
        "tool": report.tool,
        "snapshot": {name: report.snapshot.get(name) for name in ("taken_at", "accounts", "regions", "source")},
        "framework": {name: body.get(name, "") for name in ("id", "title", "version", "authority", "url", "statement")},
        "scope": {name: getattr(assessment.scope, name) for name in ("account", "region", "level")},
        "states": {
            str(state): {"title": TITLES[state], "counted": COUNTED[state], "meaning": MEANINGS[state]}
            for state in State
        },
        "totals": {str(state): count for state, count in assessment.totals().items()},
        "matrix": matrix(assessment),
        "aws_attestations": [
            {"key": key, **item, "got": [_said(one, assessment.day) for one in _got(assessment, key)]}
            for key, item in dict(body.get("attestations", {})).items()
        ],
        "requirements": [requirement(one, assessment.day) for one in assessment.requirements],
        **({"evidence": _evidence(assessment)} if places else {}),
    }


def matrix(assessment: Assessment) -> list[dict[str, Any]]:
    """Requirements by who answers for them and how they are assessed: the cells that hold any, with states."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one in assessment.assessed:
        states = found.setdefault((str(one.body["responsibility"]), str(one.body["assessment"])), {})
        states[str(one.state)] = states.get(str(one.state), 0) + 1
    return [
        {"responsibility": who, "assessment": how, "count": sum(cell.values()), "states": cell}
        for who in RESPONSIBILITIES
        for how in ASSESSMENTS
        if (cell := found.get((who, how)))
    ]


def requirement(one: Assessed, day: str) -> dict[str, Any]:
    """A requirement, or a heading, with its state and what that rests on; what says nothing is left out."""
    said: Mapping[str, Any] = {
        "state": str(one.state) if one.state else None,
        "because": list(one.because),
        "rules": [rule(each) for each in one.rules],
        "attestations": [_said(each, day) for each in one.attested],
        "by_account": _states(one.accounts),
        "by_region": _states(one.regions),
        "total": {str(state): count for state, count in one.total.items()},
    }
    return {**one.body, **{name: value for name, value in said.items() if value}}


def rule(one: Rule) -> dict[str, Any]:
    """A rule's evidence, in all places together."""
    return {
        "id": one.id,
        "title": one.title,
        "severity": one.severity,
        "params": dict(one.bound),
        "run": one.run,
        **one.count().to_json(),
    }


def _evidence(assessment: Assessment) -> list[dict[str, Any]]:
    """Each rule with each binding that a requirement looks at, and its verdicts by place."""
    used = {(each.id, canonical(each.bound)): each for one in assessment.requirements for each in one.rules}
    return [
        {
            **rule(one),
            "places": [
                {"account": account, "region": region, **count.to_json()}
                for (account, region), count in sorted(one.places.counts.items())
                if count.judged
            ],
        }
        for _, one in sorted(used.items())
    ]


def _states(found: Mapping[str, State]) -> dict[str, str]:
    return {name: str(state) for name, state in found.items()}


def _said(one: Attestation, day: str) -> dict[str, Any]:
    return {**one.to_json(), "standing": one.standing(day)}


def _got(assessment: Assessment, key: str) -> list[Attestation]:
    """Who has got AWS's report, for this framework or for any."""
    name = assessment.framework["id"]
    return [one for one in assessment.attestations if one.aws_report == key and one.framework in ("", name)]
