"""EC2: servers, disks, images and what was left lying about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.demo.estate.network import Network
from scanner.demo.estate.words import named

_FOREIGN_IMAGE = "ami-0abcdef1234567890"
"""An image of somebody else's, so nobody here can tell how it is set up."""


def build(ec2: Any, network: Network, keys: Mapping[str, str]) -> None:
    """The main region."""
    image = _image(ec2)
    required = {"HttpTokens": "required", "HttpEndpoint": "enabled"}
    _template(ec2, "track-portal", {"ImageId": image, "MetadataOptions": required})
    _template(
        ec2,
        "manifest-importer",
        {
            "ImageId": image,
            "MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
            "UserData": "IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1odW50ZXIyaHVudGVyMgo=",
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": False}}],
        },
        public=True,
    )
    _template(ec2, "night-batch", {"ImageId": _FOREIGN_IMAGE})
    portal = _instance(ec2, image, "track-portal-1", network, "track-portal", tokens="required", hops=1, profile=True)
    _instance(ec2, image, "yard-gate", network, "yard-gate-bastion", tokens="optional", hops=2)
    stopped = _instance(ec2, image, "label-server", network, "old-printers", tokens="optional", hops=1, public=False)
    ec2.stop_instances(InstanceIds=[stopped])
    zone = f"{ec2.meta.region_name}a"
    plain = _volume(ec2, zone, "telemetry-cache")
    sealed = _volume(ec2, zone, "bookings", Encrypted=True, KmsKeyId=keys["bookings"])
    _volume(ec2, zone, "old-telemetry", Encrypted=True, KmsKeyId=keys["old-telemetry"])
    shared = ec2.create_snapshot(VolumeId=plain, TagSpecifications=named("snapshot", "telemetry-2024"))["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=shared, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    ec2.create_snapshot(VolumeId=sealed, TagSpecifications=named("snapshot", "bookings-nightly"))
    golden = ec2.create_image(InstanceId=portal, Name="track-portal-golden")["ImageId"]
    ec2.modify_image_attribute(ImageId=golden, LaunchPermission={"Add": [{"Group": "all"}]})
    ec2.create_image(InstanceId=stopped, Name="label-server-backup")
    for name in ("yard-gate-old", "label-server-old"):
        ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", name))
    ec2.create_key_pair(KeyName="yard")


def build_second(ec2: Any, network: Network, key: str) -> None:
    """The second region: encryption by default is on, and one server runs."""
    ec2.enable_ebs_encryption_by_default()
    image = _image(ec2)
    _instance(ec2, image, "hub-app-1", network, "hub-app", tokens="required", hops=1, public=False)
    volume = _volume(ec2, f"{ec2.meta.region_name}a", "hub", Encrypted=True, KmsKeyId=key)
    ec2.create_snapshot(VolumeId=volume, TagSpecifications=named("snapshot", "hub-nightly"))


def _image(ec2: Any) -> str:
    """The company's own base image."""
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}
    made = ec2.register_image(
        Name="northwind-base", RootDeviceName="/dev/xvda", Architecture="arm64", BlockDeviceMappings=[disk]
    )
    id_: str = made["ImageId"]
    return id_


def _template(ec2: Any, name: str, data: dict[str, Any], *, public: bool = False) -> None:
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": public}
    ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"InstanceType": "t3.micro", "NetworkInterfaces": [interface], **data},
    )


def _instance(  # noqa: PLR0913 - one argument a setting, all by name
    ec2: Any,
    image: str,
    name: str,
    network: Network,
    group: str,
    *,
    tokens: str,
    hops: int,
    profile: bool = False,
    public: bool = True,
) -> str:
    interface = {
        "DeviceIndex": 0,
        "SubnetId": network.subnets[0],
        "Groups": [network.groups[group]],
        "AssociatePublicIpAddress": public,
    }
    made = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[interface],
        MetadataOptions={"HttpTokens": tokens, "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": hops},
        Monitoring={"Enabled": profile},
        TagSpecifications=named("instance", name),
        **({"IamInstanceProfile": {"Name": "track-portal"}} if profile else {}),
    )
    id_: str = made["Instances"][0]["InstanceId"]
    return id_


def _volume(ec2: Any, zone: str, name: str, **more: Any) -> str:
    made = ec2.create_volume(
        AvailabilityZone=zone, Size=8, VolumeType="gp3", TagSpecifications=named("volume", name), **more
    )
    id_: str = made["VolumeId"]
    return id_
