"""S3: buckets and their policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.s3_acl import acl, ownership
from scanner.iac.cloudformation.s3_members import MEMBERS
from scanner.iac.cloudformation.shape import flag, tags, text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack

_POLICY = "AWS::S3::BucketPolicy"


def _bucket(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::S3::Bucket` with the policy that the template attaches to it."""
    name = stack.resolver.reference(entry.logical)
    controls = ownership(entry)
    config: dict[str, Any] = {
        "Name": name,
        "BucketRegion": entry.scope.reference("AWS::Region"),
        "OwnershipControls": controls,
        "Acl": acl(entry, controls),
        "Policy": _policy(entry, stack),
    }
    for property_, (member, convert) in MEMBERS.items():
        value = entry.props.get(property_)
        if value is not None:
            config[member] = convert(value)
    _object_lock(entry, config)
    yield Draft("AWS::S3::Bucket", entry, config, name=name, tags=entry.get("Tags", tags, {}))


def _object_lock(entry: Entry, config: dict[str, Any]) -> None:
    """Object Lock turns versioning on, and is on by the flag even without a configuration.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    """
    locked = entry.get("ObjectLockEnabled", flag, default=False)
    if locked is False:
        return
    if isinstance(locked, Hole):
        config.setdefault("ObjectLockConfiguration", locked)
        config.setdefault("VersioningConfiguration", locked)
        return
    config.setdefault("ObjectLockConfiguration", {"ObjectLockEnabled": "Enabled"})
    config.setdefault("VersioningConfiguration", {"Status": "Enabled"})


def _policy(entry: Entry, stack: Stack) -> Any:
    """The document of the one policy that names the bucket, null if none may."""
    found = stack.satellites(entry, _POLICY, "Bucket")
    doubt = next((item.doubt for item in found if item.doubt), None)
    if doubt:
        return doubt
    documents = [item.entry.get("PolicyDocument", document, later("the policy")) for item in found]
    if len(documents) > 1 and any(item != documents[0] for item in documents):
        return later("several policies of the template name this bucket; the last to be created wins")
    return documents[0] if documents else None


def _bucket_policy(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """A policy on a bucket that the template does not make: that bucket, of which only this is known."""
    if stack.is_inside(entry, "AWS::S3::Bucket", "Bucket"):
        return
    name = entry.get("Bucket", text, later("the bucket's name"))
    config = {"Name": name, "Policy": entry.get("PolicyDocument", document, later("the policy"))}
    yield Draft("AWS::S3::Bucket", entry, config, name=name, new=False)


BUILDERS = {"AWS::S3::Bucket": _bucket, _POLICY: _bucket_policy}
