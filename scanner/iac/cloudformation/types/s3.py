"""S3: buckets and their policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.s3_acl import acl, ownership
from scanner.iac.cloudformation.s3_members import MEMBERS
from scanner.iac.cloudformation.shape import flag, tags, text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.iac.cloudformation.texts import compose

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
        "Policy": _naming_itself(_policy(entry, stack), entry, name),
    }
    for property_, (member, convert) in MEMBERS.items():
        value = entry.props.get(property_)
        if value is not None:
            config[member] = convert(value)
    logging = config.get("LoggingConfiguration")
    if isinstance(logging, dict):
        logging.setdefault("TargetBucket", name)  # without a destination a bucket logs to itself
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


def _naming_itself(policy: Any, entry: Entry, name: Any) -> Any:
    """The policy with one name for the bucket's own ARN, however it is put together.

    `arn:aws:s3:::${Name}/*` with an unknown parameter, `!Sub "${Bucket.Arn}/*"` and a `Fn::Join`
    mean the same objects; what reads the policy compares with `<logical id>.Arn`.
    """
    if not isinstance(name, Hole) or not name.token:
        return policy
    arn = compose([f"arn:{text_of(entry.scope.reference('AWS::Partition'))}:s3:::", name])
    return _renamed(policy, arn.token, f"{entry.logical}.Arn")


def _renamed(value: Any, arn: str, token: str) -> Any:
    """The value with the tokens that start with `arn` made to start with `token`."""
    if isinstance(value, dict):
        return {key: _renamed(item, arn, token) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, arn, token) for item in value]
    if not isinstance(value, Hole) or not arn or not value.token.startswith(arn):
        return value
    rest = value.token[len(arn) :]
    if rest and "${" not in rest and rest[0] == "/":
        return attribute("${" + token + "}" + rest)
    return value if rest else attribute(token)


def _bucket_policy(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """A policy on a bucket that the template does not make: that bucket, of which only this is known."""
    if stack.is_inside(entry, "AWS::S3::Bucket", "Bucket"):
        return
    name = entry.get("Bucket", text, later("the bucket's name"))
    policy = entry.get("PolicyDocument", document, later("the policy"))
    config = {"Name": name, "Policy": _naming_itself(policy, entry, name)}
    yield Draft("AWS::S3::Bucket", entry, config, name=name, new=False)


BUILDERS = {"AWS::S3::Bucket": _bucket, _POLICY: _bucket_policy}
