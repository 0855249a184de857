"""Whether an account is the management account of its organization."""

from __future__ import annotations

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import GLOBAL, Partial, Resource, Unknown

_MEMBERSHIP = "AWS::Organizations::Membership"


@derives("AWS::IAM::RootUser", "manages_organization", gives=bool, reads=(f"{_MEMBERSHIP}.Organization",))
def manages_organization(root: Resource, context: Context) -> Partial:
    """By the organization's description; an account without an organization manages none.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    """
    found = the_neighbour(context, _MEMBERSHIP, root.account, GLOBAL)
    if isinstance(found, Unknown):
        return Partial(None, {"": as_kind(found, "any")})
    organization = Node.of(found, "Organization")
    management = organization.member("MasterAccountId")
    why = organization.unknown or (management.unknown if organization.value is not None else None)
    if why:
        return Partial(None, {"": as_kind(why, "any")})
    return Partial(organization.value is not None and management.value == root.account)
