"""What the roles of a database may do with every bucket or every function."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.effective.by_sets import of_set
from scanner.derive.access.effective.holdings import LIMITED_ROLE, ROLE, holdings
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import as_kind, either
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown, Why

_READS = ("AssociatedRoles", f"{ROLE}.Arn", *LIMITED_ROLE)
_ACTIONS = ("lambda:InvokeFunction", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject")


class BroadRole(TypedDict):
    """One role, and those of the actions that one of its policies allows on everything."""

    role: str
    policy: str | None
    actions: list[str]


@derives("AWS::RDS::DBInstance", "broad_roles", gives=list[BroadRole], reads=_READS)
@derives("AWS::RDS::DBCluster", "broad_roles", gives=list[BroadRole], reads=_READS)
def broad_roles(database: Resource, context: Context) -> Partial:
    """Of the roles by which the database imports, exports and calls functions; whoever may run SQL uses them.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.S3Import.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Integrating.Authorizing.html
    """
    associated = Node.of(database, "AssociatedRoles")
    if associated.unknown:
        return Partial(None, {"": as_kind(associated.unknown, "any")})
    fact = Partial([])
    elements = Elements(fact)
    for one in each(associated):
        role = one if isinstance(one, Unknown) else _role(one.member("RoleArn"), database, context)
        if isinstance(role, Unknown):
            elements.open(role)
            continue
        held = holdings(role, context)
        for why in held.doubts():
            elements.open(why)
        for name, found in of_set(held, _ACTIONS, role):
            members = {"role": role.name, "policy": name, "actions": listed(found)}
            elements.add(members, either(value for _, value in found))
    return fact


def _role(arn: Node, database: Resource, context: Context) -> Resource | Unknown:
    found = context.neighbours(ROLE, database.account, GLOBAL)
    roles = context.once(("broad_roles", database.account), lambda: _by_arn(found.resources))
    key = identity(arn)
    if key in roles:
        return roles[key]
    return found.incomplete or arn.unknown or Unknown(Why.NOT_COLLECTED, message=f"the role {key} was not read")


def _by_arn(roles: list[Resource]) -> dict[str, Resource]:
    keys = ((role, {identity(Node.of(role, "Arn")), role.id, role.physical_id} - {""}) for role in roles)
    return {key: role for role, several in keys for key in several}
