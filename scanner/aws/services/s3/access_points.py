"""Access points: of a region, of several regions, and those behind which a function changes what is read."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ACCOUNT = {"AccountId": "account"}
_POINT = {"AccountId": "account", "Name": "Name"}
_NO_POLICY = ("NoSuchAccessPointPolicy",)

TABLE = (
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
        params=_ACCOUNT,
        gone=("NoSuchAccessPoint",),
        then=(
            Then(
                "PublicAccessBlockConfiguration",
                "get_access_point",
                _POINT,
                "PublicAccessBlockConfiguration",
                optional=True,
            ),
            Then("Policy", "get_access_point_policy", _POINT, "Policy", absent=_NO_POLICY, decode="policy"),
        ),
    ),
    # The requests for these are answered in Oregon only, for all of an account's
    # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html); the routes by
    # five regions, Oregon among them
    # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetMultiRegionAccessPointRoutes.html).
    Collect(
        "AWS::S3::MultiRegionAccessPoint",
        "s3control",
        "list_multi_region_access_points",
        "AccessPoints[].merge(@, {PublicAccessBlockConfiguration: PublicAccessBlock})",
        id="arn:{partition}:s3::{account}:accesspoint/{Alias}",
        name="Name",
        scope="global",
        page_size=1000,
        params=_ACCOUNT,
        gone=("NoSuchMultiRegionAccessPoint",),
        then=(
            # What is proposed is in force nowhere yet, or not everywhere
            # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_MultiRegionAccessPointPolicyDocument.html).
            Then(
                "Policy",
                "get_multi_region_access_point_policy",
                _POINT,
                "Policy.Established.Policy",
                absent=_NO_POLICY,
                optional=True,
                decode="policy",
            ),
            Then(
                "Routes",
                "get_multi_region_access_point_routes",
                {
                    "AccountId": "account",
                    "Mrap": "join('', ['arn:', partition, ':s3::', account, ':accesspoint/', Alias])",
                },
                "Routes",
                when="Status == 'READY'",
            ),
        ),
    ),
    Collect(
        "AWS::S3ObjectLambda::AccessPoint",
        "s3control",
        "list_access_points_for_object_lambda",
        "ObjectLambdaAccessPointList[].{Arn: ObjectLambdaAccessPointArn, Name: Name, Alias: Alias}",
        id="{Arn}",
        name="Name",
        page_size=1000,
        params=_ACCOUNT,
        gone=("NoSuchAccessPoint",),
        then=(
            Then(
                "PublicAccessBlockConfiguration",
                "get_access_point_for_object_lambda",
                _POINT,
                "PublicAccessBlockConfiguration",
                optional=True,
            ),
            Then(
                "ObjectLambdaConfiguration",
                "get_access_point_configuration_for_object_lambda",
                _POINT,
                "Configuration",
            ),
            Then(
                "Policy",
                "get_access_point_policy_for_object_lambda",
                _POINT,
                "Policy",
                absent=_NO_POLICY,
                decode="policy",
            ),
        ),
    ),
)
