"""S3 Access Grants: an instance a region at most, the locations it may hand out, and to whom it does."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ACCOUNT = {"AccountId": "account"}
_INSTANCE = "AWS::S3::AccessGrantsInstance"
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3AccessGrantsErrorCodeList
_NONE = ("AccessGrantsInstanceNotExistsError",)

TABLE = (
    Collect(
        _INSTANCE,
        "s3control",
        "list_access_grants_instances",
        "AccessGrantsInstancesList[]",
        id="{AccessGrantsInstanceArn}",
        name="AccessGrantsInstanceId",
        page_size=1000,
        params=_ACCOUNT,
        absent=_NONE,
        gone=_NONE,
        then=(
            Then(
                "Policy",
                "get_access_grants_instance_resource_policy",
                _ACCOUNT,
                "Policy",
                absent=("AccessGrantsInstanceResourcePolicyNotExists",),
                decode="policy",
            ),
        ),
    ),
    Collect(
        "AWS::S3::AccessGrantsLocation",
        "s3control",
        "list_access_grants_locations",
        "AccessGrantsLocationsList[]",
        id="{AccessGrantsLocationArn}",
        name="AccessGrantsLocationId",
        parent=_INSTANCE,
        page_size=1000,
        params=_ACCOUNT,
        gone=_NONE,
    ),
    Collect(
        "AWS::S3::AccessGrant",
        "s3control",
        "list_access_grants",
        "AccessGrantsList[]",
        id="{AccessGrantArn}",
        name="AccessGrantId",
        parent=_INSTANCE,
        page_size=1000,
        params=_ACCOUNT,
        gone=_NONE,
    ),
)
