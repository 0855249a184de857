"""EC2: volumes, snapshots, images and key pairs.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, blocks, unresolved
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown, Why

_VOLUME, _SNAPSHOT, _IMAGE = "AWS::EC2::Volume", "AWS::EC2::Snapshot", "AWS::EC2::Image"
_VOLUMES = Table(
    _VOLUME,
    (
        Field("AvailabilityZone", "availability_zone", values.text),
        Field("Encrypted", "encrypted", values.boolean),
        Field("Iops", "iops", values.number),
        Field("KmsKeyId", "kms_key_id", values.identifier),
        Field("MultiAttachEnabled", "multi_attach_enabled", values.boolean),
        Field("OutpostArn", "outpost_arn", values.identifier),
        Field("Size", "size", values.number),
        Field("SnapshotId", "snapshot_id", values.identifier),
        Field("Throughput", "throughput", values.number),
        Field("VolumeInitializationRate", "volume_initialization_rate", values.number),
        Field("VolumeType", "type", values.text),
    ),
    {"VolumeArn": "arn", "VolumeId": "id"},
)
_SNAPSHOTS = Table(
    _SNAPSHOT,
    (
        Field("Description", "description", values.text),
        Field("Encrypted", "encrypted", values.boolean),
        Field("KmsKeyId", "kms_key_id", values.identifier),
        Field("StorageTier", "storage_tier", values.text),
        Field("VolumeId", "volume_id", values.identifier),
        Field("VolumeSize", "volume_size", values.number),
    ),
    {"SnapshotId": "id"},
    owner="OwnerId",
)
_EBS = (
    Field("DeleteOnTermination", "delete_on_termination", values.boolean),
    Field("Encrypted", "encrypted", values.boolean),
    Field("Iops", "iops", values.number),
    Field("SnapshotId", "snapshot_id", values.identifier),
    Field("Throughput", "throughput", values.number),
    Field("VolumeSize", "volume_size", values.number),
    Field("VolumeType", "volume_type", values.text),
)
_IMAGES = Table(
    _IMAGE,
    (
        Field("Architecture", "architecture", values.text),
        Field("BootMode", "boot_mode", values.text),
        Field("DeprecationTime", "deprecation_time", values.text),
        Field("Description", "description", values.text),
        Field("EnaSupport", "ena_support", values.boolean),
        Field("ImdsSupport", "imds_support", values.text),
        Field("Name", "name", values.text),
        Field("Public", "public", values.boolean),
        Field("RootDeviceName", "root_device_name", values.text),
        Field("SourceImageId", "source_ami_id", values.identifier),
        Field("SourceImageRegion", "source_ami_region", values.text),
        Field("SourceInstanceId", "source_instance_id", values.identifier),
        Field("SriovNetSupport", "sriov_net_support", values.text),
        Field("TpmSupport", "tpm_support", values.text),
        Field("VirtualizationType", "virtualization_type", values.text),
    ),
    {"ImageId": "id"},
    owner="OwnerId",
    name="Name",
)
_KEY_PAIRS = Table(
    "AWS::EC2::KeyPair",
    (Field("KeyFingerprint", "fingerprint", values.text), Field("KeyType", "key_type", values.text)),
    {"KeyPairId": "key_pair_id", "KeyName": "key_name"},
    name="KeyName",
)


def by_default(planned: Planned) -> Any:
    """Whether the region encrypts new volumes by itself, as far as the plan says it; else `None`."""
    where = (providers.region(planned), providers.account(planned), planned.provider)
    for item in planned.plan.of("aws_ebs_encryption_by_default"):
        if (providers.region(item), providers.account(item), item.provider) == where:
            enabled = values.boolean(Cell.of(item, "enabled")) if item.remains else False
            return True if enabled is None else enabled
    return None


def _volume(planned: Planned) -> Draft:
    draft = _VOLUMES.read(planned)
    config = draft.config
    snapshot = config.get("SnapshotId") if config.get("SnapshotId") != "" else None
    if draft.new and config.get("Encrypted") is not True:
        # The region's setting wins over a volume that says false, and a snapshot is never decrypted:
        # https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
        default = by_default(planned)
        said = config.pop("Encrypted", None)
        if default is True:
            config["Encrypted"] = True
        elif snapshot is not None:
            config["Encrypted"] = unresolved("the snapshot that the volume is made of")
        elif isinstance(said, Unknown) or default is False:
            config["Encrypted"] = said if isinstance(said, Unknown) else False
        else:
            config["Encrypted"] = unresolved("the region's EBS encryption by default")
    if config.get("Encrypted") is False:
        config.setdefault("KmsKeyId", None)
    return draft


def _attachment(draft: Draft, planned: Planned) -> None:
    instance = values.identifier(Cell.of(planned, "instance_id"))
    device = values.text(Cell.of(planned, "device_name"))
    entry = {"VolumeId": draft.config.get("VolumeId"), "InstanceId": instance, "Device": device, "State": "attached"}
    entry = {name: value for name, value in entry.items() if value is not None}
    draft.parts.setdefault("Attachments", []).append(entry)


def _unsure(member: str) -> Any:
    def doubt(draft: Draft, _: Planned, reason: Unknown) -> None:
        draft.parts.setdefault(member, []).append(Unknown(reason.why, "more", message=reason.message))

    return doubt


def _finish_volume(draft: Draft, _: Drafts) -> None:
    """A volume is in use as soon as something is attached for certain."""
    attached = list(draft.parts.get("Attachments", []))
    sure = any(not isinstance(item, Unknown) for item in attached)
    if not draft.new:
        attached.append(Unknown(Why.OUT_OF_SCOPE, "more", message="attachments outside the plan"))
    if attached:
        draft.config["Attachments"] = ordered(attached)
        draft.config["State"] = "in-use" if sure else unresolved("whether the volume is attached")


def _snapshot(planned: Planned) -> Draft:
    draft = _SNAPSHOTS.read(planned)
    if planned.type != "aws_ebs_snapshot" and draft.new and draft.config.get("Encrypted") is not True:
        # A copy stays encrypted, and the region's setting encrypts it.
        default = by_default(planned)
        draft.config["Encrypted"] = True if default is True else unresolved("the snapshot that is copied")
    return draft


def _finish_snapshot(draft: Draft, drafts: Drafts) -> None:
    """A snapshot is as encrypted as its volume, and with the same key."""
    volume = drafts.find(_VOLUME, draft.config.get("VolumeId"), "VolumeId")
    if volume is None or not draft.new:
        return
    for own, theirs in (("Encrypted", "Encrypted"), ("KmsKeyId", "KmsKeyId"), ("VolumeSize", "Size")):
        if draft.config.get(own) is None and volume.config.get(theirs) is not None:
            draft.config[own] = volume.config[theirs]


def _image(planned: Planned) -> Draft:
    draft = _IMAGES.read(planned)
    config = draft.config
    if planned.type == "aws_ami":
        devices = blocks(Field("DeviceName", "device_name", values.text), *_EBS)(Cell.of(planned, "ebs_block_device"))
        if isinstance(devices, Unknown):
            config["BlockDeviceMappings"] = devices
        elif devices or draft.new:
            config["BlockDeviceMappings"] = ordered(_device(item) for item in devices or ())
    elif draft.new and values.boolean(Cell.of(planned, "encrypted")) is True:
        config["BlockDeviceMappings"] = unresolved("the devices of the image that is copied")
    return draft


def _device(item: Any) -> Any:
    """A device with the members that belong to its disk; what is not said, its snapshot decides."""
    if isinstance(item, Unknown):
        return item
    name = item.pop("DeviceName", None)
    if item.get("Encrypted") is None:
        item["Encrypted"] = unresolved("the snapshot of the device")
    return {"Ebs": item} if name is None else {"DeviceName": name, "Ebs": item}


def _permission(draft: Draft, planned: Planned) -> None:
    """An image that a group may launch: the only group is everybody."""
    cell = Cell.of(planned, "group")
    group = values.text(cell)
    if isinstance(group, Unknown):
        draft.config["Public"] = group
    elif group == "all":
        draft.config["Public"] = True


def _may_be_public(draft: Draft, planned: Planned, reason: Unknown) -> None:
    if Cell.of(planned, "group").state is not State.NULL and draft.config.get("Public") is not True:
        draft.config["Public"] = reason


def _outside(member: str) -> Any:
    def told(draft: Draft, value: str) -> None:
        draft.config[member] = value
        draft.physical_id = value

    return told


_SNAPSHOT_TYPES = ("aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import")
_IMAGE_TYPES = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
KINDS = (
    Kind(
        _VOLUME,
        ("aws_ebs_volume",),
        _volume,
        satellites=(
            Satellite(
                "aws_volume_attachment",
                "volume_id",
                ("Attachments",),
                _attachment,
                doubt=_unsure("Attachments"),
                repeated=True,
            ),
        ),
        owners=Owners(("aws_ebs_volume",), ("id", "arn"), re.compile(r"volume_id$")),
        outside=_outside("VolumeId"),
        finish=_finish_volume,
    ),
    Kind(_SNAPSHOT, _SNAPSHOT_TYPES, _snapshot, finish=_finish_snapshot),
    Kind(
        _IMAGE,
        _IMAGE_TYPES,
        _image,
        satellites=(
            Satellite(
                "aws_ami_launch_permission", "image_id", ("Public",), _permission, doubt=_may_be_public, repeated=True
            ),
        ),
        owners=Owners(_IMAGE_TYPES, ("id",), re.compile(r"(^|_)(ami|image)(_id)?$")),
        outside=_outside("ImageId"),
    ),
    Kind("AWS::EC2::KeyPair", ("aws_key_pair",), _KEY_PAIRS.read),
)
