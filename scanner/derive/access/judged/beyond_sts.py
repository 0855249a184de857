"""What a user may do by itself beyond asking STS for a role."""

from __future__ import annotations

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.judged.worlds import IDENTITIES, world_of
from scanner.derive.access.search.compare import compare
from scanner.derive.access.world.documents import at_least, at_most, gaps, joined
from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_STS = Document([Statement(0, "", "Allow", None, None, ("sts:*",), None, ("*",), None, (), variables=False)])


@derives("AWS::IAM::User", "beyond_sts", gives=str, reads=IDENTITIES)
def beyond_sts(user: Resource, context: Context) -> Partial:
    """An action and a resource that its policies, its groups' among them, allow and that are not STS's; empty if none.

    Boundaries and the organization's policies are not weighed: a policy that they stop today is one all the same.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    identity = world_of(context, user.account).identity(user.id)
    if identity is None:
        return Partial(None, {"": Unknown(Why.NOT_COLLECTED, message="the user's policies were not read")})
    whole = joined([one.document for one in identity.documents]) if identity.documents else Document([])
    sure = compare(_STS, at_least(whole), "identity")
    if sure.new_access and sure.witness:
        return Partial(f"{sure.witness.action} on {sure.witness.resource}")
    possible = compare(_STS, at_most(whole), "identity")
    if possible.new_access is False and sure.new_access is False:
        return Partial("")
    why = next(iter(gaps(whole)), None) or Unknown(Why.ERROR, message=possible.reason or sure.reason)
    return Partial(None, {"": as_kind(why, "any")})
