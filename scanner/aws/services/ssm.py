"""Systems Manager: managed nodes, their compliance, and what is shared; never a parameter's value."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:ssm:{region}:{account}:"

TABLE = (
    Collect(
        "AWS::SSM::ManagedInstanceInventory",
        "ssm",
        "describe_instance_information",
        "InstanceInformationList[]",
        id=_ARN + "managed-instance/{InstanceId}",
        name="InstanceId",
        page_size=50,
        volatile=(
            "AssociationOverview",
            "LastAssociationExecutionDate",
            "LastPingDateTime",
            "LastSuccessfulAssociationExecutionDate",
        ),
        then=(
            # AWS says InvalidInstanceId also where the agent does not run: no sign that the node is gone.
            Then(
                "Applications",
                "list_inventory_entries",
                {"InstanceId": "InstanceId", "TypeName": "'AWS:Application'"},
                "Entries[].{Name: Name, Version: Version, Publisher: Publisher}",
                extra="software-inventory",
            ),
        ),
    ),
    Collect(
        "AWS::SSM::ResourceCompliance",
        "ssm",
        "list_resource_compliance_summaries",
        "ResourceComplianceSummaryItems[]",
        id=_ARN + "managed-instance/{ResourceId}/compliance/{ComplianceType}",
        name="ResourceId",
        page_size=50,
        volatile=("ExecutionSummary",),
    ),
    Collect(
        "AWS::SSM::Document",
        "ssm",
        "list_documents",
        "DocumentIdentifiers[]",
        id=_ARN + "document/{Name}",
        name="Name",
        page_size=50,
        params={"Filters": "[{Key: 'Owner', Values: ['Self']}]"},
        gone=("InvalidDocument",),
        then=(
            Then(
                "Permissions",
                "describe_document_permission",
                {"Name": "Name", "PermissionType": "'Share'"},
                "{AccountIds: AccountIds, AccountSharingInfoList: AccountSharingInfoList}",
            ),
        ),
    ),
    Collect(
        "AWS::SSM::AccountSettings",
        "ssm",
        id="{account}/{region}/AWS::SSM::AccountSettings",
        then=(
            # https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
            Then(
                "DocumentPublicSharing",
                "get_service_setting",
                {"SettingId": "'/ssm/documents/console/public-sharing-permission'"},
                "ServiceSetting.SettingValue",
                absent=("ServiceSettingNotFound",),
            ),
        ),
    ),
    Collect(
        "AWS::SSM::Parameter",
        "ssm",
        "describe_parameters",
        "Parameters[]",
        id=_ARN + "parameter/{Name}",
        name="Name",
        page_size=50,
    ),
)
