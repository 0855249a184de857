"""RDS: instances and clusters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.iac import databases
from scanner.iac.cloudformation.holes import Hole, More, attribute, outside
from scanner.iac.cloudformation.rds_members import CLUSTER, INSTANCE, lowered
from scanner.iac.cloudformation.shape import each, flag, ordered_last, tags, text, told, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.model import Why

_INSTANCE, _CLUSTER, _SUBNETS = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::RDS::DBSubnetGroup"
_RESTORED = (
    "DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "SourceDBInstanceIdentifier", "SourceDbiResourceId",
    "SourceDBInstanceAutomatedBackupsArn", "SourceDBClusterIdentifier", "SnapshotIdentifier", "RestoreTime",
    "UseLatestRestorableTime", "RestoreToTime", "GlobalClusterIdentifier", "ReplicationSourceIdentifier",
)  # fmt: skip
"""Properties by which a database is made from another one, or joins one."""
_FROM_SOURCE = ("StorageEncrypted", "KmsKeyId", "MasterUsername", "Engine", "EngineVersion", "AllocatedStorage")
_OF_CLUSTER = (
    "StorageEncrypted", "StorageEncryptionType", "KmsKeyId", "BackupRetentionPeriod", "MasterUsername",
    "VpcSecurityGroups", "Engine", "EngineVersion",
)  # fmt: skip


def _instance(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::RDS::DBInstance`, alone or in a cluster."""
    name = entry.get("DBInstanceIdentifier", lowered, attribute(entry.logical))
    config = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": attribute(f"{entry.logical}.DBInstanceArn"),
        **told(entry.props, INSTANCE),
        "MasterUserSecret": _secret(entry),
    }
    cluster = config.get("DBClusterIdentifier")
    if cluster is None:
        _from_source(entry, config)
    else:
        _like_cluster(config, _cluster_of(entry, stack))
    _groups(entry, config)
    _encryption(config)
    _network(entry, stack, config)
    yield Draft(_INSTANCE, entry, config, name=name, tags=entry.get("Tags", tags, {}))


def _cluster_of(entry: Entry, stack: Stack) -> Mapping[str, Any] | None:
    """What the template says of the cluster of an instance."""
    owner = stack.owner(entry.props.get("DBClusterIdentifier"), _CLUSTER)
    return next(_cluster(owner, stack)).config if owner else None


def _like_cluster(config: dict[str, Any], cluster: Mapping[str, Any] | None) -> None:
    """Encryption, backups and users are the cluster's, and AWS asks the cluster for IAM's tokens."""
    elsewhere = outside("the cluster is outside the template")
    for member in _OF_CLUSTER:
        theirs = elsewhere if cluster is None else cluster.get(member)
        if theirs is not None and (member not in config or member == "StorageEncrypted"):
            config[member] = theirs
    config |= dict.fromkeys(("DeletionProtection", "MultiAZ"), False)
    config["IAMDatabaseAuthenticationEnabled"] = outside("AWS tells it of the cluster")
    group = cluster.get("DBSubnetGroup") if cluster else elsewhere
    if group is not None:
        known = isinstance(group, str) or (isinstance(group, Hole) and group.token)
        config["DBSubnetGroup"] = {"DBSubnetGroupName": group} if known else group


def _from_source(entry: Entry, config: dict[str, Any]) -> None:
    """What a restore or a replica takes over from its source, whatever else is written."""
    source = next((name for name in _RESTORED if entry.props.get(name) is not None), None)
    if source is None:
        return
    theirs = outside(f"what {source} names")
    key = config.get("KmsKeyId")
    keyed = isinstance(key, str) or (isinstance(key, Hole) and key.stable)
    config["StorageEncrypted"] = True if keyed else theirs
    for member in (*_FROM_SOURCE, "BackupRetentionPeriod"):
        config.setdefault(member, theirs)


def _secret(entry: Entry) -> Any:
    """Whether Secrets Manager holds the password; never the password."""
    managed = entry.get("ManageMasterUserPassword", flag, default=False)
    if managed is not True:
        return managed if isinstance(managed, Hole) else None
    given = entry.props.get("MasterUserSecret")
    key = given.get("KmsKeyId") if isinstance(given, dict) else given
    return {
        "SecretArn": attribute(f"{entry.logical}.MasterUserSecret.SecretArn"),
        "SecretStatus": "active",
        "KmsKeyId": outside("the account's key for Secrets Manager") if key is None else text(key),
    }


