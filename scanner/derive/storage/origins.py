"""Buckets that distributions name as origins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.node import Node, each, identity
from scanner.model import Resource, Unknown

DISTRIBUTION = "AWS::CloudFront::Distribution"
_HOST = re.compile(
    r"(?P<bucket>.+?)\.s3(?:-website)?(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?"
)


class Origin(NamedTuple):
    """The bucket, its host, and whether CloudFront signs its requests (origin access control)."""

    bucket: str
    host: str
    access_control: bool


def origins(distribution: Resource) -> Iterator[Origin | Unknown]:
    """The origins that are buckets, website endpoints among them.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
    """
    for one in each(Node.of(distribution, "Origins", "Items")):
        if isinstance(one, Unknown):
            yield one
        elif found := _HOST.fullmatch(identity(one.member("DomainName"))):
            control = identity(one.member("OriginAccessControlId"))
            yield Origin(found["bucket"], found[0], bool(control))
