"""What happens to databases: events told of, certificates, versions, maintenance, blue/green deployments."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    # An account has a handful of authorities to choose from, and one that new databases get
    # (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeCertificates.html).
    Collect(
        "AWS::RDS::AccountSettings",
        "rds",
        id="{account}/{region}/AWS::RDS::AccountSettings",
        then=(
            Then(
                "",
                "describe_certificates",
                result="{DefaultCertificateForNewLaunches: DefaultCertificateForNewLaunches,"
                " Certificates: Certificates}",
            ),
            Then(
                "PendingMaintenanceActions",
                "describe_pending_maintenance_actions",
                result="PendingMaintenanceActions",
            ),
        ),
    ),
    # The ends of support, AWS's and not the account's: the same everywhere. DescribeDBEngineVersions would list each
    # minor version with all it can do, in every region
    # (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBMajorEngineVersions.html).
    Collect(
        "AWS::RDS::DBMajorEngineVersion",
        "rds",
        "describe_db_major_engine_versions",
        "DBMajorEngineVersions[]",
        id="{account}/global/AWS::RDS::DBMajorEngineVersion/{Engine}/{MajorEngineVersion}",
        scope="global",
        page_size=100,
    ),
    Collect(
        "AWS::RDS::EventSubscription",
        "rds",
        "describe_event_subscriptions",
        "EventSubscriptionsList[]",
        id="{EventSubscriptionArn}",
        name="CustSubscriptionId",
        page_size=100,
        gone=("SubscriptionNotFound", "SubscriptionNotFoundFault"),
        then=(
            Then("Tags", "list_tags_for_resource", {"ResourceName": "EventSubscriptionArn"}, "TagList", optional=True),
        ),
    ),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html
    Collect(
        "AWS::RDS::BlueGreenDeployment",
        "rds",
        "describe_blue_green_deployments",
        "BlueGreenDeployments[]",
        id="arn:{partition}:rds:{region}:{account}:deployment:{BlueGreenDeploymentIdentifier}",
        name="BlueGreenDeploymentName",
        page_size=100,
    ),
    # What is copied on into a warehouse, as it happens.
    Collect(
        "AWS::RDS::Integration",
        "rds",
        "describe_integrations",
        "Integrations[]",
        id="{IntegrationArn}",
        name="IntegrationName",
        page_size=100,
    ),
)
