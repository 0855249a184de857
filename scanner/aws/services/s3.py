"""S3: the account's public access block, buckets, each asked in its own region, and access points."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_BUCKET = {"Bucket": "Name"}

TABLE = (
    Collect(
        "AWS::S3::AccountSettings",
        "s3control",
        id="{account}/global/AWS::S3::AccountSettings",
        scope="global",
        then=(
            Then(
                "PublicAccessBlockConfiguration",
                "get_public_access_block",
                {"AccountId": "account"},
                "PublicAccessBlockConfiguration",
                absent=("NoSuchPublicAccessBlockConfiguration",),
            ),
        ),
    ),
    Collect(
        "AWS::S3::Bucket",
        "s3",
        "list_buckets",
        "Buckets[]",
        id="arn:{partition}:s3:::{Name}",
        name="Name",
        scope="global",
        # `BucketRegion` is only in the answer if the request has a parameter, so a page size is given
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html).
        page_size=1000,
        region="BucketRegion",
        locate=Then(
            "BucketRegion", "get_bucket_location", _BUCKET, "LocationConstraint", optional=True, decode="region"
        ),
        gone=("NoSuchBucket",),
        then=(
            Then(
                "PublicAccessBlockConfiguration",
                "get_public_access_block",
                _BUCKET,
                "PublicAccessBlockConfiguration",
                absent=("NoSuchPublicAccessBlockConfiguration",),
            ),
            Then("Policy", "get_bucket_policy", _BUCKET, "Policy", absent=("NoSuchBucketPolicy",), decode="policy"),
            Then(
                "BucketEncryption",
                "get_bucket_encryption",
                _BUCKET,
                "ServerSideEncryptionConfiguration",
                absent=("ServerSideEncryptionConfigurationNotFoundError",),
            ),
            Then("VersioningConfiguration", "get_bucket_versioning", _BUCKET),
            Then(
                "OwnershipControls",
                "get_bucket_ownership_controls",
                _BUCKET,
                "OwnershipControls",
                absent=("OwnershipControlsNotFoundError",),
            ),
            # ACLs decide nothing under BucketOwnerEnforced
            # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).
            Then(
                "Acl",
                "get_bucket_acl",
                _BUCKET,
                when="!(OwnershipControls.Rules[0].ObjectOwnership == 'BucketOwnerEnforced')",
            ),
            Then("LoggingConfiguration", "get_bucket_logging", _BUCKET, "LoggingEnabled", optional=True),
            Then(
                "WebsiteConfiguration",
                "get_bucket_website",
                _BUCKET,
                absent=("NoSuchWebsiteConfiguration",),
                ordered=("RoutingRules",),
            ),
            Then(
                "CorsConfiguration",
                "get_bucket_cors",
                _BUCKET,
                absent=("NoSuchCORSConfiguration",),
                ordered=("CORSRules",),
            ),
            Then(
                "ReplicationConfiguration",
                "get_bucket_replication",
                _BUCKET,
                "ReplicationConfiguration",
                absent=("ReplicationConfigurationNotFoundError",),
            ),
            Then(
                "ObjectLockConfiguration",
                "get_object_lock_configuration",
                _BUCKET,
                "ObjectLockConfiguration",
                absent=("ObjectLockConfigurationNotFoundError",),
            ),
            Then(
                "LifecycleConfiguration",
                "get_bucket_lifecycle_configuration",
                _BUCKET,
                absent=("NoSuchLifecycleConfiguration",),
            ),
            Then("NotificationConfiguration", "get_bucket_notification_configuration", _BUCKET),
            Then("Tags", "get_bucket_tagging", _BUCKET, "TagSet", absent=("NoSuchTagSet",)),
        ),
    ),
    # Names and buckets come with the listing, the block of public access only point by point.
    Collect(
        "AWS::S3::AccessPoint",
        "s3control",
        "list_access_points",
        "AccessPointList[].{Name: Name, Bucket: Bucket, BucketAccountId: BucketAccountId, Arn: AccessPointArn,"
        " NetworkOrigin: NetworkOrigin, VpcConfiguration: VpcConfiguration}",
        id="{Arn}",
        name="Name",
        page_size=1000,
        params={"AccountId": "account"},
        gone=("NoSuchAccessPoint",),
        then=(
            Then(
                "PublicAccessBlockConfiguration",
                "get_access_point",
                {"AccountId": "account", "Name": "Name"},
                "PublicAccessBlockConfiguration",
                optional=True,
            ),
            Then(
                "Policy",
                "get_access_point_policy",
                {"AccountId": "account", "Name": "Name"},
                "Policy",
                absent=("NoSuchAccessPointPolicy",),
                decode="policy",
            ),
        ),
    ),
)
