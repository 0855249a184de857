"""EC2: launch templates and instances.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, attribute, later, outside
from scanner.iac.cloudformation.shape import (
    Convert,
    each,
    flag,
    items,
    keep,
    members,
    secret,
    specified,
    tags,
    text,
    whole,
)
from scanner.iac.cloudformation.stack import Draft, Entry, Stack

_TEMPLATE = "AWS::EC2::LaunchTemplate"
_OPTIONS = ("HttpTokens", "HttpEndpoint", "HttpPutResponseHopLimit", "InstanceMetadataTags", "HttpProtocolIpv6")
_METADATA = members({"HttpPutResponseHopLimit": whole, **dict.fromkeys(("HttpTokens", "HttpEndpoint"), text)})
_DECIDED = outside("the region's instance metadata defaults or the AMI decide")


_EBS = members(
    {
        "Encrypted": flag,
        "DeleteOnTermination": flag,
        "VolumeSize": whole,
        "Iops": whole,
        "Throughput": whole,
        "KmsKeyId": text,
        "SnapshotId": text,
    }
)
_INTERFACE = members(
    {
        "AssociatePublicIpAddress": flag,
        "AssociateCarrierIpAddress": flag,
        "DeleteOnTermination": flag,
        "PrimaryIpv6": flag,
        "DeviceIndex": whole,
        "NetworkCardIndex": whole,
        "Ipv6AddressCount": whole,
        "SecondaryPrivateIpAddressCount": whole,
        "Groups": items(text),
        "SubnetId": text,
        "NetworkInterfaceId": text,
    }
)
_DATA = members(
    {
        "UserData": secret,
        "MetadataOptions": _METADATA,
        "NetworkInterfaces": items(_INTERFACE),
        "BlockDeviceMappings": items(members({"Ebs": _EBS, "DeviceName": text})),
        "DisableApiTermination": flag,
        "DisableApiStop": flag,
        "EbsOptimized": flag,
        "Monitoring": members({"Enabled": flag}),
        "EnclaveOptions": members({"Enabled": flag}),
        "HibernationOptions": members({"Configured": flag}),
        "SecurityGroupIds": items(text),
        "SecurityGroups": items(text),
        "ImageId": text,
        "InstanceType": text,
        "KeyName": text,
    }
)


def _launch_template(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::LaunchTemplate`: its first version is the default one."""
    name = entry.get("LaunchTemplateName", text, attribute(f"{entry.logical}.LaunchTemplateName"))
    config = {
        "LaunchTemplateId": attribute(f"{entry.logical}.LaunchTemplateId"),
        "LaunchTemplateName": name,
        "LaunchTemplateData": entry.get("LaunchTemplateData", _DATA, later("the template's data")),
    }
    yield Draft(
        _TEMPLATE, entry, config, name=name, tags=specified(entry.props.get("TagSpecifications"), "launch-template")
    )


_PLAIN: dict[str, tuple[str, Convert]] = {
    "ImageId": ("ImageId", text),
    "InstanceType": ("InstanceType", text),
    "KeyName": ("KeyName", text),
    "SubnetId": ("SubnetId", text),
    "SourceDestCheck": ("SourceDestCheck", flag),
    "DisableApiTermination": ("DisableApiTermination", flag),
    "EbsOptimized": ("EbsOptimized", flag),
    "EnclaveOptions": ("EnclaveOptions", members({"Enabled": flag})),
    "HibernationOptions": ("HibernationOptions", members({"Configured": flag})),
    "PrivateIpAddress": ("PrivateIpAddress", text),
    "PrivateDnsNameOptions": ("PrivateDnsNameOptions", keep),
    "KernelId": ("KernelId", text),
    "RamdiskId": ("RamdiskId", text),
}
"""Property of an instance (and of a launch template's data) → member of `DescribeInstances`."""


