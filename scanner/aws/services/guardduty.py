"""GuardDuty: a region's detector with its features, and who administers it."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
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
        ),
    ),
)
