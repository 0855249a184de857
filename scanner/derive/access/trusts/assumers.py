"""The principals of accounts that may assume a role, and whether they must have used MFA."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.caller_conditions import asked, mfa, nothing, turned_away
from scanner.derive.access.grants import names_action
from scanner.derive.access.policy import allows, policy_statements, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import as_kind, both, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ASSUME = "sts:assumerole"


class Assumer(TypedDict):
    """One principal of one statement."""

    principal: str
    mfa: bool
    sid: str | None
    source: str


@derives("AWS::IAM::Role", "assumers", gives=list[Assumer], reads=("AssumeRolePolicyDocument",))
def assumers(role: Resource, context: Context) -> Partial:
    """The principals under `AWS`, `*` included, in statements that allow `sts:AssumeRole`.

    MFA is asked for by `Bool` on `aws:MultiFactorAuthPresent` or an upper bound of `aws:MultiFactorAuthAge`, or by a
    Deny of all others.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
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
        named = principal.member("AWS") if isinstance(principal.value, dict | None) else principal
        for name in with_more(named) if not principal.unknown else ():
            if isinstance(name, Unknown):
                elements.open(name)
                continue
            members = {"principal": name, "mfa": asked(statement, statements, _ASSUME, mfa)}
            elements.add({**members, "sid": statement.node.member("Sid"), "source": statement.node.path}, admitted)
    return fact
