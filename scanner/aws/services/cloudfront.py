"""CloudFront: distributions with their origins, and the identities by which they read origins."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:cloudfront::{account}:"
# What the listing leaves out of the configuration.
_MORE = "DistributionConfig.{Logging: Logging, DefaultRootObject: DefaultRootObject}"

TABLE = (
    # An origin's custom headers are how an origin knows its distribution: their values are secrets.
    Collect(
        "AWS::CloudFront::Distribution",
        "cloudfront",
        "list_distributions",
        "DistributionList.Items[]",
        id="{ARN}",
        name="DomainName",
        scope="global",
        gone=("NoSuchDistribution", "NoSuchResource"),
        secret=("DistributionList.Items[].Origins.Items[].CustomHeaders.Items[].HeaderValue",),
        ordered=("contains",),
        then=(
            Then(
                "",
                "get_distribution_config",
                {"Id": "Id"},
                _MORE,
                secret=("DistributionConfig.Origins.Items[].CustomHeaders.Items[].HeaderValue",),
            ),
            Then("Tags", "list_tags_for_resource", {"Resource": "ARN"}, "Tags.Items"),
        ),
    ),
    Collect(
        "AWS::CloudFront::OriginAccessControl",
        "cloudfront",
        "list_origin_access_controls",
        "OriginAccessControlList.Items[]",
        id=_ARN + "origin-access-control/{Id}",
        name="Name",
        scope="global",
    ),
    Collect(
        "AWS::CloudFront::CloudFrontOriginAccessIdentity",
        "cloudfront",
        "list_cloud_front_origin_access_identities",
        "CloudFrontOriginAccessIdentityList.Items[]",
        id=_ARN + "origin-access-identity/{Id}",
        scope="global",
    ),
)
