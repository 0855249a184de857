"""RDS: which property of an instance or a cluster is which member of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.iac.cloudformation.shape import Convert, each, flag, items, keep, members, text, whole

_Table = Mapping[str, tuple[str, Convert]]


def lowered(value: Any) -> Any:
    """A name, which RDS stores in lower case."""
    found = text(value)
    return found.lower() if isinstance(found, str) else found


_ROLES = items(members({"RoleArn": text, "FeatureName": text}), ordered=False)
_TEXTS = items(text, ordered=False)

_BOTH: _Table = {
    "AllocatedStorage": ("AllocatedStorage", whole),
    "AssociatedRoles": ("AssociatedRoles", _ROLES),
    "AutoMinorVersionUpgrade": ("AutoMinorVersionUpgrade", flag),
    "BackupRetentionPeriod": ("BackupRetentionPeriod", whole),
    "CopyTagsToSnapshot": ("CopyTagsToSnapshot", flag),
    "DatabaseInsightsMode": ("DatabaseInsightsMode", text),
    "DeletionProtection": ("DeletionProtection", flag),
    "EnableCloudwatchLogsExports": ("EnabledCloudwatchLogsExports", _TEXTS),
    "EnableIAMDatabaseAuthentication": ("IAMDatabaseAuthenticationEnabled", flag),
    "Engine": ("Engine", text),
    "EngineLifecycleSupport": ("EngineLifecycleSupport", text),
    "EngineVersion": ("EngineVersion", text),
    "Iops": ("Iops", whole),
    "KmsKeyId": ("KmsKeyId", text),
    "MasterUsername": ("MasterUsername", text),
    "MonitoringInterval": ("MonitoringInterval", whole),
    "MonitoringRoleArn": ("MonitoringRoleArn", text),
    "NetworkType": ("NetworkType", text),
    "PerformanceInsightsRetentionPeriod": ("PerformanceInsightsRetentionPeriod", whole),
    "PreferredBackupWindow": ("PreferredBackupWindow", text),
    "PreferredMaintenanceWindow": ("PreferredMaintenanceWindow", text),
    "PubliclyAccessible": ("PubliclyAccessible", flag),
    "StorageEncrypted": ("StorageEncrypted", flag),
    "StorageType": ("StorageType", text),
}
INSTANCE: _Table = {
    **_BOTH,
    "AvailabilityZone": ("AvailabilityZone", text),
    "BackupTarget": ("BackupTarget", text),
    "CACertificateIdentifier": ("CACertificateIdentifier", text),
    "CharacterSetName": ("CharacterSetName", text),
    "CustomIAMInstanceProfile": ("CustomIamInstanceProfile", text),
    "DBClusterIdentifier": ("DBClusterIdentifier", lowered),
    "DBInstanceClass": ("DBInstanceClass", text),
    "DBName": ("DBName", text),
    "DedicatedLogVolume": ("DedicatedLogVolume", flag),
    "EnablePerformanceInsights": ("PerformanceInsightsEnabled", flag),
    "LicenseModel": ("LicenseModel", text),
    "MaxAllocatedStorage": ("MaxAllocatedStorage", whole),
    "MultiAZ": ("MultiAZ", flag),
    "NcharCharacterSetName": ("NcharCharacterSetName", text),
    "PerformanceInsightsKMSKeyId": ("PerformanceInsightsKMSKeyId", text),
    "ProcessorFeatures": ("ProcessorFeatures", items(members({"Name": text, "Value": text}), ordered=False)),
    "PromotionTier": ("PromotionTier", whole),
    "ReplicaMode": ("ReplicaMode", text),
    "SourceDBClusterIdentifier": ("ReadReplicaSourceDBClusterIdentifier", text),
    "SourceDBInstanceIdentifier": ("ReadReplicaSourceDBInstanceIdentifier", text),
    "StorageThroughput": ("StorageThroughput", whole),
    "TdeCredentialArn": ("TdeCredentialArn", text),
    "Timezone": ("Timezone", text),
    "VPCSecurityGroups": ("VpcSecurityGroups", each("VpcSecurityGroupId", Status="active")),
}
CLUSTER: _Table = {
    **_BOTH,
    "AvailabilityZones": ("AvailabilityZones", _TEXTS),
    "BacktrackWindow": ("BacktrackWindow", whole),
    "DatabaseName": ("DatabaseName", text),
    "DBClusterInstanceClass": ("DBClusterInstanceClass", text),
    "DBClusterParameterGroupName": ("DBClusterParameterGroup", lowered),
    "DBSubnetGroupName": ("DBSubnetGroup", lowered),
    "EnableHttpEndpoint": ("HttpEndpointEnabled", flag),
    "EngineMode": ("EngineMode", text),
    "GlobalClusterIdentifier": ("GlobalClusterIdentifier", text),
    "PerformanceInsightsEnabled": ("PerformanceInsightsEnabled", flag),
    "PerformanceInsightsKmsKeyId": ("PerformanceInsightsKMSKeyId", text),
    "Port": ("Port", whole),
    "ReplicationSourceIdentifier": ("ReplicationSourceIdentifier", text),
    "ScalingConfiguration": ("ScalingConfigurationInfo", members({"AutoPause": flag})),
    "ServerlessV2ScalingConfiguration": ("ServerlessV2ScalingConfiguration", keep),
    "VpcSecurityGroupIds": ("VpcSecurityGroups", each("VpcSecurityGroupId", Status="active")),
}
