"""RDS: snapshots that a plan takes, and with whom it shares them.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Drafts, Kind
from scanner.iac.terraform.fields import Field, strings
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.types.rds_fields import lowered

_TAKEN_OVER = ("StorageEncryptionType", "KmsKeyId", "Engine", "EngineVersion", "MasterUsername")
_HELD = (
    Field("KmsKeyId", "kms_key_id", values.text),
    Field("Engine", "engine", values.text),
    Field("EngineVersion", "engine_version", values.text),
    Field("SnapshotType", "snapshot_type", values.text),
)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A snapshot of instances, or of clusters: `database` is the type, `owner` the member that names it."""

    table: Table
    database: str
    owner: str
    encrypted: str

    def build(self, planned: Planned) -> Draft:
        """What the plan says of it; what it holds is its database's."""
        draft = self.table.read(planned)
        shared = strings(Cell.of(planned, "shared_accounts"))
        draft.config["Attributes"] = [{"AttributeName": "restore", "AttributeValues": shared or []}]
        return draft

    def finish(self, draft: Draft, drafts: Drafts) -> None:
        """A snapshot is as encrypted as its database, and with the same key."""
        found = drafts.find(self.database, draft.config.get(self.owner), self.owner)
        if found is None or not draft.new:
            return
        for own, theirs in ((self.encrypted, "StorageEncrypted"), *((name, name) for name in _TAKEN_OVER)):
            if draft.config.get(own) is None and theirs in found.config:
                draft.config[own] = found.config[theirs]


_OF_INSTANCES = _Snapshot(
    Table(
        "AWS::RDS::DBSnapshot",
        (
            *_HELD,
            Field("DBInstanceIdentifier", "db_instance_identifier", lowered),
            Field("Encrypted", "encrypted", values.boolean),
        ),
        {"DBSnapshotArn": "db_snapshot_arn", "DBSnapshotIdentifier": "db_snapshot_identifier"},
        name="DBSnapshotIdentifier",
    ),
    "AWS::RDS::DBInstance",
    "DBInstanceIdentifier",
    "Encrypted",
)
_OF_CLUSTERS = _Snapshot(
    Table(
        "AWS::RDS::DBClusterSnapshot",
        (
            *_HELD,
            Field("DBClusterIdentifier", "db_cluster_identifier", lowered),
            Field("StorageEncrypted", "storage_encrypted", values.boolean),
        ),
        {
            "DBClusterSnapshotArn": "db_cluster_snapshot_arn",
            "DBClusterSnapshotIdentifier": "db_cluster_snapshot_identifier",
        },
        name="DBClusterSnapshotIdentifier",
    ),
    "AWS::RDS::DBCluster",
    "DBClusterIdentifier",
    "StorageEncrypted",
)

KINDS = (
    Kind(_OF_INSTANCES.table.type, ("aws_db_snapshot",), _OF_INSTANCES.build, finish=_OF_INSTANCES.finish),
    Kind(_OF_CLUSTERS.table.type, ("aws_db_cluster_snapshot",), _OF_CLUSTERS.build, finish=_OF_CLUSTERS.finish),
)
