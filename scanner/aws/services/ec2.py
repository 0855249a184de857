"""EC2: instances, launch templates with their default version, and a region's account settings."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:ec2:{region}:{account}:"

TABLE = (
    Collect(
        "AWS::EC2::AccountSettings",
        "ec2",
        id="{account}/{region}/AWS::EC2::AccountSettings",
        then=(
            Then("InstanceMetadataDefaults", "get_instance_metadata_defaults", result="AccountLevel || `{}`"),
            Then("EbsEncryptionByDefault", "get_ebs_encryption_by_default", result="EbsEncryptionByDefault"),
        ),
    ),
    Collect(
        "AWS::EC2::Instance",
        "ec2",
        "describe_instances",
        "Reservations[].Instances[]",
        id=_ARN + "instance/{InstanceId}",
        page_size=1000,
    ),
    Collect(
        "AWS::EC2::LaunchTemplate",
        "ec2",
        "describe_launch_templates",
        "LaunchTemplates[]",
        id=_ARN + "launch-template/{LaunchTemplateId}",
        name="LaunchTemplateName",
        page_size=200,
        gone=("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"),
        then=(
            Then(
                "LaunchTemplateData",
                "describe_launch_template_versions",
                {"LaunchTemplateId": "LaunchTemplateId", "Versions": "['$Default']"},
                "LaunchTemplateVersions[0].LaunchTemplateData",
                ordered=("contains",),  # what was judged of a secret comes line by line
                secret=("LaunchTemplateVersions[].LaunchTemplateData.UserData",),
            ),
        ),
    ),
)
