"""What a read replica copies, and how that is protected."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.databases.named import CLUSTER, INSTANCE, named
from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_MEMBERS = ("PubliclyAccessible", "StorageEncrypted")


class ReplicaOf(TypedDict):
    """The source, and whether it is public and encrypted; AWS leaves out what is not so."""

    source: str
    public: bool
    encrypted: bool


@derives(
    INSTANCE,
    "replica_of",
    gives=ReplicaOf | None,
    reads=(
        "ReadReplicaSourceDBInstanceIdentifier",
        "ReadReplicaSourceDBClusterIdentifier",
        *(f"{INSTANCE}.{member}" for member in ("DBInstanceIdentifier", *_MEMBERS)),
        *(f"{CLUSTER}.{member}" for member in ("DBClusterIdentifier", *_MEMBERS)),
    ),
)
def replica_of(instance: Resource, context: Context) -> Partial:
    """Null where nothing is copied. A source in another region is named by its ARN, else by its name.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
    """
    for type_, member in (
        (INSTANCE, "ReadReplicaSourceDBInstanceIdentifier"),
        (CLUSTER, "ReadReplicaSourceDBClusterIdentifier"),
    ):
        name = Node.of(instance, member)
        if name.unknown:
            return Partial(None, {"": as_kind(name.unknown, "any")})
        if name.value:
            return _described(type_, str(name.value), instance, context)
    return Partial(None)


def _described(type_: str, name: str, instance: Resource, context: Context) -> Partial:
    fact = Partial({"source": name})
    source = _source(type_, name, instance, context)
    for member, of in zip(("public", "encrypted"), _MEMBERS, strict=True):
        found = source if isinstance(source, Unknown) else Node.of(source, of)
        why = found if isinstance(found, Unknown) else found.unknown
        if why:
            fact.unknown[f"/{member}"] = as_kind(why, "any")
        elif isinstance(found, Node):
            fact.value[member] = found.value is True
    return fact


def _source(type_: str, name: str, instance: Resource, context: Context) -> Resource | Unknown:
    if not name.startswith("arn:"):
        return named(context, type_, instance, name)
    parts = name.split(":")
    if len(parts) == 7 and parts[4] == instance.account:
        return named(context, type_, instance, parts[6], parts[3])
    return Unknown(Why.OUT_OF_SCOPE, message=f"{name} is in another account")
