"""AWS Backup: vaults, plans with what they select, and what has been backed up.

ListProtectedResources tells of each resource when it was backed up last, into which vault and as which recovery
point; ListRecoveryPointsByResource would cost a call for each of them and tell no more of that.
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListProtectedResources.html
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_PLAN = "AWS::Backup::BackupPlan"
_GONE = ("ResourceNotFoundException",)

TABLE = (
    # Which types are backed up at all where a selection names resources by tag or type
    # (https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html).
    Collect(
        "AWS::Backup::AccountSettings",
        "backup",
        id="{account}/{region}/AWS::Backup::AccountSettings",
        then=(Then("", "describe_region_settings"),),
    ),
    Collect(
        "AWS::Backup::BackupVault",
        "backup",
        "list_backup_vaults",
        "BackupVaultList[]",
        id="{BackupVaultArn}",
        name="BackupVaultName",
        page_size=1000,
        volatile=("NumberOfRecoveryPoints",),
        then=(
            Then(
                "AccessPolicy",
                "get_backup_vault_access_policy",
                {"BackupVaultName": "BackupVaultName"},
                "Policy",
                absent=_GONE,
                optional=True,
                decode="policy",
            ),
            Then("Tags", "list_tags", {"ResourceArn": "BackupVaultArn"}, "Tags", optional=True),
        ),
    ),
    Collect(
        _PLAN,
        "backup",
        "list_backup_plans",
        "BackupPlansList[]",
        id="{BackupPlanArn}",
        name="BackupPlanName",
        page_size=1000,
        gone=_GONE,
        volatile=("LastExecutionDate",),
        then=(
            Then("BackupPlan", "get_backup_plan", {"BackupPlanId": "BackupPlanId"}, "BackupPlan"),
            Then("Tags", "list_tags", {"ResourceArn": "BackupPlanArn"}, "Tags", optional=True),
        ),
    ),
    Collect(
        "AWS::Backup::BackupSelection",
        "backup",
        "list_backup_selections",
        "BackupSelectionsList[]",
        id="{parent}/selection/{SelectionId}",
        name="SelectionName",
        parent=_PLAN,
        params={"BackupPlanId": "BackupPlanId"},
        page_size=1000,
        gone=_GONE,
        then=(
            Then(
                "BackupSelection",
                "get_backup_selection",
                {"BackupPlanId": "BackupPlanId", "SelectionId": "SelectionId"},
                "BackupSelection",
            ),
        ),
    ),
    Collect(
        "AWS::Backup::ProtectedResource",
        "backup",
        "list_protected_resources",
        "Results[]",
        id="{account}/{region}/AWS::Backup::ProtectedResource/{ResourceArn}",
        name="ResourceName",
        page_size=1000,
    ),
)
