"""RDS's option groups, proxies and global clusters, and EFS.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_RDS.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
"""

from __future__ import annotations

from scanner.iac.rows.language import Plain, inside, row

ROWS = (
    Plain(
        "AWS::RDS::OptionGroup",
        "aws_db_option_group",
        "AWS::RDS::OptionGroup",
        (
            row("EngineName", "engine_name"),
            row("MajorEngineVersion", "major_engine_version"),
            row("OptionGroupDescription", "option_group_description"),
            inside(
                "Options",
                "option",
                row("OptionName", "option_name"),
                row("Port", "port", kind="number"),
                many=True,
                property_="OptionConfigurations",
            ),
        ),
        {"OptionGroupArn": "arn", "OptionGroupName": "name"},
        {"OptionGroupName": ""},
        name="OptionGroupName",
    ),
    Plain(
        "AWS::RDS::DBProxy",
        "aws_db_proxy",
        "AWS::RDS::DBProxy",
        (
            inside(
                "Auth",
                "auth",
                row("AuthScheme", "auth_scheme"),
                row("IAMAuth", "iam_auth"),
                row("ClientPasswordAuthType", "client_password_auth_type"),
                row("SecretArn", "secret_arn", kind="id"),
                many=True,
            ),
            row("DebugLogging", "debug_logging", kind="flag"),
            row("DefaultAuthScheme", "default_auth_scheme"),
            row("EngineFamily", "engine_family"),
            row("IdleClientTimeout", "idle_client_timeout", kind="number"),
            row("RequireTLS", "require_tls", kind="flag"),
            row("RoleArn", "role_arn", kind="id"),
            row("VpcSecurityGroupIds", "vpc_security_group_ids", kind="ids"),
            row("VpcSubnetIds", "vpc_subnet_ids", kind="ids"),
        ),
        {"DBProxyArn": "arn", "DBProxyName": "name"},
        {"DBProxyArn": "DBProxyArn", "DBProxyName": ""},
        name="DBProxyName",
    ),
    Plain(
        "AWS::RDS::GlobalCluster",
        "aws_rds_global_cluster",
        "AWS::RDS::GlobalCluster",
        (
            row("DatabaseName", "database_name", ""),
            row("DeletionProtection", "deletion_protection", kind="flag"),
            row("Engine", "engine"),
            row("EngineVersion", "engine_version"),
            row("StorageEncrypted", "storage_encrypted", kind="flag"),
        ),
        {"GlobalClusterArn": "arn", "GlobalClusterIdentifier": "global_cluster_identifier"},
        {"GlobalClusterIdentifier": ""},
        name="GlobalClusterIdentifier",
    ),
    Plain(
        "AWS::EFS::FileSystem",
        "aws_efs_file_system",
        "AWS::EFS::FileSystem",
        (
            row("Encrypted", "encrypted", kind="flag"),
            row("KmsKeyId", "kms_key_id", kind="id"),
            row("PerformanceMode", "performance_mode"),
            row("ThroughputMode", "throughput_mode"),
        ),
        {"FileSystemArn": "arn", "FileSystemId": "id"},
        {"FileSystemArn": "Arn", "FileSystemId": ""},
        tags="FileSystemTags",
    ),
)
