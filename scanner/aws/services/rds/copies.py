"""What is saved of databases: snapshots with whom they are shared with, automated backups, exports to S3."""

from __future__ import annotations

from scanner.aws.table import Collect, Then


def _attributes(operation: str, identifier: str, result: str) -> Then:
    """Who may restore a snapshot; only manual ones can be shared.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """
    return Then(
        "Attributes", operation, {identifier: identifier}, result, when="not_null(SnapshotType, 'manual') == 'manual'"
    )


TABLE = (
    Collect(
        "AWS::RDS::DBSnapshot",
        "rds",
        "describe_db_snapshots",
        "DBSnapshots[]",
        id="{DBSnapshotArn}",
        name="DBSnapshotIdentifier",
        page_size=100,
        gone=("DBSnapshotNotFound", "DBSnapshotNotFoundFault"),
        volatile=("PercentProgress",),
        then=(
            _attributes(
                "describe_db_snapshot_attributes",
                "DBSnapshotIdentifier",
                "DBSnapshotAttributesResult.DBSnapshotAttributes",
            ),
        ),
    ),
    Collect(
        "AWS::RDS::DBClusterSnapshot",
        "rds",
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots[]",
        id="{DBClusterSnapshotArn}",
        name="DBClusterSnapshotIdentifier",
        page_size=100,
        gone=("DBClusterSnapshotNotFoundFault",),
        volatile=("PercentProgress",),
        then=(
            _attributes(
                "describe_db_cluster_snapshot_attributes",
                "DBClusterSnapshotIdentifier",
                "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
            ),
        ),
    ),
    # AWS numbers these apart from their databases; the number is not in every answer, the database's is.
    # Those of deleted databases and those kept in other regions are only here
    # (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html).
    Collect(
        "AWS::RDS::DBInstanceAutomatedBackup",
        "rds",
        "describe_db_instance_automated_backups",
        "DBInstanceAutomatedBackups[].merge(@, {DbiResourceId: DbiResourceId || DBInstanceIdentifier})",
        id="{account}/{region}/AWS::RDS::DBInstanceAutomatedBackup/{DbiResourceId}",
        name="DBInstanceIdentifier",
        page_size=100,
        volatile=("RestoreWindow",),
    ),
    Collect(
        "AWS::RDS::DBClusterAutomatedBackup",
        "rds",
        "describe_db_cluster_automated_backups",
        "DBClusterAutomatedBackups[]",
        id="{DBClusterAutomatedBackupsArn}",
        name="DBClusterIdentifier",
        page_size=100,
        volatile=("RestoreWindow",),
    ),
    Collect(
        "AWS::RDS::ExportTask",
        "rds",
        "describe_export_tasks",
        "ExportTasks[]",
        id="{account}/{region}/AWS::RDS::ExportTask/{ExportTaskIdentifier}",
        name="ExportTaskIdentifier",
        page_size=100,
        volatile=("PercentProgress", "TotalExtractedDataInGB"),
    ),
)
