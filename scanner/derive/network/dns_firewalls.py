"""The DNS Firewall rule groups that look at the queries of a VPC."""

from __future__ import annotations

from scanner.derive.joined import Told, in_state, told_by
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_ASSOCIATION = "AWS::Route53Resolver::FirewallRuleGroupAssociation"


@derives(
    "AWS::EC2::VPC",
    "dns_firewalls",
    gives=list[str],
    reads=("VpcId", *(f"{_ASSOCIATION}.{name}" for name in ("VpcId", "FirewallRuleGroupId", "Status"))),
)
def dns_firewalls(vpc: Resource, context: Context) -> Partial:
    """Ids of the rule groups that are in force for the VPC.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-vpc-protections.html
    """
    return told_by(vpc, "VpcId", context, [(_ASSOCIATION, "VpcId", _group)])


def _group(association: Resource) -> Told:
    works = in_state(association, "Status", ("complete", "updating"))
    if works is not True:
        return works or None
    return str(Node.of(association, "FirewallRuleGroupId").value or association.name)
