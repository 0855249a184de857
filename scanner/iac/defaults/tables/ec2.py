"""EC2: launch templates, instances, and a region's settings."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, Depends, after, nulls, outside

_LAUNCH_TEMPLATE: dict[str, Default] = {
    **after(ON_CREATION, "LaunchTemplateId LaunchTemplateName CreateTime CreatedBy LaunchTemplateData"),
    "DefaultVersionNumber": Constant(1),
    "LatestVersionNumber": Constant(1),
    **nulls("Operator Versions"),
}

_METADATA = "the launch template, the region's instance metadata defaults and the AMI"
_INSTANCE: dict[str, Default] = {
    "State": Constant({"Name": "running"}),
    "SourceDestCheck": Constant(value=True),
    **outside("the launch template", "DisableApiTermination UserData"),
    **after(
        ON_CREATION,
        "InstanceId BlockDeviceMappings NetworkInterfaces PrivateIpAddress PrivateDnsName PublicDnsName "
        "LaunchTime AmiLaunchIndex ClientToken Placement Ipv6Address SecondaryInterfaces StateTransitionReason "
        "UsageOperationUpdateTime",
    ),
    **outside(
        "the AMI",
        "Architecture BootMode CurrentInstanceBootMode EnaSupport Hypervisor Platform PlatformDetails ProductCodes "
        "RootDeviceName RootDeviceType SriovNetSupport TpmSupport UsageOperation VirtualizationType KernelId RamdiskId",
    ),
    **outside("who owns the AMI, and when it is deprecated", "ImageMetadata"),
    **outside("the instance type", "CpuOptions EbsOptimized NetworkPerformanceOptions"),
    **outside("the launch template", "ImageId InstanceType KeyName IamInstanceProfile Monitoring"),
    **outside("the launch template", "HibernationOptions EnclaveOptions MaintenanceOptions Licenses"),
    **outside("the launch template", "InstanceLifecycle CapacityReservationSpecification SpotInstanceRequestId"),
    **outside("the launch template, else the default subnet", "SubnetId VpcId PrivateDnsNameOptions"),
    **outside("the launch template, else the VPC's default group", "SecurityGroups"),
    **outside("the launch template, else the subnet's setting", "PublicIpAddress"),
    "MetadataOptions": Depends(_METADATA),
    "MetadataOptions.HttpTokens": Depends(_METADATA),
    "MetadataOptions.HttpEndpoint": Depends(_METADATA),
    "MetadataOptions.HttpPutResponseHopLimit": Depends(_METADATA),
    "MetadataOptions.InstanceMetadataTags": Depends(_METADATA),
    "MetadataOptions.HttpProtocolIpv6": Constant("disabled"),
    **nulls(
        "StateReason OutpostArn CapacityBlockId CapacityReservationId ElasticGpuAssociations "
        "ElasticInferenceAcceleratorAssociations Operator"
    ),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::LaunchTemplate": _LAUNCH_TEMPLATE,
    "AWS::EC2::Instance": _INSTANCE,
    "AWS::EC2::AccountSettings": outside(
        "the account's setting in the region",
        "InstanceMetadataDefaults EbsEncryptionByDefault EbsDefaultKmsKeyId SnapshotBlockPublicAccessState "
        "ImageBlockPublicAccessState SerialConsoleAccessEnabled AllowedImagesSettings",
    ),
}
