"""EC2, as a template writes it."""

from __future__ import annotations

from collections.abc import Callable

from rendering.cloudformation.parts import MAIN, Resources, main, move, plain
from rendering.words import Config, NotInCode


def _instance(config: Config) -> Resources:
    if (config.get("State") or {}).get("Name", "running") != "running":
        raise NotInCode("an instance that a template makes runs")
    out: Config = {}
    move(config, out, "Monitoring", "Monitoring", lambda v: v["State"] == "enabled")
    move(config, out, "IamInstanceProfile", "IamInstanceProfile", lambda v: v["Arn"].rpartition("/")[2])
    move(config, out, "UserData", "UserData")
    for gone in ("State", "InstanceId", "Ipv6Address", "PublicIpAddress", "LaunchTime", "StateTransitionReason"):
        config.pop(gone, None)
    move(
        config,
        out,
        "NetworkInterfaces",
        "NetworkInterfaces",
        lambda v: [{"DeviceIndex": "0", "SubnetId": "subnet-0a"} for _ in v],
    )
    out.update({name: value for name, value in config.items() if value is not None})
    out.setdefault("ImageId", "ami-0a")
    return main("AWS::EC2::Instance", out)


def _volume(config: Config) -> Resources:
    state, attached = config.get("State"), config.pop("Attachments", None) or []
    if state not in (None, "in-use", "available"):
        raise NotInCode("a volume that a template makes is in use or not")
    if state == "in-use" and not attached:
        attached = [{"InstanceId": "i-0a"}]
    beside = {
        f"Attachment{number}": {
            "Type": "AWS::EC2::VolumeAttachment",
            "Properties": {"VolumeId": {"Ref": MAIN}, "InstanceId": item["InstanceId"], "Device": "/dev/sdf"},
        }
        for number, item in enumerate(attached)
    }
    config.setdefault("AvailabilityZone", "eu-west-1a")
    out = plain("AWS::EC2::Volume", ("VolumeId", "State", "CreateTime"))(config)
    return {**out, **beside}


def _launch_template(config: Config) -> Resources:
    if config.get("Versions"):
        raise NotInCode("code makes one version at a time")
    return plain("AWS::EC2::LaunchTemplate", ("LaunchTemplateId", "Versions"))(config)


def _address(config: Config) -> Resources:
    if config.get("ServiceManaged"):
        raise NotInCode("an address that a service manages is in no template")
    held = config.get("InstanceId") or (
        "i-0a" if config.get("AssociationId") or config.get("NetworkInterfaceId") else ""
    )
    return main("AWS::EC2::EIP", {"Domain": config.get("Domain", "vpc"), **({"InstanceId": held} if held else {})})


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::Volume": _volume,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::KeyPair": plain("AWS::EC2::KeyPair", ("KeyPairId",)),
}
