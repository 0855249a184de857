"""Whether a role is one through which CloudFormation deploys service-managed stack sets."""

from __future__ import annotations

import re

from scanner.derive.access.policy import PolicyStatement, allows, policy_statements, with_more
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_PREFIX = "stacksets-exec-"
_THEIRS = re.compile(r"arn:[^:]+:iam::\d{12}:role/aws-service-role/stacksets\.cloudformation\.amazonaws\.com/[^/:]+")
_OTHERS = ("Service", "Federated", "CanonicalUser")


@derives("AWS::IAM::Role", "of_stack_sets", gives=bool, reads=("RoleName", "AssumeRolePolicyDocument"))
def of_stack_sets(role: Resource, context: Context) -> Partial:
    """By its name, which anybody may choose, and by its trust: in the service-linked role of stack sets alone.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-custom-execution-role.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/CloudFormationStackSetsOrgAdminServiceRolePolicy.html
    """
    del context
    name = Node.of(role, "RoleName")
    if not name.unknown and not str(name.value or "").startswith(_PREFIX):
        return Partial(value=False)
    statements = policy_statements(Node.of(role, "AssumeRolePolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    trusted = (either((negate(allows(one)), _admits_them_alone(one))) for one in statements.all)
    theirs = both((name.unknown or True, *trusted, statements.more or True))
    return Partial(None, {"": as_kind(theirs, "any")}) if isinstance(theirs, Unknown) else Partial(theirs)


def _admits_them_alone(statement: PolicyStatement) -> Maybe:
    principal = statement.node.member("Principal")
    if principal.unknown:
        return principal.unknown
    if not isinstance(principal.value, dict):
        return False
    others = [principal.member(kind) for kind in _OTHERS]
    named = with_more(principal.member("AWS"))
    return both((*(one.unknown or not one.present for one in others), *map(_is_theirs, named)))


def _is_theirs(name: Node | Unknown) -> Maybe:
    if isinstance(name, Unknown):
        return name
    return name.unknown or _THEIRS.fullmatch(str(name.value)) is not None
