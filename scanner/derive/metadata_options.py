"""How an instance launched from a template will serve its metadata."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown, Why

ACCOUNT = "AWS::EC2::AccountSettings"
IMAGE = "AWS::EC2::Image"
Source = Literal["template", "account", "image", "aws"]
_UNSET = "no-preference"
"""What `ModifyInstanceMetadataDefaults` takes for "set nothing"; emulators answer it, AWS leaves the member out."""
_IMAGE = Unknown(
    Why.NOT_COLLECTED,
    message="neither the template nor the account says whether tokens are required, so the image's ImdsSupport decides",
    service="ec2",
    operation="DescribeImages",
    permission="ec2:DescribeImages",
)


class MetadataOptions(TypedDict):
    """The options in force at launch, and who set each."""

    HttpTokens: Literal["optional", "required"]
    HttpEndpoint: Literal["enabled", "disabled"]
    tokens_from: Source
    endpoint_from: Source


@derives(
    "AWS::EC2::LaunchTemplate",
    "metadata_options",
    gives=MetadataOptions,
    reads=(
        "LaunchTemplateData.MetadataOptions",
        "LaunchTemplateData.ImageId",
        f"{ACCOUNT}.InstanceMetadataDefaults",
        f"{IMAGE}.ImageId",
        f"{IMAGE}.ImdsSupport",
    ),
)
def metadata_options(template: Resource, context: Context) -> Partial:
    """Template before account default before image before AWS's default; of images only the account's own are read.

    The image says nothing of the endpoint, so that one is known without it. Where the account
    enforces tokens, AWS refuses any launch without them, so an image that does not require them
    cannot be launched; a template that asks for optional ones still says what it says.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    own = Node.of(template, "LaunchTemplateData").member("MetadataOptions")
    settings = the_neighbour(context, ACCOUNT, template.account, template.region)
    account = settings if isinstance(settings, Unknown) else Node.of(settings, "InstanceMetadataDefaults")
    fact = Partial({})
    _put(fact, "HttpEndpoint", "endpoint_from", _first(own, account, "HttpEndpoint") or ("enabled", "aws"))
    _put(
        fact,
        "HttpTokens",
        "tokens_from",
        _first(own, account, "HttpTokens") or _left_to_image(account, template, context),
    )
    return fact


def _first(own: Node, account: Node | Unknown, name: str) -> tuple[str, Source] | Unknown | None:
    mine = own.member(name)
    if mine.unknown or mine.value is not None:
        return mine.unknown or (str(mine.value), "template")
    if isinstance(account, Unknown):
        return account
    theirs = account.member(name)
    unset = theirs.value in (None, _UNSET)
    return theirs.unknown or (None if unset else (str(theirs.value), "account"))


def _left_to_image(account: Node | Unknown, template: Resource, context: Context) -> tuple[str, Source] | Unknown:
    """What holds where neither template nor account has a default."""
    enforced = account.member("HttpTokensEnforced") if isinstance(account, Node) else None
    if enforced is not None and enforced.value == "enabled":
        return "required", "account"
    place = (template.account, template.region)
    images = context.once(("metadata_options", *place), lambda: _images(context, *place))
    support = images.get(identity(Node.of(template, "LaunchTemplateData", "ImageId")))
    if support is None:
        return _IMAGE
    if support.value == "v2.0":
        return "required", "image"
    return support.unknown or (enforced and enforced.unknown) or ("optional", "aws")


def _images(context: Context, account: str, region: str) -> dict[str, Node]:
    """What each image of the account says of the metadata service, by the image's id."""
    listed = context.neighbours(IMAGE, account, region)
    return {identity(Node.of(one, "ImageId")) or one.id: Node.of(one, "ImdsSupport") for one in listed.resources}


def _put(fact: Partial, member: str, by: str, found: tuple[str, Source] | Unknown) -> None:
    if isinstance(found, Unknown):
        fact.unknown[f"/{member}"] = fact.unknown[f"/{by}"] = as_kind(found, "any")
    else:
        fact.value[member], fact.value[by] = found
