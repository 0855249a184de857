"""What attack paths are found from, so that exactly this is collected."""

from __future__ import annotations

from scanner.derive.access.judged.worlds import KEYS
from scanner.derive.facts import reads_of
from scanner.model import Reads

_FACTS = {
    "AWS::EC2::Instance": ("internet_reach", "role_escalation"),
    "AWS::RDS::DBInstance": ("exposed_clients", "internet_reach"),
    "AWS::S3::Bucket": ("public_access",),
    "AWS::S3::AccessPoint": ("point_public",),
}
_MEMBERS = {
    "AWS::EC2::Instance": ("IamInstanceProfile", "MetadataOptions", "State"),
    "AWS::S3::Bucket": ("BucketEncryption", "OwnershipControls", "Policy"),
    "AWS::SecretsManager::Secret": ("ARN", "KmsKeyId", "ResourcePolicy"),
}


def reads() -> Reads:
    """Members by type."""
    found = dict(reads_of(_FACTS))
    for type_, members in _MEMBERS.items():
        found[type_] = found.get(type_, frozenset()) | {*members}
    for place in KEYS:
        type_, _, member = place.rpartition(".")
        found[type_] = found.get(type_, frozenset()) | {member}
    return found
