"""What alone keeps the internet out of a thing: it is open but for this."""

from __future__ import annotations

from scanner.derive.network.reach.facing import facings
from scanner.derive.network.reach.reads import READS
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::EC2::Instance", "one_step_from_internet", gives=list[str], reads=READS)
@derives("AWS::EC2::NetworkInterface", "one_step_from_internet", gives=list[str], reads=READS)
@derives("AWS::RDS::DBInstance", "one_step_from_internet", gives=list[str], reads=READS)
@derives("AWS::ElasticLoadBalancingV2::LoadBalancer", "one_step_from_internet", gives=list[str], reads=READS)
def one_step_from_internet(resource: Resource, context: Context) -> Partial:
    """Each network ACL, route, gateway or missing address that alone does it, with its rule; groups do not count.

    Empty where something gets through or may, and where several things together keep it out (docs/reach.md).
    """
    return Partial(facings(context).kept_by(resource))
