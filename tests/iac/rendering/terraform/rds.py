"""RDS, as Terraform plans it."""

from __future__ import annotations

from collections.abc import Callable

from rendering.terraform.parts import Part, plain
from rendering.words import Config, NotInCode, attributes, in_force, without

_DB_WORDS = {
    "CACertificateIdentifier": "ca_cert_identifier", "DBInstanceClass": "instance_class", "DBName": "db_name",
    "MasterUsername": "username", "DBInstanceIdentifier": "identifier", "PreferredBackupWindow": "backup_window",
    "ReadReplicaSourceDBInstanceIdentifier": "replicate_source_db",
}  # fmt: skip


_CLUSTER_WORDS = {
    "DBClusterParameterGroup": "db_cluster_parameter_group_name", "HttpEndpointEnabled": "enable_http_endpoint",
    "DBClusterIdentifier": "cluster_identifier", "ScalingConfigurationInfo": "scaling_configuration",
    "ServerlessV2ScalingConfiguration": "serverlessv2_scaling_configuration",
}  # fmt: skip


def _encrypted(config: Config) -> None:
    if not in_force(config):
        raise NotInCode("a group is in force from the start")
    if config.get("StorageEncryptionType") in ("sse-rds", "none") and "StorageEncrypted" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")


def _database(config: Config) -> list[Part]:
    _encrypted(config)
    member = config.get("DBClusterIdentifier") is not None
    type_ = "aws_rds_cluster_instance" if member else "aws_db_instance"
    after = _common(config, type_ if member else "aws_db_instance")
    if config.get("ReadReplicaSourceDBClusterIdentifier"):
        raise NotInCode("Terraform's instances replicate instances")
    group, parameters = _parameters(config, "aws_db_parameter_group")
    options = config.pop("OptionGroupMemberships", None)
    if options:
        after["option_group_name"] = options[0]["OptionGroupName"]
    groups = config.pop("DBParameterGroups", None)
    if groups:
        after["parameter_group_name"] = groups[0]["DBParameterGroupName"]
    config = without(config, ("DBInstanceArn", "CertificateDetails", "StorageEncryptionType", "AssociatedRoles"))
    after |= attributes(config, {**_DB_WORDS, "DBClusterIdentifier": "cluster_identifier"})
    attribute = "db_parameter_group_name" if member else "parameter_group_name"
    return [Part(type_, after, {attribute: group} if group else {}), *parameters]


def _cluster(config: Config) -> list[Part]:
    _encrypted(config)
    for member in ("InternetAccessGatewayEnabled", "AutoMinorVersionUpgrade", "ActivityStreamKinesisStreamName"):
        if member in config:
            raise NotInCode(f"Terraform does not write {member}")
    members = [
        Part(
            "aws_rds_cluster_instance",
            {"identifier": f"m{zone}", "availability_zone": f"eu-west-1{zone}"},
            {"cluster_identifier": "aws_rds_cluster.this.id"},
            f"m{zone}",
        )
        for zone in ("ab" if config.pop("MultiAZ", False) else "")
    ]
    streams = config.pop("ActivityStreamStatus", "stopped")
    key = config.pop("ActivityStreamKmsKeyId", "arn:aws:kms:eu-west-1:111122223333:key/k")
    if streams != "stopped":
        members.append(
            Part(
                "aws_rds_cluster_activity_stream",
                {"kms_key_id": key, "mode": "async"},
                {"resource_arn": "aws_rds_cluster.this.arn"},
            )
        )
    after = _common(config, "aws_rds_cluster")
    group, parameters = _parameters(config, "aws_rds_cluster_parameter_group")
    roles = config.pop("AssociatedRoles", None)
    if roles:
        after["iam_roles"] = [item["RoleArn"] for item in roles]
    config = without(config, ("DBClusterArn", "StorageEncryptionType"))
    after |= attributes(config, _CLUSTER_WORDS)
    group_of = {"db_cluster_parameter_group_name": group} if group else {}
    return [Part("aws_rds_cluster", after, group_of), *parameters, *members]


def _common(config: Config, type_: str) -> Config:
    after: Config = {}
    secret = config.pop("MasterUserSecret", None)
    if secret and secret.get("SecretStatus", "active") != "active":
        raise NotInCode("how a secret fares is told only live")
    if secret:
        after["manage_master_user_password"] = True
    endpoint = config.pop("Endpoint", None)
    if isinstance(endpoint, dict) and endpoint.get("Port") and type_ != "aws_rds_cluster":
        after["port"] = endpoint["Port"]
    subnets = config.pop("DBSubnetGroup", None)
    if subnets:
        after["db_subnet_group_name"] = subnets if isinstance(subnets, str) else subnets["DBSubnetGroupName"]
    groups = config.pop("VpcSecurityGroups", None)
    if groups:
        after["vpc_security_group_ids"] = [item["VpcSecurityGroupId"] for item in groups]
    return after


def _parameters(config: Config, type_: str) -> tuple[str, list[Part]]:
    chosen = config.pop("Parameters", None)
    if chosen is None:
        return "", []
    after = {
        "family": config.pop("Family", "postgres16"),
        "parameter": [{"name": name, "value": value, "apply_method": "immediate"} for name, value in chosen.items()],
    }
    return f"{type_}.this.name", [Part(type_, after)]


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::RDS::DBInstance": _database,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::EventSubscription": plain("aws_db_event_subscription"),
    "AWS::RDS::DBSubnetGroup": plain("aws_db_subnet_group"),
}
