"""RDS in plans: what exists already, what is not known yet, and what a source or a cluster decides."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Resource, Why

DB, CLUSTER, MEMBER = "aws_db_instance.d", "aws_rds_cluster.c", "aws_rds_cluster_instance.m"
ARN = "arn:aws:rds:eu-west-1:111122223333:db:d"
BORN: dict[str, Any] = dict.fromkeys(
    ("arn", "address", "id", "backup_retention_period", "multi_az", "kms_key_id", "snapshot_identifier"), True
)
STATE = {
    "arn": ARN, "identifier": "d", "id": "db-ABC", "engine": "mysql", "engine_version": "8.0.36", "storage_encrypted": False,
    "kms_key_id": "", "backup_retention_period": 7, "publicly_accessible": True, "multi_az": False, "port": 3306,
    "deletion_protection": False, "parameter_group_name": "own", "address": "d.x.eu-west-1.rds.amazonaws.com",
    "enabled_cloudwatch_logs_exports": [], "monitoring_interval": 0, "username": "keeper",
}  # fmt: skip


def instance(*more: dict[str, Any], settings: dict[str, Any] | None = None, **after: Any) -> Resource:
    holes = {name: True for name in BORN if name not in after} | dict.fromkeys(settings or {}, True)
    told = {"identifier": "d", "engine": "mysql", **after}
    return read([change(DB, told, unknown=holes), *more], [configured(DB, settings)])[DB]


def members(resource: Resource, **expected: Any) -> None:
    assert {name: resource.config.get(name, "unknown") for name in expected} == expected


def test_an_instance_that_exists_is_told_by_its_state() -> None:
    found = read([change(DB, STATE, before=STATE)])[DB]
    assert (found.physical_id, found.account) == (ARN, "111122223333")
    members(
        found, StorageEncrypted=False, StorageEncryptionType="none", BackupRetentionPeriod=7, PubliclyAccessible=True,
        KmsKeyId=None, EnabledCloudwatchLogsExports=None, MasterUsername="keeper", MultiAZ=False,
    )  # fmt: skip
    assert found.config["Endpoint"] == {"Address": "d.x.eu-west-1.rds.amazonaws.com", "Port": 3306}
    assert found.config["DBParameterGroups"] == [{"DBParameterGroupName": "own"}]
    assert found.unknown["/DBParameterGroups/0/ParameterApplyStatus"].why is Why.OUT_OF_SCOPE
    # The state does not hold it, so nothing of it is known.
    assert found.unknown["/CopyTagsToSnapshot"].why is Why.OUT_OF_SCOPE


def test_values_known_after_apply_are_unknown_and_the_rest_is_known() -> None:
    settings = {name: ref("aws_x.y.z") for name in ("storage_encrypted", "publicly_accessible", "deletion_protection")}
    found = instance(settings=settings)
    for member in ("StorageEncrypted", "StorageEncryptionType", "PubliclyAccessible", "DeletionProtection"):
        assert found.unknown[f"/{member}"].why is Why.AFTER_APPLY
    members(found, MultiAZ=False, BackupRetentionPeriod=0)


@pytest.mark.parametrize(
    ("engine", "version", "group", "port"),
    [
        ("mysql", "8.0.36", "default.mysql8.0", 3306),
        ("postgres", "16", "default.postgres16", 5432),
        ("mariadb", "10.11", "default.mariadb10.11", 3306),
        ("mysql", "8", "unknown", 3306),
        ("sqlserver-ex", "15.00", "unknown", 1433),
        ("oracle-ee", "19", "unknown", 1521),
    ],
)
def test_default_groups_and_ports_follow_the_engine(engine: str, version: str, group: str, port: int) -> None:
    found = instance(engine=engine, engine_version=version)
    assert found.config["DBParameterGroups"][0].get("DBParameterGroupName", "unknown") == group
    assert found.config["Endpoint"]["Port"] == port


def test_a_snapshot_that_is_not_known_yet_still_decides_on_encryption() -> None:
    found = instance(settings={"snapshot_identifier": ref("aws_db_snapshot.s.id")}, storage_encrypted=False)
    assert found.unknown["/StorageEncrypted"].message == "what the instance is restored from"
    keyed = instance(snapshot_identifier="snap", kms_key_id="arn:aws:kms:eu-west-1:111122223333:key/k")
    members(keyed, StorageEncrypted=True, StorageEncryptionType="sse-kms")


def test_an_encrypted_instance_without_a_key_has_one_that_the_plan_does_not_tell() -> None:
    found = instance(storage_encrypted=True)
    members(found, StorageEncrypted=True, StorageEncryptionType="sse-kms")
    assert found.unknown["/KmsKeyId"].why is Why.OUT_OF_SCOPE


def test_a_replica_of_what_is_outside_depends_on_it() -> None:
    found = instance(replicate_source_db="elsewhere")
    assert found.unknown["/StorageEncrypted"].message == "the instance that it replicates"
    members(found, BackupRetentionPeriod=0, ReadReplicaSourceDBInstanceIdentifier="elsewhere")


def cluster(*instances: dict[str, Any], **after: Any) -> dict[str, Resource]:
    told = {"cluster_identifier": "c", "engine": "aurora-mysql", **after}
    return read([change(CLUSTER, told, unknown={"arn": True, "id": True, "storage_encrypted": True}), *instances])


def member(name: str = "m", **after: Any) -> dict[str, Any]:
    told = {"cluster_identifier": "c", "engine": "aurora-mysql", "identifier": name, **after}
    return change(f"aws_rds_cluster_instance.{name}", told, unknown={"arn": True, "id": True})


def test_one_instance_is_in_one_zone_and_two_may_be_in_several() -> None:
    members(cluster()[CLUSTER], MultiAZ=False, DBClusterMembers=[])
    members(cluster(member())[CLUSTER], MultiAZ=False)
    members(cluster(member("m", availability_zone="a"), member("n", availability_zone="a"))[CLUSTER], MultiAZ=False)
    members(cluster(member("m", availability_zone="a"), member("n", availability_zone="b"))[CLUSTER], MultiAZ=True)
    assert cluster(member("m"), member("n"))[CLUSTER].unknown["/MultiAZ"].why is Why.AFTER_APPLY


def test_a_multi_az_cluster_is_what_its_name_says() -> None:
    found = cluster(engine="mysql", db_cluster_instance_class="db.m5d.large", storage_encrypted=False)[CLUSTER]
    members(found, MultiAZ=True, StorageEncryptionType="none")
    assert "/DBClusterMembers" in found.unknown


def test_a_serverless_cluster_is_always_encrypted() -> None:
    members(cluster(engine_mode="serverless")[CLUSTER], StorageEncrypted=True, StorageEncryptionType="sse-kms")


def test_a_cluster_that_joins_a_global_one_depends_on_it() -> None:
    assert "/StorageEncrypted" in cluster(global_cluster_identifier="g")[CLUSTER].unknown


def test_a_member_of_a_cluster_outside_depends_on_it() -> None:
    found = read([member("m", cluster_identifier="elsewhere")])[MEMBER]
    for where in ("/StorageEncrypted", "/BackupRetentionPeriod", "/VpcSecurityGroups"):
        assert found.unknown[where].message == "the cluster is not part of the plan"
    members(found, DBClusterIdentifier="elsewhere", DeletionProtection=False)


def test_a_member_whose_cluster_is_not_certain_leaves_every_cluster_open() -> None:
    settings = configured(MEMBER, {"cluster_identifier": ref("local.which")})
    lost = change(MEMBER, {"identifier": "m", "engine": "aurora-mysql"}, unknown={"cluster_identifier": True})
    told = {"cluster_identifier": "c", "engine": "aurora-mysql"}
    found = read([change(CLUSTER, told, unknown={"arn": True}), lost], [settings])[CLUSTER]
    assert found.unknown["/DBClusterMembers/-"].why is Why.AFTER_APPLY
    assert found.unknown["/MultiAZ"].why is Why.AFTER_APPLY


def group(*parameters: Any, before: Any = None, unknown: Any = None, family: str = "postgres14") -> Resource:
    after = {"name": "g", "family": family, "parameter": list(parameters)}
    item = change("aws_db_parameter_group.g", after, unknown={"arn": True, **(unknown or {})}, before=before)
    return read([item])["aws_db_parameter_group.g"]


def test_parameters_that_are_not_known_yet_leave_the_list_open() -> None:
    found = group({"value": "1"}, unknown={"parameter": [{"name": True}]})
    assert found.config["Parameters"] == []
    assert found.unknown["/Parameters/-"].why is Why.AFTER_APPLY
    value = group({"name": "rds.force_ssl"}, unknown={"parameter": [{"value": True}]})
    assert value.unknown["/Parameters/0/ParameterValue"].why is Why.AFTER_APPLY


def test_a_group_that_exists_holds_what_it_sets_and_may_hold_defaults() -> None:
    state = {"name": "g", "family": "postgres14", "parameter": []}
    found = group(before=state)
    assert found.unknown["/Parameters/-"].why is Why.OUT_OF_SCOPE
    odd = group(family="neptune1")
    assert (odd.config["Parameters"], odd.unknown["/Parameters/-"].why) == ([], Why.OUT_OF_SCOPE)


def test_hostile_names_stay_data() -> None:
    hostile = "D\x1b[31m\n<script>"
    found = instance(identifier=hostile, username=hostile, tags={hostile: hostile})
    assert found.config["DBInstanceIdentifier"] == hostile.lower()
    assert found.config["MasterUsername"] == hostile
    assert found.tags == {hostile: hostile}
