"""Whether a user is allowed anything."""

from __future__ import annotations

from scanner.derive.access.effective.holdings import OF_USER, holdings
from scanner.derive.access.policy import allows, grants_nothing
from scanner.derive.logic import as_kind, both, either, negate
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::IAM::User", "has_permissions", gives=bool, reads=OF_USER)
def has_permissions(user: Resource, context: Context) -> Partial:
    """Whether a policy of the user's, or of its groups, has an Allow; what takes it away again is not weighed.

    Policies of resources may name the user as well, which is not looked for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
    """
    held = holdings(user, context)
    allowing = (
        both((allows(statement), negate(grants_nothing(statement))))
        for policy in held.policies
        for statement in policy.statements.all
    )
    found = either([*allowing, *held.doubts()])
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)
