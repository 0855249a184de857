"""RDS: clusters with their instances.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.iac import databases
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, convert, opaque, unresolved
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.tree import identity_key, ordered
from scanner.iac.terraform.types import rds_storage as storage
from scanner.iac.terraform.types.rds_fields import CLUSTER
from scanner.model import Unknown, Why

_INSTANCE, _CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
_CLUSTERS = Table(
    _CLUSTER,
    CLUSTER,
    {"DBClusterArn": "arn", "DBClusterIdentifier": "cluster_identifier"},
    name="DBClusterIdentifier",
)


def _cluster(planned: Planned) -> Draft:
    draft = _CLUSTERS.read(planned)
    storage.lower_name(draft, "DBClusterIdentifier")
    config = draft.config
    config["MasterUserSecret"] = storage.secret(draft)
    if not draft.new:
        return draft
    config["Endpoint"] = opaque(f"{planned.address}.endpoint")
    source = config.get("ReplicationSourceIdentifier") or config.get("GlobalClusterIdentifier")
    if storage.restored(planned) or source is not None:
        storage.from_source(config, "what the cluster is made from")
        config.setdefault("BackupRetentionPeriod", unresolved("what the cluster is made from"))
    if config.get("EngineMode") == "serverless":
        config["StorageEncrypted"] = True
    engine = config.get("Engine")
    if databases.is_aurora(engine) and config.get("StorageEncrypted") is None:
        config["StorageEncrypted"] = False
    port = databases.default_port(engine)
    if port is not None:
        config.setdefault("Port", port)
    group = databases.default_group(engine, config.get("EngineVersion"))
    if group is not None:
        config.setdefault("DBClusterParameterGroup", group)
    return draft


def _finish_cluster(draft: Draft, drafts: Drafts) -> None:
    storage.encryption(draft)
    config = draft.config
    certain, possible = _members(draft, drafts)
    if config.get("DBClusterInstanceClass") is not None:
        # A Multi-AZ DB cluster: AWS makes its three instances in three zones by itself.
        config["MultiAZ"] = True
        return
    members = [_as_member(item) for item in certain]
    doubt = Unknown(Why.AFTER_APPLY, "more", message="instances that may belong to the cluster")
    outside = Unknown(Why.OUT_OF_SCOPE, "more", message="the cluster may have instances outside the plan")
    more = [doubt] if possible else [] if draft.new else [outside]
    config["DBClusterMembers"] = [*ordered(members), *more]
    config["MultiAZ"] = _spread([item.config.get("AvailabilityZone") for item in certain], more)


def _members(draft: Draft, drafts: Drafts) -> tuple[list[Draft], bool]:
    """The plan's instances of the cluster, and whether others of it may be."""
    memo = draft.planned.plan.memo
    if "cluster members" not in memo:
        grouped: dict[Any, list[Draft]] = {}
        for item in drafts.of(_INSTANCE):
            named = item.config.get("DBClusterIdentifier")
            if named is not None:
                grouped.setdefault(identity_key(named), []).append(item)
        memo["cluster members"] = grouped
    members: dict[Any, list[Draft]] = memo["cluster members"]
    own = identity_key(draft.config["DBClusterIdentifier"])
    return members.get(own, []) if own else [], None in members


def _as_member(item: Draft) -> dict[str, Any]:
    status = "in-sync" if item.new else unresolved("whether the group's values are in force")
    return {
        "DBInstanceIdentifier": item.config["DBInstanceIdentifier"],
        "DBClusterParameterGroupStatus": status,
        "IsClusterWriter": unresolved("Aurora chooses the writer"),
        "PromotionTier": item.config.get("PromotionTier", 1),
    }


def _spread(zones: list[Any], more: list[Unknown]) -> Any:
    """Whether instances lie in several zones; where AWS chooses them, nobody knows before."""
    known = {zone for zone in zones if isinstance(zone, str)}
    if len(known) > 1:
        return True
    unsure = len(zones) > 1 and any(not isinstance(zone, str) for zone in zones)
    reason = Unknown(Why.AFTER_APPLY, message="AWS chooses the zones of the cluster's instances")
    return reason if more or unsure else False


_STREAM = (
    Field("ActivityStreamKmsKeyId", "kms_key_id", values.identifier),
    Field("ActivityStreamMode", "mode", values.text),
)


def _stream(draft: Draft, planned: Planned) -> None:
    """`aws_rds_cluster_activity_stream` starts a stream of the cluster's."""
    draft.config.update({"ActivityStreamStatus": "started", **convert(Cell.of(planned), _STREAM)})


def _stream_removed(draft: Draft, _: Planned) -> None:
    draft.config["ActivityStreamStatus"] = "stopped"


_STREAM_MEMBERS = ("ActivityStreamStatus", "ActivityStreamKmsKeyId", "ActivityStreamMode")
KINDS = (
    Kind(
        _CLUSTER,
        ("aws_rds_cluster",),
        _cluster,
        satellites=(
            Satellite("aws_rds_cluster_activity_stream", "resource_arn", _STREAM_MEMBERS, _stream, _stream_removed),
        ),
        owners=Owners(("aws_rds_cluster",), ("arn",), re.compile(r"^resource_arn$")),
        finish=_finish_cluster,
    ),
)
