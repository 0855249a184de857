"""Security groups that a launch configuration names and nobody has."""

from __future__ import annotations

from scanner.derive.compute.listing import absent, listed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_GROUP = "AWS::EC2::SecurityGroup"


@derives(
    "AWS::AutoScaling::LaunchConfiguration",
    "missing_groups",
    gives=list[str],
    reads=("SecurityGroups", f"{_GROUP}.GroupId", f"{_GROUP}.GroupName"),
)
def missing_groups(configuration: Resource, context: Context) -> Partial:
    """By id, or by name as in the default VPC.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-launch-config.html
    """
    known = [listed(context, _GROUP, configuration, member) for member in ("GroupId", "GroupName")]
    found, missing = absent(Node.of(configuration, "SecurityGroups"), *known)
    return Partial(None, {"": missing}) if missing else Partial(found)
