"""EC2: volumes, snapshots, images, addresses and key pairs.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import (
    ACCOUNT,
    ON_CREATION,
    Constant,
    Default,
    Depends,
    after,
    constants,
    nulls,
    off,
    outside,
)

_BY_DEFAULT = "the region's EBS encryption by default, or the snapshot"

_VOLUME: dict[str, Default] = {
    **after(ON_CREATION, "VolumeId VolumeArn CreateTime AvailabilityZoneId"),
    **outside(ACCOUNT, "OwnerId"),
    **outside(_BY_DEFAULT, "Encrypted KmsKeyId SseType"),
    **outside("the volume's type", "Iops Throughput"),
    **outside("the snapshot", "Size"),
    "AvailabilityZone": Depends("the zone"),
    "VolumeType": Constant("gp2"),
    "SnapshotId": Constant(""),
    "State": Constant("available"),
    **constants([], "Attachments"),
    **off("MultiAttachEnabled FastRestored"),
    **nulls("OutpostArn SourceVolumeId Operator VolumeInitializationRate"),
}

_SNAPSHOT: dict[str, Default] = {
    **after(
        ON_CREATION,
        "SnapshotId StartTime CompletionTime CompletionDurationMinutes FullSnapshotSizeInBytes DataEncryptionKeyId",
    ),
    **outside(ACCOUNT, "OwnerId"),
    **after("it is shared once it is there", "SharedWith"),
    **outside("the volume or snapshot that it is taken of", "VolumeId VolumeSize Encrypted KmsKeyId AssociatedKmsKeys"),
    **outside(_BY_DEFAULT, "SseType"),
    "State": Constant("completed"),
    "StorageTier": Constant("standard"),
    "Description": Constant(""),
    **off("RestorableByAll"),
    **nulls(
        "CreateVolumePermissions OwnerAlias OutpostArn RestoreExpiryTime AvailabilityZone TransferType StateMessage"
    ),
}

_IMAGE: dict[str, Default] = {
    **after(ON_CREATION, "ImageId ImageLocation CreationDate PlatformDetails UsageOperation"),
    **outside(ACCOUNT, "OwnerId"),
    **outside("what the image is made of", "BlockDeviceMappings RootDeviceName Architecture VirtualizationType"),
    **outside("what the image is made of", "Hypervisor BootMode ImdsSupport EnaSupport SriovNetSupport TpmSupport"),
    **outside("with whom the image is shared", "LaunchPermissions"),
    "Name": Depends("the image's name"),
    "RootDeviceType": Constant("ebs"),
    "ImageType": Constant("machine"),
    "State": Constant("available"),
    "Description": Constant(""),
    **off("Public"),
    "DeregistrationProtection": Constant("disabled"),
    **constants([], "ProductCodes"),
    **nulls(
        "ImageOwnerAlias StateReason DeprecationTime SourceInstanceId ImageAllowed SourceImageId SourceImageRegion "
        "FreeTierEligible PublicSsmParameterName ImageWatermarks ScanResults InstanceTypeSpecification KernelId "
        "RamdiskId Platform"
    ),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::EC2::Volume": _VOLUME,
    "AWS::EC2::Snapshot": _SNAPSHOT,
    "AWS::EC2::Image": _IMAGE,
    "AWS::EC2::EIP": {
        **after(ON_CREATION, "AllocationId PublicIp NetworkBorderGroup PublicIpv4Pool"),
        "Domain": Constant("vpc"),
        **nulls(
            "AssociationId NetworkInterfaceId NetworkInterfaceOwnerId PrivateIpAddress InstanceId CustomerOwnedIp "
            "CustomerOwnedIpv4Pool CarrierIp SubnetId ServiceManaged"
        ),
    },
    "AWS::EC2::KeyPair": {
        **after(ON_CREATION, "KeyPairId KeyName KeyFingerprint CreateTime"),
        **outside("the key", "KeyType"),
        **nulls("PublicKey"),
    },
}
