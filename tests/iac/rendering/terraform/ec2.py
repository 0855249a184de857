"""EC2, as Terraform plans it."""

from __future__ import annotations

from collections.abc import Callable

from rendering.terraform.parts import Part, plain
from rendering.words import Config, NotInCode, attributes, without


def _instance(config: Config) -> list[Part]:
    if (config.get("State") or {}).get("Name", "running") != "running":
        raise NotInCode("an instance that a plan makes runs")
    after: Config = {
        "ami": config.pop("ImageId", None) or "ami-0a",
        "instance_type": config.pop("InstanceType", None) or "t3.micro",
    }
    watched = config.pop("Monitoring", None)
    if watched is not None:
        after["monitoring"] = watched["State"] == "enabled"
    profile = config.pop("IamInstanceProfile", None)
    if profile is not None:
        after["iam_instance_profile"] = profile["Arn"].rpartition("/")[2]
    gone = ("State", "InstanceId", "PublicIpAddress", "LaunchTime", "StateTransitionReason", "NetworkInterfaces")
    after |= attributes(without(config, gone))
    return [Part("aws_instance", after)]


def _volume(config: Config) -> list[Part]:
    attached = config.pop("Attachments", None) or []
    if config.get("State") not in (None, "in-use", "available"):
        raise NotInCode("a volume that a plan makes is in use or not")
    if config.get("State") == "in-use" and not attached:
        attached = [{"InstanceId": "i-0a"}]
    after = attributes(without(config, ("VolumeId", "State", "CreateTime")), {"VolumeType": "type"})
    parts = [Part("aws_ebs_volume", {"availability_zone": "eu-west-1a", **after})]
    for number, item in enumerate(attached):
        after = {"instance_id": item["InstanceId"], "device_name": "/dev/sdf"}
        parts.append(Part("aws_volume_attachment", after, {"volume_id": "aws_ebs_volume.this.id"}, f"a{number}"))
    return parts


def _launch_template(config: Config) -> list[Part]:
    data = config.get("LaunchTemplateData") or {}
    if config.get("Versions"):
        raise NotInCode("code makes one version at a time")
    return [Part("aws_launch_template", attributes(data, {"SecurityGroupIds": "vpc_security_group_ids"}))]


_SETTINGS = {
    "EbsEncryptionByDefault": ("aws_ebs_encryption_by_default", "enabled"),
    "EbsDefaultKmsKeyId": ("aws_ebs_default_kms_key", "key_arn"),
    "SnapshotBlockPublicAccessState": ("aws_ebs_snapshot_block_public_access", "state"),
    "ImageBlockPublicAccessState": ("aws_ec2_image_block_public_access", "state"),
    "SerialConsoleAccessEnabled": ("aws_ec2_serial_console_access", "enabled"),
}


def _region_settings(config: Config) -> list[Part]:
    defaults = config.pop("InstanceMetadataDefaults", None)
    parts = [Part("aws_ec2_instance_metadata_defaults", attributes(defaults))] if defaults else []
    for member, value in config.items():
        if member not in _SETTINGS:
            raise NotInCode(f"Terraform does not write {member}, or it is not read")
        type_, attribute = _SETTINGS[member]
        parts.append(Part(type_, {attribute: value}))
    if not parts:
        raise NotInCode("nothing of it is written")
    return parts


def _address(config: Config) -> list[Part]:
    if config.get("ServiceManaged"):
        raise NotInCode("an address that a service manages is in no plan")
    held = config.get("InstanceId") or ("i-0a" if config.get("AssociationId") else "")
    after = {"domain": config.get("Domain", "vpc")}
    if config.get("NetworkInterfaceId"):
        after["network_interface"] = config["NetworkInterfaceId"]
    elif held:
        after["instance"] = held
    return [Part("aws_eip", after)]


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::Volume": _volume,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::KeyPair": plain("aws_key_pair", ("KeyPairId", "CreateTime")),
    "AWS::EC2::AccountSettings": _region_settings,
}
