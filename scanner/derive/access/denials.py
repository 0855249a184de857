"""Deny statements that take a grant to anybody away again."""

from __future__ import annotations

from scanner.derive.access.actions import covers_actions, covers_resources
from scanner.derive.access.conditions import Entry, entries, fixes, refused
from scanner.derive.access.policy import (
    PolicyStatement,
    PolicyStatements,
    covers_everybody,
    denies,
    opens_to_anybody,
    with_more,
)
from scanner.derive.logic import Maybe, both, either
from scanner.derive.node import Node
from scanner.model import Unknown

_OPPOSITE = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
}
_SERVICE, _VIA_SERVICE = "aws:principalisawsservice", "aws:viaawsservice"


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
    lines = (either((_spares_services(line), _spares_fixed(line))) for line in entries(condition))
    return both([*lines, refused(condition) or True])


def _spares_services(line: Entry) -> Maybe:
    """Whether only requests of AWS's own services, or through them, escape: `Bool` says `false` and nothing else.

    An anonymous request lacks `aws:PrincipalIsAWSService`, so without `IfExists` it escapes too.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if line.operator != "bool" or line.key not in (_SERVICE, _VIA_SERVICE) or line.quantifier:
        return False
    if line.key == _SERVICE and not line.if_exists:
        return False
    named = with_more(line.values)
    values = (value if isinstance(value, Unknown) else value.unknown or _says_no(value) for value in named)
    return both([bool(named), *values])


def _says_no(value: Node) -> bool:
    return str(value.value).lower() == "false"


def _spares_fixed(line: Entry) -> Maybe:
    positive = _OPPOSITE.get(line.operator)
    if positive is None or line.quantifier:
        return False
    return fixes(line._replace(operator=positive, if_exists=False))
