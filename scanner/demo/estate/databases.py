"""RDS: bookings in good order, telemetry not so much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.demo.estate.network import Network

_TAGS = [{"Key": "team", "Value": "trade"}]


def build(rds: Any, network: Network, keys: Mapping[str, str]) -> None:
    """The main region."""
    _subnets(rds, "northwind", network)
    for family, name, parameter, value in (
        ("postgres16", "bookings", "rds.force_ssl", "1"),
        ("postgres16", "telemetry", "rds.force_ssl", "0"),
        ("mysql8.0", "label-archive", "require_secure_transport", "OFF"),
        ("mariadb10.11", "tariff-tables", "require_secure_transport", "1"),
        ("sqlserver-se-15.0", "ledger", "rds.force_ssl", "0"),
    ):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=family, Description=name)
        setting = {"ParameterName": parameter, "ParameterValue": value, "ApplyMethod": "immediate"}
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[setting])
    _instance(
        rds, "bookings", "postgres", "16.4",
        MasterUsername="bookings_owner", PubliclyAccessible=False, MultiAZ=True, BackupRetentionPeriod=14,
        DeletionProtection=True, AutoMinorVersionUpgrade=True, CopyTagsToSnapshot=True, StorageEncrypted=True,
        KmsKeyId=keys["bookings"], EnableIAMDatabaseAuthentication=True, MonitoringInterval=60,
        MonitoringRoleArn="arn:aws:iam::123456789012:role/night-batch",
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
    )  # fmt: skip
    for name, engine, version in (
        ("telemetry", "postgres", "16.4"),
        ("label-archive", "mysql", "8.0.36"),
        ("tariff-tables", "mariadb", "10.11.8"),
        ("ledger", "sqlserver-se", "15.00.4355.3.v1"),
    ):
        _instance(
            rds, name, engine, version,
            MasterUsername="admin", PubliclyAccessible=name == "telemetry", MultiAZ=False, BackupRetentionPeriod=0,
            DeletionProtection=False, AutoMinorVersionUpgrade=False, CopyTagsToSnapshot=False, StorageEncrypted=False,
            EnableIAMDatabaseAuthentication=False, EnableCloudwatchLogsExports=[],
        )  # fmt: skip
    for name, source in (("telemetry-before-move", "telemetry"), ("bookings-2026", "bookings")):
        rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=source)
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="telemetry-before-move", AttributeName="restore", ValuesToAdd=["all"]
    )
    _cluster(rds, "customs", "northwind", MasterUsername="admin", DeletionProtection=False, BackupRetentionPeriod=1)
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="customs-export", DBClusterIdentifier="customs")
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="customs-export", AttributeName="restore", ValuesToAdd=["all"]
    )


def build_second(rds: Any, network: Network, key: str) -> None:
    """The second region: one cluster as it should be."""
    _subnets(rds, "hub", network)
    _cluster(
        rds, "hub", "hub",
        MasterUsername="hub_owner", DeletionProtection=True, BackupRetentionPeriod=14, StorageEncrypted=True,
        KmsKeyId=key, EnableIAMDatabaseAuthentication=True,
    )  # fmt: skip
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="hub-nightly", DBClusterIdentifier="hub")


def _subnets(rds: Any, name: str, network: Network) -> None:
    rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=network.subnets)


def _instance(rds: Any, name: str, engine: str, version: str, **settings: Any) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine=engine,
        EngineVersion=version,
        DBInstanceClass="db.t4g.medium",
        AllocatedStorage=50,
        MasterUserPassword="Never-used-anywhere-1",
        DBSubnetGroupName="northwind",
        DBParameterGroupName=name,
        Tags=_TAGS,
        **settings,
    )


def _cluster(rds: Any, name: str, subnets: str, **settings: Any) -> None:
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="16.4",
        MasterUserPassword="Never-used-anywhere-1",
        DBSubnetGroupName=subnets,
        Tags=_TAGS,
        **settings,
    )
