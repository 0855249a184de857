"""Who can look into the security of the account."""

from __future__ import annotations

from scanner.derive.identity.policy_principals import READS, PolicyPrincipal, principals_with
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::Account::Settings", "audit_principals", gives=list[PolicyPrincipal], reads=READS)
def audit_principals(settings: Resource, context: Context) -> Partial:
    """The principals with AWS's policy SecurityAudit.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html
    """
    return principals_with(settings, context, "SecurityAudit")
