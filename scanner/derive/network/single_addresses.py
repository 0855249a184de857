"""The single public addresses from which a security group lets anything in."""

from __future__ import annotations

from scanner.derive.network.prefix_lists import READS
from scanner.derive.network.public_ranges import prefix_of, public_blocks
from scanner.derive.network.ranges import BITS
from scanner.derive.network.reach.flows import address_text
from scanner.derive.network.reach.packets import V6
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::EC2::SecurityGroup", "single_addresses", gives=list[str], reads=("IpPermissions", *READS))
def single_addresses(group: Resource, context: Context) -> Partial:
    """Single addresses of the internet that it lets in, by rule or by prefix list, whatever the ports.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    found: set[str] = set()
    fact = Partial([])
    for one in public_blocks(group, context):
        if isinstance(one, Unknown):
            fact.unknown["/-"] = one
        elif prefix_of(one[0]) == BITS[one[0].family]:
            found.add(address_text(one[0].start + (V6 if one[0].family == "ipv6" else 0)))
    fact.value.extend(sorted(found))
    return fact
