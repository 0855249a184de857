"""EC2: instances, volumes, snapshots, images, launch templates, addresses, and a region's account settings."""

from __future__ import annotations

from scanner.aws.table import Collect, Mark, Then, Together

_ARN = "arn:{partition}:ec2:{region}:{account}:"

TABLE = (
    Collect(
        "AWS::EC2::AccountSettings",
        "ec2",
        id="{account}/{region}/AWS::EC2::AccountSettings",
        then=(
            Then("InstanceMetadataDefaults", "get_instance_metadata_defaults", result="AccountLevel || `{}`"),
            Then("EbsEncryptionByDefault", "get_ebs_encryption_by_default", result="EbsEncryptionByDefault"),
            Then("EbsDefaultKmsKeyId", "get_ebs_default_kms_key_id", result="KmsKeyId"),
            Then("SnapshotBlockPublicAccessState", "get_snapshot_block_public_access_state", result="State"),
            Then(
                "ImageBlockPublicAccessState",
                "get_image_block_public_access_state",
                result="ImageBlockPublicAccessState",
            ),
            Then(
                "AllowedImagesSettings",
                "get_allowed_images_settings",
                result="{State: State, ImageCriteria: ImageCriteria, ManagedBy: ManagedBy}",
            ),
            Then("SerialConsoleAccessEnabled", "get_serial_console_access_status", result="SerialConsoleAccessEnabled"),
        ),
    ),
    Collect(
        "AWS::EC2::Instance",
        "ec2",
        "describe_instances",
        "Reservations[].Instances[]",
        id=_ARN + "instance/{InstanceId}",
        page_size=1000,
        gone=("InvalidInstanceID.NotFound",),
        then=(
            Then(
                "UserData",
                "describe_instance_attribute",
                {"InstanceId": "InstanceId", "Attribute": "'userData'"},
                "UserData.Value",
                when="State.Name != 'terminated'",
                optional=True,
                ordered=("contains",),
                secret=("UserData.Value",),
            ),
            Then(
                "DisableApiTermination",
                "describe_instance_attribute",
                {"InstanceId": "InstanceId", "Attribute": "'disableApiTermination'"},
                "DisableApiTermination.Value",
                when="State.Name != 'terminated'",
                extra="termination-protection",
            ),
            # AWS tells of the image even where it was deregistered or is no longer shared with the account
            # (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html).
            Then(
                "ImageMetadata",
                "describe_instance_image_metadata",
                {"InstanceIds": "[InstanceId]"},
                "InstanceImageMetadata[0].ImageMetadata",
                when="State.Name != 'terminated'",
                together=Together("InstanceImageMetadata", "InstanceId", "InstanceId", page_size=1000),
            ),
        ),
    ),
    Collect(
        "AWS::EC2::Volume",
        "ec2",
        "describe_volumes",
        "Volumes[]",
        id=_ARN + "volume/{VolumeId}",
        page_size=1000,
    ),
    # Only snapshots that everybody may restore are asked for their permissions: one further listing
    # tells which these are, where a call a snapshot would be needed.
    Collect(
        "AWS::EC2::Snapshot",
        "ec2",
        "describe_snapshots",
        "Snapshots[]",
        id="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
        page_size=1000,
        params={"OwnerIds": "['self']"},
        mark=Mark("RestorableByAll", {"RestorableByUserIds": "['all']"}),
        gone=("InvalidSnapshot.NotFound",),
        volatile=("Progress",),
        then=(
            Then(
                "CreateVolumePermissions",
                "describe_snapshot_attribute",
                {"SnapshotId": "SnapshotId", "Attribute": "'createVolumePermission'"},
                "CreateVolumePermissions",
                when="RestorableByAll",
            ),
            Then(
                "SharedWith",
                "describe_snapshot_attribute",
                {"SnapshotId": "SnapshotId", "Attribute": "'createVolumePermission'"},
                "CreateVolumePermissions",
                when="!RestorableByAll",
                extra="snapshot-sharing",
            ),
        ),
    ),
    Collect(
        "AWS::EC2::Image",
        "ec2",
        "describe_images",
        "Images[]",
        id="arn:{partition}:ec2:{region}::image/{ImageId}",
        name="Name",
        page_size=1000,
        params={"Owners": "['self']"},
        gone=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
        volatile=("LastLaunchedTime",),
        # `Public` comes with the listing; with which accounts an image is shared costs a call for each.
        then=(
            Then(
                "LaunchPermissions",
                "describe_image_attribute",
                {"ImageId": "ImageId", "Attribute": "'launchPermission'"},
                "LaunchPermissions",
            ),
        ),
    ),
    Collect(
        "AWS::EC2::EIP",
        "ec2",
        "describe_addresses",
        "Addresses[]",
        id=_ARN + "elastic-ip/{AllocationId|PublicIp}",
    ),
    Collect(
        "AWS::EC2::KeyPair",
        "ec2",
        "describe_key_pairs",
        "KeyPairs[]",
        id=_ARN + "key-pair/{KeyPairId}",
        name="KeyName",
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
                # Without a template it tells of all of them
                # (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html).
                together=Together(
                    "LaunchTemplateVersions",
                    "LaunchTemplateId",
                    "LaunchTemplateId",
                    params={"Versions": "['$Default']"},
                    page_size=200,
                ),
            ),
            # Groups and fleets may use any version, and whoever reads a template reads its old ones too; a template
            # that never changed has none.
            Then(
                "Versions",
                "describe_launch_template_versions",
                {"LaunchTemplateId": "LaunchTemplateId"},
                "LaunchTemplateVersions[].{VersionNumber: VersionNumber, LaunchTemplateData: LaunchTemplateData}",
                when="LatestVersionNumber != `1`",
                ordered=("contains",),
                secret=("LaunchTemplateVersions[].LaunchTemplateData.UserData",),
            ),
        ),
    ),
    Collect(
        "AWS::EC2::InstanceConnectEndpoint",
        "ec2",
        "describe_instance_connect_endpoints",
        "InstanceConnectEndpoints[]",
        id="{InstanceConnectEndpointArn}",
        name="InstanceConnectEndpointId",
        page_size=50,
    ),
    Collect(
        "AWS::EC2::SpotFleet",
        "ec2",
        "describe_spot_fleet_requests",
        "SpotFleetRequestConfigs[]",
        id=_ARN + "spot-fleet-request/{SpotFleetRequestId}",
        name="SpotFleetRequestId",
        page_size=1000,
        ordered=("contains",),
        secret=("SpotFleetRequestConfigs[].SpotFleetRequestConfig.LaunchSpecifications[].UserData",),
        volatile=("ActivityStatus", "FulfilledCapacity", "OnDemandFulfilledCapacity"),
    ),
    Collect(
        "AWS::EC2::EC2Fleet",
        "ec2",
        "describe_fleets",
        "Fleets[]",
        id=_ARN + "fleet/{FleetId}",
        name="FleetId",
        page_size=1000,
        volatile=("ActivityStatus", "FulfilledCapacity", "FulfilledOnDemandCapacity"),
    ),
    Collect(
        "AWS::EC2::Host",
        "ec2",
        "describe_hosts",
        "Hosts[]",
        id=_ARN + "dedicated-host/{HostId}",
        name="HostId",
        volatile=("AvailableCapacity",),
    ),
    Collect(
        "AWS::EC2::CapacityReservation",
        "ec2",
        "describe_capacity_reservations",
        "CapacityReservations[]",
        id=_ARN + "capacity-reservation/{CapacityReservationId}",
        name="CapacityReservationId",
        page_size=1000,
        volatile=("AvailableInstanceCount",),
    ),
)
