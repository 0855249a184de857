"""CloudTrail: trails of this account in their home region, trails of its organization, and event data stores.

A listing without shadow trails names each trail once, in its home region; in a member account it leaves out those of
the organization (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html). These are a
type of their own, as the account sees them: their ARN is the management account's.
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_DELIVERIES = (
    "LatestCloudWatchLogsDeliveryTime",
    "LatestDeliveryAttemptSucceeded",
    "LatestDeliveryAttemptTime",
    "LatestDeliveryTime",
    "LatestDigestDeliveryTime",
    "LatestNotificationAttemptSucceeded",
    "LatestNotificationAttemptTime",
    "LatestNotificationTime",
)

TABLE = (
    # A place for what is said of an account: which trails there are in any region.
    Collect(
        "AWS::CloudTrail::AccountSettings",
        "cloudtrail",
        id="{account}/global/AWS::CloudTrail::AccountSettings",
        scope="global",
    ),
    # With shadow trails, one call in one region names those of all regions that record everywhere.
    Collect(
        "AWS::CloudTrail::MultiRegionTrail",
        "cloudtrail",
        "describe_trails",
        "trailList[?IsMultiRegionTrail]",
        id="{account}/global/AWS::CloudTrail::MultiRegionTrail/{TrailARN}",
        name="Name",
        scope="global",
    ),
    Collect(
        "AWS::CloudTrail::Trail",
        "cloudtrail",
        "describe_trails",
        "trailList[]",
        id="{TrailARN}",
        name="Name",
        params={"includeShadowTrails": "`false`"},
        gone=("TrailNotFoundException",),
        then=(
            Then("Status", "get_trail_status", {"Name": "TrailARN"}, volatile=_DELIVERIES),
            Then(
                "EventSelectors",
                "get_event_selectors",
                {"TrailName": "TrailARN"},
                "{EventSelectors: EventSelectors, AdvancedEventSelectors: AdvancedEventSelectors}",
            ),
            Then(
                "InsightSelectors",
                "get_insight_selectors",
                {"TrailName": "TrailARN"},
                "InsightSelectors",
                when="HasInsightSelectors",
                absent=("InsightNotEnabledException",),
            ),
            Then(
                "Tags",
                "list_tags",
                {"ResourceIdList": "[TrailARN]"},
                "ResourceTagList[0].TagsList || `[]`",
            ),
        ),
    ),
    Collect(
        "AWS::CloudTrail::OrganizationTrail",
        "cloudtrail",
        "describe_trails",
        "trailList[?IsOrganizationTrail]",
        id="{account}/global/AWS::CloudTrail::OrganizationTrail/{TrailARN}",
        name="Name",
        scope="global",
        gone=("TrailNotFoundException",),
        # In the account whose trail it is, `AWS::CloudTrail::Trail` has the answers.
        then=(
            Then(
                "Status",
                "get_trail_status",
                {"Name": "TrailARN"},
                when="!contains(TrailARN, join('', [':', account, ':']))",
                volatile=_DELIVERIES,
            ),
            Then(
                "EventSelectors",
                "get_event_selectors",
                {"TrailName": "TrailARN"},
                "{EventSelectors: EventSelectors, AdvancedEventSelectors: AdvancedEventSelectors}",
                when="!contains(TrailARN, join('', [':', account, ':']))",
            ),
        ),
    ),
    Collect(
        "AWS::CloudTrail::EventDataStore",
        "cloudtrail",
        "list_event_data_stores",
        "EventDataStores[].{EventDataStoreArn: EventDataStoreArn, Name: Name}",
        id="{EventDataStoreArn}",
        name="Name",
        gone=("EventDataStoreNotFoundException",),
        then=(
            Then(
                "",
                "get_event_data_store",
                {"EventDataStore": "EventDataStoreArn"},
                "{Status: Status, AdvancedEventSelectors: AdvancedEventSelectors, MultiRegionEnabled:"
                " MultiRegionEnabled, OrganizationEnabled: OrganizationEnabled, RetentionPeriod: RetentionPeriod,"
                " TerminationProtectionEnabled: TerminationProtectionEnabled, KmsKeyId: KmsKeyId,"
                " FederationStatus: FederationStatus}",
            ),
        ),
    ),
)
