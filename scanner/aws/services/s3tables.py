"""S3 Tables: buckets of tables with who may use them and how they are encrypted."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_BUCKET = {"tableBucketARN": "arn"}
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_s3Buckets_GetTableBucketPolicy.html
_NONE = ("NotFoundException",)

TABLE = (
    Collect(
        "AWS::S3Tables::TableBucket",
        "s3tables",
        "list_table_buckets",
        "tableBuckets[]",
        id="{arn}",
        name="name",
        page_size=1000,
        then=(
            Then(
                "ResourcePolicy",
                "get_table_bucket_policy",
                _BUCKET,
                "resourcePolicy",
                absent=_NONE,
                decode="policy",
            ),
            Then(
                "EncryptionConfiguration",
                "get_table_bucket_encryption",
                _BUCKET,
                "encryptionConfiguration",
                absent=_NONE,
            ),
            Then("Tags", "list_tags_for_resource", {"resourceArn": "arn"}, "tags", optional=True),
        ),
    ),
)
