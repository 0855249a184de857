"""Which services may assume a role, and whether only for the owner's own resources."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.caller_conditions import asked, nothing, turned_away
from scanner.derive.access.conditions import Entry, fixes
from scanner.derive.access.grants import names_action
from scanner.derive.access.policy import allows, policy_statements, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, both, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ASSUME = "sts:assumerole"
_SOURCES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})


class ServiceTrust(TypedDict):
    """One service of one statement; `source_checked`: it must act for a resource, account or organization named."""

    service: str
    source_checked: bool
    sid: str | None
    source: str


@derives("AWS::IAM::Role", "service_trusts", gives=list[ServiceTrust], reads=("AssumeRolePolicyDocument",))
def service_trusts(role: Resource, context: Context) -> Partial:
    """The principals under `Service` in statements that allow `sts:AssumeRole`.

    A line on the source counts if its operator is positive, it fails where the key is absent, and its values are
    fixed up to the account of an ARN; a Deny of all others counts as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
    """
    del context
    statements = policy_statements(Node.of(role, "AssumeRolePolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        gone = turned_away(statements, _ASSUME, nothing)
        admitted = both((allows(statement), names_action(statement, _ASSUME), negate(gone)))
        if admitted is False:
            continue
        principal = statement.node.member("Principal")
        elements.open(principal.unknown)
        checked = asked(statement, statements, _ASSUME, _of_source)
        for name in with_more(principal.member("Service")) if not principal.unknown else ():
            if isinstance(name, Unknown):
                elements.open(name)
                continue
            members = {"service": name, "source_checked": checked, "sid": statement.node.member("Sid")}
            elements.add({**members, "source": statement.node.path}, admitted)
    return fact


def _of_source(line: Entry) -> Maybe:
    return line.key in _SOURCES and fixes(line)
