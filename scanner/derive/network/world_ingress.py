"""The ports of a security group that are open to the whole internet."""

from __future__ import annotations

from scanner.derive.network.group_openings import Opened, opened
from scanner.derive.network.prefix_lists import READS
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::EC2::SecurityGroup", "world_ingress", gives=list[Opened], reads=("IpPermissions", *READS))
def world_ingress(group: Resource, context: Context) -> Partial:
    """Port intervals that every address of a family may reach; what that means is said at `opened`."""
    return opened(group, context, "IpPermissions")
