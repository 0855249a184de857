"""The account's public access block, and general purpose buckets, each asked in its own region."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_BUCKET = {"Bucket": "Name"}
_VERSIONED = "VersioningConfiguration.Status == 'Enabled'"

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
            # Both ends of a replication must have versioning enabled, and it cannot be suspended while there is one
            # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html,
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-and-other-bucket-configs.html).
            Then(
                "ReplicationConfiguration",
                "get_bucket_replication",
                _BUCKET,
                "ReplicationConfiguration",
                when=_VERSIONED,
                absent=("ReplicationConfigurationNotFoundError",),
            ),
            # "After you enable Object Lock on a bucket, you can't disable Object Lock or suspend versioning for that
            # bucket." (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html)
            Then(
                "ObjectLockConfiguration",
                "get_object_lock_configuration",
                _BUCKET,
                "ObjectLockConfiguration",
                when=_VERSIONED,
                absent=("ObjectLockConfigurationNotFoundError",),
            ),
            Then(
                "LifecycleConfiguration",
                "get_bucket_lifecycle_configuration",
                _BUCKET,
                absent=("NoSuchLifecycleConfiguration",),
            ),
            Then("NotificationConfiguration", "get_bucket_notification_configuration", _BUCKET),
            Then(
                "InventoryConfigurations",
                "list_bucket_inventory_configurations",
                _BUCKET,
                "InventoryConfigurationList",
                extra="bucket-inventory",
            ),
            Then(
                "AccelerateConfiguration",
                "get_bucket_accelerate_configuration",
                _BUCKET,
                extra="transfer-acceleration",
            ),
            Then("Tags", "get_bucket_tagging", _BUCKET, "TagSet", absent=("NoSuchTagSet",)),
        ),
    ),
)
