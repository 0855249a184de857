"""Where the DNS queries of a VPC are written down."""

from __future__ import annotations

from scanner.derive.joined import Told, in_state, told_by
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_ASSOCIATION = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"


@derives(
    "AWS::EC2::VPC",
    "query_logs",
    gives=list[str],
    reads=("VpcId", *(f"{_ASSOCIATION}.{name}" for name in ("ResourceId", "ResolverQueryLogConfigId", "Status"))),
)
def query_logs(vpc: Resource, context: Context) -> Partial:
    """Ids of logging configurations that work for the VPC; one that cannot reach its target does not.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfigAssociation.html
    """
    return told_by(vpc, "VpcId", context, [(_ASSOCIATION, "ResourceId", _log)])


def _log(association: Resource) -> Told:
    works = in_state(association, "Status", ("active", "creating"))
    if works is not True:
        return works or None
    return str(Node.of(association, "ResolverQueryLogConfigId").value or association.name)
