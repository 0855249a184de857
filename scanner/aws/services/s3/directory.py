"""Directory buckets (S3 Express One Zone) and their access points: an API of the S3 client, actions of their own.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam-identity-policies.html
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_BUCKET = {"Bucket": "Name"}
_POINT = {"AccountId": "account", "Name": "Name"}
_ARN = "join('', ['arn:', partition, ':s3express:', region, ':', account, ':bucket/', Name])"
_TYPE = "AWS::S3Express::DirectoryBucket"

TABLE = (
    # Every name ends in `--x-s3`
    # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html); an endpoint that
    # does not know the operation takes it for ListBuckets, whose buckets are not meant.
    Collect(
        _TYPE,
        "s3",
        "list_directory_buckets",
        "Buckets[?ends_with(Name, '--x-s3')]",
        id="arn:{partition}:s3express:{region}:{account}:bucket/{Name}",
        name="Name",
        page_size=1000,
        permission="s3express:ListAllMyDirectoryBuckets",
        gone=("NoSuchBucket",),
        then=(
            Then(
                "Policy",
                "get_bucket_policy",
                _BUCKET,
                "Policy",
                absent=("NoSuchBucketPolicy",),
                decode="policy",
                permission="s3express:GetBucketPolicy",
            ),
            Then(
                "BucketEncryption",
                "get_bucket_encryption",
                _BUCKET,
                "ServerSideEncryptionConfiguration",
                permission="s3express:GetEncryptionConfiguration",
            ),
            Then(
                "LifecycleConfiguration",
                "get_bucket_lifecycle_configuration",
                _BUCKET,
                absent=("NoSuchLifecycleConfiguration",),
                permission="s3express:GetLifecycleConfiguration",
            ),
            Then(
                "Tags",
                "list_tags_for_resource",
                {"AccountId": "account", "ResourceArn": _ARN},
                "Tags",
                service="s3control",
                optional=True,
                permission="s3express:ListTagsForResource",
            ),
        ),
    ),
    Collect(
        "AWS::S3Express::AccessPoint",
        "s3control",
        "list_access_points_for_directory_buckets",
        "AccessPointList[].{Name: Name, Bucket: Bucket, BucketAccountId: BucketAccountId, Arn: AccessPointArn,"
        " NetworkOrigin: NetworkOrigin, VpcConfiguration: VpcConfiguration}",
        id="{Arn}",
        name="Name",
        parent=_TYPE,
        page_size=1000,
        params={"AccountId": "account", "DirectoryBucket": "Name"},
        permission="s3express:ListAccessPointsForDirectoryBuckets",
        gone=("NoSuchAccessPoint", "NoSuchBucket"),
        then=(
            Then(
                "Policy",
                "get_access_point_policy",
                _POINT,
                "Policy",
                absent=("NoSuchAccessPointPolicy",),
                decode="policy",
                permission="s3express:GetAccessPointPolicy",
            ),
            Then(
                "Scope",
                "get_access_point_scope",
                _POINT,
                "Scope",
                optional=True,
                permission="s3express:GetAccessPointScope",
            ),
        ),
    ),
)
