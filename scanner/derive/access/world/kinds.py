"""Which resources have a policy of their own, and where a snapshot holds it: one row a type.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

ARN_PARTS = 6


class Kind(NamedTuple):
    """A type whose resources have a policy.

    `holder` matches, at the start of an ARN's last part, what names the resource that the policy belongs to: an
    object belongs to its bucket, a version to its function. `label` is what people call the policy.
    """

    service: str
    holder: re.Pattern[str]
    type: str
    member: str
    label: str


def _kind(service: str, holder: str, type_: str, member: str, label: str) -> Kind:
    return Kind(service, re.compile(holder), type_, member, label)


def kinds() -> tuple[Kind, ...]:
    """Every type; the first that matches an ARN is meant."""
    return _KINDS


_POINT = "access point policy"
_KINDS = (
    _kind("s3", r"accesspoint/[^/]+\.mrap(?=/|$)", "AWS::S3::MultiRegionAccessPoint", "Policy", _POINT),
    _kind("s3", r"accesspoint/[^/]+", "AWS::S3::AccessPoint", "Policy", _POINT),
    _kind("s3", r"access-grants/[^/]+", "AWS::S3::AccessGrantsInstance", "Policy", "access grants policy"),
    _kind("s3", r"[^/:]+(?=/|$)", "AWS::S3::Bucket", "Policy", "bucket policy"),
    _kind("s3-object-lambda", r"accesspoint/[^/]+", "AWS::S3ObjectLambda::AccessPoint", "Policy", _POINT),
    _kind("s3express", r"bucket/[^/]+", "AWS::S3Express::DirectoryBucket", "Policy", "bucket policy"),
    _kind("s3express", r"accesspoint/[^/]+", "AWS::S3Express::AccessPoint", "Policy", _POINT),
    _kind("s3tables", r"bucket/[^/]+", "AWS::S3Tables::TableBucket", "ResourcePolicy", "table bucket policy"),
    _kind("kms", r"key/[^/]+", "AWS::KMS::Key", "Policy", "key policy"),
    _kind("sns", r"[^:]+", "AWS::SNS::Topic", "Policy", "topic policy"),
    _kind("sqs", r"[^:]+", "AWS::SQS::Queue", "Policy", "queue policy"),
    _kind("lambda", r"function:[^:]+", "AWS::Lambda::Function", "Policy", "function policy"),
    _kind("secretsmanager", r"secret:[^:]+", "AWS::SecretsManager::Secret", "ResourcePolicy", "secret policy"),
    _kind("ecr", r"repository/.+", "AWS::ECR::Repository", "RepositoryPolicyText", "repository policy"),
    _kind("elasticfilesystem", r"file-system/[^/]+", "AWS::EFS::FileSystem", "FileSystemPolicy", "file system policy"),
    _kind("backup", r"backup-vault:[^:]+", "AWS::Backup::BackupVault", "AccessPolicy", "vault policy"),
    _kind("network-firewall", r"firewall/.+", "AWS::NetworkFirewall::Firewall", "ResourcePolicy", "firewall policy"),
    _kind("network-firewall", r"firewall-policy/.+", "AWS::NetworkFirewall::FirewallPolicy", "ResourcePolicy",
          "resource policy"),
    _kind("network-firewall", r"state(ful|less)-rulegroup/.+", "AWS::NetworkFirewall::RuleGroup", "ResourcePolicy",
          "resource policy"),
    _kind("iam", r"role/.+", "AWS::IAM::Role", "AssumeRolePolicyDocument", "trust policy"),
)  # fmt: skip

LOG_GROUP = re.compile(r"log-group:[^:]+")
ALIAS = re.compile(r"alias/.+")

NOT_COLLECTED = frozenset({
    "acm-pca", "cloudtrail", "codeartifact", "codebuild", "dynamodb", "es", "events", "execute-api", "glacier", "glue",
    "kafka", "kinesis", "lex", "mediastore", "aoss", "rekognition", "redshift-serverless", "schemas", "serverlessrepo",
    "ses", "vpc-lattice",
})  # fmt: skip
"""Further services whose resources can have a policy, which is not collected."""


def kind_of(arn: str) -> tuple[Kind, str] | None:
    """The type that an ARN's policy is found at, and the ARN of what holds it; `None` where there is none."""
    parts = arn.split(":", ARN_PARTS - 1)
    if len(parts) != ARN_PARTS or parts[0] != "arn":
        return None
    for one in _KINDS:
        found = one.holder.match(parts[5]) if one.service == parts[2] else None
        if found and not (one.type == "AWS::S3::Bucket" and parts[4]):
            return one, ":".join((*parts[:5], found.group()))
    return None
