"""The ports at which a security group lets its members reach the whole internet."""

from __future__ import annotations

from scanner.derive.network.group_openings import Opened, opened
from scanner.derive.network.prefix_lists import READS
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::EC2::SecurityGroup", "world_egress", gives=list[Opened], reads=("IpPermissionsEgress", *READS))
def world_egress(group: Resource, context: Context) -> Partial:
    """Port intervals at which every address of a family may be reached; what that means is said at `opened`."""
    return opened(group, context, "IpPermissionsEgress")
