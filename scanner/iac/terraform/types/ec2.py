"""EC2: instances, and the region's defaults for them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
"""

from __future__ import annotations

import copy
import re
from typing import Any

from scanner.iac.defaults import Depends, default_of
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Drafts, Kind
from scanner.iac.terraform.fields import Field, block, convert, names, opaque, secret, strings, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered, same
from scanner.iac.terraform.types.ec2_fields import METADATA
from scanner.model import Unknown

_TYPE = "AWS::EC2::Instance"
_INSTANCE = (
    Field("ImageId", "ami", values.identifier),
    Field("InstanceType", "instance_type", values.text),
    Field("KeyName", "key_name", values.identifier),
    Field("SubnetId", "subnet_id", values.identifier),
    Field("PrivateIpAddress", "private_ip", values.text),
    Field("SourceDestCheck", "source_dest_check", values.boolean),
    Field("DisableApiTermination", "disable_api_termination", values.boolean),
    Field("EbsOptimized", "ebs_optimized", values.boolean),
)
_DEPENDS = "depends"
_FROM_TEMPLATE = {
    "ImageId": _DEPENDS,
    "InstanceType": _DEPENDS,
    "KeyName": None,
    "EbsOptimized": _DEPENDS,
    "DisableApiTermination": False,
}
"""Members that a template can say, and what an instance without one has."""
_TEMPLATE_BLOCK = block(
    Field("Id", "id", values.identifier),
    Field("Name", "name", values.identifier),
    Field("Version", "version", values.identifier),
)


def _instance(planned: Planned) -> Draft:
    draft = Draft(_TYPE, planned, convert(Cell.of(planned), _INSTANCE), new=planned.is_new)
    config = draft.config
    config["InstanceId"] = values.identity(planned, "id")
    state = planned.old("instance_state")
    config["State"] = {"Name": state if isinstance(state, str) and state and not draft.new else "running"}
    arn = values.identity(planned, "arn")
    known = [value for value in (arn, config["InstanceId"]) if isinstance(value, str)]
    draft.physical_id = known[0] if known else ""
    return draft


def _plain_members(draft: Draft, template: _Template) -> None:
    """Members that the instance or its template says; without either the instance has none."""
    config = draft.config
    for member, unset in _FROM_TEMPLATE.items():
        value = template.member(member) if member not in config and draft.new else None
        if value is not None or (template.absent and draft.new and unset is None):
            config.setdefault(member, value)
    _monitoring(draft, template)
    _profile(draft, template)


_HASH = re.compile(r"[0-9a-f]{40}")
"""What a state keeps of user data in place of it: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/instance"""


def _user_data(draft: Draft, template: _Template) -> None:
    """The instance's own, else its launch template's."""
    for attribute in ("user_data", "user_data_base64"):
        cell = Cell.of(draft.planned, attribute)
        if isinstance(cell.value, str) and _HASH.fullmatch(cell.value):
            draft.config["UserData"] = unresolved("user data of which the state keeps a hash")
            return
        own = secret(cell)
        if own is not None:
            draft.config["UserData"] = own
            return
    if draft.new:
        theirs = template.member("UserData")
        draft.config["UserData"] = copy.deepcopy(theirs)


def _monitoring(draft: Draft, template: _Template) -> None:
    monitoring = values.boolean(Cell.of(draft.planned, "monitoring"))
    theirs = template.member("Monitoring") if monitoring is None and draft.new else None
    if isinstance(theirs, dict):
        monitoring = theirs.get("Enabled", False)
    elif isinstance(theirs, Unknown):
        monitoring = theirs
    if monitoring is not None or (draft.new and isinstance(template.data, dict)):
        state = monitoring if isinstance(monitoring, Unknown) else "enabled" if monitoring else "disabled"
        draft.config["Monitoring"] = {"State": state}


