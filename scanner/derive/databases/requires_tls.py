"""Whether a database instance refuses connections without TLS, and which parameter group says so."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from scanner.derive.databases.engines import TLS_PARAMETERS, TlsParameter, is_from
from scanner.derive.databases.named import CLUSTER, CLUSTER_GROUP, GROUP, named, of_that_name
from scanner.derive.logic import Maybe, as_kind, both, malformed
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ON, _OFF = frozenset({"1", "on", "true"}), frozenset({"0", "off", "false"})
_IN_FORCE = "in-sync"


class RequiresTls(TypedDict):
    """`enforced`: the parameter is on and in force. `value` is what the group says, or the version's default."""

    enforced: bool
    parameter: str
    value: bool
    group: str | None
    status: str | None


class _Membership(NamedTuple):
    """The group that holds the parameter, of which type it is, and whether its values are in force."""

    type: str
    group: Node
    status: Node


@derives(
    "AWS::RDS::DBInstance",
    "requires_tls",
    gives=RequiresTls | None,
    reads=(
        "Engine",
        "EngineVersion",
        "DBInstanceIdentifier",
        "DBClusterIdentifier",
        "DBParameterGroups",
        f"{CLUSTER}.DBClusterIdentifier",
        f"{CLUSTER}.DBClusterParameterGroup",
        f"{CLUSTER}.DBClusterMembers",
        f"{GROUP}.DBParameterGroupName",
        f"{GROUP}.Parameters",
        f"{CLUSTER_GROUP}.DBClusterParameterGroupName",
        f"{CLUSTER_GROUP}.Parameters",
    ),
)
def requires_tls(instance: Resource, context: Context) -> Partial:
    """Of a member of a cluster the cluster's group decides, of any other instance its own; null for other engines.

    What the group does not set is as the engine's version has it. A group whose values are not
    in sync with the instance (`pending-reboot`) enforces nothing that could be relied on.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
    https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
    """
    engine = Node.of(instance, "Engine")
    if engine.unknown:
        return Partial(None, {"": as_kind(engine.unknown, "any")})
    parameter = TLS_PARAMETERS.get(str(engine.value))
    if parameter is None:
        return Partial(None)
    fact = Partial({"parameter": parameter.name})
    found = _membership(instance, context)
    if isinstance(found, Unknown):
        for name in ("enforced", "value", "group", "status"):
            fact.unknown[f"/{name}"] = as_kind(found, "any")
        return fact
    value = _value(instance, context, parameter, found)
    _put(fact, "value", value)
    _put(fact, "enforced", both((value, _in_force(found.status))))
    for name, node in (("group", found.group), ("status", found.status)):
        _put(fact, name, node.unknown or node.value)
    return fact


def _put(fact: Partial, name: str, found: Maybe | str | None) -> None:
    if isinstance(found, Unknown):
        fact.unknown[f"/{name}"] = as_kind(found, "any")
    else:
        fact.value[name] = found


def _in_force(status: Node) -> Maybe:
    if status.unknown or status.value is None:
        return status.unknown or malformed(status.path, "AWS does not say whether the group's values are in force")
    return bool(status.value == _IN_FORCE)


def _membership(instance: Resource, context: Context) -> _Membership | Unknown:
    cluster = Node.of(instance, "DBClusterIdentifier")
    name = identity(cluster)
    if cluster.unknown and not name:
        return cluster.unknown
    if name:
        return _in_cluster(instance, context, name)
    groups = Node.of(instance, "DBParameterGroups")
    first = next(iter(groups.elements()), groups)
    doubt = first.unknown or groups.more
    if doubt:
        return doubt
    return _Membership(GROUP, first.member("DBParameterGroupName"), first.member("ParameterApplyStatus"))


def _in_cluster(instance: Resource, context: Context, name: str) -> _Membership | Unknown:
    cluster = named(context, CLUSTER, instance, name)
    if isinstance(cluster, Unknown):
        return cluster
    own = Node.of(instance, "DBInstanceIdentifier")
    members = Node.of(cluster, "DBClusterMembers")
    found = of_that_name(members, "DBInstanceIdentifier", identity(own))
    if isinstance(found, Node):
        group = Node.of(cluster, "DBClusterParameterGroup")
        return _Membership(CLUSTER_GROUP, group, found.member("DBClusterParameterGroupStatus"))
    return own.unknown or found or malformed(members.path, f"{name} does not name its member {own.value}")


def _value(instance: Resource, context: Context, parameter: TlsParameter, found: _Membership) -> Maybe:
    """Whether the parameter is on, by the group or by default. A default group cannot be changed."""
    default = is_from(Node.of(instance, "EngineVersion"), parameter.on_from)
    name = identity(found.group)
    if not name:
        return found.group.unknown or default
    group = named(context, found.type, instance, name)
    if isinstance(group, Unknown):
        return default if name.startswith("default.") else found.group.unknown or group
    found_parameter = of_that_name(Node.of(group, "Parameters"), "ParameterName", parameter.name)
    if isinstance(found_parameter, Node):
        return _is_on(found_parameter.member("ParameterValue"), default)
    return found_parameter or default


def _is_on(value: Node, default: Maybe) -> Maybe:
    if value.unknown or value.value is None:
        return value.unknown or default
    text = str(value.value).lower()
    if text in _ON | _OFF:
        return text in _ON
    return malformed(value.path, f"{text!r} is neither on nor off")
