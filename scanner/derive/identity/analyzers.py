"""The IAM Access Analyzers that look after an account's region."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.identities import MEMBERSHIP
from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown, Why

_ANALYZER = "AWS::AccessAnalyzer::Analyzer"
_ELSEWHERE = Unknown(
    Why.OUT_OF_SCOPE,
    message="an analyzer of the organization lies in its delegated administrator's account and is listed there alone",
)


class Analyzer(TypedDict):
    """Its name, and as `type` what it looks for and whose: `ACCOUNT`, `ORGANIZATION_UNUSED_ACCESS` and so on."""

    name: str
    type: str


@derives(
    "AWS::EC2::AccountSettings",
    "analyzers",
    gives=list[Analyzer],
    reads=(f"{_ANALYZER}.type", f"{_ANALYZER}.status", f"{MEMBERSHIP}.Organization"),
)
def analyzers(settings: Resource, context: Context) -> Partial:
    """Those that work; in an account of an organization there may be others that it cannot see.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-external.html
    """
    listed = context.neighbours(_ANALYZER, settings.account, settings.region)
    fact = Partial([])
    doubt = listed.incomplete
    for one in listed.resources:
        kind, status = Node.of(one, "type"), Node.of(one, "status")
        unknown = kind.unknown or status.unknown
        if unknown:
            doubt = doubt or unknown
        elif status.value == "ACTIVE":
            fact.value.append(Analyzer(name=one.name, type=str(kind.value)))
    doubt = doubt or _others(settings, context)
    if doubt:
        fact.unknown["/-"] = as_kind(doubt, "more")
    return fact


def _others(settings: Resource, context: Context) -> Unknown | None:
    memberships = context.neighbours(MEMBERSHIP, settings.account, GLOBAL)
    for one in memberships.resources:
        organization = Node.of(one, "Organization")
        if organization.unknown or organization.value is not None:
            return organization.unknown or _ELSEWHERE
    return memberships.incomplete
