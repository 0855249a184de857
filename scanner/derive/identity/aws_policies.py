"""Which of AWS's own managed policies a user, group or role has."""

from __future__ import annotations

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_MEMBER = "AttachedManagedPolicies"


@derives("AWS::IAM::User", "aws_policies", gives=list[str], reads=(_MEMBER,))
@derives("AWS::IAM::Group", "aws_policies", gives=list[str], reads=(_MEMBER,))
@derives("AWS::IAM::Role", "aws_policies", gives=list[str], reads=(_MEMBER,))
def aws_policies(principal: Resource, context: Context) -> Partial:
    """The names of those attached, with the path where they have one (`job-function/ViewOnlyAccess`).

    Their ARNs have `aws` in place of an account; a customer's policy may have the same name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    del context
    prefix = f"arn:{principal.partition}:iam::aws:policy/"
    attached = Node.of(principal, _MEMBER)
    if attached.unknown:
        return Partial(None, {"": as_kind(attached.unknown, "any")})
    arns = [policy.member("PolicyArn") for policy in attached.elements()]
    texts = [str(arn.value) for arn in arns if not arn.unknown]
    fact = Partial([text.removeprefix(prefix) for text in texts if text.startswith(prefix)])
    doubts = [why for why in (attached.more, *(arn.unknown for arn in arns)) if why]
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact
