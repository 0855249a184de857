"""Which findings and gaps go into which SARIF run, and in what order.

A run is an account, because GitHub closes the alerts of a category that a new upload no longer has:
an account that was not scanned must not close those of another, nor a plan those of the live account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from scanner.findings import having
from scanner.model import Finding, Gap, Report, Verdict
from scanner.render.tally import rank

MOST_RUNS = 20
"""GitHub refuses a file with more runs."""

_CODE = ("terraform", "cloudformation")


@dataclass(slots=True)
class RunPart:
    """What one run tells of. `category` ends in `/`, which is what makes GitHub keep it apart."""

    category: str
    accounts: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def fails(self) -> list[Finding]:
        """The fails: those that nobody accepted first, then worst first, then in the report's order."""
        found = [item for item in self.findings if item.verdict is Verdict.FAIL]
        return sorted(found, key=lambda item: (bool(item.waiver), rank(item.severity), item.sort_key()))


def parts(report: Report) -> list[RunPart]:
    """The runs in order of their categories: an account each, also where nothing was found.

    A clean run is what closes alerts. Past 20 accounts a category is one of 20 groups of accounts,
    told by a hash, so that an account stays in its group whatever others come and go.
    """
    source = str(report.snapshot.get("source", ""))
    kind = source if source in _CODE else ""
    scanned = {(kind, str(account)) for account in report.snapshot.get("accounts", ())}
    found = {_key(item) for item in report.findings}
    keys = scanned | found or {(kind, "")}
    names = {key: _category(*key) for key in keys}
    if len(set(names.values())) > MOST_RUNS:
        names = {key: _bucket(key[1]) for key in keys}
    made = {name: RunPart(name) for name in sorted(set(names.values()))}
    for key, name in names.items():
        made[name].accounts.add(key[1])
    for finding in having(report.findings, Verdict.FAIL, Verdict.UNKNOWN):  # a run tells of no pass
        made[names[_key(finding)]].findings.append(finding)
    for part in made.values():
        part.gaps = _gaps_of(report.gaps, part.accounts)
    return list(made.values())


def _key(finding: Finding) -> tuple[str, str]:
    kind = str(finding.origin.get("kind", ""))
    return (kind if kind in _CODE else "", finding.account)


def _category(kind: str, account: str) -> str:
    middle = [kind] if kind else []
    return "/".join(["aws-posture", *middle, quote(account or "no-account", safe="", errors="replace"), ""])


def _bucket(account: str) -> str:
    digest = hashlib.sha256(account.encode("utf-8", "surrogatepass")).digest()
    return f"aws-posture/accounts-{digest[0] % MOST_RUNS + 1:02d}-of-{MOST_RUNS}/"


def _gaps_of(gaps: Iterable[Gap], accounts: set[str]) -> list[Gap]:
    """The gaps of the accounts, and those that belong to none: an input that could not be read."""
    return [gap for gap in gaps if gap.account in accounts or not gap.account]
