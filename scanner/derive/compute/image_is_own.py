"""Whether an instance's image is of its account or of the account's organization."""

from __future__ import annotations

from scanner.derive.access.organization import READS, organization
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::EC2::Instance", "image_is_own", gives=bool, reads=("ImageMetadata", *READS))
def image_is_own(instance: Resource, context: Context) -> Partial:
    """By the account that owns the image.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImageMetadata.html
    """
    owner = Node.of(instance, "ImageMetadata", "OwnerId")
    if owner.unknown:
        return Partial(None, {"": owner.unknown})
    if owner.value == instance.account:
        return Partial(value=True)
    if Node.of(instance, "ImageMetadata", "ImageOwnerAlias").value is not None or not owner.value:
        return Partial(value=False)
    found = organization(context, instance.account).has(str(owner.value))
    return Partial(None, {"": found}) if isinstance(found, Unknown) else Partial(found)
