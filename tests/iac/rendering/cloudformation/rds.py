"""RDS, as a template writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.cloudformation.parts import MAIN, Resources, main, move, plain
from rendering.words import Config, NotInCode, in_force, without

_DB_NAMES = {
    "IAMDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "PerformanceInsightsEnabled": "EnablePerformanceInsights",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
    "ReadReplicaSourceDBInstanceIdentifier": "SourceDBInstanceIdentifier",
    "ReadReplicaSourceDBClusterIdentifier": "SourceDBClusterIdentifier",
    "EnabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "HttpEndpointEnabled": "EnableHttpEndpoint",
    "ReplicationSourceIdentifier": "ReplicationSourceIdentifier",
    "DBClusterParameterGroup": "DBClusterParameterGroupName",
    "ScalingConfigurationInfo": "ScalingConfiguration",
}


def _database(type_: str, group: str, option: str) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        out: Config = {}
        secret = config.pop("MasterUserSecret", None)
        _written(config, secret)
        members: Resources = {}
        if type_.endswith("Cluster") and config.pop("MultiAZ", False):
            members = {f"M{zone}": _member(zone) for zone in "ab"}
        if secret:
            out["ManageMasterUserPassword"] = True
        endpoint = config.pop("Endpoint", None)
        if isinstance(endpoint, dict) and endpoint.get("Port"):
            out["Port"] = endpoint["Port"]
        move(config, out, "VPCSecurityGroups", "VPCSecurityGroups")
        move(config, out, "OptionGroupMemberships", option, lambda v: v[0]["OptionGroupName"])
        move(config, out, "DBParameterGroups", group, lambda v: v[0]["DBParameterGroupName"])
        move(
            config,
            out,
            "DBSubnetGroup",
            "DBSubnetGroupName",
            lambda v: v if isinstance(v, str) else v["DBSubnetGroupName"],
        )
        move(config, out, "AssociatedRoles", "AssociatedRoles", lambda v: [without(item, ("Status",)) for item in v])
        beside = _parameters(config, out, type_, group)
        for gone in ("DBInstanceArn", "CertificateDetails", "StorageEncryptionType", "DbiResourceId"):
            config.pop(gone, None)
        out.update({_DB_NAMES.get(name, name): value for name, value in config.items() if value is not None})
        return main(type_, out, **beside, **members)

    return render


def _member(zone: str) -> Config:
    properties = {
        "DBClusterIdentifier": {"Ref": MAIN},
        "Engine": "aurora-postgresql",
        "AvailabilityZone": f"eu-west-1{zone}",
    }
    return {"Type": "AWS::RDS::DBInstance", "Properties": properties}


def _written(config: Config, secret: Any) -> None:
    if config.get("StorageEncryptionType") in ("sse-rds", "none") and "StorageEncrypted" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")
    if secret and secret.get("SecretStatus", "active") != "active":
        raise NotInCode("how a secret fares is told only live")
    if not in_force(config):
        raise NotInCode("a group is in force from the start")
    for member in ("InternetAccessGatewayEnabled", "ActivityStreamStatus"):
        if member in config:
            raise NotInCode(f"CloudFormation does not write {member}")


def _parameters(config: Config, out: Config, type_: str, member: str) -> Resources:
    """The parameter group with the parameters of the example."""
    chosen = config.pop("Parameters", None)
    if chosen is None:
        return {}
    kind = type_.replace("DBInstance", "DBParameterGroup").replace("DBCluster", "DBClusterParameterGroup")
    out[member] = {"Ref": "Group"}
    family = {"Family": config.pop("Family", "postgres16"), "Description": "d", "Parameters": chosen}
    return {
        "Group": {
            "Type": kind.replace("DBClusterParameterGroupParameterGroup", "DBClusterParameterGroup"),
            "Properties": family,
        }
    }


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::RDS::DBInstance": _database("AWS::RDS::DBInstance", "DBParameterGroupName", "OptionGroupName"),
    "AWS::RDS::DBCluster": _database("AWS::RDS::DBCluster", "DBClusterParameterGroupName", "OptionGroupName"),
    "AWS::RDS::EventSubscription": plain("AWS::RDS::EventSubscription"),
    "AWS::RDS::DBSubnetGroup": plain("AWS::RDS::DBSubnetGroup"),
}