def _instance(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::EC2::Instance` as it runs: its own properties first, then those of its launch template."""
    launched = _launched_from(entry, stack)
    config: dict[str, Any] = {
        "InstanceId": attribute(f"{entry.logical}.InstanceId"),
        "State": {"Name": "running"},
        "MetadataOptions": _metadata(entry, launched),
    }
    for property_, (member, convert) in _PLAIN.items():
        value = entry.props.get(property_)
        if value is None and isinstance(launched, dict):
            value = launched.get(property_)
        if value is not None:
            config[member] = convert(value)
        elif launched is None and member in ("KeyName", "EnclaveOptions", "HibernationOptions"):
            config[member] = None
        elif launched is None and member == "DisableApiTermination":
            config[member] = False
    _user_data(entry, launched, config)
    _monitoring(entry, launched, config)
    _profile(entry, launched, config)
    _groups(entry, launched, config)
    _network(entry, launched, stack, config)
    _elastic(entry, stack, config)
    found = entry.get("Tags", tags, {})
    name = found.get("Name", "") if isinstance(found, dict) else ""
    yield Draft("AWS::EC2::Instance", entry, config, name=name, tags=found)


def _user_data(entry: Entry, launched: Any, config: dict[str, Any]) -> None:
    """The instance's own, else its launch template's."""
    value = entry.props.get("UserData")
    if value is not None:
        config["UserData"] = secret(value)
    elif launched is None or isinstance(launched, dict):
        config["UserData"] = launched.get("UserData") if launched else None


def _launched_from(entry: Entry, stack: Stack) -> Any:
    """The data of the instance's launch template: `None` without one, a hole where it is not known."""
    reference = entry.props.get("LaunchTemplate")
    if reference is None or isinstance(reference, Hole):
        return reference
    elsewhere = outside("the launch template is outside the template")
    if not isinstance(reference, dict):
        return elsewhere
    by_id = stack.owner(reference.get("LaunchTemplateId"), _TEMPLATE)
    name = reference.get("LaunchTemplateName")
    by_name = (
        item for item in stack.of(_TEMPLATE) if isinstance(name, str) and item.props.get("LaunchTemplateName") == name
    )
    owner = by_id or next(by_name, None)
    if owner is None or not _is_current(reference.get("Version"), owner.logical):
        return elsewhere
    data = owner.get("LaunchTemplateData", _DATA)
    return data if isinstance(data, dict) else later("the launch template's data")


def _is_current(version: Any, logical: str) -> bool:
    """Whether a version means the one that the template describes."""
    if isinstance(version, Hole):
        return version.token in (f"{logical}.LatestVersionNumber", f"{logical}.DefaultVersionNumber")
    return text_of(version) in ("", "1", "$Latest", "$Default")


def _metadata(entry: Entry, launched: Any) -> Any:
    """Each option from the instance, else its launch template, else the account's defaults and the AMI.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    own = entry.get("MetadataOptions", _METADATA, {})
    if not isinstance(own, dict):
        return own
    template = launched.get("MetadataOptions", {}) if isinstance(launched, dict) else launched
    beneath = template if isinstance(template, Hole) else _DECIDED
    held = template if isinstance(template, dict) else {}
    out = {name: own.get(name, held.get(name, beneath)) for name in _OPTIONS}
    if isinstance(out["HttpProtocolIpv6"], Hole) and beneath is _DECIDED and "HttpProtocolIpv6" not in {**own, **held}:
        out["HttpProtocolIpv6"] = "disabled"
    return out


def _profile(entry: Entry, launched: Any, config: dict[str, Any]) -> None:
    """An instance has a profile if it or its launch template names one; the ARN follows at the deploy."""
    named = entry.props.get("IamInstanceProfile")
    if isinstance(launched, dict) and named is None:
        named = launched.get("IamInstanceProfile")
    if named is None:
        if not isinstance(launched, Hole):
            config["IamInstanceProfile"] = None
    elif isinstance(named, Hole) and not named.stable:
        config["IamInstanceProfile"] = named
    else:
        config["IamInstanceProfile"] = {"Arn": attribute(f"{entry.logical}.IamInstanceProfile.Arn")}


def _groups(entry: Entry, launched: Any, config: dict[str, Any]) -> None:
    """The groups of the instance: of its first interface where those are written."""
    groups = next((entry.props[name] for name in ("SecurityGroupIds", "SecurityGroups") if name in entry.props), None)
    first = _first(entry.props.get("NetworkInterfaces"))
    if isinstance(first, dict):
        groups = first.get("GroupSet", groups)
    if groups is None and isinstance(launched, dict):
        groups = launched.get("SecurityGroupIds") or (_first(launched.get("NetworkInterfaces")) or {}).get("Groups")
    if groups is not None:
        config["SecurityGroups"] = each("GroupId")(groups)


def _first(interfaces: Any) -> Any:
    """The interface with index 0, if the list is known."""
    for item in interfaces if isinstance(interfaces, list) else []:
        if isinstance(item, dict) and text_of(item.get("DeviceIndex", "0")) == "0":
            return item
    return None


def _monitoring(entry: Entry, launched: Any, config: dict[str, Any]) -> None:
    """Detailed monitoring of the instance, else of its launch template; off where neither says it."""
    enabled = entry.get("Monitoring", flag)
    if enabled is None:
        theirs = launched.get("Monitoring") if isinstance(launched, dict) else launched
        enabled = theirs.get("Enabled", False) if isinstance(theirs, dict) else theirs
    if not isinstance(enabled, Hole):
        enabled = "enabled" if enabled else "disabled"
    config["Monitoring"] = {"State": enabled}


def _network(entry: Entry, launched: Any, stack: Stack, config: dict[str, Any]) -> None:
    """The subnet and its network, and a public address that the instance or its launch template decides on."""
    first = _first(entry.props.get("NetworkInterfaces"))
    if first is None and isinstance(launched, dict):
        first = _first(launched.get("NetworkInterfaces"))
    if isinstance(first, dict) and first.get("SubnetId") is not None:
        config["SubnetId"] = text(first["SubnetId"])
    subnet = stack.owner(config.get("SubnetId"), "AWS::EC2::Subnet")
    if subnet is not None and subnet.props.get("VpcId") is not None:
        config["VpcId"] = text(subnet.props["VpcId"])
    if not isinstance(first, dict) or first.get("AssociatePublicIpAddress") is None:
        return
    wanted = flag(first["AssociatePublicIpAddress"])
    if wanted is True:
        config["PublicIpAddress"] = attribute(f"{entry.logical}.PublicIp")
    elif isinstance(wanted, Hole):
        config["PublicIpAddress"] = wanted
    elif not any(stack.of("AWS::EC2::EIP")) and not any(stack.of("AWS::EC2::EIPAssociation")):
        config["PublicIpAddress"] = None


def _elastic(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """An elastic address that the template gives to the instance is its public one."""
    found = [
        satellite
        for type_ in ("AWS::EC2::EIP", "AWS::EC2::EIPAssociation")
        for satellite in stack.satellites(entry, type_, "InstanceId")
    ]
    if any(satellite.doubt is None for satellite in found):
        config["PublicIpAddress"] = attribute(f"{entry.logical}.PublicIp")
    elif found:
        config["PublicIpAddress"] = found[0].doubt


BUILDERS = {_TEMPLATE: _launch_template, "AWS::EC2::Instance": _instance}
