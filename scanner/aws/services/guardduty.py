"""GuardDuty: a region's detector with its features, who administers it and where findings go; plans for buckets."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    # A place for what is said of a region: that there is none of the types below.
    Collect("AWS::GuardDuty::AccountSettings", "guardduty", id="{account}/{region}/AWS::GuardDuty::AccountSettings"),
    Collect(
        "AWS::GuardDuty::Detector",
        "guardduty",
        "list_detectors",
        "DetectorIds[].{DetectorId: @}",
        id="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}",
        name="DetectorId",
        page_size=50,
        then=(
            Then(
                "",
                "get_detector",
                {"DetectorId": "DetectorId"},
                "{Status: Status, FindingPublishingFrequency: FindingPublishingFrequency, DataSources: DataSources,"
                " Features: Features, CreatedAt: CreatedAt, Tags: Tags}",
            ),
            Then(
                "Administrator",
                "get_administrator_account",
                {"DetectorId": "DetectorId"},
                "Administrator.{AccountId: AccountId, RelationshipStatus: RelationshipStatus}",
                optional=True,
            ),
            Then(
                "PublishingDestinations",
                "list_publishing_destinations",
                {"DetectorId": "DetectorId"},
                "Destinations",
            ),
        ),
    ),
    Collect(
        "AWS::GuardDuty::MalwareProtectionPlan",
        "guardduty",
        "list_malware_protection_plans",
        "MalwareProtectionPlans[]",
        id="arn:{partition}:guardduty:{region}:{account}:malware-protection-plan/{MalwareProtectionPlanId}",
        name="MalwareProtectionPlanId",
        gone=("ResourceNotFoundException",),
        then=(
            Then(
                "",
                "get_malware_protection_plan",
                {"MalwareProtectionPlanId": "MalwareProtectionPlanId"},
                "{Role: Role, ProtectedResource: ProtectedResource, Actions: Actions, Status: Status,"
                " StatusReasons: StatusReasons, Tags: Tags}",
            ),
        ),
    ),
)
