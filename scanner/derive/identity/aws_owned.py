"""Whether a managed policy is AWS's own."""

from __future__ import annotations

from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::IAM::ManagedPolicy", "aws_owned", gives=bool, reads=("Arn",))
def aws_owned(policy: Resource, context: Context) -> Partial:
    """Whether its ARN has `aws` in place of an account; what a customer's path spells does not matter.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    del context
    arn = Node.of(policy, "Arn")
    if arn.unknown:
        return Partial(None, {"": arn.unknown}) if not arn.opaque else Partial(value=False)
    return Partial(str(arn.value).startswith(f"arn:{policy.partition}:iam::aws:"))
