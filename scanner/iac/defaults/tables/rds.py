"""RDS: instances, clusters, parameter groups, subnet groups, snapshots, subscriptions.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import (
    ACCOUNT,
    ON_CREATION,
    Constant,
    Default,
    Depends,
    after,
    constants,
    nulls,
    off,
    outside,
)

_DEFAULT_CA = "the account's default certificate authority in the region"
_SOURCE = "what the database is restored from, or the engine"

_DATABASE: dict[str, Default] = {
    "StorageEncrypted": Constant(value=False),
    "StorageEncryptionType": Depends("the engine and how the storage is encrypted"),
    "KmsKeyId": Constant(None),
    **off("DeletionProtection IAMDatabaseAuthenticationEnabled CopyTagsToSnapshot PerformanceInsightsEnabled"),
    "AutoMinorVersionUpgrade": Constant(value=True),
    "BackupRetentionPeriod": Constant(1),
    "MonitoringInterval": Constant(0),
    "PendingModifiedValues": Constant({}),
    **nulls(
        "MonitoringRoleArn MasterUserSecret PerformanceInsightsKMSKeyId PerformanceInsightsRetentionPeriod "
        "PercentProgress DBSystemId AutomaticRestartTime AwsBackupRecoveryPointArn Iops StorageThroughput "
        "ActivityStreamKmsKeyId ActivityStreamKinesisStreamName ActivityStreamMode"
    ),
    "ActivityStreamStatus": Constant("stopped"),
    **constants([], "AssociatedRoles DomainMemberships StatusInfos"),
    "EnabledCloudwatchLogsExports": Constant(None),
    **outside(_SOURCE, "Engine EngineVersion MasterUsername AllocatedStorage CharacterSetName"),
    **outside("the default subnet group, else the default VPC", "DBSubnetGroup"),
    **outside("the VPC's default security group", "VpcSecurityGroups"),
    **outside("the subnet group", "PubliclyAccessible"),
    **outside(_DEFAULT_CA, "CertificateDetails"),
    **outside("the engine and the instance class", "StorageType DatabaseInsightsMode NetworkType UpgradeRolloutOrder"),
    **after(ON_CREATION, "PreferredBackupWindow PreferredMaintenanceWindow Endpoint"),
    "EngineLifecycleSupport": Depends("the engine"),
    "MultiAZ": Constant(value=False),
}

_INSTANCE: dict[str, Default] = {
    **_DATABASE,
    **after(
        ON_CREATION,
        "DBInstanceIdentifier DBInstanceArn DbiResourceId InstanceCreateTime AvailabilityZone "
        "SecondaryAvailabilityZone DbInstancePort BackupTarget StorageOperationStatus "
        "StorageOperationPercentProgress StorageVolumeStatus IsStorageConfigUpgradeAvailable",
    ),
    "DBInstanceStatus": Constant("available"),
    "DBInstanceClass": Depends("the instance class"),
    **outside("the engine and its version", "DBParameterGroups OptionGroupMemberships LicenseModel PromotionTier"),
    **outside(_DEFAULT_CA, "CACertificateIdentifier"),
    **outside("the engine", "MultiTenant DBName"),
    **nulls(
        "DBClusterIdentifier ReadReplicaSourceDBInstanceIdentifier ReadReplicaSourceDBClusterIdentifier ReplicaMode "
        "TdeCredentialArn Timezone NcharCharacterSetName EnhancedMonitoringResourceArn ListenerEndpoint "
        "MaxAllocatedStorage AutomationMode ResumeFullAutomationModeTime CustomIamInstanceProfile "
        "ActivityStreamEngineNativeAuditFieldsIncluded ActivityStreamPolicyStatus DBCapacityReservationIdentifier"
    ),
    **constants(
        [],
        "DBSecurityGroups ReadReplicaDBInstanceIdentifiers ReadReplicaDBClusterIdentifiers ProcessorFeatures "
        "DBInstanceAutomatedBackupsReplications AdditionalStorageVolumes",
    ),
    **off("CustomerOwnedIpEnabled DedicatedLogVolume"),
}

_CLUSTER: dict[str, Default] = {
    **_DATABASE,
    **after(
        ON_CREATION,
        "DBClusterIdentifier DBClusterArn DbClusterResourceId ClusterCreateTime ReaderEndpoint HostedZoneId "
        "AvailabilityZones DBClusterMembers Capacity CloneGroupId IOOptimizedNextAllowedModificationTime "
        "ServerlessV2PlatformVersion",
    ),
    "Status": Constant("available"),
    "EngineMode": Constant("provisioned"),
    **outside("the engine and its version", "DBClusterParameterGroup DBClusterOptionGroupMemberships Port"),
    "DatabaseName": Depends(_SOURCE),
    **nulls(
        "ReplicationSourceIdentifier BacktrackWindow ScalingConfigurationInfo RdsCustomClusterConfiguration "
        "DBClusterInstanceClass CrossAccountClone GlobalClusterIdentifier GlobalWriteForwardingStatus "
        "GlobalWriteForwardingRequested ServerlessV2ScalingConfiguration LocalWriteForwardingStatus "
        "LimitlessDatabase ClusterScalabilityType VPCNetworkingEnabled InternetAccessGatewayEnabled"
    ),
    **constants([], "CustomEndpoints ReadReplicaIdentifiers"),
    "HttpEndpointEnabled": Constant(value=False),
}

_SNAPSHOT: dict[str, Default] = {
    **outside(
        "the database that the snapshot is taken of",
        "Engine EngineVersion AllocatedStorage Port VpcId MasterUsername LicenseModel StorageType StorageThroughput "
        "KmsKeyId StorageEncryptionType IAMDatabaseAuthenticationEnabled BackupRetentionPeriod PreferredBackupWindow "
        "DBSystemId",
    ),
    "Status": Constant("available"),
    "SnapshotType": Constant("manual"),
    **after(ON_CREATION, "SnapshotCreateTime"),
    "Attributes": Constant([{"AttributeName": "restore", "AttributeValues": []}]),
}

_DB_SNAPSHOT: dict[str, Default] = {
    **_SNAPSHOT,
    **after(
        ON_CREATION,
        "DBSnapshotIdentifier DBSnapshotArn OriginalSnapshotCreateTime SnapshotDatabaseTime "
        "FullSnapshotSizeInBytes SnapshotAvailabilityZone",
    ),
    **outside(
        "the database that the snapshot is taken of",
        "DBInstanceIdentifier Encrypted AvailabilityZone InstanceCreateTime Iops OptionGroupName TdeCredentialArn "
        "Timezone ProcessorFeatures DbiResourceId SnapshotTarget MultiTenant DedicatedLogVolume "
        "AdditionalStorageVolumes",
    ),
    **nulls("SourceRegion SourceDBSnapshotIdentifier"),
}

_CLUSTER_SNAPSHOT: dict[str, Default] = {
    **_SNAPSHOT,
    **after(ON_CREATION, "DBClusterSnapshotIdentifier DBClusterSnapshotArn"),
    **outside(
        "the cluster that the snapshot is taken of",
        "DBClusterIdentifier StorageEncrypted AvailabilityZones EngineMode ClusterCreateTime DbClusterResourceId",
    ),
    **nulls("SourceDBClusterSnapshotArn"),
}


def _parameter_group(kind: str) -> dict[str, Default]:
    return {
        **after(ON_CREATION, f"{kind}Name {kind}Arn"),
        "DBParameterGroupFamily": Depends("the family of the group"),
        "Description": Depends("the group's description"),
        "Parameters": Depends("the family's defaults"),
    }


TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::RDS::DBInstance": _INSTANCE,
    "AWS::RDS::DBCluster": _CLUSTER,
    "AWS::RDS::DBSnapshot": _DB_SNAPSHOT,
    "AWS::RDS::DBClusterSnapshot": _CLUSTER_SNAPSHOT,
    "AWS::RDS::DBParameterGroup": _parameter_group("DBParameterGroup"),
    "AWS::RDS::DBClusterParameterGroup": _parameter_group("DBClusterParameterGroup"),
    "AWS::RDS::DBSubnetGroup": {
        **after(ON_CREATION, "DBSubnetGroupName DBSubnetGroupArn Subnets SupportedNetworkTypes"),
        "DBSubnetGroupDescription": Depends("the group's description"),
        "SubnetGroupStatus": Constant("Complete"),
        "VpcId": Depends("the VPC of its subnets"),
    },
    "AWS::RDS::EventSubscription": {
        **after(ON_CREATION, "CustSubscriptionId EventSubscriptionArn SubscriptionCreationTime"),
        **outside(ACCOUNT, "CustomerAwsId"),
        "SnsTopicArn": Depends("the topic"),
        "Status": Constant("active"),
        "Enabled": Constant(value=True),
        **nulls("SourceType"),
        **constants([], "SourceIdsList EventCategoriesList"),
    },
}
