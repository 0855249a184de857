"""What parameter groups set for a database, as far as rules judge it."""

from __future__ import annotations

from scanner.derive.databases.named import CLUSTER, CLUSTER_GROUP, GROUP, INSTANCE, named, of_that_name
from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

JUDGED = (
    "log_min_duration_statement",
    "log_statement",
    "pgaudit.log",
    "rds.tls10",
    "rds.tls11",
    "rds.tls12",
    "server_audit_events",
    "server_audit_logging",
    "shared_preload_libraries",
)
_CLUSTER_GROUP_READS = (f"{CLUSTER_GROUP}.DBClusterParameterGroupName", f"{CLUSTER_GROUP}.Parameters")


@derives(CLUSTER, "parameters", gives=dict[str, str], reads=("DBClusterParameterGroup", *_CLUSTER_GROUP_READS))
@derives(
    INSTANCE,
    "parameters",
    gives=dict[str, str],
    reads=(
        "DBClusterIdentifier",
        "DBParameterGroups",
        f"{CLUSTER}.DBClusterIdentifier",
        f"{CLUSTER}.DBClusterParameterGroup",
        f"{GROUP}.DBParameterGroupName",
        f"{GROUP}.Parameters",
        *_CLUSTER_GROUP_READS,
    ),
)
def parameters(database: Resource, context: Context) -> Partial:
    """By name, what is set; what no group sets is absent and as the engine has it.

    An instance's own group prevails over its cluster's.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
    """
    groups = _of_cluster(database, context) if database.type == CLUSTER else _of_instance(database, context)
    fact = Partial({})
    for name in JUDGED:
        value = _first(groups, name)
        if isinstance(value, Unknown):
            fact.unknown[pointer(name)] = as_kind(value, "any")
        elif value is not None:
            fact.value[name] = value
    return fact


def _of_instance(instance: Resource, context: Context) -> list[Node | Unknown]:
    memberships = Node.of(instance, "DBParameterGroups")
    first = next(iter(memberships.elements()), memberships)
    own = first.unknown or memberships.more or first.member("DBParameterGroupName")
    groups = [own if isinstance(own, Unknown) else _settings(own, GROUP, instance, context)]
    cluster = Node.of(instance, "DBClusterIdentifier")
    name = identity(cluster)
    if cluster.unknown and not name:
        groups.append(cluster.unknown)
    elif name:
        found = named(context, CLUSTER, instance, name)
        groups += [found] if isinstance(found, Unknown) else _of_cluster(found, context)
    return groups


def _of_cluster(cluster: Resource, context: Context) -> list[Node | Unknown]:
    return [_settings(Node.of(cluster, "DBClusterParameterGroup"), CLUSTER_GROUP, cluster, context)]


def _settings(name: Node, type_: str, beside: Resource, context: Context) -> Node | Unknown:
    """The parameters of a group. A default group cannot be changed, so it need not have been listed."""
    sought = identity(name)
    if not sought:
        return name.unknown or Node([])
    group = named(context, type_, beside, sought)
    if isinstance(group, Unknown):
        return Node([]) if sought.startswith("default.") else name.unknown or group
    return Node.of(group, "Parameters")


def _first(groups: list[Node | Unknown], name: str) -> str | Unknown | None:
    for group in groups:
        if isinstance(group, Unknown):
            return group
        found = of_that_name(group, "ParameterName", name)
        value = found.member("ParameterValue") if isinstance(found, Node) else found
        if isinstance(value, Node):
            value = value.unknown or value.value
        if value is not None:
            return value if isinstance(value, Unknown) else str(value)
    return None
