"""The volumes of a launch template that would not be encrypted."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from scanner.derive.logic import Maybe, as_kind, either, negate
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown, Why, pointer

_TEMPLATE = "AWS::EC2::LaunchTemplate"
_ACCOUNT, _IMAGE, _SNAPSHOT = "AWS::EC2::AccountSettings", "AWS::EC2::Image", "AWS::EC2::Snapshot"
_NO_IMAGE = Unknown(Why.OUT_OF_SCOPE, message="the template names no image, so it is chosen at launch")


class PlainVolume(TypedDict):
    """`device` as the template names it."""

    device: str
    source: str


_NEIGHBOURS = (
    f"{_ACCOUNT}.EbsEncryptionByDefault",
    *(f"{_IMAGE}.{name}" for name in ("ImageId", "BlockDeviceMappings")),
    *(f"{_SNAPSHOT}.{name}" for name in ("SnapshotId", "Encrypted")),
)


@derives(
    "AWS::AutoScaling::LaunchConfiguration",
    "plain_volumes",
    gives=list[PlainVolume],
    reads=("BlockDeviceMappings", "ImageId", *_NEIGHBOURS),
)
@derives(
    _TEMPLATE,
    "plain_volumes",
    gives=list[PlainVolume],
    reads=("LaunchTemplateData.BlockDeviceMappings", "LaunchTemplateData.ImageId", *_NEIGHBOURS),
)
def plain_volumes(template: Resource, context: Context) -> Partial:
    """Volumes of a template's or configuration's own mappings that neither it, region nor snapshot encrypts.

    Where the region encrypts by default nothing starts unencrypted, whatever a template says, nor
    does what comes from an encrypted snapshot: `Encrypted: false` takes nothing away. A mapping
    without a snapshot takes the image's for the same device. Images and snapshots of other accounts
    are not read, nor is an image that is chosen at launch: a mapping that says nothing is then not
    known, one that says `Encrypted: false` is taken at its word. Volumes that only the image
    defines are the image's.

    https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Ebs.html
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html
    """
    data = Node.of(template, *(("LaunchTemplateData",) if template.type == _TEMPLATE else ()))
    mappings = data.member("BlockDeviceMappings")
    if mappings.unknown:
        return Partial(None, {"": as_kind(mappings.unknown, "any")})
    settings = the_neighbour(context, _ACCOUNT, template.account, template.region)
    default = settings if isinstance(settings, Unknown) else _flag(Node.of(settings, "EbsEncryptionByDefault"))
    fact = Partial([])
    for mapping in mappings.elements():
        plain = negate(either((default, _encrypted(mapping, data.member("ImageId"), context, template))))
        if plain is False:
            continue
        if plain is not True:
            fact.unknown[pointer(len(fact.value))] = as_kind(plain, "maybe")
        fact.value.append({"device": str(mapping.member("DeviceName").value or ""), "source": mapping.path})
    if mappings.more:
        fact.unknown["/-"] = mappings.more
    return fact


def _flag(node: Node) -> Maybe:
    return node.unknown or node.value is True


def _encrypted(mapping: Node, image: Node, context: Context, template: Resource) -> Maybe:
    """Whether the volume is encrypted by itself; a mapping without one has none to encrypt."""
    if mapping.unknown:
        return mapping.unknown
    volume = mapping.member("Ebs")
    if not volume.present:
        return True
    own = volume.member("Encrypted")
    asked: Maybe = volume.unknown or _flag(own)
    if asked is True or volume.unknown:
        return asked
    inherited = _inherited(mapping, image, context, (template.account, template.region))
    if isinstance(inherited, _Elsewhere):
        return False if own.value is False else either((asked, inherited.why))
    return either((asked, inherited))


class _Elsewhere(NamedTuple):
    """What a volume takes over is nothing that the account holds."""

    why: Unknown


def _inherited(mapping: Node, image: Node, context: Context, place: tuple[str, str]) -> Maybe | _Elsewhere:
    """What a volume takes over: from its snapshot, else from the image's for the same device."""
    snapshot = mapping.member("Ebs").member("SnapshotId")
    if snapshot.present:
        snapshots = context.once(("plain_volumes.snapshots", *place), lambda: _by_id(context, _SNAPSHOT, *place))
        found = snapshots.get(snapshot)
        return _flag(Node.of(found, "Encrypted")) if isinstance(found, Resource) else found
    if not image.present:
        return _Elsewhere(_NO_IMAGE)
    images = context.once(("plain_volumes.images", *place), lambda: _by_id(context, _IMAGE, *place))
    listed = images.get(image)
    return _of_image(listed, mapping.member("DeviceName")) if isinstance(listed, Resource) else listed


def _of_image(image: Resource, device: Node) -> Maybe:
    """What the image says of the device; one that it does not have starts empty."""
    if device.unknown:
        return device.unknown
    verdicts: list[Maybe] = []
    for one in each(Node.of(image, "BlockDeviceMappings")):
        if isinstance(one, Unknown):
            verdicts.append(one)
        elif one.member("DeviceName").value == device.value:
            verdicts.append(_flag(one.member("Ebs").member("Encrypted")))
    return either(verdicts)


class _ById:
    """The account's own resources of a type by their id."""

    def __init__(self, resources: dict[str, Resource], incomplete: Unknown | None) -> None:
        self._resources = resources
        self._incomplete = incomplete

    def get(self, reference: Node) -> Resource | Unknown | _Elsewhere:
        """The one that is referred to, or why it is not known."""
        if reference.unknown:
            return reference.unknown
        absent = Unknown(Why.OUT_OF_SCOPE, message=f"{reference.value} is none of the account's own")
        return self._resources.get(str(reference.value)) or self._incomplete or _Elsewhere(absent)


def _by_id(context: Context, type_: str, account: str, region: str) -> _ById:
    listed = context.neighbours(type_, account, region)
    member = f"{type_.rpartition(':')[2]}Id"
    return _ById({identity(Node.of(one, member)): one for one in listed.resources}, listed.incomplete)
