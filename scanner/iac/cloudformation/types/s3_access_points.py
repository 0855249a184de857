"""S3: access points.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-accesspoint.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import flag, members, tags, text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack

_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_BLOCK = members(dict.fromkeys(_FLAGS, flag))


def _access_point(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::S3::AccessPoint` with its policy."""
    name = entry.get("Name", text, attribute(entry.logical))
    vpc = entry.get("VpcConfiguration", members({"VpcId": text}))
    config: dict[str, Any] = {
        "Name": name,
        "Arn": attribute(f"{entry.logical}.Arn"),
        "Bucket": entry.get("Bucket", text, later("the bucket")),
        "VpcConfiguration": vpc,
        "NetworkOrigin": vpc if isinstance(vpc, Hole) else "VPC" if vpc else "Internet",
        "Policy": entry.get("Policy", document),
    }
    if entry.props.get("BucketAccountId") is not None:
        config["BucketAccountId"] = text(entry.props["BucketAccountId"])
    block = entry.get("PublicAccessBlockConfiguration", _BLOCK)
    if block is not None:
        # Unlike a bucket's block, a flag that is left out of an access point's is on.
        told = {**dict.fromkeys(_FLAGS, True), **block} if isinstance(block, dict) else block
        config["PublicAccessBlockConfiguration"] = told
    yield Draft("AWS::S3::AccessPoint", entry, config, name=name, tags=entry.get("Tags", tags, {}))


BUILDERS = {"AWS::S3::AccessPoint": _access_point}