def _profile(draft: Draft, template: _Template) -> None:
    """An instance has a profile if it or its launch template names one; the ARN follows with the apply."""
    profile = values.identifier(Cell.of(draft.planned, "iam_instance_profile"))
    if profile is None and draft.new:
        profile = template.member("IamInstanceProfile")
        if isinstance(profile, Unknown):
            draft.config["IamInstanceProfile"] = profile
            return
    if profile is not None:
        arn = profile if isinstance(profile, Unknown) else opaque(f"{draft.planned.address}.iam_instance_profile")
        draft.config["IamInstanceProfile"] = {"Arn": arn}
    elif draft.new and isinstance(template.data, dict):
        draft.config["IamInstanceProfile"] = None


def _finish(draft: Draft, drafts: Drafts) -> None:
    """What the instance does not say, its launch template says; what neither says, account, AMI or subnet."""
    template = _Template(draft, drafts)
    _metadata(draft, template)
    _user_data(draft, template)
    _plain_members(draft, template)
    _security_groups(draft, template)
    subnet = _subnet(draft, template, drafts)
    _public_address(draft, template, subnet)


class _Template:
    """The launch template's data as far as the plan tells it; `{}` without a template."""

    def __init__(self, draft: Draft, drafts: Drafts) -> None:
        named = _TEMPLATE_BLOCK(Cell.of(draft.planned, "launch_template"))
        self.data: Any = {}
        self.absent = named is None
        if named is None:
            return
        found = _find(named, drafts) if isinstance(named, dict) else None
        version = named.get("Version") if isinstance(named, dict) else None
        self.data = (
            unresolved("the launch template is not part of the plan") if found is None else _version(found, version)
        )

    def member(self, name: str) -> Any:
        """One member of the data; `None` where the template does not say it."""
        return self.data if isinstance(self.data, Unknown) else self.data.get(name)


def _find(named: dict[str, Any], drafts: Drafts) -> Draft | None:
    for draft in drafts.of("AWS::EC2::LaunchTemplate"):
        own = draft.config
        for given, member in (("Id", "LaunchTemplateId"), ("Name", "LaunchTemplateName")):
            value = named.get(given)
            if value is None:
                continue
            if isinstance(value, str) and value == own.get(member):
                return draft
            if isinstance(value, Unknown) and value.token.rsplit(".", 1)[0] == draft.planned.address:
                return draft
    return None


def _version(template: Draft, version: Any) -> Any:
    """The data of the version that an instance names; without one AWS takes the default version."""
    latest = template.parts["latest"][0]
    if template.new:
        return latest
    numbers = template.config
    if version == "$Latest" or (isinstance(version, Unknown) and version.token.endswith(".latest_version")):
        return latest
    if version in (None, "$Default") or str(version) == str(numbers.get("DefaultVersionNumber")):
        return numbers["LaunchTemplateData"]
    if str(version) == str(numbers.get("LatestVersionNumber")):
        return latest
    return unresolved("another version of the launch template")


def _metadata(draft: Draft, template: _Template) -> None:
    own = block(*METADATA)(Cell.of(draft.planned, "metadata_options"))
    if isinstance(own, Unknown):
        draft.config["MetadataOptions"] = own
        return
    theirs = template.member("MetadataOptions") if draft.new else {}
    options: dict[str, Any] = {}
    for field in METADATA:
        value = (own or {}).get(field.api)
        if value is None:
            value = theirs if isinstance(theirs, Unknown) else (theirs or {}).get(field.api)
        default = default_of(_TYPE, f"MetadataOptions.{field.api}")
        if value is None and default is not None:
            value = default.unknown() if isinstance(default, Depends) else default.value
        options[field.api] = value
    draft.config["MetadataOptions"] = options


