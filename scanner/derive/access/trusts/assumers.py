"""The principals of accounts that may assume a role, and whether they must have used MFA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.caller_conditions import admitted, asked, mfa
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, named
from scanner.derive.access.told import Told, told_by_statements
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
    return told_by_statements(Node.of(role, "AssumeRolePolicyDocument"), _told)


def _told(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[Told | Unknown]:
    sure = admitted(statement, statements, _ASSUME)
    if sure is False:
        return
    with_mfa = asked(statement, statements, _ASSUME, mfa)
    for name in named(statement, "AWS"):
        yield name if isinstance(name, Unknown) else ({"principal": name, "mfa": with_mfa}, sure)
