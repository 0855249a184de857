"""The policies by which a role may take further roles."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.effective.holdings import OF_ROLE, holdings
from scanner.derive.access.grants import names_action
from scanner.derive.access.policy import allows
from scanner.derive.elements import Elements
from scanner.derive.logic import both, either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_ASSUME = "sts:assumerole"


class FurtherRoles(TypedDict):
    """One such policy."""

    policy: str | None


@derives("AWS::IAM::Role", "further_roles", gives=list[FurtherRoles], reads=OF_ROLE)
def further_roles(role: Resource, context: Context) -> Partial:
    """Inline and attached policies with an Allow of `sts:AssumeRole`, on whichever roles.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
    """
    held = holdings(role, context)
    fact = Partial([])
    elements = Elements(fact)
    for why in held.doubts():
        elements.open(why)
    for policy in held.policies:
        statements = policy.statements.all
        found = either(both((allows(statement), names_action(statement, _ASSUME))) for statement in statements)
        elements.add({"policy": policy.name}, found)
    return fact
