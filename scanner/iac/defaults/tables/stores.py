"""Option groups, proxies, global clusters and file systems.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, after, constants, nulls, outside

_UNREAD = "what is not read from code yet"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::RDS::OptionGroup": {
        **after(
            ON_CREATION, "OptionGroupArn OptionGroupName CopyTimestamp OptionGroupArn OptionGroupName OptionGroupName"
        ),
        **nulls("SourceAccountId SourceOptionGroup SourceRegion"),
        **constants([], "Options"),
        **outside("the group", "EngineName MajorEngineVersion OptionGroupDescription"),
        **outside(_UNREAD, "AllowsVpcAndNonVpcInstanceMemberships VpcId"),
    },
    "AWS::RDS::DBProxy": {
        **after(
            ON_CREATION,
            "DBProxyArn DBProxyName CreatedDate UpdatedDate Endpoint Status DBProxyArn DBProxyName "
            "DBProxyArn DBProxyName",
        ),
        "DebugLogging": Constant(value=False),
        "RequireTLS": Constant(value=False),
        "IdleClientTimeout": Constant(1800),
        "DefaultAuthScheme": Constant("NONE"),
        **constants([], "Auth"),
        **outside("the proxy", "EngineFamily RoleArn VpcSubnetIds"),
        **outside("the VPC's default security group", "VpcSecurityGroupIds"),
        **outside(_UNREAD, "EndpointNetworkType TargetConnectionNetworkType TargetGroups Targets VpcId"),
    },
    "AWS::RDS::GlobalCluster": {
        **after(
            ON_CREATION,
            "GlobalClusterArn GlobalClusterIdentifier GlobalClusterResourceId GlobalClusterMembers "
            "Status Endpoint GlobalClusterArn GlobalClusterIdentifier GlobalClusterIdentifier",
        ),
        "DeletionProtection": Constant(value=False),
        **nulls("DatabaseName FailoverState"),
        **outside("the cluster that it is made of", "Engine EngineVersion StorageEncrypted StorageEncryptionType"),
        **outside(_UNREAD, "EngineLifecycleSupport"),
    },
    "AWS::EFS::FileSystem": {
        **after(
            ON_CREATION,
            "FileSystemArn FileSystemId CreationTime CreationToken LifeCycleState Name OwnerId "
            "NumberOfMountTargets MountTargets FileSystemArn FileSystemId FileSystemArn FileSystemId",
        ),
        "Encrypted": Constant(value=False),
        "PerformanceMode": Constant("generalPurpose"),
        "ThroughputMode": Constant("bursting"),
        **outside("the key that the account has for EFS", "KmsKeyId"),
        **outside(
            _UNREAD,
            "AvailabilityZoneId AvailabilityZoneName BackupPolicy FileSystemPolicy "
            "FileSystemProtection ProvisionedThroughputInMibps",
        ),
    },
}
