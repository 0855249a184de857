"""RDS: which attribute is which member of DBInstance and DBCluster.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
"""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.fields import Field, block, names, strings
from scanner.iac.terraform.tables import each, wrapped

_GROUPS = each("VpcSecurityGroupId", names, Status="active")


def decimal(cell: Cell) -> Any:
    """A number that may have a fraction: capacity units."""
    value = values.plain(cell)
    return None if isinstance(value, (bool, str)) else value


def lowered(cell: Cell) -> Any:
    """A name, which RDS stores in lower case."""
    value = values.identifier(cell)
    return value.lower() if isinstance(value, str) else value


_COMMON = (
    Field("AvailabilityZone", "availability_zone", values.text),
    Field("AutoMinorVersionUpgrade", "auto_minor_version_upgrade", values.boolean),
    Field("CopyTagsToSnapshot", "copy_tags_to_snapshot", values.boolean),
    Field("CustomIamInstanceProfile", "custom_iam_instance_profile", values.text),
    Field("CACertificateIdentifier", "ca_cert_identifier", values.text),
    Field("DBInstanceClass", "instance_class", values.text),
    Field("Engine", "engine", values.identifier),
    Field("EngineVersion", "engine_version", values.identifier),
    Field("MonitoringInterval", "monitoring_interval", values.number),
    Field("MonitoringRoleArn", "monitoring_role_arn", values.identifier),
    Field("NetworkType", "network_type", values.text),
    Field("PerformanceInsightsEnabled", "performance_insights_enabled", values.boolean),
    Field("PerformanceInsightsKMSKeyId", "performance_insights_kms_key_id", values.identifier),
    Field("PerformanceInsightsRetentionPeriod", "performance_insights_retention_period", values.number),
    Field("PreferredMaintenanceWindow", "maintenance_window", values.text),
    Field("PubliclyAccessible", "publicly_accessible", values.boolean),
)
INSTANCE = (
    *_COMMON,
    Field("AllocatedStorage", "allocated_storage", values.number),
    Field("BackupRetentionPeriod", "backup_retention_period", values.number),
    Field("BackupTarget", "backup_target", values.text),
    Field("CharacterSetName", "character_set_name", values.text),
    Field("CustomerOwnedIpEnabled", "customer_owned_ip_enabled", values.boolean),
    Field("DatabaseInsightsMode", "database_insights_mode", values.text),
    Field("DBName", "db_name", values.text),
    Field("DedicatedLogVolume", "dedicated_log_volume", values.boolean),
    Field("DeletionProtection", "deletion_protection", values.boolean),
    Field("EnabledCloudwatchLogsExports", "enabled_cloudwatch_logs_exports", strings),
    Field("EngineLifecycleSupport", "engine_lifecycle_support", values.text),
    Field("IAMDatabaseAuthenticationEnabled", "iam_database_authentication_enabled", values.boolean),
    Field("Iops", "iops", values.number),
    Field("KmsKeyId", "kms_key_id", values.identifier),
    Field("LicenseModel", "license_model", values.text),
    Field("MasterUsername", "username", values.text),
    Field("MaxAllocatedStorage", "max_allocated_storage", values.number),
    Field("MultiAZ", "multi_az", values.boolean),
    Field("NcharCharacterSetName", "nchar_character_set_name", values.text),
    Field("PreferredBackupWindow", "backup_window", values.text),
    Field("ReadReplicaSourceDBInstanceIdentifier", "replicate_source_db", values.identifier),
    Field("ReplicaMode", "replica_mode", values.text),
    Field("StorageEncrypted", "storage_encrypted", values.boolean),
    Field("StorageThroughput", "storage_throughput", values.number),
    Field("StorageType", "storage_type", values.text),
    Field("Timezone", "timezone", values.text),
    Field("VpcSecurityGroups", "vpc_security_group_ids", _GROUPS),
)
MEMBER = (
    *_COMMON[:-2],
    Field("DBClusterIdentifier", "cluster_identifier", lowered),
    Field("PreferredBackupWindow", "preferred_backup_window", values.text),
    Field("PreferredMaintenanceWindow", "preferred_maintenance_window", values.text),
    Field("PromotionTier", "promotion_tier", values.number),
    Field("PubliclyAccessible", "publicly_accessible", values.boolean),
)
"""An instance of a cluster: what it does not say, the cluster says."""

