"""Inspector: what it scans in a region, and how many findings each instance has by severity."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::InspectorV2::AccountSettings",
        "inspector2",
        id="{account}/{region}/AWS::InspectorV2::AccountSettings",
        then=(
            Then(
                "AccountStatus",
                "batch_get_account_status",
                result="accounts[0].{State: state.status, ResourceState: resourceState}",
                optional=True,
            ),
            Then(
                "Ec2InstanceFindings",
                "list_finding_aggregations",
                {"aggregationType": "'AWS_EC2_INSTANCE'"},
                "responses[].ec2InstanceAggregation.{InstanceId: instanceId, AccountId: accountId,"
                " SeverityCounts: severityCounts}",
                when="AccountStatus.State == 'ENABLED'",
            ),
        ),
    ),
)