def _groups(entry: Entry, config: dict[str, Any]) -> None:
    """The parameter group, in force from the start, and the port."""
    engine, version = config.get("Engine"), config.get("EngineVersion")
    group = entry.get("DBParameterGroupName", lowered, databases.default_group(engine, version))
    group = outside("the default group of the engine's version") if group is None else group
    config["DBParameterGroups"] = [{"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"}]
    port = entry.get("Port", whole, databases.default_port(engine))
    address = attribute(f"{entry.logical}.Endpoint.Address")
    config["Endpoint"] = {"Address": address, "Port": outside("the engine") if port is None else port}
    options = entry.get("OptionGroupName", lowered)
    if options is not None:
        config["OptionGroupMemberships"] = [{"OptionGroupName": options, "Status": "in-sync"}]


def _encryption(config: dict[str, Any]) -> None:
    """The kind of encryption and the key that follow from what is said."""
    encrypted = config.get("StorageEncrypted", False)
    if isinstance(encrypted, Hole):
        config.setdefault("StorageEncryptionType", encrypted)
        config.setdefault("KmsKeyId", encrypted)
        return
    kind = databases.encryption_type(config.get("Engine"), encrypted)
    if kind is not None:
        config["StorageEncryptionType"] = kind
    if encrypted and config.get("KmsKeyId") is None:
        config["KmsKeyId"] = outside("the account's key aws/rds in the region")


def _network(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """The subnet group, of which the template may say more, and whether there is a public address."""
    name = entry.get("DBSubnetGroupName", lowered)
    if name is not None:
        config["DBSubnetGroup"] = {"DBSubnetGroupName": name}
    group = config.get("DBSubnetGroup")
    if isinstance(group, dict):
        name = group["DBSubnetGroupName"]
        owner = stack.owner(name, _SUBNETS)
        elsewhere = outside("the subnet group is outside the template")
        group["Subnets"] = owner.get("SubnetIds", each("SubnetIdentifier"), elsewhere) if owner else elsewhere
        group["VpcId"] = _vpc_of(owner, stack) if owner else elsewhere
    if "PubliclyAccessible" not in config:
        stated = "" if isinstance(name, Hole) and name.stable else group if isinstance(group, Hole) else name
        public = databases.publicly_accessible(config.get("Engine"), stated)
        if public is not None:
            config["PubliclyAccessible"] = public


def _vpc_of(group: Entry, stack: Stack) -> Any:
    """The VPC of the first subnet that the template makes."""
    listed = group.props.get("SubnetIds")
    for item in listed if isinstance(listed, list) else ():
        subnet = stack.owner(item, "AWS::EC2::Subnet")
        if subnet is not None and subnet.props.get("VpcId") is not None:
            return text(subnet.props["VpcId"])
    return outside("the VPC of the group's subnets")


def _cluster(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::RDS::DBCluster` with the instances of the template."""
    name = entry.get("DBClusterIdentifier", lowered, attribute(entry.logical))
    config = {
        "DBClusterIdentifier": name,
        "DBClusterArn": attribute(f"{entry.logical}.DBClusterArn"),
        "Endpoint": attribute(f"{entry.logical}.Endpoint.Address"),
        **told(entry.props, CLUSTER),
        "MasterUserSecret": _secret(entry),
    }
    _from_source(entry, config)
    if config.get("EngineMode") == "serverless":
        config["StorageEncrypted"] = True
    _encryption(config)
    engine = config.get("Engine")
    port, group = databases.default_port(engine), databases.default_group(engine, config.get("EngineVersion"))
    for member, value in (("Port", port), ("DBClusterParameterGroup", group)):
        if value is not None:
            config.setdefault(member, value)
    _members(entry, stack, config)
    yield Draft(_CLUSTER, entry, config, name=name, tags=entry.get("Tags", tags, {}))


def _members(entry: Entry, stack: Stack, config: dict[str, Any]) -> None:
    """The cluster's instances, and whether they lie in several zones."""
    if config.get("DBClusterInstanceClass") is not None:
        config["MultiAZ"] = True
        return
    found = stack.satellites(entry, _INSTANCE, "DBClusterIdentifier")
    sure = [item.entry for item in found if item.doubt is None]
    members: list[Any] = [_member(item) for item in sure]
    if len(found) > len(sure):
        members.append(More(Why.AFTER_APPLY, "instances that may belong to the cluster"))
    config["DBClusterMembers"] = ordered_last(members)
    zones = [item.get("AvailabilityZone", text) for item in sure]
    if len({zone for zone in zones if isinstance(zone, str)}) > 1:
        config["MultiAZ"] = True
    elif len(found) > 1:
        config["MultiAZ"] = Hole(Why.AFTER_APPLY, message="AWS chooses the zones of the cluster's instances")
    else:
        config["MultiAZ"] = False


def _member(item: Entry) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": item.get("DBInstanceIdentifier", lowered, attribute(item.logical)),
        "IsClusterWriter": outside("Aurora chooses the writer"),
        "DBClusterParameterGroupStatus": "in-sync",
        "PromotionTier": item.get("PromotionTier", whole, 1),
    }


BUILDERS = {_INSTANCE: _instance, _CLUSTER: _cluster}
