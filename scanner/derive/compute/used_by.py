"""What in the region starts, or was started from, an image of the account."""

from __future__ import annotations

from scanner.derive.compute.listing import listed
from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknowns

_NAMED = {
    "AWS::EC2::Instance": ("ImageId",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData", "ImageId"),
    "AWS::AutoScaling::LaunchConfiguration": ("ImageId",),
}
_READS = tuple(f"{type_}.{path[0]}" for type_, path in _NAMED.items())


@derives("AWS::EC2::Image", "used_by", gives=list[str], reads=("ImageId", *_READS))
def used_by(image: Resource, context: Context) -> Partial:
    """Instances, launch templates' default versions and launch configurations; not what other accounts do with it.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html
    """
    key = identity(Node.of(image, "ImageId")) or image.name
    found: list[str] = []
    unknown: Unknowns = {}
    for type_, path in _NAMED.items():
        one = listed(context, type_, image, *path)
        found += sorted(one.by_value.get(key, []))
        if one.missing:
            unknown["/-"] = as_kind(one.missing, "more")
    return Partial(found, unknown)
