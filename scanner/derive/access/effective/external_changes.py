"""What a role that other accounts may take can change everywhere."""

from __future__ import annotations

from scanner.derive.access.effective.holdings import LIMITED_ROLE
from scanner.derive.access.effective.wide_changes import WideChange
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives(
    "AWS::IAM::Role", "external_changes", gives=list[WideChange], reads=LIMITED_ROLE, after=("trust", "wide_changes")
)
def external_changes(role: Resource, context: Context) -> Partial:
    """`wide_changes` of a role that another account, or anybody, is trusted to take; empty of others."""
    trust = context.fact(role, "trust")
    if not trust.unknown and not trust.value["external"] and not trust.value["anybody"]:
        return Partial([])
    return context.fact(role, "wide_changes")
