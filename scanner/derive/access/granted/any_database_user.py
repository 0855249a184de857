"""The statements that let somebody connect to a database as whichever user it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.granted.held import Held, allowed, held_policies
from scanner.derive.access.grants import ANY, Patterns, Probe
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_CONNECT = "rds-db:connect"


class AnyDatabaseUser(TypedDict):
    """One such statement."""

    policy: str | None
    sid: str | None
    source: str


@derives("AWS::IAM::ManagedPolicy", "any_database_user", gives=list[AnyDatabaseUser], reads=("PolicyDocument",))
@derives("AWS::IAM::User", "any_database_user", gives=list[AnyDatabaseUser], reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "any_database_user", gives=list[AnyDatabaseUser], reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "any_database_user", gives=list[AnyDatabaseUser], reads=("RolePolicyList",))
def any_database_user(owner: Resource, context: Context) -> Partial:
    """Those that allow `rds-db:connect` where the name of the database user is a wildcard alone, on whichever database.

    A policy variable (`${aws:username}`) names one user.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    """
    del context
    fact = Partial([])
    elements = Elements(fact)
    for policy in held_policies(owner):
        if isinstance(policy, Unknown):
            elements.open(policy)
            continue
        elements.open(policy.statements.more)
        for statement in policy.statements.all:
            members = {"policy": policy.name, "sid": statement.node.member("Sid"), "source": statement.node.path}
            elements.add(members, _connects(statement, policy, owner))
    return fact


def _connects(statement: PolicyStatement, policy: Held, owner: Resource) -> Maybe:
    found = (
        value
        for place in _places(statement, owner)
        for one, value in allowed(policy, Probe(_CONNECT, place))
        if one.number == statement.number
    )
    return either(found)


def _places(statement: PolicyStatement, owner: Resource) -> Iterator[str]:
    """Databases as the statement names them, each with a user that no pattern can name."""
    everywhere = f"arn:{owner.partition}:rds-db:{ANY}:{owner.account or ANY}:dbuser:{ANY}"
    yield f"{everywhere}/{ANY}"
    for pattern in Patterns.of(statement.node, "Resource").wild:
        database, slash, user = pattern.rpartition("/")
        if slash and not user.strip("*?"):
            yield f"{database.replace('*', ANY).replace('?', ANY)}/{ANY}"
