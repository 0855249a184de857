"""Whether a resource belongs to the account in which it was found."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


class Owned(TypedDict):
    """Only who owns a network or a group can change it."""

    here: bool


@derives("AWS::EC2::SecurityGroup", "owned", gives=Owned, reads=("OwnerId",))
@derives("AWS::EC2::VPC", "owned", gives=Owned, reads=("OwnerId",))
@derives("AWS::EC2::Subnet", "owned", gives=Owned, reads=("OwnerId",))
@derives("AWS::EC2::TransitGateway", "owned", gives=Owned, reads=("OwnerId",))
@derives("AWS::EC2::PrefixList", "owned", gives=Owned, reads=("OwnerId",))
def owned(resource: Resource, context: Context) -> Partial:
    """Shared subnets with their VPC, groups, gateways and lists are listed in each account they are shared with.

    What code makes belongs to the account it is deployed to, whichever that is.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
    """
    del context
    owner = Node.of(resource, "OwnerId")
    in_code = resource.origin.kind in ("terraform", "cloudformation")
    if owner.unknown and not in_code:
        return Partial({}, {"/here": owner.unknown})
    return Partial({"here": not resource.account or owner.value in (None, resource.account)})
