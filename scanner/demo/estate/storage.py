"""S3: documents, exports and uploads, each as safe as somebody remembered to make it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.demo.estate.words import PARTNER, allow, policy

_ON = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
_OFF = dict.fromkeys(_ON, False)


def build(s3: Any, s3control: Any, account: str, keys: Mapping[str, str]) -> None:
    """The main region's buckets, and what holds for the account."""
    _bucket(s3, "nwf-access-logs", block=_ON, key=None, versioned=True)
    _bucket(s3, "nwf-customs-documents", block=_ON, key=keys["customs-documents"], versioned=True)
    _bucket(s3, "nwf-bookings-archive", block=_ON, key=keys["bookings"], versioned=True)
    _bucket(s3, "nwf-route-exports", block=_OFF, key=None, versioned=False)
    _bucket(s3, "nwf-legacy-uploads", block=_OFF, key=None, versioned=False, ownership="ObjectWriter")
    _bucket(s3, "nwf-carrier-exchange", block={**_ON, "RestrictPublicBuckets": False}, key=None, versioned=True)
    _policies(s3, account)
    s3.put_bucket_acl(Bucket="nwf-legacy-uploads", ACL="public-read-write")
    s3.put_bucket_logging(
        Bucket="nwf-customs-documents",
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "nwf-access-logs", "TargetPrefix": "customs/"}},
    )
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    s3.put_bucket_lifecycle_configuration(
        Bucket="nwf-bookings-archive",
        LifecycleConfiguration={"Rules": [{**rule, "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}]},
    )
    s3.put_bucket_website(Bucket="nwf-route-exports", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    cors = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket="nwf-route-exports", CORSConfiguration={"CORSRules": [cors]})
    s3control.put_public_access_block(
        AccountId=account, PublicAccessBlockConfiguration={**_OFF, "BlockPublicAcls": True, "BlockPublicPolicy": True}
    )
    for name, bucket in (("customs-brokers", "nwf-customs-documents"), ("route-readers", "nwf-route-exports")):
        s3control.create_access_point(AccountId=account, Name=name, Bucket=bucket)


def build_second(s3: Any, region: str) -> None:
    """The second region's one bucket, as it should be."""
    _bucket(s3, "nwf-hub-frankfurt", block=_ON, key=None, versioned=True, region=region)
    s3.put_bucket_policy(Bucket="nwf-hub-frankfurt", Policy=policy(_tls_only("nwf-hub-frankfurt")))


def _policies(s3: Any, account: str) -> None:
    """Who else may use the buckets."""
    delivery = allow(
        "s3:PutObject",
        "arn:aws:s3:::nwf-access-logs/*",
        Principal={"Service": "logging.s3.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": account}},
        Sid="AccessLogs",
    )
    s3.put_bucket_policy(Bucket="nwf-access-logs", Policy=policy(delivery, _tls_only("nwf-access-logs")))
    s3.put_bucket_policy(Bucket="nwf-customs-documents", Policy=policy(_tls_only("nwf-customs-documents")))
    everyone = allow("s3:GetObject", "arn:aws:s3:::nwf-route-exports/*", Principal="*", Sid="TrackingPagesForEveryone")
    s3.put_bucket_policy(Bucket="nwf-route-exports", Policy=policy(everyone))
    s3.put_bucket_policy(Bucket="nwf-legacy-uploads", Policy=policy(_tls_only("nwf-legacy-uploads")))
    exchange = "arn:aws:s3:::nwf-carrier-exchange"
    carrier = allow(
        ["s3:GetObject", "s3:PutObject", "s3:PutBucketPolicy"],
        [exchange, f"{exchange}/*"],
        Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"},
        Sid="CarrierReadsAndWrites",
    )
    s3.put_bucket_policy(Bucket="nwf-carrier-exchange", Policy=policy(carrier))


def _tls_only(bucket: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _bucket(  # noqa: PLR0913 - one argument a setting, all by name
    s3: Any,
    name: str,
    *,
    block: Mapping[str, bool],
    key: str | None,
    versioned: bool,
    ownership: str = "BucketOwnerEnforced",
    region: str = "eu-west-1",
) -> None:
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {"SSEAlgorithm": "AES256"}
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(key)}]
        },
    )
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": "trade"}]})
