"""RDS: instances, alone or in a cluster.

Encryption, backups and users of a cluster's member are the cluster's; of a replica, its source's:
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
"""

from __future__ import annotations

import copy
from typing import Any

from scanner.iac import databases
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Drafts, Kind
from scanner.iac.terraform.fields import opaque, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.types import rds_fields as fields
from scanner.iac.terraform.types import rds_storage as storage
from scanner.model import Unknown

_INSTANCE, _CLUSTER, _SUBNETS = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::RDS::DBSubnetGroup"
_INSTANCES = Table(
    _INSTANCE,
    (),
    {"DBInstanceArn": "arn", "DBInstanceIdentifier": "identifier"},
    name="DBInstanceIdentifier",
)
_OF_CLUSTER = (
    "StorageEncrypted",
    "StorageEncryptionType",
    "KmsKeyId",
    "BackupRetentionPeriod",
    "MasterUsername",
    "VpcSecurityGroups",
    "Engine",
    "EngineVersion",
)
"""What a member has in common with its cluster."""


def _instance(planned: Planned) -> Draft:
    member = planned.type == "aws_rds_cluster_instance"
    draft = _INSTANCES.read(planned, *(fields.MEMBER if member else fields.INSTANCE))
    storage.lower_name(draft, "DBInstanceIdentifier")
    config = draft.config
    _endpoint(draft)
    _parameter_group(draft, "db_parameter_group_name" if member else "parameter_group_name")
    options = values.identifier(Cell.of(planned, "option_group_name"))
    if options is not None:
        config["OptionGroupMemberships"] = [{"OptionGroupName": options, **_in_sync(draft, "Status")}]
    _subnet_group(draft)
    if member:
        # AWS lets a member be deleted whatever the cluster says, and asks the cluster for IAM's tokens.
        config.update(dict.fromkeys(("DeletionProtection", "MultiAZ"), False))
        config["IAMDatabaseAuthenticationEnabled"] = unresolved("AWS tells it of the cluster")
    else:
        _alone(draft)
    return draft


def _endpoint(draft: Draft) -> None:
    """There is an address once it is made; the port is AWS's for the engine where none is said."""
    planned = draft.planned
    port = values.number(Cell.of(planned, "port"))
    if port is None:
        port = databases.default_port(draft.config.get("Engine"))
    address = values.text(Cell.of(planned, "address"))
    address = address if isinstance(address, str) else opaque(f"{planned.address}.address")
    draft.config["Endpoint"] = {"Address": address, "Port": unresolved("the engine") if port is None else port}


def _in_sync(draft: Draft, member: str) -> dict[str, Any]:
    """A group is in force at once where the instance is made with it; what a change needs, nobody tells."""
    return {member: "in-sync" if draft.new else unresolved("whether its values are in force")}


def _parameter_group(draft: Draft, attribute: str) -> None:
    name = fields.lowered(Cell.of(draft.planned, attribute))
    if name is None and draft.new:
        name = databases.default_group(draft.config.get("Engine"), draft.config.get("EngineVersion"))
    if name is None:
        name = unresolved("the default group of the engine's version")
    draft.config["DBParameterGroups"] = [{"DBParameterGroupName": name, **_in_sync(draft, "ParameterApplyStatus")}]


def _subnet_group(draft: Draft) -> None:
    name = fields.lowered(Cell.of(draft.planned, "db_subnet_group_name"))
    if name is not None:
        draft.config["DBSubnetGroup"] = {"DBSubnetGroupName": name}


def _alone(draft: Draft) -> None:
    """An instance outside any cluster."""
    config, planned = draft.config, draft.planned
    config["DBClusterIdentifier"] = None
    config["MasterUserSecret"] = storage.secret(draft)
    source = config.get("ReadReplicaSourceDBInstanceIdentifier")
    if not draft.new:
        return
    # The provider always sends these two; AWS's own defaults never come into play.
    config.setdefault("PubliclyAccessible", False)
    if storage.restored(planned):
        storage.from_source(config, "what the instance is restored from")
        config.setdefault("BackupRetentionPeriod", unresolved("what the instance is restored from"))
    elif source is not None:
        storage.from_source(config, "the instance that it replicates")
    config.setdefault("BackupRetentionPeriod", 0)