def _security_groups(draft: Draft, template: _Template) -> None:
    """A list of `{GroupId}`; names of groups belong to default VPCs and say as much."""
    planned = draft.planned
    own = names(Cell.of(planned, "vpc_security_group_ids"))
    named = strings(Cell.of(planned, "security_groups"))
    if own is None and named is None:
        if not draft.new:
            return
        own = _template_groups(template)
        if own is None:
            return
    if isinstance(own, Unknown):
        draft.config["SecurityGroups"] = own
        return
    groups: list[Any] = [_group("GroupId", value) for value in own or ()]
    if own is None:
        groups = [_group("GroupName", value) for value in named or ()]
    draft.config["SecurityGroups"] = ordered(groups)


def _group(member: str, value: Any) -> Any:
    return value if isinstance(value, Unknown) and value.kind == "more" else {member: value}


def _template_groups(template: _Template) -> Any:
    direct = template.member("SecurityGroupIds")
    if direct is not None:
        return direct
    interfaces = template.member("NetworkInterfaces")
    if isinstance(interfaces, Unknown) or not interfaces:
        return interfaces or None
    found: list[Any] = []
    for item in interfaces:
        groups = item if isinstance(item, Unknown) else item.get("Groups")
        if isinstance(groups, Unknown):
            return groups
        found += groups or []
    return found or None


def _first_interface(template: _Template) -> Any:
    interfaces = template.member("NetworkInterfaces")
    if isinstance(interfaces, list):
        return interfaces[0] if interfaces else {}
    return interfaces or {}


def _subnet(draft: Draft, template: _Template, drafts: Drafts) -> Draft | None:
    """The subnet if it is planned; its VPC becomes the instance's."""
    if "SubnetId" not in draft.config and draft.new:
        first = _first_interface(template)
        value = first if isinstance(first, Unknown) else first.get("SubnetId")
        if value is not None:
            draft.config["SubnetId"] = value
    wanted = draft.config.get("SubnetId")
    if wanted is None or (isinstance(wanted, Unknown) and not wanted.token):
        return None
    for other in drafts.of("AWS::EC2::Subnet"):
        if same(other.config.get("SubnetId"), wanted):
            draft.config["VpcId"] = other.config.get("VpcId", unresolved("the subnet's VPC"))
            return other
    return None


def _public_address(draft: Draft, template: _Template, subnet: Draft | None) -> None:
    """Whether there will be a public address: an elastic one, instance, then template, then subnet."""
    planned = draft.planned
    elastic = _elastic(draft)
    if elastic is not None:
        draft.config["PublicIpAddress"] = elastic
        return
    address = values.text(Cell.of(planned, "public_ip"))
    if isinstance(address, str) or not draft.new:
        draft.config["PublicIpAddress"] = address
        return
    if Cell.of(planned, "network_interface").value:
        draft.config["PublicIpAddress"] = unresolved("the attached network interface")
        return
    wanted = values.boolean(Cell.of(planned, "associate_public_ip_address"))
    if wanted is None:
        first = _first_interface(template)
        wanted = first if isinstance(first, Unknown) else first.get("AssociatePublicIpAddress")
    if wanted is None and subnet is not None:
        wanted = subnet.config.get("MapPublicIpOnLaunch", False)
    if wanted is True:
        wanted = opaque(f"{planned.address}.public_ip")
    if wanted is not None:
        draft.config["PublicIpAddress"] = wanted if isinstance(wanted, Unknown) else None


def _elastic(draft: Draft) -> Any:
    """An elastic address that the plan gives to the instance, certain or not; `None` without any."""
    plan = draft.planned.plan
    if "elastic" not in plan.memo:
        found = [
            values.identifier(Cell.of(item, attribute))
            for type_, attribute in (("aws_eip", "instance"), ("aws_eip_association", "instance_id"))
            for item in plan.of(type_)
            if item.remains
        ]
        plan.memo["elastic"] = found
    doubt = None
    for target in plan.memo["elastic"]:
        if same(target, draft.config["InstanceId"]):
            return opaque(f"{draft.planned.address}.public_ip")
        if isinstance(target, Unknown) and not target.token:
            doubt = target
    return doubt


KINDS = (Kind(_TYPE, ("aws_instance",), _instance, finish=_finish),)
