"""Whether an account is of an organization."""

from __future__ import annotations

from scanner.derive.access.organization import MEMBERSHIP
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import GLOBAL, Partial, Resource, Unknown


@derives("AWS::EC2::AccountSettings", "in_organization", gives=bool, reads=(f"{MEMBERSHIP}.Organization",))
def in_organization(settings: Resource, context: Context) -> Partial:
    """As the account itself is told.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    """
    found = the_neighbour(context, MEMBERSHIP, settings.account, GLOBAL)
    if isinstance(found, Unknown):
        return Partial(None, {"": found})
    node = Node.of(found, "Organization")
    return Partial(None, {"": node.unknown}) if node.unknown else Partial(node.value is not None)
