"""Load balancers and target groups that an Auto Scaling group names and nobody has."""

from __future__ import annotations

from scanner.derive.compute.listing import absent, listed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_CLASSIC, _TARGETS = "AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"


@derives(
    "AWS::AutoScaling::AutoScalingGroup",
    "missing_balancers",
    gives=list[str],
    reads=("LoadBalancerNames", "TargetGroupARNs", f"{_CLASSIC}.LoadBalancerName", f"{_TARGETS}.TargetGroupArn"),
)
def missing_balancers(group: Resource, context: Context) -> Partial:
    """Names and ARNs; nothing is looked for where the group names none.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html
    """
    found: list[str] = []
    for member, type_, name in (
        ("LoadBalancerNames", _CLASSIC, "LoadBalancerName"),
        ("TargetGroupARNs", _TARGETS, "TargetGroupArn"),
    ):
        named = Node.of(group, member)
        if named.unknown or named.value:
            gone, missing = absent(named, listed(context, type_, group, name))
            if missing:
                return Partial(None, {"": missing})
            found += gone
    return Partial(found)
