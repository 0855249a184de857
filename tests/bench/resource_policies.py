"""Policies of buckets as AWS's documentation writes them, for measuring how long it takes to say who gets in."""

from __future__ import annotations

import json
from typing import Any

from scanner.model import Resource

OWN, OTHER = "111122223333", "444455556666"
ARN = "arn:aws:s3:::data"
_BOTH, _OBJECTS = [ARN, f"{ARN}/*"], f"{ARN}/*"


def _statement(effect: str, principal: Any, action: Any, resource: Any = _OBJECTS, **condition: Any) -> dict[str, Any]:
    found = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return {**found, "Condition": condition} if condition else found


_TLS = _statement("Deny", "*", "s3:*", _BOTH, Bool={"aws:SecureTransport": "false"})
_PUBLIC = _statement("Allow", "*", "s3:GetObject")
_TRAIL = {"Service": "cloudtrail.amazonaws.com"}
_SOURCE = {"aws:SourceArn": f"arn:aws:cloudtrail:eu-west-1:{OWN}:trail/all"}

POLICIES: dict[str, list[dict[str, Any]]] = {
    "public": [_PUBLIC],
    "public over TLS": [_PUBLIC, _TLS],
    "TLS only": [_TLS],
    "another account": [_statement("Allow", {"AWS": f"arn:aws:iam::{OTHER}:root"}, ["s3:GetObject", "s3:PutObject"]), _TLS],
    "an organization": [_statement("Allow", "*", "s3:GetObject", StringEquals={"aws:PrincipalOrgID": "o-aaaaaaaaaa"})],
    "addresses": [_statement("Allow", "*", "s3:*", _BOTH, IpAddress={"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]})],
    "an endpoint": [
        _statement("Allow", "*", "s3:*", _BOTH),
        _statement("Deny", "*", "s3:*", _BOTH, StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}),
    ],
    "CloudFront": [
        _statement(
            "Allow", {"Service": "cloudfront.amazonaws.com"}, "s3:GetObject",
            StringEquals={"AWS:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/EDFDVBD6EXAMPLE"},
        )
    ],
    "CloudTrail": [
        _statement("Allow", _TRAIL, "s3:GetBucketAcl", ARN, StringEquals=_SOURCE),
        _statement(
            "Allow", _TRAIL, "s3:PutObject", f"{ARN}/AWSLogs/{OWN}/*",
            StringEquals={"s3:x-amz-acl": "bucket-owner-full-control", **_SOURCE},
        ),
        _TLS,
    ],
    "encrypted uploads": [
        _statement("Allow", {"AWS": f"arn:aws:iam::{OWN}:role/writer"}, "s3:PutObject"),
        _statement("Deny", "*", "s3:PutObject", StringNotEquals={"s3:x-amz-server-side-encryption": "aws:kms"}),
        _TLS,
    ],
    "a referer": [_statement("Allow", "*", "s3:GetObject", StringLike={"aws:Referer": ["https://www.example.com/*"]})],
    "access points": [
        _statement("Allow", {"AWS": "*"}, "*", _BOTH, StringEquals={"s3:DataAccessPointAccount": OWN}),
    ],
}  # fmt: skip
"""Statements by what the policy is for."""


def bucket(number: int, purpose: str, statements: list[dict[str, Any]]) -> Resource:
    """A bucket with such a policy, and a name of its own in it."""
    name = f"data-{number}"
    body = {"Version": "2012-10-17", "Statement": statements}
    policy = json.loads(json.dumps(body).replace(ARN, f"arn:aws:s3:::{name}"))
    tags = {"for": purpose}
    return Resource("AWS::S3::Bucket", f"arn:aws:s3:::{name}", name, OWN, "eu-west-1", {"Policy": policy}, tags=tags)
