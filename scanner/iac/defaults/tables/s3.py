"""S3: buckets and the account's block of public access."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, Depends, after, nulls, outside

_BLOCK_ALL = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_AES256 = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}],
}

# Block Public Access and disabled ACLs since April 2023, SSE-S3 since January 2023:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
_BUCKET: dict[str, Default] = {
    **after(ON_CREATION, "Name CreationDate BucketRegion"),
    "PublicAccessBlockConfiguration": Constant(_BLOCK_ALL),
    "OwnershipControls": Constant({"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}),
    "BucketEncryption": Constant(_AES256),
    "VersioningConfiguration": Constant({}),
    "AccelerateConfiguration": Constant({}),
    **outside("what is not read from code yet", "InventoryConfigurations"),
    "NotificationConfiguration": Constant({}),
    "Acl": Constant(None),
    **nulls(
        "Policy LoggingConfiguration WebsiteConfiguration CorsConfiguration ReplicationConfiguration "
        "ObjectLockConfiguration LifecycleConfiguration BucketArn"
    ),
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html
_ACCESS_POINT: dict[str, Default] = {
    **after(ON_CREATION, "Name Arn"),
    "Bucket": Depends("the bucket"),
    **outside("the account of the bucket", "BucketAccountId"),
    "NetworkOrigin": Constant("Internet"),
    "PublicAccessBlockConfiguration": Constant(_BLOCK_ALL),
    **nulls("VpcConfiguration Policy"),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::S3::Bucket": _BUCKET,
    "AWS::S3::AccessPoint": _ACCESS_POINT,
    "AWS::S3::AccountSettings": outside("the account's setting", "PublicAccessBlockConfiguration"),
}
