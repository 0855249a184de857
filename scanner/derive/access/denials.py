"""Deny statements that take a grant to anybody away again."""

from __future__ import annotations

from scanner.derive.access.actions import covers_actions, covers_resources
from scanner.derive.access.conditions import Entry, entries, fixes, refused
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, covers_everybody, denies, opens_to_anybody
from scanner.derive.logic import Maybe, both, either
from scanner.derive.node import Node

_OPPOSITE = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
}
_SERVICES_ONLY = ("aws:principalisawsservice", "aws:viaawsservice")
"""Lines on these spare AWS's own services from a Deny, nobody else."""


def taken_away(grant: PolicyStatement, statements: PolicyStatements) -> Maybe:
    """Whether a Deny for everybody leaves nobody of a grant, or only callers that are fixed.

    It covers the grant's actions and resources, leaves out at most principals that it names
    (`NotPrincipal`), and its condition, if it has one, holds for everybody but callers that would
    be fixed had they been named in an Allow (`StringNotEquals` on `aws:PrincipalOrgID`,
    `NotIpAddress` on `aws:SourceIp` …).

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    return either([*(_takes_away(statement, grant) for statement in statements.all), statements.more or False])


def _takes_away(deny: PolicyStatement, grant: PolicyStatement) -> Maybe:
    return both(
        (
            denies(deny),
            either((covers_everybody(deny), _spares_only_named(deny))),
            covers_actions(deny, grant),
            covers_resources(deny, grant),
            _spares_only_fixed(deny.node.member("Condition")),
        )
    )


def _spares_only_named(deny: PolicyStatement) -> Maybe:
    """Whether it is for everybody but those that `NotPrincipal` names, nobody being all."""
    others = deny.node.member("NotPrincipal")
    return both((others.unknown or others.present, opens_to_anybody(deny)))


def _spares_only_fixed(condition: Node) -> Maybe:
    """Whether whoever escapes the Deny is fixed: all its lines must hold, so each must spare fixed callers only."""
    lines = [line for line in entries(condition) if line.key not in _SERVICES_ONLY]
    return both([*(_spares_fixed(line) for line in lines), refused(condition) or True])


def _spares_fixed(line: Entry) -> Maybe:
    positive = _OPPOSITE.get(line.operator)
    if positive is None or line.quantifier:
        return False
    return fixes(line._replace(operator=positive, if_exists=False))
