"""What a role's trust policy asks of a caller besides who it is: an external id, MFA, one's own organization.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from scanner.derive.access.conditions import Entry, entries, fixes, refused
from scanner.derive.access.grants import names_action
from scanner.derive.access.organization import Organization
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, covers_everybody, denies, with_more
from scanner.derive.logic import Maybe, both, either, malformed, negate
from scanner.derive.node import Node
from scanner.model import Unknown

Asks: TypeAlias = Callable[[Entry], Maybe]
"""Whether a line of a condition, which fails where its key is absent, asks for something."""

STRINGS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
"""The operators that compare texts and hold for some only."""
_AGES = frozenset({"numericlessthan", "numericlessthanequals"})
_TRUE = Node("true")


def external_id(line: Entry) -> Maybe:
    """Whether a fixed `sts:ExternalId` must be told; one with a wildcard may be guessed, or is any."""
    named = line.key == "sts:externalid" and line.operator in STRINGS
    return named and each_value(line, lambda text: bool(text) and not any(sign in text for sign in ("*", "?", "${")))


def mfa(line: Entry) -> Maybe:
    """Whether the caller must have used MFA."""
    if line.key == "aws:multifactorauthage":
        return line.operator in _AGES
    present = line.key == "aws:multifactorauthpresent" and line.operator == "bool"
    return present and each_value(line, lambda text: text.lower() == "true")


def member_of(organization: Organization) -> Asks:
    """Whether the caller must be of the organization."""

    def asks(line: Entry) -> Maybe:
        if line.key not in ("aws:principalorgid", "aws:principalorgpaths"):
            return False
        return both((fixes(line), each_value(line, lambda text: organization.is_id(text.partition("/")[0]))))

    return asks


def asked(statement: PolicyStatement, statements: PolicyStatements, action: str, asks: Asks) -> Maybe:
    """Whether a statement asks for something of whoever it allows an action, or a Deny turns away all others."""
    condition = statement.node.member("Condition")
    lines = (line for line in entries(condition) if not line.if_exists and line.quantifier != "forallvalues")
    own = either([*(asks(line) for line in lines), refused(condition) or False])
    return either((own, turned_away(statements, action, asks)))


def turned_away(statements: PolicyStatements, action: str, asks: Asks) -> Maybe:
    """Whether a Deny leaves nobody the action but those of whom it asks something, or nobody at all."""
    found = (both((names_action(one, action), _leaves(one, asks))) for one in statements.all)
    return either([*found, statements.more or False])


def admitted(statement: PolicyStatement, statements: PolicyStatements, action: str) -> Maybe:
    """Whether a statement allows an action, and no Deny keeps it from everybody."""
    return both((allows(statement), names_action(statement, action), negate(turned_away(statements, action, nothing))))


def nothing(line: Entry) -> Maybe:
    """Asks for nothing: a Deny that leaves somebody the action does not count."""
    del line
    return False


def _leaves(statement: PolicyStatement, asks: Asks) -> Maybe:
    condition = statement.node.member("Condition")
    lines = [_left_by(line, asks) for line in entries(condition) if not _is_of_people(line)]
    return both((denies(statement), covers_everybody(statement), *lines, refused(condition) or True))


def _left_by(line: Entry, asks: Asks) -> Maybe:
    """Whether a line of a Deny holds for all but those of whom the opposite line asks something.

    `StringNotEquals` and its like hold where the key is absent; `Bool` needs `IfExists` for that.
    """
    if line.quantifier:
        return False
    if line.operator == "bool" and line.if_exists and each_value(line, lambda text: text.lower() == "false") is True:
        return asks(line._replace(if_exists=False, values=_TRUE))
    if "not" not in line.operator:
        return False
    return asks(line._replace(operator=line.operator.replace("not", "", 1), if_exists=False))


def _is_of_people(line: Entry) -> bool:
    """Whether the line only leaves AWS's services out, which no principal of an account is."""
    services = line.key == "aws:principalisawsservice" and line.operator == "bool"
    return services and each_value(line, lambda text: text.lower() == "false") is True


def each_value(line: Entry, check: Callable[[str], Maybe]) -> Maybe:
    """Whether all values of a line are as asked; a line needs values."""
    values = with_more(line.values)
    return both(_checked(value, check) for value in values) if values else malformed(line.values.path, "no values")


def _checked(value: Node | Unknown, check: Callable[[str], Maybe]) -> Maybe:
    if isinstance(value, Unknown):
        return value
    return value.unknown or check(str(value.value))
