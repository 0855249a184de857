"""Whether the region encrypts new disks by default."""

from __future__ import annotations

from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown

_SETTINGS = "AWS::EC2::AccountSettings"


@derives("AWS::EC2::SpotFleet", "region_encrypts", gives=bool, reads=(f"{_SETTINGS}.EbsEncryptionByDefault",))
def region_encrypts(resource: Resource, context: Context) -> Partial:
    """As the region's setting says (https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html)."""
    settings = the_neighbour(context, _SETTINGS, resource.account, resource.region)
    if isinstance(settings, Unknown):
        return Partial(None, {"": settings})
    node = Node.of(settings, "EbsEncryptionByDefault")
    return Partial(None, {"": node.unknown}) if node.unknown else Partial(node.value is True)
