"""EC2: volumes, addresses, key pairs and a region's settings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later, outside
from scanner.iac.cloudformation.shape import Convert, flag, ordered_last, tags, text, told, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.model import Why

_VOLUME: dict[str, tuple[str, Convert]] = {
    "AvailabilityZone": ("AvailabilityZone", text),
    "Encrypted": ("Encrypted", flag),
    "Iops": ("Iops", whole),
    "KmsKeyId": ("KmsKeyId", text),
    "MultiAttachEnabled": ("MultiAttachEnabled", flag),
    "OutpostArn": ("OutpostArn", text),
    "Size": ("Size", whole),
    "SnapshotId": ("SnapshotId", text),
    "SourceVolumeId": ("SourceVolumeId", text),
    "Throughput": ("Throughput", whole),
    "VolumeInitializationRate": ("VolumeInitializationRate", whole),
    "VolumeType": ("VolumeType", text),
}
_EIP: dict[str, tuple[str, Convert]] = {
    "Domain": ("Domain", text),
    "InstanceId": ("InstanceId", text),
    "NetworkBorderGroup": ("NetworkBorderGroup", text),
    "PublicIpv4Pool": ("PublicIpv4Pool", text),
}


def _volume(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::Volume`. The region's setting wins over a volume that says false, a snapshot is never decrypted.

    https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    """
    config: dict[str, Any] = {
        "VolumeId": attribute(f"{entry.logical}.VolumeId"),
        "OwnerId": entry.scope.reference("AWS::AccountId"),
        **told(entry.props, _VOLUME),
    }
    if config.get("Encrypted") is not True:
        source = config.get("SnapshotId", config.get("SourceVolumeId"))
        said = config.get("Encrypted")
        config["Encrypted"] = outside("the snapshot") if source else outside("the region's EBS encryption by default")
        if isinstance(said, Hole):
            config["Encrypted"] = said
    _attachments(entry, stack, config)
    found = entry.get("Tags", tags, {})
    yield Draft("AWS::EC2::Volume", entry, config, name=_name(found), tags=found)


def _attachments(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    attached: list[Any] = []
    for item in stack.satellites(entry, "AWS::EC2::VolumeAttachment", "VolumeId"):
        if item.doubt:
            attached.append(More(item.doubt.why, item.doubt.message))
            continue
        instance = item.entry.get("InstanceId", text, later("the instance"))
        device = item.entry.get("Device", text)
        one = {"VolumeId": config["VolumeId"], "InstanceId": instance, "State": "attached"}
        attached.append(one if device is None else {**one, "Device": device})
    config["Attachments"] = ordered_last(attached)
    doubt = next((item for item in attached if isinstance(item, More)), None)
    sure = len(attached) > (1 if doubt else 0)
    config["State"] = "in-use" if sure else "available" if doubt is None else Hole(doubt.why, message=doubt.message)


def _name(found: Any) -> Any:
    """The tag `Name`, by which people know it."""
    return found.get("Name", "") if isinstance(found, dict) else ""


def _address(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::EIP` with its association, by itself or by resources beside it."""
    config: dict[str, Any] = {
        "AllocationId": attribute(f"{entry.logical}.AllocationId"),
        "PublicIp": attribute(f"{entry.logical}.PublicIp"),
        **told(entry.props, _EIP),
    }
    target = config.get("InstanceId")
    if target is not None:
        associated = not isinstance(target, Hole) or target.stable
        config["AssociationId"] = attribute(f"{entry.logical}.AssociationId") if associated else target
    for type_, names in _TAKERS.items():
        for item in stack.satellites(entry, type_, *names):
            _take(config, item.entry, item.doubt)
    if "AssociationId" not in config and any(stack.of("AWS::ElasticLoadBalancingV2::LoadBalancer")):
        config["AssociationId"] = later("a load balancer of the template may take the address for itself")
    found = entry.get("Tags", tags, {})
    yield Draft("AWS::EC2::EIP", entry, config, name=_name(found), tags=found)


_TAKERS = {"AWS::EC2::EIPAssociation": ("AllocationId", "EIP"), "AWS::EC2::NatGateway": ("AllocationId",)}
"""Types that give an address to something, and the properties that name it."""


def _take(config: dict[str, Any], taker: Entry, doubt: Hole | None) -> None:
    if doubt:
        config.setdefault("AssociationId", doubt)
        return
    config["AssociationId"] = attribute(f"{taker.logical}.AssociationId")
    for member in ("InstanceId", "NetworkInterfaceId"):
        value = taker.get(member, text)
        if value is not None:
            config[member] = value
    if taker.type == "AWS::EC2::NatGateway":
        config["NetworkInterfaceId"] = attribute(f"{taker.logical}.NetworkInterfaceId")


def _key_pair(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::KeyPair`."""
    name = entry.get("KeyName", text, attribute(entry.logical))
    config: dict[str, Any] = {"KeyName": name, "KeyPairId": attribute(f"{entry.logical}.KeyPairId")}
    if entry.props.get("KeyType") is not None:
        config["KeyType"] = text(entry.props["KeyType"])
    elif entry.props.get("PublicKeyMaterial") is None:
        config["KeyType"] = "rsa"
    yield Draft("AWS::EC2::KeyPair", entry, config, name=name, tags=entry.get("Tags", tags, {}))


def _snapshot_block(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::SnapshotBlockPublicAccess`: a setting of the account in the region."""
    others = stack.of(entry.type)
    state = entry.get("State", text, later("the state"))
    if len(others) > 1:
        state = Hole(Why.AFTER_APPLY, message="several resources of the template set it")
        if entry is not others[0]:
            return
    config = {"SnapshotBlockPublicAccessState": state}
    yield Draft("AWS::EC2::AccountSettings", entry, config, name="AWS::EC2::AccountSettings", new=False)


def _part(_entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """A type that only completes others."""
    return iter(())


BUILDERS = {
    "AWS::EC2::Volume": _volume,
    "AWS::EC2::VolumeAttachment": _part,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::EIPAssociation": _part,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _part,
    "AWS::EC2::KeyPair": _key_pair,
    "AWS::EC2::SnapshotBlockPublicAccess": _snapshot_block,
}
