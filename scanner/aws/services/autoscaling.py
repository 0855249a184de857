"""EC2 Auto Scaling: groups with whom they notify, and the launch configurations that some still use."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

TABLE = (
    Collect(
        "AWS::AutoScaling::AutoScalingGroup",
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups[]",
        id="{AutoScalingGroupARN}",
        name="AutoScalingGroupName",
        page_size=100,
        volatile=("HealthStatus", "LifecycleState", "PredictedCapacity"),
        then=(
            Then(
                "NotificationConfigurations",
                "describe_notification_configurations",
                {"AutoScalingGroupNames": "[AutoScalingGroupName]"},
                "NotificationConfigurations[].{TopicARN: TopicARN, NotificationType: NotificationType}",
                together=Together("NotificationConfigurations", "AutoScalingGroupName", "AutoScalingGroupName", 100),
            ),
            # The tags of the group say it too, but of these only keys and values are kept.
            Then(
                "TagPropagation",
                "describe_tags",
                {"Filters": "[{Name: 'auto-scaling-group', Values: [AutoScalingGroupName]}]"},
                "Tags[].{Key: Key, PropagateAtLaunch: PropagateAtLaunch}",
                extra="tag-propagation",
            ),
        ),
    ),
    Collect(
        "AWS::AutoScaling::LaunchConfiguration",
        "autoscaling",
        "describe_launch_configurations",
        "LaunchConfigurations[]",
        id="{LaunchConfigurationARN}",
        name="LaunchConfigurationName",
        page_size=100,
        ordered=("contains",),
        secret=("LaunchConfigurations[].UserData",),
    ),
)
