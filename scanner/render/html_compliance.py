"""What the page shows of compliance: frameworks, assessed, in a block that is inflated when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.complying.assess import Assessment, assess
from scanner.complying.evidence import Evidence
from scanner.complying.published import document
from scanner.complying.states import COUNTED, MEANINGS, TITLES, State
from scanner.model import Report

STATES = tuple(State)
_KEPT = ("id", "title", "parent", "group", "responsibility", "assessment", "levels", "attested_by", "aws", "remains")
_SAID = ("by", "on", "until", "standing", "says", "statement", "evidence", "accounts", "requirement")


@dataclass(frozen=True, slots=True)
class Assessed:
    """The frameworks that a report holds whole, assessed, and the accounts that it speaks of."""

    frameworks: Sequence[Assessment]
    accounts: Sequence[str]

    @classmethod
    def of(cls, report: Report) -> Assessed:
        """Read the findings once."""
        evidence = Evidence.of(report)
        whole = (id_ for id_, body in sorted(report.frameworks.items()) if isinstance(body.get("requirements"), list))
        return cls([assess(report, id_, evidence=evidence) for id_ in whole], evidence.places()[0])


def compliance_of(report: Report, assessed: Assessed, rules: Sequence[str]) -> dict[str, Any]:
    """The block; `rules` are the ids by which the page numbers rules."""
    places = {id_: number for number, id_ in enumerate(rules)}
    accounts = assessed.accounts
    return {
        "states": [[str(state), TITLES[state], COUNTED[state], MEANINGS[state]] for state in STATES],
        "accounts": accounts,
        "frameworks": [_framework(document(report, one), places, accounts) for one in assessed.frameworks],
    }


def totals_of(assessed: Assessed) -> list[tuple[str, int, list[int]]]:
    """Name, number of requirements and how many are in each state: for the static summary."""
    return [
        (
            f"{one.framework['title']} {one.framework.get('version', '')}".strip(),
            len(one.assessed),
            list(one.totals().values()),
        )
        for one in assessed.frameworks
    ]


def _framework(body: Mapping[str, Any], places: Mapping[str, int], accounts: Sequence[str]) -> dict[str, Any]:
    return {
        **body["framework"],
        "aws": [{**one, "got": list(map(_said, one["got"]))} for one in body["aws_attestations"]],
        "requirements": [_requirement(one, places, accounts) for one in body["requirements"]],
    }


def _requirement(one: Mapping[str, Any], places: Mapping[str, int], accounts: Sequence[str]) -> dict[str, Any]:
    made = {name: one[name] for name in _KEPT if one.get(name)}
    if one.get("group"):
        return made
    found = {
        "because": one.get("because", []),
        "rules": [_rule(rule, places) for rule in one.get("rules", ()) if rule["id"] in places],
        "attested": list(map(_said, one.get("attestations", ()))),
        "note": one.get("note", ""),
        "accounts": _by_account(one, accounts) if len(accounts) > 1 else "",
    }
    return {**made, "state": _place(one["state"]), **{name: value for name, value in found.items() if value}}


def _rule(rule: Mapping[str, Any], places: Mapping[str, int]) -> list[Any]:
    """[place, parameters in words, verdicts (fail, unknown, accepted, pass), whether it ran]."""
    bound = ", ".join(f"{name} = {value}" for name, value in sorted(rule["params"].items()))
    counts = [rule[name] for name in ("failed", "unknown", "accepted", "passed")]
    return [places[rule["id"]], bound, counts, rule["run"]]


def _by_account(one: Mapping[str, Any], accounts: Sequence[str]) -> str:
    """A digit an account: the state there."""
    states = one.get("by_account", {})
    return "".join(str(_place(states.get(account, one["state"]))) for account in accounts)


def _place(state: str) -> int:
    return STATES.index(State(state))


def _said(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in _SAID if one[name]}
