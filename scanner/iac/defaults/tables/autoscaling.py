"""EC2 Auto Scaling: groups and launch configurations.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, after, constants, nulls, outside

_UNREAD = "what is not read from code yet"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::AutoScaling::AutoScalingGroup": {
        **after(
            ON_CREATION,
            "Instances AutoScalingGroupARN AutoScalingGroupName CreatedTime Status "
            "AutoScalingGroupARN AutoScalingGroupName AutoScalingGroupName",
        ),
        "CapacityRebalance": Constant(value=False),
        "DefaultCooldown": Constant(300),
        "HealthCheckType": Constant("EC2"),
        "NewInstancesProtectedFromScaleIn": Constant(value=False),
        "HealthCheckGracePeriod": Constant(0),
        **nulls(
            "LaunchConfigurationName LaunchTemplate MixedInstancesPolicy MaxInstanceLifetime "
            "PlacementGroup WarmPoolConfiguration WarmPoolSize"
        ),
        **constants([], "LoadBalancerNames TargetGroupARNs SuspendedProcesses TagPropagation"),
        **outside("the subnets", "AvailabilityZones AvailabilityZoneIds"),
        **outside("what is not read from code yet", "NotificationConfigurations"),
        **outside("its own settings", "MaxSize MinSize DesiredCapacity"),
        **outside(
            _UNREAD,
            "AvailabilityZoneDistribution AvailabilityZoneImpairmentPolicy "
            "CapacityReservationSpecification Context DefaultInstanceWarmup DeletionProtection "
            "DesiredCapacityType EnabledMetrics InstanceLifecyclePolicy InstanceMaintenancePolicy "
            "Operator ServiceLinkedRoleARN TerminationPolicies TrafficSources VPCZoneIdentifier",
        ),
    },
    "AWS::AutoScaling::LaunchConfiguration": {
        **after(
            ON_CREATION,
            "LaunchConfigurationARN LaunchConfigurationName CreatedTime LaunchConfigurationARN "
            "LaunchConfigurationName LaunchConfigurationName",
        ),
        **nulls("UserData IamInstanceProfile KeyName SpotPrice KernelId RamdiskId PlacementTenancy ClassicLinkVPCId"),
        **constants([], "BlockDeviceMappings SecurityGroups ClassicLinkVPCSecurityGroups"),
        **outside("the subnet", "AssociatePublicIpAddress"),
        **outside("the AMI, and the account's defaults of the region", "MetadataOptions"),
        **outside("the configuration", "ImageId InstanceType EbsOptimized InstanceMonitoring"),
    },
}