def _finish(draft: Draft, drafts: Drafts) -> None:
    config = draft.config
    cluster = drafts.find(_CLUSTER, config.get("DBClusterIdentifier"), "DBClusterIdentifier")
    if draft.planned.type == "aws_rds_cluster_instance":
        _like_cluster(draft, cluster)
    elif draft.new:
        _like_source(draft, drafts)
    storage.encryption(draft)
    if draft.new and "PubliclyAccessible" not in config:
        public = databases.publicly_accessible(config.get("Engine"), _subnet_group_name(config.get("DBSubnetGroup")))
        if public is not None:
            config["PubliclyAccessible"] = public
    _network(draft, drafts)


def _subnet_group_name(group: Any) -> Any:
    """The name; of a group that is yet to be made any but `default`, which AWS keeps for itself."""
    name = group.get("DBSubnetGroupName") if isinstance(group, dict) else group
    return "" if isinstance(name, Unknown) and name.kind == "opaque" else name


def _like_cluster(draft: Draft, cluster: Draft | None) -> None:
    for member in _OF_CLUSTER:
        theirs: Any = unresolved("the cluster is not part of the plan")
        if cluster is not None:
            theirs = copy.deepcopy(cluster.config.get(member))
        if member not in draft.config or isinstance(draft.config[member], Unknown):
            draft.config[member] = theirs
    group = fields.lowered(Cell.of(cluster.planned, "db_subnet_group_name")) if cluster else None
    if "DBSubnetGroup" not in draft.config and group is not None:
        draft.config["DBSubnetGroup"] = (
            group if isinstance(group, Unknown) and not group.token else {"DBSubnetGroupName": group}
        )
    if cluster is None or "DBParameterGroups" not in draft.config:
        return
    first = draft.config["DBParameterGroups"][0]
    if draft.new and isinstance(first["DBParameterGroupName"], Unknown) and not first["DBParameterGroupName"].token:
        known = databases.default_group(draft.config.get("Engine"), draft.config.get("EngineVersion"))
        first["DBParameterGroupName"] = known or first["DBParameterGroupName"]


def _like_source(draft: Draft, drafts: Drafts) -> None:
    """A replica in the same region is as encrypted as its source."""
    source = draft.config.get("ReadReplicaSourceDBInstanceIdentifier")
    found = drafts.find(_INSTANCE, source, "DBInstanceIdentifier", "DBInstanceArn")
    if found is None or found.config.get("ReadReplicaSourceDBInstanceIdentifier") is not None:
        return
    for member in storage.FROM_SOURCE:
        if isinstance(draft.config.get(member), Unknown):
            theirs = found.config.get(member, False if member == "StorageEncrypted" and found.new else None)
            draft.config[member] = unresolved("the instance that it replicates") if theirs is None else theirs
    if draft.config.get("StorageEncrypted") is False:
        draft.config["KmsKeyId"] = None


def _network(draft: Draft, drafts: Drafts) -> None:
    """The subnet group that the plan has, in whole; of another only the name is known."""
    group = draft.config.get("DBSubnetGroup")
    if not isinstance(group, dict):
        return
    found = drafts.find(_SUBNETS, group["DBSubnetGroupName"], "DBSubnetGroupName")
    told = copy.deepcopy(found.config) if found else {}
    for member in ("VpcId", "Subnets", "DBSubnetGroupArn", "DBSubnetGroupDescription", "SubnetGroupStatus"):
        group.setdefault(member, told.get(member, unresolved("the subnet group is not part of the plan")))
    group.setdefault("SupportedNetworkTypes", unresolved("the subnets"))


KINDS = (Kind(_INSTANCE, ("aws_db_instance", "aws_rds_cluster_instance"), _instance, finish=_finish),)
