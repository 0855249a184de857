"""EC2 Auto Scaling.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-launchconfiguration.html
"""

from __future__ import annotations

from scanner.iac.rows.language import Plain, Row, inside, row


def _template(attribute: str, id_: str, name: str) -> Row:
    rows = (
        row("LaunchTemplateId", id_, kind="id"),
        row("LaunchTemplateName", name, kind="id"),
        row("Version", "version", kind="id"),
    )
    member = "LaunchTemplate" if attribute == "launch_template" else "LaunchTemplateSpecification"
    return inside(member, attribute, *rows)


def _least(member: str, attribute: str) -> Row:
    """What every requirement states: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html"""
    return inside(member, attribute, row("Min", "min", kind="number"), row("Max", "max", kind="number"))


_MIXED = inside(
    "MixedInstancesPolicy",
    "mixed_instances_policy",
    inside(
        "LaunchTemplate",
        "launch_template",
        _template("launch_template_specification", "launch_template_id", "launch_template_name"),
        inside(
            "Overrides",
            "override",
            row("InstanceType", "instance_type"),
            row("WeightedCapacity", "weighted_capacity"),
            inside(
                "InstanceRequirements",
                "instance_requirements",
                _least("VCpuCount", "vcpu_count"),
                _least("MemoryMiB", "memory_mib"),
                row("AllowedInstanceTypes", "allowed_instance_types", kind="texts"),
                row("ExcludedInstanceTypes", "excluded_instance_types", kind="texts"),
                row("InstanceGenerations", "instance_generations", kind="texts"),
            ),
            many=True,
        ),
    ),
)
_DISK = (
    row("Encrypted", "encrypted", kind="flag"),
    row("DeleteOnTermination", "delete_on_termination", kind="flag"),
    row("SnapshotId", "snapshot_id", kind="id"),
    row("VolumeSize", "volume_size", kind="number"),
    row("VolumeType", "volume_type"),
)
ROWS = (
    Plain(
        "AWS::AutoScaling::AutoScalingGroup",
        "aws_autoscaling_group",
        "AWS::AutoScaling::AutoScalingGroup",
        (
            row("AvailabilityZones", "availability_zones", kind="texts"),
            row("CapacityRebalance", "capacity_rebalance", kind="flag"),
            row("DefaultCooldown", "default_cooldown", "Cooldown", kind="number"),
            row("DesiredCapacity", "desired_capacity", kind="number"),
            row("HealthCheckGracePeriod", "health_check_grace_period", kind="number"),
            row("HealthCheckType", "health_check_type"),
            row("LaunchConfigurationName", "launch_configuration", kind="id"),
            _template("launch_template", "id", "name"),
            row("LoadBalancerNames", "load_balancers", kind="ids"),
            row("MaxInstanceLifetime", "max_instance_lifetime", kind="number"),
            row("MaxSize", "max_size", kind="number"),
            row("MinSize", "min_size", kind="number"),
            _MIXED,
            row("NewInstancesProtectedFromScaleIn", "protect_from_scale_in", kind="flag"),
            row("TargetGroupARNs", "target_group_arns", kind="ids"),
        ),
        {"AutoScalingGroupARN": "arn", "AutoScalingGroupName": "name"},
        {"AutoScalingGroupName": ""},
        name="AutoScalingGroupName",
    ),
    Plain(
        "AWS::AutoScaling::LaunchConfiguration",
        "aws_launch_configuration",
        "AWS::AutoScaling::LaunchConfiguration",
        (
            row("AssociatePublicIpAddress", "associate_public_ip_address", kind="flag"),
            row("EbsOptimized", "ebs_optimized", kind="flag"),
            row("IamInstanceProfile", "iam_instance_profile", kind="id"),
            row("ImageId", "image_id", kind="id"),
            row("InstanceType", "instance_type"),
            row("KeyName", "key_name", kind="id"),
            inside(
                "MetadataOptions",
                "metadata_options",
                row("HttpTokens", "http_tokens"),
                row("HttpEndpoint", "http_endpoint"),
                row("HttpPutResponseHopLimit", "http_put_response_hop_limit", kind="number"),
            ),
            inside(
                "BlockDeviceMappings",
                "",
                row("DeviceName", ""),
                row("NoDevice", "", kind="flag"),
                inside("Ebs", "", *_DISK),
                many=True,
            ),
            row("SecurityGroups", "security_groups", kind="ids"),
            row("UserData", "user_data", kind="secret"),
        ),
        {"LaunchConfigurationARN": "arn", "LaunchConfigurationName": "name"},
        {"LaunchConfigurationName": ""},
        name="LaunchConfigurationName",
        tags="",
    ),
)
DISK = _DISK
"""Of a launch configuration's disks, which Terraform writes as blocks of two kinds."""
