"""Who can work on cases with AWS Support."""

from __future__ import annotations

from scanner.derive.identity.policy_principals import READS, PolicyPrincipal, principals_with
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::Account::Settings", "support_principals", gives=list[PolicyPrincipal], reads=READS)
def support_principals(settings: Resource, context: Context) -> Partial:
    """The principals with AWS's policy AWSSupportAccess.

    https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html
    """
    return principals_with(settings, context, "AWSSupportAccess")
