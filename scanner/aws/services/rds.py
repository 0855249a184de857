"""RDS: instances and clusters, snapshots with whom they are shared with, parameter groups, subscriptions.

DocumentDB and Neptune answer through the same calls; `Engine` tells them apart.
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

# Marks that move by themselves while the service runs.
_MOVING = ("LatestRestorableTime", "EarliestRestorableTime")
_JUDGED = "['rds.force_ssl', 'require_secure_transport']"
"""The parameters that rules judge: a group has some 400, in pages of 100."""
_FILTER = {"Filters": f"[{{Name: 'parameter-name', Values: {_JUDGED}}}]"}
_PARAMETERS = f"Parameters[?contains({_JUDGED}, ParameterName)]"


def _attributes(operation: str, identifier: str, result: str) -> Then:
    """Who may restore a snapshot; only manual ones can be shared.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """
    return Then(
        "Attributes", operation, {identifier: identifier}, result, when="not_null(SnapshotType, 'manual') == 'manual'"
    )


TABLE = (
    Collect(
        "AWS::RDS::DBInstance",
        "rds",
        "describe_db_instances",
        "DBInstances[]",
        id="{DBInstanceArn}",
        name="DBInstanceIdentifier",
        page_size=100,
        volatile=_MOVING,
    ),
    Collect(
        "AWS::RDS::DBCluster",
        "rds",
        "describe_db_clusters",
        "DBClusters[]",
        id="{DBClusterArn}",
        name="DBClusterIdentifier",
        page_size=100,
        volatile=(*_MOVING, "EarliestBacktrackTime", "BacktrackConsumedChangeRecords"),
    ),
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
    Collect(
        "AWS::RDS::DBParameterGroup",
        "rds",
        "describe_db_parameter_groups",
        "DBParameterGroups[]",
        id="{DBParameterGroupArn}",
        name="DBParameterGroupName",
        page_size=100,
        gone=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
        then=(
            Then(
                "Parameters",
                "describe_db_parameters",
                {"DBParameterGroupName": "DBParameterGroupName", **_FILTER},
                _PARAMETERS,
                narrowing=tuple(_FILTER),
            ),
        ),
    ),
    Collect(
        "AWS::RDS::DBClusterParameterGroup",
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[]",
        id="{DBClusterParameterGroupArn}",
        name="DBClusterParameterGroupName",
        page_size=100,
        gone=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
        then=(
            Then(
                "Parameters",
                "describe_db_cluster_parameters",
                {"DBClusterParameterGroupName": "DBClusterParameterGroupName", **_FILTER},
                _PARAMETERS,
                narrowing=tuple(_FILTER),
            ),
        ),
    ),
    Collect(
        "AWS::RDS::DBSubnetGroup",
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups[]",
        id="{DBSubnetGroupArn}",
        name="DBSubnetGroupName",
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
    ),
)
