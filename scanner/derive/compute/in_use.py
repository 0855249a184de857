"""Whether an Auto Scaling group uses a launch configuration."""

from __future__ import annotations

from scanner.derive.compute.listing import listed
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"


@derives(_CONFIGURATION, "in_use", gives=bool, reads=("LaunchConfigurationName", f"{_GROUP}.LaunchConfigurationName"))
def in_use(configuration: Resource, context: Context) -> Partial:
    """By its name (https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html)."""
    found = listed(context, _GROUP, configuration, "LaunchConfigurationName")
    name = identity(Node.of(configuration, "LaunchConfigurationName")) or configuration.name
    if name in found.by_value:
        return Partial(value=True)
    return Partial(None, {"": found.missing}) if found.missing else Partial(value=False)
