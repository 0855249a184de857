"""A resource in the API's shape as CloudFormation's properties: one file a service.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from rendering.cloudformation.parts import MAIN, Resources
from rendering.words import Config, NotInCode, tags

_SPECIFIED = {
    "AWS::EC2::LaunchTemplate": "launch-template",
    "AWS::EC2::CapacityReservation": "capacity-reservation",
    "AWS::EC2::ClientVpnEndpoint": "client-vpn-endpoint",
    "AWS::EC2::EC2Fleet": "fleet",
}
"""Types whose tags stand in specifications."""


def resources(type_: str, config: Config, tags_of: Config) -> Resources:
    """The template's resources. Raises `NotInCode`."""
    types = _types()
    if type_ not in types:
        raise NotInCode("CloudFormation has no such type, or it is not read")
    out = types[type_](dict(config))
    if tags_of:
        written: Any = tags(tags_of)
        member = "Tags"
        if type_ in _SPECIFIED:
            member, written = "TagSpecifications", [{"ResourceType": _SPECIFIED[type_], "Tags": written}]
        elif type_ == "AWS::EFS::FileSystem":
            member = "FileSystemTags"
        elif type_ == "AWS::AutoScaling::AutoScalingGroup":
            written = [{**tag, "PropagateAtLaunch": True} for tag in written]
        out[MAIN].setdefault("Properties", {})[member] = written
    return out


@cache
def _types() -> dict[str, Callable[[Config], Resources]]:
    """How each type is written."""
    found: dict[str, Callable[[Config], Resources]] = {}
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        found.update(getattr(import_module(f"{__name__}.{module.name}"), "TYPES", {}))
    return found
