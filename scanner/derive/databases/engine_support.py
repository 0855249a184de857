"""How long AWS supports the version of a database's engine."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.databases.named import CLUSTER, INSTANCE
from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown, Why

_MAJOR = "AWS::RDS::DBMajorEngineVersion"
_STANDARD, _EXTENDED = "open-source-rds-standard-support", "open-source-rds-extended-support"
_READS = (
    "Engine",
    "EngineVersion",
    *(f"{_MAJOR}.{member}" for member in ("Engine", "MajorEngineVersion", "SupportedEngineLifecycles")),
)
_OPEN_SOURCE = frozenset({"mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"})


class EngineSupport(TypedDict):
    """The ends of standard and of all support of a major version; without Extended Support both are one."""

    major: str
    standard_until: str
    until: str


@derives(
    INSTANCE,
    "engine_support",
    gives=EngineSupport | None,
    reads=_READS,
)
@derives(
    CLUSTER,
    "engine_support",
    gives=EngineSupport | None,
    reads=_READS,
)
def engine_support(database: Resource, context: Context) -> Partial:
    """Null for engines whose ends of support AWS does not tell: only those of open-source engines are.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SupportedEngineLifecycle.html
    """
    engine, version = Node.of(database, "Engine"), Node.of(database, "EngineVersion")
    if engine.unknown is None and engine.value not in _OPEN_SOURCE:
        return Partial(None)
    doubt = engine.unknown or version.unknown
    found = doubt or _major(database, str(engine.value), str(version.value), context)
    if isinstance(found, Unknown):
        return Partial(None, {"": as_kind(found, "any")})
    ends = _ends(found)
    if isinstance(ends, Unknown):
        return Partial(None, {"": as_kind(ends, "any")})
    standard = ends.get(_STANDARD, "")
    if not standard:
        return Partial(None, {"": _untold(str(engine.value), str(version.value))})
    return Partial(
        EngineSupport(
            major=str(Node.of(found, "MajorEngineVersion").value),
            standard_until=standard,
            until=max(standard, ends.get(_EXTENDED, "")),
        )
    )


def _major(database: Resource, engine: str, version: str, context: Context) -> Resource | Unknown:
    """The longest major version that the version begins with: 8.0 of 8.0.mysql_aurora.3.05.2, 9.6 of 9.6.24."""
    found, incomplete = context.once(("engine_support", database.account), lambda: _majors(database.account, context))
    parts = version.split(".")
    for size in range(len(parts), 0, -1):
        if major := found.get((engine, ".".join(parts[:size]))):
            return major
    return incomplete or _untold(engine, version)


def _majors(account: str, context: Context) -> tuple[dict[tuple[str, str], Resource], Unknown | None]:
    listed = context.neighbours(_MAJOR, account, GLOBAL)
    names = ((Node.of(one, "Engine").value, Node.of(one, "MajorEngineVersion").value, one) for one in listed.resources)
    return {(str(engine), str(major)): one for engine, major, one in names}, listed.incomplete


def _ends(major: Resource) -> dict[str, str] | Unknown:
    lifecycles = Node.of(major, "SupportedEngineLifecycles")
    doubt = lifecycles.unknown or lifecycles.more
    if doubt:
        return doubt
    ends: dict[str, str] = {}
    for one in lifecycles.elements():
        name, end = one.member("LifecycleSupportName"), one.member("LifecycleSupportEndDate")
        if name.unknown or end.unknown:
            return name.unknown or end.unknown or _untold("", "")
        ends[str(name.value)] = str(end.value)
    return ends


def _untold(engine: str, version: str) -> Unknown:
    return Unknown(Why.NOT_COLLECTED, message=f"AWS does not tell how long {engine} {version} is supported")