CLUSTER = (
    Field("AllocatedStorage", "allocated_storage", values.number),
    Field("AssociatedRoles", "iam_roles", each("RoleArn", names, Status="ACTIVE")),
    Field("AvailabilityZones", "availability_zones", strings),
    Field("BacktrackWindow", "backtrack_window", values.number),
    Field("BackupRetentionPeriod", "backup_retention_period", values.number),
    Field("CopyTagsToSnapshot", "copy_tags_to_snapshot", values.boolean),
    Field("CertificateDetails", "ca_certificate_identifier", wrapped("CAIdentifier", values.text)),
    Field("DatabaseInsightsMode", "database_insights_mode", values.text),
    Field("DatabaseName", "database_name", values.text),
    Field("DBClusterInstanceClass", "db_cluster_instance_class", values.text),
    Field("DBClusterParameterGroup", "db_cluster_parameter_group_name", lowered),
    Field("DBSubnetGroup", "db_subnet_group_name", lowered),
    Field("DeletionProtection", "deletion_protection", values.boolean),
    Field("EnabledCloudwatchLogsExports", "enabled_cloudwatch_logs_exports", strings),
    Field("Engine", "engine", values.identifier),
    Field("EngineLifecycleSupport", "engine_lifecycle_support", values.text),
    Field("EngineMode", "engine_mode", values.text),
    Field("EngineVersion", "engine_version", values.identifier),
    Field("GlobalClusterIdentifier", "global_cluster_identifier", values.identifier),
    Field("HttpEndpointEnabled", "enable_http_endpoint", values.boolean),
    Field("IAMDatabaseAuthenticationEnabled", "iam_database_authentication_enabled", values.boolean),
    Field("Iops", "iops", values.number),
    Field("KmsKeyId", "kms_key_id", values.identifier),
    Field("MasterUsername", "master_username", values.text),
    Field("MonitoringInterval", "monitoring_interval", values.number),
    Field("MonitoringRoleArn", "monitoring_role_arn", values.identifier),
    Field("NetworkType", "network_type", values.text),
    Field("PerformanceInsightsEnabled", "performance_insights_enabled", values.boolean),
    Field("PerformanceInsightsKMSKeyId", "performance_insights_kms_key_id", values.identifier),
    Field("PerformanceInsightsRetentionPeriod", "performance_insights_retention_period", values.number),
    Field("Port", "port", values.number),
    Field("PreferredBackupWindow", "preferred_backup_window", values.text),
    Field("PreferredMaintenanceWindow", "preferred_maintenance_window", values.text),
    Field("ReplicationSourceIdentifier", "replication_source_identifier", values.identifier),
    Field(
        "ScalingConfigurationInfo",
        "scaling_configuration",
        block(
            Field("AutoPause", "auto_pause", values.boolean),
            Field("MaxCapacity", "max_capacity", values.number),
            Field("MinCapacity", "min_capacity", values.number),
            Field("SecondsBeforeTimeout", "seconds_before_timeout", values.number),
            Field("SecondsUntilAutoPause", "seconds_until_auto_pause", values.number),
            Field("TimeoutAction", "timeout_action", values.text),
        ),
    ),
    Field(
        "ServerlessV2ScalingConfiguration",
        "serverlessv2_scaling_configuration",
        block(
            Field("MaxCapacity", "max_capacity", decimal),
            Field("MinCapacity", "min_capacity", decimal),
            Field("SecondsUntilAutoPause", "seconds_until_auto_pause", values.number),
        ),
    ),
    Field("StorageEncrypted", "storage_encrypted", values.boolean),
    Field("StorageType", "storage_type", values.text),
    Field("VpcSecurityGroups", "vpc_security_group_ids", _GROUPS),
)
